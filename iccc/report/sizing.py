"""What a city needs, as text that fits a terminal, as CSV and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from iccc.city.devices import City
from iccc.report.table import VERSION, Cell, Table, as_csv, as_data, as_text, one_line
from iccc.sizing.city import Line
from iccc.sizing.result import Input, Result, Value

# Results with a scope, side by side in text: what the scope is, and their names.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "Site": (
        "site_mbps", "poe_w", "poe_switches", "ups_load_w", "ups_va", "ups_type", "battery_h", "energy_kwh_month",
    ),
    "Ring or spur": ("chain_mbps", "ring_nodes", "fibre_m"),
    "Link": ("link_mbps",),
    "Recorder": ("recorder_usable_tb", "recorder_mbps", "recorder_drives"),
    "Control room": ("seats",),
    "Phase": ("third_party_cameras",),
    "Camera group": ("analytics_licences",),
}  # fmt: skip
COLUMNS = (
    "Name", "Scope", "Unit", "Design maximum", "Expected", "Declared", "Declared at", "About", "Formula",
    "Inputs of the design maximum", "Inputs of the expected case",
)  # fmt: skip
HINT = "with --explain NAME or --explain SITE: the formula, its inputs and where each comes from, in both cases"


def sizing_text(city: City, lines: Sequence[Line]) -> bytes:
    """The city in both cases, then the design maximum of each site, ring, link and recorder."""
    of_city = [line for line in lines if not line.scope]
    rows: list[list[Cell]] = [
        [
            line.name,
            number(line.design.value),
            number(line.expected.value),
            number(line.design.declared) if line.design.declared is not None else "",
            line.design.unit,
            line.design.about,
        ]
        for line in of_city
    ]
    columns = ("City", "Design max", "Expected", "Declared", "Unit", "")
    parts = [as_text(Table("size", f"Sizing: {city.name}", columns, rows))]
    for family, names in FAMILIES.items():
        scoped = [line for line in lines if line.scope and line.name in names]
        if scoped:
            parts.append(as_text(_family(family, names, scoped)))
    notes = f"note: (in brackets): what is declared, or allowed there\nnote: {HINT}\n"
    return b"\n".join(_untitled(part) for part in parts) + b"\n" + notes.encode()


def _untitled(part: bytes) -> bytes:
    return part[2:] if part.startswith(b"\n\n") else part


def _family(family: str, names: Sequence[str], lines: Sequence[Line]) -> Table:
    """A row a scope, a column a name; only columns that somebody has."""
    kept = [name for name in names if any(line.name == name for line in lines)]
    cells = {(line.scope, line.name): with_declared(line.design) for line in lines}
    scopes = list(dict.fromkeys(line.scope for line in lines))
    rows = [[scope, *(cells.get((scope, name), "") for name in kept)] for scope in scopes]
    return Table("size", "", (family, *kept), rows)


def with_declared(result: Result) -> str:
    """The value, and in brackets what is declared or allowed there."""
    said = "" if result.declared is None else f" ({number(result.declared)})"
    return f"{number(result.value)}{said}"


def number(value: Value | None) -> str:
    """``1,111.3``, ``10``; ``-`` for what is not known."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:,}" if isinstance(value, int) else value


def sizing_csv(city: City, lines: Sequence[Line]) -> bytes:  # noqa: ARG001
    """A row a quantity, with everything."""
    return as_csv(Table("size", "", COLUMNS, [_row(line) for line in lines]))


def _row(line: Line) -> list[Cell]:
    def cell(value: Value | None) -> Cell:
        return "" if value is None else value

    return [
        line.name, line.scope, line.design.unit, cell(line.design.value), cell(line.expected.value),
        cell(line.design.declared), line.design.declared_where, line.design.about, line.design.formula,
        "; ".join(map(_input, line.design.inputs)), "; ".join(map(_input, line.expected.inputs)),
    ]  # fmt: skip


def _input(each: Input) -> str:
    value = f"{each.value:g}" if isinstance(each.value, float) else each.value
    source = f", {each.source}" if each.source else ""
    return one_line(f"{each.name} = {value} {each.unit} ({each.where}{source})".replace(" (", " ("))


def sizing_json(city: City, lines: Sequence[Line]) -> bytes:
    """``{"version": 1, "kind": "size", "rows": [{"name": …, "design_maximum": {"value": …, "inputs": […]}, …}]}``."""
    rows = [
        {
            "name": line.name,
            "scope": line.scope,
            "unit": line.design.unit,
            "about": line.design.about,
            "formula": line.design.formula,
            "declared": line.design.declared,
            "declared_at": line.design.declared_where,
            "design_maximum": _case(line.design),
            "expected": _case(line.expected),
        }
        for line in lines
    ]
    head = {"version": VERSION, "kind": "size", "city": city.key, "declaration": city.digest}
    return as_data({**head, "rows": rows, "notes": [str(note) for note in city.notes]})


def _case(result: Result) -> dict[str, Any]:
    inputs = [
        {"name": each.name, "value": each.value, "unit": each.unit, "from": each.where, "source": each.source}
        for each in result.inputs
    ]
    return {"value": result.value, "inputs": inputs}


def explained(lines: Sequence[Line]) -> bytes:
    """Each line with its formula and inputs; of the expected case only the inputs that differ."""
    return ("\n".join(text for line in lines for text in _explained(line)) + "\n").encode()


def _explained(line: Line) -> Iterator[str]:
    about = f": {line.design.about}" if line.design.about else ""
    yield one_line(f"{line.name} {line.scope}".rstrip() + about)
    yield f"  = {line.design.formula}"
    yield from _inputs("design maximum", line.design, line.design.inputs)
    yield from _inputs("expected", line.expected, [e for e in line.expected.inputs if e not in line.design.inputs])
    if line.design.declared is not None:
        yield f"  declared: {number(line.design.declared)} {line.design.unit}  {line.design.declared_where}"
    yield ""


def _inputs(case: str, result: Result, inputs: Sequence[Input]) -> Iterator[str]:
    yield f"  {case}: {number(result.value)} {result.unit}".rstrip()
    for each in inputs:
        value = f"{each.value:,g}" if isinstance(each.value, float) else each.value
        source = f"  {each.source}" if each.source else ""
        yield one_line(f"    {each.name}: {value} {each.unit}  {each.where}{source}")


WRITERS: Mapping[str, Callable[[City, Sequence[Line]], bytes]] = {
    "text": sizing_text,
    "json": sizing_json,
    "csv": sizing_csv,
}
