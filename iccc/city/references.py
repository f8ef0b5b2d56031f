"""Names in the files around the network that have to be somebody's: phases, heads, sites, roles, control rooms."""

from __future__ import annotations

from collections.abc import Iterable

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Device, Kind
from iccc.city.heads import check_heads
from iccc.explain import one_of
from iccc.units import ranges


def check_references(declared: Declared, devices: Iterable[Device], mistakes: Mistakes) -> None:
    """All references of the optional files."""
    _owners(declared, devices, mistakes)
    _governance(declared, mistakes)
    check_heads(declared, mistakes)
    _published(declared, mistakes)
    _places(declared, mistakes)


def _owners(declared: Declared, devices: Iterable[Device], mistakes: Mistakes) -> None:
    """Who owns a device: the project, a party, or an owner of a head."""
    if not (declared.whole.governance and declared.whole.third_party):
        return
    parties = declared.governance.file.parties if declared.governance else {}
    tokens = {owner.token for sheet in declared.third_party for owner in sheet.file.owners}
    told: set[str] = set()
    for device in devices:
        if device.owner != "project" and device.owner not in parties and device.owner not in tokens:
            where = getattr(device, "origins", {}).get("owner", (device.where,))[0]
            if str(where) not in told:
                told.add(str(where))
                known = ("project", *parties, *tokens)
                mistakes.add_at(where, f"owner {one_of(device.owner, known)} (parties of governance.yaml)")


def _governance(declared: Declared, mistakes: Mistakes) -> None:
    if declared.governance is None:
        return
    document, file = declared.governance
    for name, body in file.bodies.items():
        if body.role is not None and body.role not in file.roles:
            mistakes.add(document, ("bodies", name, "role"), f"role {one_of(body.role, file.roles)}")
    for name, room in file.control_rooms.items():
        if room.operated_by is not None and room.operated_by not in file.bodies:
            path = ("control_rooms", name, "operated_by")
            mistakes.add(document, path, f"operated_by {one_of(room.operated_by, file.bodies)}")
    for name, service in file.services.items():
        if service.at is not None and service.at not in file.control_rooms:
            mistakes.add(document, ("services", name, "at"), f"at {one_of(service.at, file.control_rooms)}")
    for sheet in declared.sites:
        for index, box in enumerate(sheet.file.call_boxes):
            for position, at in enumerate(box.answered_at):
                if at not in file.control_rooms:
                    where = sheet.document.where("call_boxes", index, "answered_at", position)
                    mistakes.add_at(where, f"control room {one_of(at, file.control_rooms)}")


def _published(declared: Declared, mistakes: Mistakes) -> None:
    if declared.published is None:
        return
    document, file = declared.published
    heads = {sheet.file.head for sheet in declared.third_party}
    for name, figure in file.figures.items():
        path = ("figures", name)
        for index, part in enumerate(figure.parts):
            if part not in file.figures:
                mistakes.add(document, (*path, "parts", index), f"figure {one_of(part, file.figures)}")
            elif part == name:
                mistakes.add(document, (*path, "parts", index), f"figure {name} is a part of itself")
        counted = figure.counted
        if counted is None:
            continue
        if counted.phase is not None:
            mistakes.phase(declared, document, (*path, "counted", "phase"), counted.phase)
        if declared.whole.third_party and counted.head is not None and counted.head not in heads:
            mistakes.add(document, (*path, "counted", "head"), f"head {one_of(counted.head, heads)}")


def _places(declared: Declared, mistakes: Mistakes) -> None:
    numbers = {file.number for _, file in declared.sites}
    if declared.hot_spots is not None and declared.whole.sites:
        document, file = declared.hot_spots
        for name, spot in file.hot_spots.items():
            for index, number in enumerate(spot.sites):
                if number not in numbers:
                    text = f"site {number} is not declared; there are {ranges(numbers)}"
                    mistakes.add(document, ("hot_spots", name, "sites", index), text)
    if declared.buses is not None:
        buses = declared.buses
        for name, fleet in buses.file.fleets.items():
            path = ("fleets", name)
            mistakes.phase(declared, buses.document, (*path, "phase"), fleet.phase)
            mistakes.device_type(declared, buses.document, (*path, "device_type"), fleet.device_type, Kind.BUS_RECORDER)
