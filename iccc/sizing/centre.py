"""The control centre: servers, racks, energy, seats, wall, staff, licences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from iccc.city.model.governance import ControlRoom
from iccc.sizing.people import displays, for_each, racks, staff
from iccc.sizing.power import battery_wh, cooling_tr, energy_kwh, generator_kva, ups_va
from iccc.sizing.result import Case, Input, Result

CENTRE = "core"  # the site of what stands in the centre


def results(case: Case) -> Iterator[Result]:
    """Of the city, and seats of each control room."""
    counted = Input("cameras", len(case.cameras), "cameras", "recorded_mbps lists them")
    yield Result(
        "vms_licences", "", len(case.cameras), "channels", "of the project's cameras; third parties' come on top",
        "a channel a camera", (counted,),
    )  # fmt: skip
    yield from _licences_by_group(case)
    servers = [device for device in case.city.equipment.values() if "vms" in getattr(device, "roles", ())]
    yield Result(
        "vms_servers", "", for_each(len(case.cameras), case.sizing.cameras_per_vms_server), "servers",
        "for the video management system", "ceil(cameras / cameras_per_vms_server)",
        (counted, *case.figure("cameras_per_vms_server")), len(servers), "servers.yaml, role vms",
    )  # fmt: skip
    yield from _devices(case)
    people = list(_people(case, counted))
    yield from people
    yield from _power(case, {result.name: result for result in people if not result.scope})


def _licences_by_group(case: Case) -> Iterator[Result]:
    groups = Counter(camera.group for camera in case.cameras)
    document = case.city.declared.city.document
    for group, count in sorted(groups.items()):
        where = str(document.where("groups", group))
        yield Result(
            "analytics_licences", group, count, "channels", f"if cameras of group {group} are analysed",
            "a channel a camera of the group", (Input("cameras", count, "cameras", where),),
        )  # fmt: skip


def _devices(case: Case) -> Iterator[Result]:
    sizing = case.sizing
    here = [device for device in case.devices if device.site == CENTRE]
    types = Counter(device.device_type for device in here)
    units = sum(count * (case.type(name).rack_units or 0.0) for name, count in types.items())
    each = tuple(
        Input(
            f"{count} × {name}",
            count * (case.type(name).rack_units or 0.0),
            "U",
            str(case.type_where(name, "rack_units")),
        )
        for name, count in sorted(types.items())
    )
    rack_units = Result(
        "rack_units", "", units, "U", "of what is declared in the centre", "Σ rack_units", each,
    )  # fmt: skip
    yield rack_units
    yield Result(
        "racks", "", racks(units, sizing.rack_u, sizing.rack_fill), "racks", "",
        "ceil(rack_units / (rack_u × rack_fill))",
        (rack_units.as_input(), *case.figure("rack_u", "rack_fill")),
    )  # fmt: skip
    watts = sum(count * (case.type(name).power_w or 0.0) for name, count in types.items())
    power = tuple(
        Input(f"{count} × {name}", count * (case.type(name).power_w or 0.0), "W", str(case.type_where(name, "power_w")))
        for name, count in sorted(types.items())
    )
    yield Result(
        "centre_kwh_month", "", energy_kwh(watts * sizing.pue, sizing.month_h), "kWh", "of a month, with cooling",
        "Σ power_w × pue × month_h / 1000", (*power, *case.figure("pue", "month_h")),
    )  # fmt: skip


def _power(case: Case, people: dict[str, Result]) -> Iterator[Result]:
    """UPS, generator and cooling, for the declared devices, the seats and the wall, with the reserve."""
    sizing = case.sizing
    here = [device for device in case.devices if device.site == CENTRE]
    devices_w = sum(case.type(device.device_type).power_w or 0.0 for device in here)
    seats, displays_ = (int(people[name].value or 0) for name in ("seats", "displays"))
    load_w = (devices_w + seats * sizing.seat_w + displays_ * sizing.display_w) * (1 + sizing.centre_reserve)
    load = Result(
        "centre_load_w", "", load_w, "W", "of devices, seats, wall and reserve on the centre's UPS",
        "(Σ power_w + seats × seat_w + displays × display_w) × (1 + centre_reserve)",
        (
            Input("Σ power_w", devices_w, "W", "centre_kwh_month lists them"), people["seats"].as_input(),
            people["displays"].as_input(), *case.figure("seat_w", "display_w", "centre_reserve"),
        ),
    )  # fmt: skip
    yield load
    yield Result(
        "centre_ups_va", "", ups_va(load_w, sizing.ups_pf, sizing.ups_load_max), "VA",
        "of the centre's UPS; of each one of a redundant pair", "centre_load_w / ups_pf / ups_load_max",
        (load.as_input(), *case.figure("ups_pf", "ups_load_max")),
    )  # fmt: skip
    factors = sizing.battery_efficiency, sizing.battery_ageing, sizing.battery_design
    yield Result(
        "centre_battery_kwh", "", battery_wh(load_w, sizing.centre_ups_hours, *factors) / 1000, "kWh",
        "that its batteries give down to their end voltage",
        "centre_load_w × centre_ups_hours / battery_efficiency × battery_ageing × battery_design / 1000",
        (
            load.as_input(),
            *case.figure("centre_ups_hours", "battery_efficiency", "battery_ageing", "battery_design"),
        ),
    )  # fmt: skip
    yield Result(
        "centre_cooling_tr", "", cooling_tr(load_w), "TR", "of cooling that always runs; one more stands by",
        "centre_load_w / 1000 / 3.517", (load.as_input(),),
    )  # fmt: skip
    yield Result(
        "centre_generator_kva", "",
        generator_kva(
            load_w, load_w * (sizing.pue - 1), sizing.ups_efficiency, sizing.generator_pf, sizing.generator_load_max
        ),
        "kVA", "feeds the UPS and the cooling",
        "(centre_load_w / ups_efficiency + centre_load_w × (pue − 1)) / generator_pf / generator_load_max / 1000",
        (load.as_input(), *case.figure("ups_efficiency", "pue", "generator_pf", "generator_load_max")),
    )  # fmt: skip


def _people(case: Case, counted: Input) -> Iterator[Result]:
    sizing = case.sizing
    rooms = [_seats(case, name, room, counted) for name, room in _rooms(case).items()]
    yield from rooms
    seats = Result(
        "seats", "", sum(int(room.value or 0) for room in rooms), "seats", "of all control rooms",
        "Σ seats of the control rooms", tuple(room.as_input(room.scope) for room in rooms),
    )  # fmt: skip
    yield seats
    yield Result(
        "displays", "", displays(len(case.cameras), sizing.wall_share, sizing.wall_tiles), "displays",
        "of the video wall",
        "ceil(cameras × wall_share / wall_tiles)", (counted, *case.figure("wall_share", "wall_tiles")),
    )  # fmt: skip
    yield Result(
        "operators", "", staff(int(seats.value or 0), sizing.shifts, sizing.relief), "people", "on the seats",
        "ceil(seats × shifts × relief)", (seats.as_input(), *case.figure("shifts", "relief")),
    )  # fmt: skip
    yield Result(
        "technicians", "", for_each(len(case.cameras), sizing.cameras_per_technician), "people", "in the field",
        "ceil(cameras / cameras_per_technician)", (counted, *case.figure("cameras_per_technician")),
    )  # fmt: skip


def _rooms(case: Case) -> dict[str, ControlRoom | None]:
    """The declared control rooms that watch the project's cameras; one that nobody declared, where there are none."""
    governance = case.city.declared.governance
    rooms = governance.file.control_rooms if governance else {}
    watching = {name: room for name, room in rooms.items() if not room.watches or "project" in room.watches}
    return {**watching} or {"iccc": None}


def _seats(case: Case, name: str, room: ControlRoom | None, counted: Input) -> Result:
    governance = case.city.declared.governance
    where = str(governance.document.where("control_rooms", name, "seats")) if governance and room else ""
    if room is not None and isinstance(room.seats, int):
        said = Input("seats", room.seats, "seats", where)
        return Result("seats", name, room.seats, "seats", room.title, "as declared", (said,), room.seats, where)
    return Result(
        "seats", name, for_each(len(case.cameras), case.sizing.cameras_per_seat), "seats",
        f"{room.title}: not declared" if room else "no control room is declared",
        "ceil(cameras / cameras_per_seat)", (counted, *case.figure("cameras_per_seat")),
    )  # fmt: skip
