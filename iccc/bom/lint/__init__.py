"""Reads a bill of quantities that somebody else wrote, and says where it contradicts itself.

`rows` finds tables and their columns, `sums` recalculates, `counts` holds tables against each other, `claims` what
descriptions promise, `cost` a camera against what cameras cost. Nothing is corrected; what cannot be told is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iccc.bom.lint.claims import claims
from iccc.bom.lint.cost import cost_of_cameras
from iccc.bom.lint.counts import counts
from iccc.bom.lint.finding import Finding
from iccc.bom.lint.rows import Bill, read_bill
from iccc.bom.lint.sums import sums
from iccc.city.model.assumptions import Sizing
from iccc.city.model.lint import LintFile
from iccc.schedule.files import Sheet


@dataclass(frozen=True)
class Linted:
    """What was read, and what was found in it, by place."""

    bill: Bill
    findings: tuple[Finding, ...]


def lint(sheets: Sequence[Sheet], known: LintFile, sizing: Sizing, archetype: str | None = None) -> Linted:
    """All findings of a bill. ``archetype``: a band of ``known`` that a camera's cost is held against."""
    bill = read_bill(sheets, known)
    order = {sheet.place: number for number, sheet in enumerate(sheets)}
    found = list(_all(bill, known, sizing, archetype))
    found.sort(key=lambda finding: (order.get(finding.place, 0), finding.row, finding.column, finding.check))
    return Linted(bill, tuple(found))


def _all(bill: Bill, known: LintFile, sizing: Sizing, archetype: str | None) -> Iterator[Finding]:
    yield from bill.findings
    yield from sums(bill)
    yield from counts(bill, known)
    yield from claims(bill, sizing)
    yield from cost_of_cameras(bill, known, archetype)
