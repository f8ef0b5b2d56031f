"""What a Junos commit refuses, with what it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.switch.sims.juniper_effect import LEVELS, at, members, value, vlan_ids
from tests.switch.sims.juniper_tree import Tree


def _error(path: str, statement: str, message: str) -> str:
    return f"[edit {path}]\n  '{statement}'\n    {message}"


def _vlans(tree: Tree) -> Iterator[str]:
    owners: dict[int, str] = {}
    routed: dict[str, str] = {}
    for name, number in sorted(vlan_ids(tree).items()):
        if number and number in owners:
            yield _error(f"vlans {name}", f"vlan-id {number}", f"duplicate vlan-id: already used by {owners[number]}")
        owners[number] = name
        interface = value(tree, "vlans", name, "l3-interface")
        if interface and interface in routed:
            yield _error(f"vlans {name}", f"l3-interface {interface}", f"already used by vlan {routed[interface]}")
        routed[interface] = name


def _members(known: dict[str, int], port: str, switching: Tree) -> Iterator[str]:
    path = f"interfaces {port} unit 0 family ethernet-switching vlan"
    named = list(at(switching, "vlan", "members"))
    trunk = value(switching, "interface-mode") == "trunk"
    if trunk and not named:
        message = (
            "For trunk interface, please ensure either vlan members is configured or inner-vlan-id-list is configured"
        )
        yield _error(f"interfaces {port} unit 0 family", "ethernet-switching", message)
    if not trunk:
        for member in named:
            if member == "all" or re.fullmatch(r"\d+-\d+", member):
                yield _error(path, f"members {member}", "Vlan range format not supported if interface-mode is access")
        if len(named) > 1:
            yield _error(path, f"members {named[1]}", "interface-mode access takes one vlan member")
    for member in named:
        if member != "all" and not re.fullmatch(r"[\d-]+", member) and not known.get(member):
            yield _error(path, f"members {member}", f"No vlan matches vlan name {member} for interface {port}.0")
    if "all" not in named:
        for number in sorted(members(known, switching) - set(known.values()) - {0}):
            yield _error(path, "members", f"No vlan matches vlan tag {number} for interface {port}.0")


def _interfaces(tree: Tree) -> Iterator[str]:
    ids = vlan_ids(tree)
    profiles = at(tree, "forwarding-options", "storm-control-profiles")
    for port, physical in at(tree, "interfaces").items():
        native = value(physical, "native-vlan-id")
        for number, unit in at(physical, "unit").items():
            families = at(unit, "family")
            name = value(families, "inet", "filter", "input")
            if name and name not in at(tree, "firewall", "family", "inet", "filter"):
                yield _error(
                    f"interfaces {port} unit {number} family inet",
                    "filter",
                    f"Referenced filter '{name}' is not defined",
                )
            if (switching := families.get("ethernet-switching")) is None:
                continue
            path = f"interfaces {port} unit {number}"
            if port in ("irb", "lo0", "me0", "vme"):
                yield _error(path, "family ethernet-switching", "family is not supported on this interface")
            elif number != "0":
                yield _error(f"interfaces {port}", f"unit {number}", "Only unit 0 is valid for this encapsulation")
            elif "inet" in families:
                yield _error(path, "family inet", "family inet and family ethernet-switching exclude each other")
            else:
                yield from _members(ids, port, switching)
                profile = value(switching, "storm-control")
                if profile and profile not in profiles:
                    yield _error(path, f"storm-control {profile}", "Referenced storm-control profile is not defined")
        if native and value(physical, "unit", "0", "family", "ethernet-switching", "interface-mode") != "trunk":
            yield _error(f"interfaces {port}", f"native-vlan-id {native}", "needs interface-mode trunk")
        elif native and int(native) not in ids.values():
            yield _error(f"interfaces {port}", f"native-vlan-id {native}", f"No vlan matches vlan tag {native}")


def _references(tree: Tree) -> Iterator[str]:
    for name, inside in at(tree, "firewall", "family", "inet", "filter").items():
        for term, body in at(inside, "term").items():
            for listed in at(body, "from", "source-prefix-list"):
                if listed not in at(tree, "policy-options", "prefix-list"):
                    path = f"firewall family inet filter {name} term {term} from"
                    yield _error(path, f"source-prefix-list {listed}", f"prefix-list '{listed}' is not defined")
    classes = {*LEVELS, *at(tree, "system", "login", "class")}
    for user, inside in at(tree, "system", "login", "user").items():
        named = value(inside, "class")
        if named and named not in classes:
            yield _error(f"system login user {user}", f"class {named}", f"Login class '{named}' is not defined")


def _missing(tree: Tree) -> Iterator[str]:
    if not at(tree, "system", "root-authentication"):
        yield "[edit]\n  'system'\n    Missing mandatory statement: 'root-authentication'"
    for user, inside in at(tree, "system", "login", "user").items():
        if "class" not in inside:
            yield f"[edit system login]\n  'user {user}'\n    Missing mandatory statement: 'class'"


def refused(tree: Tree) -> str:
    """Why the configuration cannot be committed; "" when it can."""
    if missing := list(_missing(tree)):
        return "\n".join([*missing, "error: configuration check-out failed: (missing mandatory statements)"])
    if wrong := [*_vlans(tree), *_interfaces(tree), *_references(tree)]:
        return "\n".join([*wrong, "error: configuration check-out failed: (statements constraint check failed)"])
    return ""
