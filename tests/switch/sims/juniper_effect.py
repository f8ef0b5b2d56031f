"""What a Junos configuration does on an EX switch with ELS, and what a commit refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.switch.sims.juniper_tree import Tree
from tests.switch.sims.truth import EVERY, PortTruth, SviTruth, Truth

LEVELS = {"super-user": 15, "superuser": 15, "operator": 1, "read-only": 1, "unauthorized": 0}
METHODS = {"tacplus": "tacacs+", "radius": "radius", "password": "local"}
_ENFORCED = {"drop", "drop-and-log", "shutdown"}


def at(tree: Tree, *path: str) -> Tree:
    for word in path:
        tree = tree.get(word, {})
    return tree


def value(tree: Tree, *path: str) -> str:
    return next(iter(at(tree, *path)), "")


def vlan_ids(tree: Tree) -> dict[str, int]:
    """VLAN names with their numbers. ``default`` is there without being configured, as VLAN 1."""
    ids = {name: int(value(inside, "vlan-id") or 0) for name, inside in at(tree, "vlans").items()}
    ids["default"] = ids.get("default") or 1
    return ids


def members(ids: dict[str, int], switching: Tree) -> frozenset[int]:
    """VLANs of the members as given: names, numbers, ranges, or all."""
    found: set[int] = set()
    for member in at(switching, "vlan", "members"):
        if member == "all":
            return EVERY
        if numbers := re.fullmatch(r"(\d+)(?:-(\d+))?", member):
            found |= set(range(int(numbers[1]), int(numbers[2] or numbers[1]) + 1))
        else:
            found.add(ids.get(member, 0))
    return frozenset(found)


def link(tree: Tree, port: str) -> tuple[str, str, bool]:
    """Speed, duplex and whether the port negotiates, as configured; a change of it takes the link down and up."""
    physical = at(tree, "interfaces", port)
    ether = at(physical, "ether-options")
    speed = value(physical, "speed") or value(ether, "speed")
    mode = value(physical, "link-mode") or value(ether, "link-mode")
    mbps = {"10m": "10", "100m": "100", "1g": "1000", "2.5g": "2500", "5g": "5000", "10g": "10000"}.get(speed, "auto")
    duplex = {"full-duplex": "full", "half-duplex": "half"}.get(mode, "auto")
    return mbps, duplex, "no-auto-negotiation" not in ether


def _named(entries: Tree, port: str) -> Tree | None:
    """The entry of a port, with its unit or without, or that of all ports."""
    for name in (port, f"{port}.0", "all"):
        if name in entries:
            return entries[name]
    return None


def _on(entries: Tree, port: str) -> bool:
    entry = _named(entries, port)
    return entry is not None and "disable" not in entry


def port_truth(tree: Tree, name: str, ids: dict[str, int]) -> PortTruth:
    physical = at(tree, "interfaces", name)
    unit = at(physical, "unit", "0")
    port = PortTruth(mode="none", access=0, native=0, allowed=frozenset())
    port.description = value(physical, "description")
    port.shutdown = "disable" in physical or "disable" in unit
    port.speed, port.duplex, _negotiates = link(tree, name)
    switching = at(unit, "family").get("ethernet-switching")
    if switching is not None:
        port.mode = value(switching, "interface-mode") or "access"
        carried = members(ids, switching)
        if port.mode == "trunk":
            port.allowed, port.native = carried, int(value(physical, "native-vlan-id") or 0)
        else:
            port.access = next(iter(carried), ids["default"])
        port.storm_pct = _storm(tree, value(switching, "storm-control"))
    port.poe = _on(at(tree, "poe", "interface"), name)
    limit = at(tree, "switch-options", "interface").get(f"{name}.0") or at(tree, "switch-options", "interface", name)
    counts = [word for word in at(limit, "interface-mac-limit") if word.isdigit()]
    if counts and value(limit, "interface-mac-limit", "packet-action") in _ENFORCED:
        port.max_macs = int(counts[0])
    rstp = at(tree, "protocols", "rstp")
    entry = _named(at(rstp, "interface"), name) or {}
    port.edge = "edge" in entry and "disable" not in entry and "disable" not in rstp
    blocked = _on(at(tree, "protocols", "layer2-control", "bpdu-block", "interface"), name)
    port.bpdu_guard = blocked or (port.edge and "bpdu-block-on-edge" in rstp)
    return port


def _storm(tree: Tree, profile: str) -> float:
    every = at(tree, "forwarding-options", "storm-control-profiles", profile).get("all") if profile else None
    return 0.0 if every is None else float(value(every, "bandwidth-percentage") or 80)


def _interfaces(tree: Tree) -> Iterator[tuple[int, SviTruth]]:
    irb = at(tree, "interfaces", "irb")
    ids = vlan_ids(tree)
    for name, vlan in at(tree, "vlans").items():
        interface = value(vlan, "l3-interface")
        if interface and ids[name]:
            unit = at(irb, "unit", interface.removeprefix("irb."))
            addresses = " ".join(at(unit, "family", "inet", "address"))
            yield ids[name], SviTruth(addresses, "disable" in irb or "disable" in unit)


def _views(tree: Tree) -> Iterator[tuple[str, frozenset[str]]]:
    for view, inside in at(tree, "snmp", "view").items():
        yield view, frozenset(oid for oid, sense in at(inside, "oid").items() if "exclude" not in sense)


def _snmp_users(tree: Tree) -> Iterator[tuple[str, str]]:
    vacm = at(tree, "snmp", "v3", "vacm")
    for user in at(tree, "snmp", "v3", "usm", "local-engine", "user"):
        group = value(vacm, "security-to-group", "security-model", "usm", "security-name", user, "group")
        access = at(vacm, "access", "group", group, "default-context-prefix", "security-model", "usm", "security-level")
        yield user, next((value(level, "read-view") for level in access.values() if "read-view" in level), "")


def _logins(tree: Tree) -> tuple[str, ...]:
    """Login methods in turn. The local password is the last resort when no server answers, whether listed or not."""
    order = tuple(METHODS[method] for method in at(tree, "system", "authentication-order"))
    return order if "local" in order else (*order, "local")


def in_force(tree: Tree, truth: Truth, access_from: frozenset[str]) -> None:
    """Write what the configuration does into ``truth``."""
    system, protocols, ids = at(tree, "system"), at(tree, "protocols"), vlan_ids(tree)
    truth.hostname = value(system, "host-name")
    truth.vlans = {number: name for name, number in ids.items() if number}
    truth.ports = {name: port_truth(tree, name, ids) for name in truth.ports}
    truth.interfaces = dict(_interfaces(tree))
    truth.gateway = " ".join(at(tree, "routing-options", "static", "route", "0.0.0.0/0", "next-hop"))
    truth.access_from = access_from
    truth.ntp = set(at(system, "ntp", "server"))
    truth.syslog = {host for host, what in at(system, "syslog", "host").items() if what}
    lldp = at(protocols, "lldp")
    truth.lldp = "disable" not in lldp and "all" in at(lldp, "interface") and _on(at(lldp, "interface"), "all")
    truth.communities = {
        name: "rw" if value(inside, "authorization") == "read-write" else "ro"
        for name, inside in at(tree, "snmp", "community").items()
    }
    truth.users = {
        name: LEVELS.get(value(inside, "class"), 1)
        for name, inside in at(system, "login", "user").items()
        if "authentication" in inside
    }
    truth.logins = _logins(tree)
    rstp = protocols.get("rstp")
    truth.stp_mode = "rstp" if rstp is not None and "disable" not in rstp else ""
    priority = value(rstp or {}, "bridge-priority") or "32768"
    truth.stp_priority = int(priority[:-1]) * 1024 if priority.endswith("k") else int(priority)
    truth.views = dict(_views(tree))
    truth.snmp_users = dict(_snmp_users(tree))
