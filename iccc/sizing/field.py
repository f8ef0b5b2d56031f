"""Each site: its PoE by placement, its UPS and battery, its energy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from iccc.city.devices import Equipment, Site
from iccc.city.model.catalogue import DeviceType, Kind
from iccc.city.model.common import Lifecycle
from iccc.city.placement import fewest
from iccc.sizing.power import battery_ah, battery_h, end_v, energy_kwh, runtime_h, ups_load_w, ups_va
from iccc.sizing.result import Case, Input, Result
from iccc.sizing.whole import next_size

OFF_UPS = (Kind.UPS, Kind.VMS_BOARD)  # a sign board hangs on the mains
TOTALS = {
    "poe_w": "field_poe_w", "poe_switches": "poe_switches", "ups_va": "field_ups_va",
    "energy_kwh_month": "field_kwh_month",
}  # fmt: skip


def results(case: Case) -> Iterator[Result]:
    """Of each site, and the sums of the city."""
    found: list[Result] = []
    for site in case.sites:
        found += _Site(case, site).results()
    yield from found
    yield from _totals(found)


def _totals(found: list[Result]) -> Iterator[Result]:
    for name, total in TOTALS.items():
        parts = [result for result in found if result.name == name]
        if parts:
            values = [part.value for part in parts]
            declared = [int(part.declared) for part in parts if isinstance(part.declared, int)]
            yield Result(
                total, "", None if None in values else sum(v for v in values if isinstance(v, int | float)),
                parts[0].unit, "of all sites", f"Σ {name} of the sites",
                tuple(part.as_input(part.scope) for part in parts),
                sum(declared) if declared else None, "switches of the sites' files" if declared else "",
            )  # fmt: skip


@lru_cache(maxsize=4096)
def switches_for(ports_w: tuple[float, ...], budget_w: float, demands_w: tuple[float, ...]) -> int | None:
    """:func:`fewest`, once for sites alike. ``demands_w`` in descending order."""
    return fewest(ports_w, budget_w, demands_w)


class _Site:
    def __init__(self, case: Case, site: Site) -> None:
        self._case, self._site = case, site
        city = case.city
        self._cameras = [camera for camera in case.cameras if camera.site == site.code]
        self._equipment = [
            device
            for device in city.equipment.values()
            if device.site == site.code and device.status is not Lifecycle.DECOMMISSIONED
        ]
        self._switches = [switch for switch in city.switches.values() if switch.site == site.code]

    def results(self) -> Iterator[Result]:
        if not self._cameras and not self._equipment:
            return
        case, sizing = self._case, self._case.sizing
        demands = sorted(self._demands(), key=lambda demand: -demand[1])
        poe = Result(
            "poe_w", self._site.code, sum(watts * count for _, watts, count, _ in demands), "W",
            "PSE class watts of what hangs on its ports",
            "Σ pse_w" + (", kept and spare ports too" if case.kept else ""),
            tuple(Input(f"{count} × {what}", watts, "W", where) for what, watts, count, where in demands),
        )  # fmt: skip
        yield poe
        name = self._switch_type()
        needed = 0
        if name is not None:
            placed = self._placed(name, [watts for _, watts, count, _ in demands for _ in range(count)])
            needed = int(placed.value or 0)
            yield placed
        own = self._switches_w(name, needed)
        others = [device for device in self._equipment if device.kind not in OFF_UPS and not _fed(case, device)]
        others_w = sum(case.type(device.device_type).power_w or 0.0 for device in others) + sizing.aux_w
        load_w = ups_load_w(
            float(poe.value or 0) * sizing.poe_draw,
            sizing.psu_efficiency,
            sum(float(each.value) for each in own),
            others_w,
        )
        load = Result(
            "ups_load_w", self._site.code, load_w, "W", "what its UPS feeds",
            "poe_w × poe_draw / psu_efficiency + switches' own power_w + others' power_w + aux_w",
            (
                poe.as_input(),
                *own,
                *(case.catalogue(device.device_type, "power_w", "W") for device in others),
                *case.figure("poe_draw", "psu_efficiency", "aux_w"),
            ),
        )  # fmt: skip
        yield load
        yield from self._ups(load, load_w)
        yield self._energy(load, load_w)

    def _demands(self) -> Iterator[tuple[str, float, int, str]]:
        """What hangs on a port: what, watts, how many, where it is declared."""
        case = self._case
        alike: Counter[tuple[str, float, str]] = Counter()
        wired = [device for device in self._equipment if device.switch is not None]
        for device in (*self._cameras, *wired):
            alike[device.device_type, case.type(device.device_type).pse_w or 0.0, str(device.where)] += 1
        for (what, watts, where), count in alike.items():
            yield what, watts, count, where
        if not case.kept:
            return
        by_line = Counter(camera.where for camera in self._cameras)
        for document, file in case.city.declared.sites:
            if file.number != self._site.number:
                continue
            for index, entry in enumerate(file.cameras):
                kept = entry.ports - entry.count
                if kept > 0 and by_line[document.where("cameras", index)]:
                    type_name = case.city.declared.city.file.groups[entry.group].device_type
                    where = str(document.where("cameras", index, "ports"))
                    yield f"{type_name}, kept", case.type(type_name).pse_w or 0.0, kept, where
        if spare := round(case.sizing.spare_ports):
            yield "spare port", case.sizing.spare_port_w, spare, str(case.figures["spare_port_w"].where)

    def _switch_type(self) -> str | None:
        """That of the site's switches, or of most sites'."""
        access = [switch for switch in self._case.city.switches.values() if switch.role == "access"]
        for switches in (self._switches, access):
            if switches:
                return Counter(switch.device_type for switch in switches).most_common(1)[0][0]
        return None

    def _placed(self, name: str, demands_w: list[float]) -> Result:
        case, type_ = self._case, self._case.type(name)
        ports = tuple(sorted(ports.poe_w for ports in type_.ports if ports.poe_w for _ in range(ports.count)))
        budget_w = type_.poe_budget_w * (1 - type_.poe_headroom)
        count = switches_for(ports, budget_w, tuple(sorted(demands_w, reverse=True)))
        return Result(
            "poe_switches", self._site.code, count, "switches", f"of type {name}: each device has a port and its watts",
            "fewest switches with a port and the watts for each device: never by the sum of watts",
            (
                Input("devices", len(demands_w), "ports", "poe_w lists them"),
                Input(f"PoE ports of {name}", len(ports), "ports", str(case.type_where(name, "ports"))),
                case.catalogue(name, "poe_budget_w", "W"), case.catalogue(name, "poe_headroom", "share"),
            ),
            len(self._switches), str(self._site.where),
        )  # fmt: skip

    def _switches_w(self, name: str | None, needed: int) -> list[Input]:
        """What its switches draw themselves: the declared ones, or as many as are needed where none are."""
        types = Counter(switch.device_type for switch in self._switches)
        if not types and name is not None:
            types[name] = needed
        return [
            Input(
                f"{count} × power_w of {what}",
                count * (self._case.type(what).power_w or 0.0),
                "W",
                str(self._case.type_where(what, "power_w")),
            )
            for what, count in types.items()
        ]

    def _ups(self, load: Result, load_w: float) -> Iterator[Result]:
        case, sizing, code = self._case, self._case.sizing, self._site.code
        va = Result(
            "ups_va", code, ups_va(load_w, sizing.ups_pf, sizing.ups_load_max), "VA", "its UPS must have",
            "ups_load_w / ups_pf / ups_load_max", (load.as_input(), *case.figure("ups_pf", "ups_load_max")),
            sum(case.type(device.device_type).va or 0.0 for device in self._ups_here()) or None, str(self._site.where),
        )  # fmt: skip
        yield va
        name, hours, how = self._chosen(float(va.value or 0), load_w)
        said = Counter(device.device_type for device in self._ups_here())
        yield Result(
            "ups_type", code, name, "", how,
            "the smallest type with the VA, and with the hours where its table has them",
            (va.as_input(), *case.figure("ups_hours")),
            ", ".join(f"{count} × {what}" for what, count in said.items()) or None, str(self._site.where),
        )  # fmt: skip
        type_ = case.type(name) if name else None
        declared = self._ups_here()
        yield Result(
            "battery_h", code, hours, "h", "that this type lasts with the battery it is sold with",
            "runtime table of the catalogue; else battery_ah × end voltage × battery_efficiency / (ups_load_w × "
            "battery_ageing × battery_design)",
            (load.as_input(), *(_battery_inputs(case, name) if name else ())),
            lasting_h(case, case.type(declared[0].device_type), load_w) if len(declared) == 1 else None,
            str(declared[0].where) if len(declared) == 1 else "",
        )  # fmt: skip
        bus = type_.dc_bus_v if type_ else None
        needed = None
        if bus:
            volts = end_v(bus, sizing.cell_v, sizing.cell_end_v)
            needed = battery_ah(
                load_w, sizing.ups_hours, volts, sizing.battery_efficiency, sizing.battery_ageing, sizing.battery_design
            )
        inputs = (
            load.as_input(), *((case.catalogue(name, "dc_bus_v", "V"),) if name else ()),
            *case.figure("ups_hours", "battery_efficiency", "battery_ageing", "battery_design", "cell_v", "cell_end_v"),
        )  # fmt: skip
        formula = (
            "ups_load_w / (battery_efficiency × dc_bus_v / cell_v × cell_end_v) × ups_hours × battery_ageing × "
            "battery_design"
        )
        capacity = Result("battery_ah", code, needed, "Ah", "by the formula, for ups_hours", formula, inputs)
        yield capacity
        block = next_size(needed, type_.blocks_ah) if needed is not None and type_ and type_.blocks_ah else None
        yield Result(
            "battery_block_ah", code, block, "Ah", "the next block as sold; none: take strings in parallel",
            "next size of blocks_ah",
            (capacity.as_input(), *((case.catalogue(name, "blocks_ah", "Ah"),) if name else ())),
            type_.battery_ah if type_ else None, str(case.type_where(name, "battery_ah")) if name else "",
        )  # fmt: skip

    def _ups_here(self) -> list[Equipment]:
        return [device for device in self._equipment if device.kind is Kind.UPS]

    def _chosen(self, va: float, load_w: float) -> tuple[str | None, float | None, str]:
        """Type, hours, and in words how it was found."""
        case = self._case
        types = {name: type_ for name, type_ in case.city.catalogue.items() if type_.kind is Kind.UPS and type_.va}
        fitting = sorted(
            (name for name in types if next_size(va, [types[name].va or 0.0])), key=lambda n: types[n].va or 0
        )
        for name in fitting:
            hours = lasting_h(case, types[name], load_w)
            if hours is not None and hours >= case.sizing.ups_hours:
                return name, hours, "has the VA and the hours"
        if fitting:
            name = fitting[0]
            return name, lasting_h(case, types[name], load_w), "has the VA; its battery does not last ups_hours"
        return None, None, "no type of the catalogue has so many VA: take two, or add one to the catalogue"

    def _energy(self, load: Result, load_w: float) -> Result:
        case, sizing = self._case, self._case.sizing
        boards = [device for device in self._equipment if device.kind is Kind.VMS_BOARD]
        mains_w = load_w / sizing.ups_efficiency + sum(
            case.type(device.device_type).power_w or 0.0 for device in boards
        )
        return Result(
            "energy_kwh_month", self._site.code, energy_kwh(mains_w, sizing.month_h), "kWh", "of a month, at the meter",
            "(ups_load_w / ups_efficiency + power_w of sign boards) × month_h / 1000",
            (
                load.as_input(), *(case.catalogue(device.device_type, "power_w", "W") for device in boards),
                *case.figure("ups_efficiency", "month_h"),
            ),
        )  # fmt: skip


def lasting_h(case: Case, type_: DeviceType, load_w: float) -> float | None:
    """How long a UPS lasts with its battery: the table of the catalogue wins over the formula; None: not known."""
    sizing = case.sizing
    if type_.runtime:
        return runtime_h(type_.runtime, load_w)
    if type_.battery_ah is None or type_.dc_bus_v is None:
        return None
    energy_wh = type_.battery_ah * end_v(type_.dc_bus_v, sizing.cell_v, sizing.cell_end_v)
    return battery_h(energy_wh, load_w, sizing.battery_efficiency, sizing.battery_ageing, sizing.battery_design)


def _battery_inputs(case: Case, device_type: str) -> Iterator[Input]:
    """The lines of the runtime table, or what the formula takes where there is none."""
    lines = case.type(device_type).runtime
    for index, line in enumerate(lines):
        where = str(case.type_where(device_type, "runtime", index))
        yield Input(f"runtime of {device_type} at {line.load_w:g} W", line.minutes, "min", where)
    if not lines:
        yield case.catalogue(device_type, "battery_ah", "Ah")
        yield case.catalogue(device_type, "dc_bus_v", "V")
        yield from case.figure("battery_efficiency", "battery_ageing", "battery_design", "cell_v", "cell_end_v")


def _fed(case: Case, device: Equipment) -> bool:
    return device.switch is not None and bool(case.type(device.device_type).pse_w)
