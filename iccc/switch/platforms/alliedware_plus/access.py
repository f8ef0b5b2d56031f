"""Who may log in: the standard numbered list of the VTY lines.

A list ends with an implicit denial; one that is bound and gone lets nobody in, which is the worse reading of what the
documents leave open: docs/platforms/alliedware_plus.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.alliedware_plus.facts import ACCESS_LIST
from iccc.switch.state import ANYWHERE


@dataclass(frozen=True)
class AccessEdit:
    """What makes the VTY lines let in a set of prefixes: rules to add, the list to bind or free, rules to take out."""

    new: tuple[str, ...]
    bind: bool
    free: bool
    old: tuple[str, ...]


@dataclass
class AccessModel:
    lists: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of standard lists: the rules in turn
    bound: int | None = None

    def copy(self) -> AccessModel:
        """The same in objects of its own."""
        return AccessModel(dict(self.lists), self.bound)

    def access_from(self) -> frozenset[str] | Unread:
        """The prefixes that may log in."""
        if self.bound is None:
            return ANYWHERE
        found: set[str] = set()
        for rule in self.lists.get(self.bound, ()):
            if rule == "deny any":
                break
            prefix = permitted(rule)
            if prefix is None:
                return Unread(Reason.UNSUPPORTED, f"access list {self.bound}: {rule!r} is not judged")
            found.add(prefix)
        return frozenset(found)

    def edit(self, wanted: frozenset[str]) -> AccessEdit:
        """How to come to ``wanted``: what is new is let in before the list is bound, what is old goes at the end."""
        if wanted == ANYWHERE:
            return AccessEdit((), False, self.bound is not None, ())
        there = self.lists.get(ACCESS_LIST, ())
        known = {permitted(rule) for rule in there}
        new = tuple(said(prefix) for prefix in sorted(wanted - known, key=IPv4Network))
        old = tuple(rule for rule in there if permitted(rule) not in wanted)
        return AccessEdit(new, self.bound != ACCESS_LIST, False, old)


def permitted(rule: str) -> str | None:
    """The prefix that a rule lets in: ``permit 10.80.0.0 0.0.0.255``; None for any other rule."""
    words = rule.split()
    if words == ["permit", "any"]:
        return "0.0.0.0/0"
    if words[:1] != ["permit"] or len(words) != 3:
        return None
    address, wildcard = (words[2], "0.0.0.0") if words[1] == "host" else (words[1], words[2])  # noqa: S104
    try:
        return str(IPv4Network(f"{address}/{IPv4Address(int(IPv4Address(wildcard)) ^ 0xFFFFFFFF)}"))
    except ValueError:
        return None


def said(prefix: str) -> str:
    """The rule that lets a prefix in."""
    network = IPv4Network(prefix)
    return f"permit {network.network_address} {network.hostmask}"
