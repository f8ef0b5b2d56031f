"""Who may log in: the filter on ``lo0``, and the one that iccc makes.

Source: *Firewall Filter Match Conditions and Actions*: the first term that matches decides, a term without an action
accepts; what no term matches is discarded.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.juniper_junos.facts import OWN
from iccc.switch.platforms.juniper_junos.tree import Tree, at, there, value
from iccc.switch.state import ANYWHERE
from iccc.switch.steps import Unsayable

_ANY = [IPv4Network("0.0.0.0/0")]
_JUDGED = frozenset(
    {"source-address", "source-prefix-list", "protocol", "destination-port", "tcp-established", "icmp-type"}
)


@dataclass(frozen=True)
class AccessEdit:
    """How the filter on ``lo0`` comes to let in just a set of prefixes."""

    unbind: bool = False
    forget: bool = False  # the filter is there and is another than iccc makes
    write: bool = False
    bind: bool = False
    new: tuple[str, ...] = ()
    old: tuple[str, ...] = ()


def bound(tree: Tree) -> str:
    """The filter of what is sent to the switch itself; "" when there is none."""
    return value(tree, "interfaces", "lo0", "unit", "0", "family", "inet", "filter", "input")


def access_from(tree: Tree) -> frozenset[str] | Unread:
    """Prefixes from which SSH is let in."""
    if not there(tree, "system", "services", "ssh"):
        return frozenset()
    if there(tree, "interfaces", "lo0", "unit", "0", "family", "inet", "filter", "input-list"):
        return Unread(Reason.UNSUPPORTED, "lo0 has a list of filters, which iccc does not judge")
    name = bound(tree)
    return _let_in(tree, name) if name else ANYWHERE


def _let_in(tree: Tree, name: str) -> frozenset[str] | Unread:
    found: list[IPv4Network] = []
    decided: list[IPv4Network] = []
    for term, body in at(tree, "firewall", "family", "inet", "filter", name, "term").items():
        if (body.keys() - {"from", "then"}) or (at(body, "from").keys() - _JUDGED) or there(body, "then", "next"):
            return Unread(Reason.UNSUPPORTED, f"term {term} of filter {name} matches what iccc does not judge")
        sources = _sources(tree, body)
        if isinstance(sources, Unread):
            return sources
        if not {"discard", "reject"} & set(at(body, "then")):
            found += _without(sources, decided)
        decided += sources
    return frozenset(map(str, found))


def _sources(tree: Tree, term: Tree) -> list[IPv4Network] | Unread:
    """Where the new SSH connections come from that a term matches."""
    match = at(term, "from")
    if "tcp-established" in match or "icmp-type" in match:
        return []
    if "protocol" in match and not {"tcp", "6"} & set(match["protocol"]):
        return []
    if "destination-port" in match and not any(map(_has_ssh, match["destination-port"])):
        return []
    if not {"source-address", "source-prefix-list"} & set(match):
        return list(_ANY)
    prefixes = dict(at(match, "source-address"))
    for listed, how in at(match, "source-prefix-list").items():
        prefixes |= at(tree, "policy-options", "prefix-list", listed)
        prefixes |= {"except": how} if how else {}
    try:
        if any(prefixes.values()):
            raise ValueError
        return [IPv4Network(prefix) for prefix in prefixes]
    except ValueError:
        return Unread(Reason.UNSUPPORTED, "a filter on lo0 has sources that iccc does not judge")


def _has_ssh(port: str) -> bool:
    low, _, high = port.partition("-")
    return port == "ssh" or (low.isdigit() and (high or low).isdigit() and int(low) <= 22 <= int(high or low))


def _without(networks: list[IPv4Network], taken: list[IPv4Network]) -> list[IPv4Network]:
    for other in taken:
        rest: list[IPv4Network] = []
        for network in networks:
            if not network.subnet_of(other):
                rest += network.address_exclude(other) if other.subnet_of(network) else [network]
        networks = rest
    return networks


def edit(tree: Tree, wanted: frozenset[str]) -> AccessEdit:
    """How to come to ``wanted``. The filter of somebody else is not replaced: it may protect more than logins."""
    name = bound(tree)
    if name not in ("", OWN):
        raise Unsayable(f"lo0 has the filter {name}, which is not iccc's: change there who may log in")
    if wanted == ANYWHERE:
        return AccessEdit(unbind=bool(name))
    if not wanted:
        raise Unsayable("nobody could log in any more")
    listed = frozenset(at(tree, "policy-options", "prefix-list", OWN))
    mine = name == OWN and access_from(tree) == listed
    kept = there(tree, "firewall", "family", "inet", "filter", OWN)
    return AccessEdit(
        forget=kept and not mine,
        write=not mine,
        bind=not name,
        new=tuple(sorted(wanted - listed, key=IPv4Network)),
        old=tuple(sorted(listed - wanted)),
    )
