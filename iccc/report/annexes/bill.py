"""The annexes of a bill: where its quantities come from, and what changed since an earlier one."""

from __future__ import annotations

from dataclasses import replace

from iccc.bom.diff import Diff
from iccc.bom.lines import Bill, BomLine
from iccc.report.annexes.annex import Annex
from iccc.report.bom_diff import diff_table, steps_table
from iccc.report.table import Cell, Table

PLACES = 4  # of a line that are named


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
