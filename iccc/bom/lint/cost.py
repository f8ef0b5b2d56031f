"""What a camera costs all in, against what cameras of such projects cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from iccc.bom.lint.counts import named
from iccc.bom.lint.finding import Finding
from iccc.bom.lint.rows import Bill, Line, Table
from iccc.bom.money import LAKH, ZERO
from iccc.city.model.lint import Band, LintFile
from iccc.rules.rule import Outcome


def cost_of_cameras(bill: Bill, known: LintFile, archetype: str | None) -> Iterator[Finding]:
    """One finding, where the cost of a camera is in no band, or not in that of the archetype."""
    sums = [(_sum(table, known), number) for number, table in enumerate(bill.tables)]
    spent, number_of = max(sums, default=(ZERO, 0))
    if not spent:
        return
    table = bill.tables[number_of]
    cameras = [line for line in table.positions if is_camera(line, known)]
    number = sum((line.quantity or ZERO for line in cameras), Decimal(0))
    if not number:
        text = "no row of this table counts cameras: what one costs all in is not known"
        yield Finding("cost-of-camera", Outcome.UNKNOWN, table.place, table.head_row, 1, text)
        return
    lakh = spent / LAKH / number
    band = place_of(lakh, known, archetype)
    if band is None:
        bands = {archetype: known.bands[archetype]} if archetype else known.bands
        listed = "; ".join(_said(name, each) for name, each in bands.items())
        text = f"{lakh:.2f} lakh a camera, all in ({number:f} cameras), is in no band: {listed}"
        yield cameras[0].finding("cost-of-camera", Outcome.WARN, "quantity", text)


def place_of(lakh: Decimal | float, known: LintFile, archetype: str | None = None) -> str | None:
    """The band that a cost is in; None when it is in none, or not in that of the archetype."""
    names = [archetype] if archetype else list(known.bands)
    fits = (name for name in names if known.bands[name].least_lakh <= lakh <= known.bands[name].most_lakh)
    return next(fits, None)


def _said(name: str, band: Band) -> str:
    return f"{name} {band.least_lakh:g} to {band.most_lakh:g} ({band.source})"


def is_camera(line: Line, known: LintFile) -> bool:
    """Whether a row counts cameras, and not what belongs to them."""
    return named(line, known.words["camera"]) and not named(line, known.words["beside_camera"])


def _sum(table: Table, known: LintFile) -> Decimal:
    """What the lines come to, without those of the years after: totals with tax where there are any, else amounts."""
    lines = [line for line in table.positions if not named(line, known.words["operation"])]
    for column in ("total", "amount"):
        numbers = [line.numbers[column] for line in lines if column in line.numbers]
        if numbers:
            return sum(numbers, ZERO)
    return ZERO
