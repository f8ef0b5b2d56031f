"""The expected case beside what is billed: the steps of the estimate, then the items that differ."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.bom.diff import Diff
from iccc.bom.estimate import Estimate
from iccc.bom.money import LAKH, ZERO
from iccc.city.devices import City
from iccc.report.book.abstract import SHEET as ABSTRACT
from iccc.report.book.abstract import TOTAL_NAME
from iccc.report.book.page import Book, Page, cell
from iccc.report.expected import SAID

SHEET = "Expected case"
WIDTHS = (8, 50, 12, 12, 22, 22, 18, 13)
BILLED, EXPECTED, MOVED = 4, 5, 6


def write(book: Book, city: City, estimate: Estimate, steps: Sequence[str], expected: Diff) -> None:
    """``steps`` are the cells of the abstract with what its steps came to.

    Another case is another sizing, which no formula of a sheet can work out: its amounts hold while the total is what
    the workbook was written with, and are blank then.
    """
    title = f"Expected case, for comparison and not billed: {city.name}"
    page = book.page(SHEET, title, f"अपेक्षित स्थिति, केवल तुलना हेतु: {city.name_hi}", WIDTHS)
    page.wide(0, len(WIDTHS) - 1, SAID, "note", text_wrap=True)
    page.row += 1
    page.note(
        "Amounts of the expected case hold for the rates that this workbook was written with; else they are blank."
    )
    _steps(book, page, estimate, steps, expected)
    if expected.changes:
        _items(book, page, expected)


def _steps(book: Book, page: Page, estimate: Estimate, steps: Sequence[str], expected: Diff) -> None:
    page.caption("Computation")
    heads = ("No.", "Step", "", "", "Billed, rupees", "Expected, rupees", "Difference", "Rates")
    page.heads(heads, joined=((1, 3),))
    first, unchanged = page.row, f"ROUND({TOTAL_NAME},2)={estimate.total}"
    for number, (step, at) in enumerate(zip(expected.steps, steps, strict=True)):
        bold = estimate.steps[number].step.does == "sum"
        billed, now = cell(page.row, BILLED), step.after or ZERO
        page.serial(number + 1, bold=bold)
        page.wide(1, 3, step.name, bold=bold)
        page.formula(BILLED, f"'{ABSTRACT}'!{at}", step.before or ZERO, "money", bold=bold)
        page.formula(EXPECTED, f'IF({unchanged},{now},"")', now, "money", bold=bold)
        lakh = step.difference / LAKH
        page.formula(MOVED, f'IF({unchanged},({now}-{billed})/{LAKH},"")', lakh, "moved", bold=bold)
        page.text(7, book.row_mark, bold=bold)
        page.row += 1
    page.rupees(first, page.row - 1, BILLED, EXPECTED)


def _items(book: Book, page: Page, expected: Diff) -> None:
    page.caption("Items that differ, quantities with their spares; items that are a share of others differ in amount")
    page.heads(("Item", "Description", "Phase", "Unit", "Quantity billed", "Quantity expected", "Difference", "Rates"))
    for change in expected.changes:
        either = change.either
        page.text(0, either.item)
        page.text(1, either.description)
        page.text(2, either.phase)
        page.text(3, either.unit)
        for column, side in ((BILLED, change.before), (EXPECTED, change.after)):
            page.number(column, side.quantity + side.spares if side else 0, "whole")
        page.number(MOVED, (change.total or ZERO) / LAKH, "moved")
        page.text(7, book.row_mark)
        page.row += 1
