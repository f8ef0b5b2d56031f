"""Values that one line gives many devices: adopted when every one of them shows the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from iccc.adopt.case import Adoption, Case, Refused, Step
from iccc.adopt.value import leaf, words
from iccc.city.devices import Camera, City, Device, Recorder, Switch
from iccc.explain import Key
from iccc.yamledit import put
from iccc.yamlfile import Document

PATHS_OF_NTP = {Switch: "ntp_servers", Recorder: "time.ntp_servers", Camera: "time.ntp_servers"}


def everywhere(case: Case, document: Document, path: Sequence[Key], value: Any, paths: Mapping[str, str]) -> Adoption:
    """Writes ``value`` at ``path``. ``paths``: every device that the line decides for, with the path of its state."""
    found = {name: case.standing.get((name, its)) for name, its in paths.items()}
    same = [name for name, one in found.items() if one is not None and one.seen == case.finding.seen]
    others = [name for name in paths if name not in set(same)]
    if others:
        raise Refused(
            document.where(*path),
            f"this line decides for {len(paths)} devices, and {len(same)} of them showed {words(case.finding.seen)}; "
            f"{others[0]} did not. A deploy puts {case.finding.device} right, or change the line for all",
        )

    def holds(city: City) -> bool:
        return all(leaf(city, name, its) == case.finding.seen for name, its in paths.items())

    return Adoption((Step(document.file, put(path, value)),), frozenset(paths), holds)


def of_city(kinds: Mapping[type[Device], str], *path: Key) -> Callable[[Case, Sequence[str]], Adoption]:
    """A rule for a value of city.yaml that decides for all devices of ``kinds``, by the path of their states."""

    def rule(case: Case, found: Sequence[str]) -> Adoption:
        document = case.city.declared.city.document
        way = tuple(part.format(*found) if isinstance(part, str) else part for part in path)
        inside = {
            device.name: state.format(*found)
            for device in case.city.devices()
            for kind, state in kinds.items()
            if isinstance(device, kind) and device.on_the_wire
        }
        return everywhere(case, document, way, _ordered(case, way), inside)

    return rule


def _ordered(case: Case, path: Sequence[Key]) -> Any:
    """What was seen; of a list, what stays as it was comes first."""
    seen = case.finding.seen
    if not isinstance(seen, list):
        return seen
    old: Any = case.city.declared.city.document.value
    for key in path:
        old = old.get(key, []) if isinstance(old, dict) else []
    return [*(one for one in old if one in seen), *(one for one in seen if one not in old)]


def tree_priority(case: Case, _found: Sequence[str]) -> Adoption:
    """The bridge priority of a role."""
    device = case.device
    assert isinstance(device, Switch)
    of_role = {
        s.name: case.finding.path for s in case.city.switches.values() if s.role == device.role and s.on_the_wire
    }
    path = ("switching", "spanning_tree", f"{device.role}_priority")
    return everywhere(case, case.city.declared.city.document, path, case.finding.seen, of_role)


def user_level(case: Case, found: Sequence[str]) -> Adoption:
    """The level of a user that all devices of a kind have."""
    device, seen = case.device, case.finding.seen
    level = {15: "Administrator", 1: "User"}.get(seen) if isinstance(device, Switch) else seen
    line = ("users", str(device.kind), found[0], "level")
    if not isinstance(level, str):
        where = case.city.declared.city.document.where(*line)
        raise Refused(where, f"{words(seen)} is no level that can be declared: a deploy puts it right")
    of_kind = {d.name: case.finding.path for d in case.city.devices() if d.kind == device.kind and d.on_the_wire}
    return everywhere(case, case.city.declared.city.document, line, level, of_kind)


def vlan_name(case: Case, found: Sequence[str]) -> Adoption:
    """The name of a VLAN that city.yaml names; those of sites are named by iccc."""
    number, city = int(found[0]), case.city.declared.city
    network = city.file.network
    named = {
        "management": network.management.vlan,
        "recording": network.recording.vlan,
        "servers": network.servers.vlan if network.servers else None,
        "parking": network.parking.vlan if network.parking else None,
    }
    for name, vlan in named.items():
        if vlan == number:
            bearers = {
                s.name: case.finding.path
                for s in case.city.switches.values()
                if s.on_the_wire and leaf(case.city, s.name, case.finding.path) is not None
            }
            return everywhere(case, city.document, ("network", name, "name"), case.finding.seen, bearers)
    raise Refused(case.finding.where, f"the name of VLAN {number} follows from its site: a deploy puts it right")


def site_name(case: Case, _found: Sequence[str]) -> Adoption:
    """The name of a site, as its cameras have it."""
    cameras = {
        c.name: case.finding.path for c in case.city.cameras.values() if c.site == case.device.site and c.on_the_wire
    }
    return everywhere(case, case.sheet.document, ("name",), case.finding.seen, cameras)
