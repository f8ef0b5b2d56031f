"""Who may log in: the access list of the VTY lines, their login, AAA, local users.

Source: Cisco IOS Security Configuration Guide, "Configuring Authentication" (methods are tried in turn, the next one
only when a server does not answer; a line without a list of its own uses the default one).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.cisco_ios.facts import ACCESS_LIST
from iccc.switch.state import ANYWHERE

STEP = 10  # IOS numbers the entries of a list in tens


@dataclass
class VtyModel:
    """``line vty 0 4``."""

    access_class: str = ""
    vrf_also: str = ""  # "vrf-also": the list counts for sessions by way of a VRF too
    formerly: str | None = None  # the list before the last change; None: as it was read
    login: str = "line"  # local | line | aaa
    methods: str = "default"  # with AAA: the name of its list

    def bind(self, name: str) -> None:
        """Put the line under that list, or "" under none."""
        self.formerly, self.access_class = self.access_class, name


@dataclass(frozen=True)
class AccessEdit:
    """What makes the VTY lines let in just a set of prefixes: entries to add, lines to bind, entries to take out."""

    new: tuple[tuple[int, str, str], ...]  # sequence number, address, wildcard ("" for one address)
    bind: tuple[tuple[str, str, str], ...]  # `line` header, list, "vrf-also" or ""
    free: tuple[tuple[str, str], ...]  # `line` header and the list that it is freed of
    old: tuple[int, ...]


@dataclass
class AccessModel:
    lists: dict[str, dict[int, str]] = field(default_factory=dict)  # of standard lists: number and rule
    foreign: set[str] = field(default_factory=set)  # extended lists, which iccc cannot judge
    vty: dict[str, VtyModel] = field(default_factory=dict)  # "0 4": …
    new_model: bool = False
    methods: tuple[str, ...] = ()  # of `aaa authentication login default`

    def access_from(self) -> frozenset[str] | Unread:
        """The prefixes that may log in on any line."""
        found: set[str] = set()
        for vty in self.vty.values():
            if vty.access_class in self.foreign:
                return Unread(Reason.UNSUPPORTED, f"access list {vty.access_class} has rules that iccc does not judge")
            rules = self.lists.get(vty.access_class)
            if not vty.access_class:
                return ANYWHERE
            if not rules:
                # That such a list keeps nobody out is documented for interfaces only.
                return Unread(Reason.UNSUPPORTED, f"access list {vty.access_class} is not there, or empty")
            for _number, rule in sorted(rules.items()):
                prefix = permitted(rule)
                if rule.startswith("deny any"):
                    break
                if prefix is None:
                    return Unread(Reason.UNSUPPORTED, f"access list {vty.access_class}: {rule!r} is not judged")
                found.add(prefix)
        return frozenset(found) if self.vty else ANYWHERE

    def logins(self) -> tuple[str, ...] | Unread:
        """The methods in turn."""
        if self.new_model:
            if named := sorted({vty.methods for vty in self.vty.values()} - {"default"}):
                lists = ", ".join(named)
                return Unread(Reason.UNSUPPORTED, f"the VTY lines log in by the list {lists}, not by the default one")
            return self.methods or ("local",)  # IOS asks the local users where no list is given
        kinds = {vty.login for vty in self.vty.values()}
        return ("local",) if kinds == {"local"} else tuple(sorted(kinds)) or ("line",)

    def edit(self, wanted: frozenset[str]) -> AccessEdit:
        """How to come to ``wanted``: what is new is let in before the list is bound, what is old goes at the end."""
        if (back := self._back()) is not None and back.access_from() == wanted:
            changed = {header: vty for header, vty in self.vty.items() if vty.formerly is not None}
            bind = tuple((header, vty.formerly, vty.vrf_also) for header, vty in changed.items() if vty.formerly)
            free = tuple((header, vty.access_class) for header, vty in changed.items() if not vty.formerly)
            return AccessEdit((), bind, free, ())
        if wanted == ANYWHERE:
            free = tuple((header, vty.access_class) for header, vty in self.vty.items() if vty.access_class)
            return AccessEdit((), (), free, ())
        there = self.lists.get(ACCESS_LIST, {})
        bound = {number: permitted(rule) for number, rule in there.items()}
        after = max(there, default=0) // STEP * STEP
        missing = sorted(wanted - set(bound.values()), key=IPv4Network)
        new = tuple((after + STEP * n, *said(prefix)) for n, prefix in enumerate(missing, start=1))
        others = {header: vty for header, vty in self.vty.items() if vty.access_class != ACCESS_LIST}
        bind = tuple((header, ACCESS_LIST, vty.vrf_also) for header, vty in others.items())
        return AccessEdit(new, bind, (), tuple(n for n, prefix in bound.items() if prefix not in wanted))

    def _back(self) -> AccessModel | None:
        """The lines under the lists before the last change, where there was one: what taking it back comes to."""
        if all(vty.formerly is None for vty in self.vty.values()):
            return None
        lines = {
            header: replace(vty, access_class=vty.access_class if vty.formerly is None else vty.formerly)
            for header, vty in self.vty.items()
        }
        return replace(self, vty=lines)


def permitted(rule: str) -> str | None:
    """The prefix that a rule of a standard list lets in: ``permit 10.80.0.0 0.0.0.255``; None for any other rule."""
    words = [word for word in rule.split() if word not in ("host", "log")]
    if words[:1] != ["permit"] or len(words) not in (2, 3):
        return None
    if words[1] == "any":
        return "0.0.0.0/0"
    try:
        wildcard = IPv4Address(words[2].removeprefix("wildcard").strip(",")) if len(words) == 3 else IPv4Address(0)
        return str(IPv4Network(f"{words[1].rstrip(',')}/{IPv4Address(int(wildcard) ^ 0xFFFFFFFF)}"))
    except ValueError:
        return None


def said(prefix: str) -> tuple[str, str]:
    """Address and wildcard of a prefix, the latter "" for a single address."""
    network = IPv4Network(prefix)
    return str(network.network_address), "" if network.prefixlen == 32 else str(network.hostmask)
