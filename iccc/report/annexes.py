"""The annexes of a project report: what sizing, rules and assumptions say, as titled groups of tables.

An annex is a sheet of the workbook and a chapter of a printed report. Its cells are values; what is priced is not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iccc.bom.added import Added
from iccc.bom.diff import Diff
from iccc.bom.lines import Bill, BomLine
from iccc.city.devices import City
from iccc.report.bom_diff import diff_table, steps_table
from iccc.report.table import Cell, Table
from iccc.rules.all import RULES
from iccc.rules.judge import judge
from iccc.rules.rule import Stage
from iccc.sizing.city import Line
from iccc.sizing.result import Result

PLACES = 4  # of a line that are named
CITY_COLUMNS = ("Quantity", "What", "Design maximum", "Expected", "Declared", "Unit", "Formula")
WHATIF = "Shown, and not to be changed here: `iccc whatif` works out what follows from another figure."


@dataclass(frozen=True)
class Annex:
    """A sheet or chapter. Its tables have captions; their notes say what a reader has to know."""

    key: str
    title: str
    title_hi: str
    tables: tuple[Table, ...]


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


def assumptions(city: City) -> Annex:
    """Every figure that sizing assumes, in both cases, with its bounds' source."""
    rows: list[list[Cell]] = [
        [name, one.about, one.value, city.expected_figures[name].value, one.unit, one.kind, one.source, str(one.where)]
        for name, one in city.figures.items()
    ]
    columns = ("Figure", "What", "Design maximum", "Expected", "Unit", "Kind", "Source", "Stands at")
    table = Table("assumptions", "Figures that nobody declares for a device", columns, rows, notes=[WHATIF])
    return Annex("assumptions", "Assumptions", "मान्यताएँ", (table,))


def specifications(bill: Bill) -> Annex:
    """Each line with how its quantity was derived, where that comes from, and its specification."""
    rows: list[list[Cell]] = [
        [line.item, line.description, line.phase, line.quantity, line.derivation, _places(line), line.specification]
        for line in bill.lines
    ]
    columns = ("Item", "Description", "Phase", "Quantity", "Derivation", "Comes from", "Specification")
    note = "All places: `--format json`."
    table = Table("specifications", "Derivation and specification", columns, rows, notes=[note])
    return Annex("specifications", "Specifications", "व्युत्पत्ति व विनिर्देश", (table,))


def _places(line: BomLine) -> str:
    said = ", ".join(f"{place} ({count:.12g})" for place, count in line.sources[:PLACES])
    return f"{said} and {len(line.sources) - PLACES} more" if len(line.sources) > PLACES else said


def changes(city: str, diff: Diff | None) -> Annex:
    """What changed since an earlier revision, items and steps; or that none was given."""
    if diff is None:
        text = "No earlier revision was given (--since): there is nothing to compare with."
        tables: tuple[Table, ...] = (Table("diff", text, ("Change",), []),)
    else:
        lines, steps = diff_table(city, diff), steps_table(diff)
        notes = [f"{diff.same} positions are as they were."]
        tables = (replace(lines, notes=notes), replace(steps, title="Steps of the computation, before and after"))
    return Annex("diff", "Changes", "परिवर्तन", tables)


def compliance(city: City, today: date) -> Annex:
    """What the rules of design and procurement say on ``today``: a row a finding, and one for each rule that holds."""
    rows: list[list[Cell]] = []
    for verdict in judge(city, today, [rule for rule in RULES if rule.stage in (Stage.DESIGN, Stage.PROCUREMENT)]):
        rule = verdict.rule
        head: list[Cell] = [rule.id, rule.title, str(rule.stage), str(rule.severity)]
        if not verdict.in_force:
            rows.append([*head, f"in force from {rule.in_force_from}", "", "", rule.source])
        elif not verdict.rows:
            said = f"pass ({verdict.passes})" if verdict.passes else "about nothing here"
            rows.append([*head, said, "", "", rule.source])
        rows += [[*head, str(row.outcome), row.subjects, row.said, rule.source] for row in verdict.rows]
    columns = ("Rule", "What it asks for", "Stage", "Severity", "Outcome", "Subject", "What was found", "Source")
    note = f"As of {today}. Rules of acceptance and operation: `iccc check {city.key}`."
    table = Table("compliance", "Rules of design and procurement", columns, rows, notes=[note])
    return Annex("compliance", "Compliance", "नियमों का अनुपालन", (table,))
