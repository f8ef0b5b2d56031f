"""What the statements of a port come to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platforms.juniper_junos.facts import (
    DEFAULT_STORM_PCT,
    DEFAULT_VLAN,
    DROPPING,
    DUPLEXES,
    SPEEDS,
)
from iccc.switch.platforms.juniper_junos.names import canonical
from iccc.switch.platforms.juniper_junos.tree import Tree, at, there, value
from iccc.switch.state import ALL_VLANS, Port, PortMode

BLANK = Port(  # nothing names it; what `interface all` says of PoE and spanning tree is not known
    description="",
    mode=None,
    allowed_vlans=frozenset(),
    shutdown=False,
    speed="auto",
    duplex="auto",
    max_macs=0,
    storm_pct=0.0,
)


def vlan_ids(tree: Tree) -> dict[str, int]:
    """VLAN names with their numbers. ``default`` is there without being configured, as VLAN 1."""
    ids = {name: int(number) for name, inside in at(tree, "vlans").items() if (number := value(inside, "vlan-id"))}
    return {DEFAULT_VLAN: 1} | ids if 1 not in ids.values() else ids


def members(ids: dict[str, int], switching: Tree) -> dict[str, frozenset[int]]:
    """The members of a port as they were given, and the VLANs of each."""
    return {member: vlans_of(ids, member) for member in at(switching, "vlan", "members")}


def vlans_of(ids: dict[str, int], member: str) -> frozenset[int]:
    """The VLANs of a member: a name, a number, a range, or all."""
    if member == "all":
        return ALL_VLANS
    if found := re.fullmatch(r"(\d+)(?:-(\d+))?", member):
        return frozenset(range(int(found[1]), int(found[2] or found[1]) + 1))
    return frozenset({ids[member]} if member in ids else ())


def switching_of(tree: Tree, port: str) -> Tree:
    """The family of a port; nothing when it does not switch."""
    return at(tree, "interfaces", port, "unit", "0", "family", "ethernet-switching")


def named(entries: Tree, port: str, everyone: bool = True) -> str:
    """The entry that counts for a port: its own, with its unit or without, or that of ``all``; "" when none does."""
    names = (port, f"{port}.0", "all") if everyone else (port, f"{port}.0")
    return next((name for name in names if name in entries), "")


def on(entries: Tree, port: str) -> bool:
    """Whether a protocol's entry for a port is there, and not disabled."""
    name = named(entries, port)
    return name != "" and "disable" not in entries[name]


def ports(tree: Tree) -> Iterator[str]:
    """The names of all ports that a statement speaks of, apart from routed and bundled ones."""
    entries = [
        at(tree, "poe", "interface"),
        at(tree, "protocols", "rstp", "interface"),
        at(tree, "protocols", "layer2-control", "bpdu-block", "interface"),
    ]
    limited = {name: inside for name, inside in at(tree, "switch-options", "interface").items() if inside}
    physical = {name: inside for name, inside in at(tree, "interfaces").items() if _says_something(inside)}
    names = {full: None for part in (physical, limited, *entries) for name in part if (full := canonical(name))}
    for name in names:
        inside = at(tree, "interfaces", name)
        families = {family for unit in at(inside, "unit").values() for family in at(unit, "family")}
        if not there(inside, "ether-options", "802.3ad") and families <= {"ethernet-switching"}:
            yield name


def _says_something(physical: Tree) -> bool:
    units = at(physical, "unit")
    return any(word != "unit" for word in physical) or any(units.values())


def port_state(tree: Tree, name: str, ids: dict[str, int]) -> Port:
    """All settings of a port. Those that iccc cannot judge are Unread."""
    physical = at(tree, "interfaces", name)
    unit = at(physical, "unit", "0")
    switches = there(unit, "family", "ethernet-switching")
    switching = switching_of(tree, name)
    mode = PortMode(value(switching, "interface-mode") or "access") if switches else None
    given = frozenset[int]().union(*members(ids, switching).values())
    native = value(physical, "native-vlan-id")
    trunk = mode is PortMode.TRUNK
    edge = _edge(tree, name)
    return Port(
        description=value(physical, "description"),
        mode=mode,
        access_vlan=min(given, default=ids.get(DEFAULT_VLAN)) if mode is PortMode.ACCESS else None,
        allowed_vlans=given if trunk or mode is None else None,
        native_vlan=int(native) if trunk and native else None,
        poe=on(at(tree, "poe", "interface"), name),
        shutdown="disable" in physical or "disable" in unit,
        speed=_word(SPEEDS, value(physical, "speed") or value(physical, "ether-options", "speed")),
        duplex=_word(DUPLEXES, value(physical, "link-mode") or value(physical, "ether-options", "link-mode")),
        max_macs=mac_limit(tree, name),
        storm_pct=storm_pct(tree, value(switching, "storm-control")),
        edge=edge,
        bpdu_guard=_blocked(tree, name) or (edge is True and there(tree, "protocols", "rstp", "bpdu-block-on-edge")),
    )


def _word(words: dict[str, str], word: str) -> str | Unread:
    return words[word] if word in words else Unread(Reason.UNSUPPORTED, f"{word!r} is not a word that iccc knows")


def rstp_runs(tree: Tree) -> bool:
    return there(tree, "protocols", "rstp") and not there(tree, "protocols", "rstp", "disable")


def _edge(tree: Tree, port: str) -> bool | Unread:
    for protocol in ("mstp", "vstp"):
        if there(tree, "protocols", protocol):
            return Unread(Reason.UNSUPPORTED, f"{protocol} runs, which iccc does not judge")
    entries = at(tree, "protocols", "rstp", "interface")
    entry = at(entries, named(entries, port))
    return rstp_runs(tree) and "edge" in entry and "disable" not in entry


def _blocked(tree: Tree, port: str) -> bool:
    return on(at(tree, "protocols", "layer2-control", "bpdu-block", "interface"), port)


def mac_limit(tree: Tree, port: str) -> int:
    """The limit, 0 when there is none or it drops nothing."""
    entries = at(tree, "switch-options", "interface")
    limit = at(entries, named(entries, port, everyone=False), "interface-mac-limit")
    numbers = [int(word) for word in limit if word.isdigit()]
    return numbers[0] if numbers and value(limit, "packet-action") in DROPPING else 0


def storm_pct(tree: Tree, profile: str) -> float | Unread:
    """The percentage of a storm-control profile; 0 for no profile."""
    if not profile:
        return 0.0
    every = at(tree, "forwarding-options", "storm-control-profiles", profile, "all")
    if set(every) - {"bandwidth-percentage"}:
        return Unread(Reason.UNSUPPORTED, f"storm-control profile {profile} counts otherwise than in per cent of all")
    return float(value(every, "bandwidth-percentage") or DEFAULT_STORM_PCT)
