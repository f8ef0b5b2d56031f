"""What a row comes to: the values of its site, and the YAML of one that is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iccc.adopt.city.text import flow, listed, scalar
from iccc.city.devices import City
from iccc.city.model.common import Category
from iccc.city.model.planning import Archetype
from iccc.city.model.site import SiteFile
from iccc.errors import Mistake
from iccc.explain import one_of
from iccc.siting.rows import CAMERAS, Row
from iccc.sizing.field import switches_for

# In the order in which a site's file has them.
KEYS = ("name", "name_hi", "type", "phase", "position", "ward", "police_station", "main_road", "arms", "note")
Values = Mapping[str, Any]  # name: value as YAML has it; cameras.<group>: their number


@dataclass(frozen=True)
class Surveyed:
    """A row with its archetype and phase. ``values`` are what is written and remembered; None is never in them."""

    row: Row
    archetype: Archetype
    phase: str

    @property
    def type(self) -> Category:
        return self.row.type or self.archetype.type

    @property
    def cameras(self) -> dict[str, int]:
        """Those of the archetype, with the numbers that the row says instead."""
        usual = {camera.group: camera.count for camera in self.archetype.cameras}
        return usual | dict(self.row.cameras)

    @property
    def values(self) -> dict[str, Any]:
        row = self.row
        found = {
            "name": row.name,
            "name_hi": row.name_hi,
            "type": str(self.type),
            "phase": self.phase,
            "position": row.position.model_dump() if row.position else None,
            "ward": row.ward,
            "police_station": row.police_station,
            "main_road": row.main_road,
            "arms": row.arms or self.archetype.arms,
            "note": row.note,
        }
        found |= {f"{CAMERAS}{group}": count for group, count in self.cameras.items()}
        return {key: value for key, value in found.items() if value is not None}


def declared_values(file: SiteFile, phase: str | None) -> dict[str, Any]:
    """The same of a site as it is declared; a group that has several entries has none to be told of."""
    found = {key: getattr(file, key) for key in KEYS}
    found["type"], found["phase"] = str(file.type), file.phase or phase
    found["position"] = file.position.model_dump() if file.position else None
    groups = [entry.group for entry in file.cameras]
    found |= {f"{CAMERAS}{e.group}": e.count for e in file.cameras if groups.count(e.group) == 1}
    return {key: value for key, value in found.items() if value is not None}


def file_of(city: City, number: int, type_: Category) -> str:
    letter, folder = ("j", "junctions") if type_ is Category.JUNCTION else ("s", "sites")
    return f"cities/{city.key}/{folder}/{letter}{number:02d}.yaml"


def unknown(city: City, surveyed: Surveyed) -> Iterator[Mistake]:
    """What an archetype asks for that the city or the catalogue does not have."""
    groups = city.declared.city.file.groups
    for group in surveyed.cameras:
        if group not in groups:
            yield Mistake(surveyed.row.at("archetype"), f"camera group {one_of(group, groups)} of city.yaml")
    if surveyed.archetype.switch not in city.catalogue:
        yield Mistake(surveyed.row.at("archetype"), f"switch {one_of(surveyed.archetype.switch, city.catalogue)}")


def site_text(city: City, surveyed: Surveyed, number: int, source: str) -> str:
    """The file of a new site."""
    return "\n".join(_lines(city, surveyed, number, source)) + "\n"


def _lines(city: City, surveyed: Surveyed, number: int, source: str) -> Iterator[str]:
    archetype, values = surveyed.archetype, surveyed.values
    yield f"# From {source}, by `iccc survey import`. Cameras, poles and cabinet are those of {archetype.title}:"
    yield f"# {archetype.source} ({archetype.kind})."
    yield "# yaml-language-server: $schema=../../../docs/schema/site-v1.json"
    yield "schema: site/v1"
    yield f"number: {number}"
    for key in KEYS:
        if key in values:
            value = values[key]
            yield f"{key}: {flow(value) if isinstance(value, Mapping) else scalar(value)}"
        if key == "type":
            yield "status: planned"
    yield "defaults: {recorder: unknown}"
    if cabinet := archetype.cabinet:
        surge = listed(cabinet.surge_protection)
        yield ""
        yield "cabinets:"
        yield (
            f"  - {{number: 1, earthing_pits: {cabinet.earthing_pits}, surge_protection: {surge}, "
            f"door_sensor: {scalar(cabinet.door_sensor)}}}"
        )
    if archetype.poles:
        yield ""
        yield "poles:"
        poles = [pole for pole in archetype.poles for _ in range(pole.count)]
        for at, pole in enumerate(poles, start=1):
            arm = {"arm_m": pole.arm_m} if pole.arm_m else {}
            yield f"  - {flow({'number': at, 'type': pole.type, 'height_m': pole.height_m, **arm})}"
    yield from _devices(city, surveyed)


def _devices(city: City, surveyed: Surveyed) -> Iterator[str]:
    archetype = surveyed.archetype
    cameras = {group: count for group, count in surveyed.cameras.items() if count}
    kept = {camera.group: camera.ports for camera in archetype.cameras}
    answering = _rooms(city)
    call_box = archetype.call_box if city.declared.city.file.network.field and answering else None
    if cameras or call_box:
        cabinet = {"cabinet": 1} if archetype.cabinet else {}
        yield ""
        yield "switches:"
        for number in range(1, _switches(city, surveyed, cameras, kept, call_box) + 1):
            yield f"  - {flow({'number': number, 'device_type': archetype.switch, **cabinet})}"
    if cameras:
        yield ""
        yield "cameras:"
        slot = 1
        for group, count in cameras.items():
            ports = max(count, kept.get(group, 0))
            yield f"  - {flow({'group': group, 'slot': slot, 'count': count, 'ports': ports})}"
            slot += ports
    if call_box:
        yield ""
        yield "call_boxes:"
        yield f"  - {flow({'number': 1, 'device_type': call_box, 'answered_at': answering})}"


def _rooms(city: City) -> list[str]:
    """The control rooms that watch the project's cameras, and so answer its call boxes."""
    governance, policy = city.declared.governance, city.declared.city.file.call_boxes
    rooms = governance.file.control_rooms if governance else {}
    watching = [name for name, room in rooms.items() if "project" in room.watches]
    return [name for name in watching if policy is None or name in policy.answer_points]


def _switches(
    city: City, surveyed: Surveyed, cameras: Mapping[str, int], kept: Mapping[str, int], call_box: str | None
) -> int:
    """As many as sizing says: each device has a port and its watts, and so have the spare ports."""
    groups, type_ = city.declared.city.file.groups, city.catalogue[surveyed.archetype.switch]
    watts = [
        city.catalogue[groups[group].device_type].pse_w or 0.0
        for group, count in cameras.items()
        for _ in range(max(count, kept.get(group, 0)))
    ]
    watts += [city.catalogue[call_box].pse_w or 0.0] if call_box and call_box in city.catalogue else []
    watts += [city.sizing.spare_port_w] * round(city.sizing.spare_ports)
    ports = tuple(sorted(each.poe_w for each in type_.ports if each.poe_w for _ in range(each.count)))
    budget_w = type_.poe_budget_w * (1 - type_.poe_headroom)
    count = switches_for(ports, budget_w, tuple(sorted(watts, reverse=True)))
    return count or 1  # what fits on no number of switches is told when the city is read
