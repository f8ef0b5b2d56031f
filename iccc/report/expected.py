"""The estimate in the expected case beside the billed one: a comparison of two bills of one city."""

from __future__ import annotations

from typing import Any

from iccc.bom.diff import Diff
from iccc.report.bom_diff import changes_table, diff_data, steps_table
from iccc.report.table import Table

BILLED, EXPECTED = "design maximum", "expected case"
TITLE = "Expected case, for comparison: not billed"
SAID = (
    "Billed is the design maximum. In the expected case those quantities differ that sizing works out (drives, seats, "
    "people, energy, slack of fibre); what is declared (cameras, recorders, switches, poles) is the same in both."
)
COLUMNS = "Billed", "Expected"


def expected_tables(diff: Diff) -> list[Table]:
    """What each step comes to in both cases, then the items that differ, for a terminal."""
    steps = steps_table(diff, TITLE, COLUMNS)
    return [steps, changes_table("Items that differ", diff, COLUMNS)] if diff.changes else [steps]


def expected_data(diff: Diff) -> dict[str, Any]:
    """``before`` is what is billed, ``after`` the expected case."""
    return {"billed": BILLED, "about": SAID, **diff_data(diff)}
