"""What a bill reckons, reckoned again: amounts of lines, GST, totals, and whether a rate says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from iccc.bom.lint.finding import Finding
from iccc.bom.lint.rows import Bill, Line, Table
from iccc.bom.money import ZERO, grouped
from iccc.rules.rule import Outcome

RUPEE = Decimal("0.5")  # amounts may be written in whole rupees
PAISA = Decimal("0.005")  # rates may be rounded to the paisa
MONEY = ("amount", "total")


def sums(bill: Bill) -> Iterator[Finding]:
    """Findings of every table by itself."""
    for table in bill.tables:
        for line in table.positions:
            yield from _amount(line)
            yield from _gst(line)
            yield from _signs(line)
        yield from _unrated(table)
        for column in MONEY:
            yield from _totals(table, column)
        yield from _bases(table)


def _signs(line: Line) -> Iterator[Finding]:
    for column in ("quantity", "rate", "amount", "total"):
        number = line.numbers.get(column)
        if number is not None and number < 0:
            yield line.finding("negative", Outcome.FAIL, column, f"{column} {number} of {line.name} is negative")
    if line.quantity == 0:
        yield line.finding("no-quantity", Outcome.WARN, "quantity", f"the quantity of {line.name} is 0")


def _unrated(table: Table) -> Iterator[Finding]:
    """Lines without a rate, where others have one. Where none has one it is a bill to be filled in."""
    if not table.rated:
        return
    for line in table.positions:
        if "rate" not in line.numbers and not any(line.numbers.get(column) for column in MONEY):
            yield line.finding("no-rate", Outcome.UNKNOWN, "rate", f"{line.name} has no rate: no total is complete")


def _amount(line: Line) -> Iterator[Finding]:
    quantity, rate = line.quantity, line.numbers.get("rate")
    if quantity is None or rate is None:
        return
    should = quantity * rate
    allowed = RUPEE + PAISA * abs(quantity)
    for column in MONEY:
        amount = line.numbers.get(column)
        if amount is None or (column == "total" and ("amount" in line.columns or "gst" in line.columns)):
            continue
        gst = line.numbers.get("gst_pct") if column == "total" else None
        with_gst = should * (1 + gst / 100) if gst is not None else should
        if all(abs(amount - each) > allowed for each in (should, with_gst)):
            text = f"{quantity:f} × {grouped(rate)} is {grouped(should)}, {grouped(amount)} stands here ({line.name})"
            yield line.finding("amount", Outcome.FAIL, column, text)


def _gst(line: Line) -> Iterator[Finding]:
    """GST of the amount with its spares, and the total of both."""
    amount, gst, total = (line.numbers.get(name) for name in ("amount", "gst", "total"))
    percent = line.numbers.get("gst_pct")
    if amount is None:
        return
    amount += line.numbers.get("spares_amount", ZERO)
    if percent is not None and 0 < percent < 1:
        percent *= 100  # a share, as a workbook keeps per cent
    if gst is not None and percent is not None and abs(amount * percent / 100 - gst) > RUPEE:
        should = grouped(amount * percent / 100)
        text = f"{percent:f} % of {grouped(amount)} is {should}, {grouped(gst)} stands here ({line.name})"
        yield line.finding("gst", Outcome.FAIL, "gst", text)
    if gst is None and percent is not None:
        gst = amount * percent / 100
    if gst is not None and total is not None and abs(amount + gst - total) > 2 * RUPEE:
        should = grouped(amount + gst)
        text = f"{grouped(amount)} and GST of {grouped(gst)} are {should}, {grouped(total)} stands here ({line.name})"
        yield line.finding("total-of-line", Outcome.FAIL, "total", text)


@dataclass
class _Running:
    """Sums down to a row. ``lines``, ``others`` since the last total; ``every`` lines of the table."""

    lines: Decimal = ZERO
    others: Decimal = ZERO
    every: Decimal = ZERO
    subtotals: Decimal = ZERO
    last: Decimal | None = None  # total
    counted: int = 0

    def candidates(self) -> list[Decimal]:
        """What a total may be of: what stands since the last one, all lines, all totals; with what was added since."""
        sums_ = [self.lines, self.every]
        if self.last is not None:
            sums_ += [self.subtotals, self.last + self.lines, self.last]
        others = [self.others] if self.others else []  # nothing is no sum, but where nothing stands above
        return [*dict.fromkeys((*(each + self.others for each in sums_), *others, *sums_))]


def _totals(table: Table, column: str) -> Iterator[Finding]:
    if column not in table.columns:
        return
    running = _Running()
    for line in table.rows:
        number = line.numbers.get(column)
        if line.row in table.totals:
            if number is None:
                continue
            known = running.candidates()
            allowed = RUPEE * (1 + running.counted)
            if running.counted and all(abs(number - each) > allowed for each in known):
                nearest = min(known, key=lambda each: abs(number - each))
                text = f"{grouped(number)} is no sum of what stands above; the nearest is {grouped(nearest)}"
                yield line.finding("total", Outcome.FAIL, column, text)
            running.subtotals += number
            running.last, running.lines, running.others = number, ZERO, ZERO
        elif number is not None and line.quantity is not None:
            running.lines += number
            running.every += number
            running.counted += 1
        elif number is not None:
            running.others += number
            running.counted += 1


def _bases(table: Table) -> Iterator[Finding]:
    rated = table.rated
    if not rated:
        return
    if "basis" not in table.columns:
        at = table.columns.get("rate", 1)
        text = f"no column says what the rates of {len(rated)} lines are based on: SOR, GeM, quotation"
        yield Finding("rate-basis", Outcome.WARN, table.place, table.head_row, at, text)
        return
    for line in rated:
        if not line.basis or line.basis.casefold() in ("-", "na", "n/a", "nil", "none"):
            yield line.finding("rate-basis", Outcome.FAIL, "basis", f"the rate of {line.name} has no basis")
