"""Who may log in: the basic ACL of the VTY lines, the login methods, local users.

Source: Huawei, "S1720, S2700, S5700 and S6720 Series Configuration Guide - Security", chapter ACL (rule numbers in
fives). A list that is bound and missing, or has no rules, keeps nobody out: docs/platforms/huawei_vrp.md.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.huawei_vrp.facts import ACCESS_LIST
from iccc.switch.state import ANYWHERE

STEP = 5  # the switch numbers the rules of a list in fives
BASIC = range(2000, 3000)  # ACLs that judge by the source alone


@dataclass(frozen=True)
class AccessEdit:
    """What makes the VTY lines let in a set of prefixes: rules to add, lines to bind or free, rules to take out."""

    new: tuple[tuple[int, str, str], ...]  # number, address, wildcard
    bind: tuple[str, ...]  # `user-interface vty` ranges
    free: tuple[str, ...]
    old: tuple[int, ...]


@dataclass
class AccessModel:
    lists: dict[int, dict[int, str]] = field(default_factory=dict)  # of basic ACLs: number and rule
    vty: dict[str, int] = field(default_factory=dict)  # "0 4": the ACL that is bound inbound, 0 for none
    schemes: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"default": ("local",)})
    scheme: str = "default"  # that the domain of the administrators names

    def copy(self) -> AccessModel:
        """The same in objects of its own."""
        twin = copy(self)
        twin.lists = {number: dict(rules) for number, rules in self.lists.items()}
        twin.vty, twin.schemes = dict(self.vty), dict(self.schemes)
        return twin

    def access_from(self) -> frozenset[str] | Unread:
        """The prefixes that may log in on any line."""
        found: set[str] = set()
        for bound in self.vty.values():
            if bound and bound not in BASIC:
                return Unread(Reason.UNSUPPORTED, f"ACL {bound} has rules that iccc does not judge")
            rules = self.lists.get(bound)
            if not rules:
                return ANYWHERE
            for _number, rule in sorted(rules.items()):
                if rule in ("deny", "deny source any"):
                    break
                prefix = permitted(rule)
                if prefix is None:
                    return Unread(Reason.UNSUPPORTED, f"ACL {bound}: {rule!r} is not judged")
                found.add(prefix)
        return frozenset(found) if self.vty else ANYWHERE

    def logins(self) -> tuple[str, ...] | Unread:
        """The methods in turn."""
        if self.scheme != "default":
            return Unread(Reason.UNSUPPORTED, f"administrators log in by the scheme {self.scheme}, not by default")
        return self.schemes["default"]

    def edit(self, wanted: frozenset[str]) -> AccessEdit:
        """How to come to ``wanted``: what is new is let in before the list is bound, what is old goes at the end."""
        if wanted == ANYWHERE:
            return AccessEdit((), (), tuple(lines for lines, bound in self.vty.items() if bound), ())
        there = self.lists.get(ACCESS_LIST, {})
        known = {number: permitted(rule) for number, rule in there.items()}
        after = max(there, default=0) // STEP * STEP
        missing = sorted(wanted - set(known.values()), key=IPv4Network)
        new = tuple((after + STEP * n, *said(prefix)) for n, prefix in enumerate(missing, start=1))
        bind = tuple(lines for lines, bound in self.vty.items() if bound != ACCESS_LIST)
        return AccessEdit(new, bind, (), tuple(n for n, prefix in known.items() if prefix not in wanted))


def permitted(rule: str) -> str | None:
    """The prefix that a rule lets in: ``permit source 10.80.0.0 0.0.0.255``; None for any other rule."""
    words = rule.split()
    if words in (["permit"], ["permit", "source", "any"]):
        return "0.0.0.0/0"
    if words[:2] != ["permit", "source"] or len(words) != 4:
        return None
    try:
        wildcard = IPv4Address(0) if words[3] == "0" else IPv4Address(words[3])
        return str(IPv4Network(f"{words[2]}/{IPv4Address(int(wildcard) ^ 0xFFFFFFFF)}"))
    except ValueError:
        return None


def said(prefix: str) -> tuple[str, str]:
    """Address and wildcard of a prefix; ``0`` is the wildcard of a single address."""
    network = IPv4Network(prefix)
    return str(network.network_address), "0" if network.prefixlen == 32 else str(network.hostmask)
