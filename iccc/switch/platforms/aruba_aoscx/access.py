"""Whence one may log in: the access list of the control plane.

Sources: AOS-CX 10.06 ACLs and Classifier Policies Guide, "access-list ip" (the lowest number first, an implied deny
at the end); AOS-CX 10.18 Hardening Guide, "Control Plane ACLs" (it filters everything that goes to the switch itself).
So iccc's list restricts SSH alone and ends by letting everything else pass, and it is built as a whole before it is
applied in place of the other one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.aruba_aoscx.facts import LISTS
from iccc.switch.state import ANYWHERE

STEP = 10
_SSH = r"(?:22|ssh)"
_PERMIT = re.compile(rf"permit (?:tcp|6) (\S+) any eq {_SSH}")
_DENY = re.compile(rf"deny (?:tcp|6) any any eq {_SSH}")
_OTHERS = re.compile(r"permit (?:any|ip) any any")


@dataclass
class AccessModel:
    lists: dict[str, dict[int, str]] = field(default_factory=dict)  # number: entry, without its number
    applied: str = ""  # to the control plane of the VRF `default`
    allow_list: bool = False  # `ssh server allow-list` is enabled

    def access_from(self) -> frozenset[str] | Unread:
        """The prefixes that may log in; Unread for lists of another build than iccc's."""
        if self.allow_list:
            return Unread(Reason.UNSUPPORTED, "the allow-list of the SSH server is enabled, which iccc does not judge")
        if not self.applied:
            return ANYWHERE
        rules = [rule for _number, rule in sorted(self.lists.get(self.applied, {}).items())]
        prefixes = [permitted(rule) for rule in rules[:-2]]
        if not prefixes or None in prefixes or not _DENY.fullmatch(rules[-2]) or not _OTHERS.fullmatch(rules[-1]):
            text = f"access list {self.applied} of the control plane is built in a way that iccc does not judge"
            return Unread(Reason.UNSUPPORTED, text)
        found = frozenset(prefix for prefix in prefixes if prefix is not None)
        return ANYWHERE if found >= ANYWHERE else found

    def ours(self) -> bool:
        """Whether the list in force is one that iccc made."""
        return self.applied in LISTS

    def spare(self) -> str:
        """The one of iccc's two lists that is not in force."""
        return next(name for name in LISTS if name != self.applied)


def permitted(rule: str) -> str | None:
    """The prefix that an entry lets log in, from any of ``10.8.0.0/24``, ``10.8.0.0/255.255.255.0``, ``10.8.0.7``."""
    found = _PERMIT.fullmatch(rule)
    if found is None:
        return None
    try:
        return str(IPv4Network("0.0.0.0/0" if found[1] == "any" else found[1]))
    except ValueError:
        return None


def entries(prefixes: Iterable[str]) -> list[str]:
    """The entries of a list that lets just ``prefixes`` log in and everything that is no SSH pass."""
    networks = sorted(map(IPv4Network, prefixes))
    rules = [f"permit tcp {_said(network)} any eq 22" for network in networks]
    rules += ["deny tcp any any eq 22", "permit any any any"]
    return [f"{STEP * place} {rule}" for place, rule in enumerate(rules, start=1)]


def _said(network: IPv4Network) -> str:
    if network.prefixlen == 0:
        return "any"
    return str(network.network_address) if network.prefixlen == 32 else str(network)
