"""The annexes of sizing: which results each has, in both cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iccc.bom.added import Added
from iccc.report.annexes.annex import Annex
from iccc.report.table import Cell, Table
from iccc.sizing.city import Line
from iccc.sizing.result import Result

CITY_COLUMNS = ("Quantity", "What", "Design maximum", "Expected", "Declared", "Unit", "Formula")


@dataclass(frozen=True)
class _Plan:
    """Which results of sizing an annex has: those of the city by name, and tables with a row a scope."""

    key: str
    title: str
    title_hi: str
    of_city: tuple[str, ...]
    scoped: Mapping[str, tuple[str, ...]]  # what the scope is: names


PLANS = (
    _Plan("network", "Network and PoE", "नेटवर्क व PoE",
          ("field_poe_w", "poe_switches", "rings_by_bandwidth", "rings_by_nodes", "rings"),
          {"Site": ("poe_w", "poe_switches"), "Ring or spur": ("ring_nodes",)}),
    _Plan("bandwidth", "Bandwidth", "बैंडविड्थ", ("core_mbps", "third_party_cameras", "third_party_mbps"),
          {"Site": ("site_mbps",), "Ring or spur": ("chain_mbps",), "Link": ("link_mbps",)}),
    _Plan("storage", "Storage and recorders", "भंडारण व रिकॉर्डर",
          ("recorded_mbps", "storage_net_tb", "storage_usable_tb", "storage_usable_tib", "drives_shared",
           "drives_shared_raw_tb", "drives_in_recorders", "drives_in_standbys", "recorders",
           "third_party_usable_tb"),
          {"Recorder": ("recorder_usable_tb", "recorder_mbps", "recorder_drives")}),
    _Plan("power", "Power and UPS", "विद्युत व UPS",
          ("field_ups_va", "field_kwh_month", "centre_kwh_month", "centre_load_w", "centre_ups_va",
           "centre_battery_kwh", "centre_cooling_tr", "centre_generator_kva"),
          {"Site": ("ups_load_w", "ups_va", "ups_type", "battery_h", "battery_ah", "battery_block_ah",
                    "energy_kwh_month")}),
    _Plan("fibre", "Fibre and links", "फाइबर व लिंक", ("fibre_m",), {"Ring or spur": ("fibre_m",)}),
    _Plan("licences", "Licences", "लाइसेंस", ("vms_licences", "vms_servers"), {"Camera group": ("analytics_licences",)}),
    _Plan("people", "Control rooms and people", "नियंत्रण कक्ष व कर्मचारी",
          ("displays", "seats", "operators", "technicians", "rack_units", "racks"), {"Control room": ("seats",)}),
)  # fmt: skip


def of_sizing(lines: Sequence[Line], part: str, adds: Sequence[Added]) -> list[Annex]:
    """Sizing in both cases: of the city with its formulas, then of each site, ring, link, recorder.

    ``part``: the lines are of devices of a phase or of places alone; "" the whole city. ``adds`` is what a bill of such
    a phase has of what is the whole city's.
    """
    return [Annex(plan.key, plan.title, plan.title_hi, tuple(_tables(plan, lines, part, adds))) for plan in PLANS]


def _tables(plan: _Plan, lines: Sequence[Line], part: str, adds: Sequence[Added]) -> Iterator[Table]:
    added: list[list[Cell]] = [
        [each.name, each.about, each.with_phase, each.before, each.adds, each.unit]
        for each in adds
        if each.name in plan.of_city
    ]
    if added:
        columns = ("Quantity", "What", f"With {part}", "Before it", "In the bill", "Unit")
        yield Table(plan.key, f"What {part} adds to the phases before it, design maximum", columns, added)
    rows = [_of_city(line) for name in plan.of_city for line in lines if line.name == name and not line.scope]
    if rows:
        yield Table(plan.key, f"Devices of {part}, as if they stood alone" if part else "The city", CITY_COLUMNS, rows)
    for scope, names in plan.scoped.items():
        here = [line for line in lines if line.scope and line.name in names]
        kept = [name for name in names if any(line.name == name for line in here)]
        if here:
            yield _scoped(plan.key, scope, kept, here)


def _of_city(line: Line) -> list[Cell]:
    design, expected = line.design, line.expected
    return [
        line.name, design.about, _value(design), _value(expected), _declared(design), design.unit, design.formula,
    ]  # fmt: skip


def _scoped(key: str, scope: str, names: Sequence[str], lines: Sequence[Line]) -> Table:
    """A row a scope: of each name the design maximum, the expected case, and what is declared, where anything is."""
    found = {(line.scope, line.name): line for line in lines}
    columns, cells = [scope], []
    for name in names:
        one = [line for line in lines if line.name == name]
        unit = f", {one[0].design.unit}" if one[0].design.unit else ""
        columns += [f"{name}{unit}", "expected"]
        declared = any(line.design.declared is not None for line in one)
        columns += ["declared"] if declared else []
        cells.append((name, declared))
    rows: list[list[Cell]] = []
    for each in dict.fromkeys(line.scope for line in lines):
        row: list[Cell] = [each]
        for name, declared in cells:
            line = found.get((each, name))
            row += ["", ""] if line is None else [_value(line.design), _value(line.expected)]
            if declared:
                row.append("" if line is None else _declared(line.design))
        rows.append(row)
    formulas = {line.name: line.design.formula for line in lines}
    notes = [f"{name} = {formulas[name]}" for name in names]
    return Table(key, f"Each {scope.lower()}", columns, rows, notes=notes)


def _value(result: Result) -> Cell:
    return "not known" if result.value is None else result.value


def _declared(result: Result) -> Cell:
    return "" if result.declared is None else result.declared
