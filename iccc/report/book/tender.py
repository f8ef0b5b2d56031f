"""The workbook of a tender: quantities locked, rates for bidders to fill in, amounts by formula once they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from iccc.bom.lines import BomLine
from iccc.city.devices import City
from iccc.report.annexure.content import Asked
from iccc.report.bom import notes
from iccc.report.book import boq, cover
from iccc.report.book.figures import plus
from iccc.report.book.page import Book, Page, cell

SHEET = "BOQ"
COLUMNS = (
    "Item", "Description", "Specification", "HSN SAC", "Unit", "Quantity", "Rate", "Rate in words", "Amount", "GST %",
    "GST", "Total", "Phase", "Of",
)  # fmt: skip
WIDTHS = (7, 34, 60, 9, 16, 10, 15, 26, 17, 7, 16, 18, 15, 9)
(ITEM, DESCRIPTION, SPECIFICATION, CODE, UNIT, QUANTITY, RATE, WORDS, AMOUNT, GST_PCT, GST, TOTAL, PHASE, OF) = range(
    len(COLUMNS)
)
PRINTED = PHASE
SUMS = (AMOUNT, GST, TOTAL)
CAPITAL_NAME, EVALUATED_NAME = "capital_amount", "evaluated"


def tender_book(asked: Asked) -> bytes:
    """Cover, bill, evaluation, payments. Spares are in the quantities; nothing is added for contingency."""
    city = asked.city
    book = Book("", "", city.name, asked.day)
    front = cover.write(book, city, cover.facts(asked), notes(city, asked.bill.notes), None)
    _bill(book, city, asked.bill.lines)
    _evaluation(book, city)
    cover.contents(front, book)
    return book.close()


def _bill(book: Book, city: City, lines: Sequence[BomLine]) -> None:
    page = book.page(SHEET, f"Tender: bill of quantities: {city.name}", f"निविदा: मात्रा-पत्रक: {city.name_hi}", WIDTHS)
    page.note(
        "To be filled in: yellow cells. Rates are rupees for a unit, without GST; some are per cent, as the unit says."
    )
    page.heads(COLUMNS, repeat=True)
    first = page.row
    rows = boq.places(lines, first)
    runs = boq.runs(lines, rows)
    titles = city.declared.boq.file.heads
    for head, group in groupby(lines, lambda line: line.head):
        title = titles[head]
        _filled(page, "group")
        page.text(ITEM, head, "group")
        page.text(DESCRIPTION, f"{title.title}  {title.title_hi}", "group")
        page.row += 1
        start = page.row
        for line in group:
            _line(page, line, runs)
            page.row += 1
        _filled(page, "text")
        page.text(DESCRIPTION, f"Sum of {head}", bold=True)
        for column in SUMS:
            cells = f"{cell(start, column)}:{cell(page.row - 1, column)}"
            page.formula(column, f'IF(COUNT({cells})=0,"",SUM({cells}))', "", "money", bold=True)
        page.row += 1
    for name, column in (("boq_amount", AMOUNT), ("boq_gst", GST), ("boq_total", TOTAL), ("boq_of", OF)):
        book.define(name, SHEET, first, column, page.row - 1)
    page.rupees(first, page.row - 1, RATE, *SUMS)
    page.codes(CODE, first, page.row - 1)
    page.sheet.print_area(0, 0, page.row - 1, PRINTED)


def _filled(page: Page, style: str) -> None:
    for column in range(PRINTED + 1):
        page.text(column, "", style)


def _line(page: Page, line: BomLine, runs: dict[str, list[tuple[int, int]]]) -> None:
    row = page.row
    rate, amount = cell(row, RATE), cell(row, AMOUNT)
    unit = f"per cent of {', '.join(line.percent_of)}" if line.percent_of else line.unit
    for column, text in (
        (ITEM, line.item), (DESCRIPTION, line.description), (SPECIFICATION, line.specification), (CODE, line.code),
        (UNIT, unit), (PHASE, line.phase), (OF, boq.YEARLY if line.yearly else boq.CAPITAL),
    ):  # fmt: skip
        page.text(column, text)
    page.number(QUANTITY, line.quantity + line.spares, "whole")
    page.entry(RATE, None)
    page.empty(WORDS)
    of = f"{cell(row, QUANTITY)}*{rate}"
    if line.percent_of:
        of = f"({plus(_of_runs(line, runs, row))})*{rate}/100"
    page.formula(AMOUNT, f'IF({rate}="","",ROUND({of},2))', "", "money")
    page.number(GST_PCT, line.gst_pct, "percent")
    page.formula(GST, f'IF({amount}="","",ROUND({amount}*{cell(row, GST_PCT)}/100,2))', "", "money")
    page.formula(TOTAL, f'IF({amount}="","",{amount}+{cell(row, GST)})', "", "money")


def _of_runs(line: BomLine, runs: dict[str, list[tuple[int, int]]], row: int) -> Iterable[str]:
    """Amounts of the heads that a line is a share of, in its phase, without yearly ones."""
    for first, last in (run for head in line.percent_of for run in runs.get(head, ())):
        amounts, phases, kinds = (f"{cell(first, column)}:{cell(last, column)}" for column in (AMOUNT, PHASE, OF))
        yield f'SUMIFS({amounts},{phases},{cell(row, PHASE)},{kinds},"{boq.CAPITAL}")'


def _evaluation(book: Book, city: City) -> None:
    file = city.declared.estimate.file
    years = next((step.years for step in file.steps if step.years), 1)
    page = book.page(
        "Evaluation", f"Evaluation and payments: {city.name}", f"मूल्यांकन व भुगतान: {city.name_hi}", (60, 12, 20, 20, 22)
    )
    page.heads(("What", "Times", "Amount", "GST", "Total"), repeat=True)
    first = page.row
    for text, kind, times in (
        ("Capital items", boq.CAPITAL, 1),
        ("Items of operation, a year each", boq.YEARLY, years),
    ):
        page.text(0, text)
        page.number(1, times or 1, "whole")
        for column, name in ((2, "boq_amount"), (3, "boq_gst"), (4, "boq_total")):
            formula = f'IF(COUNT({name})=0,"",{cell(page.row, 1)}*SUMIFS({name},boq_of,"{kind}"))'
            page.formula(column, formula, "", "money")
        page.row += 1
    book.define(CAPITAL_NAME, "Evaluation", first, 4)
    page.text(0, "Evaluated", "group")
    page.text(1, "", "group")
    for column in (2, 3, 4):
        both = f"{cell(first, column)}:{cell(first + 1, column)}"
        page.formula(column, f'IF(COUNT({both})=0,"",SUM({both}))', "", "money", bold=True)
    book.define(EVALUATED_NAME, "Evaluation", page.row, 4)
    page.row += 1
    page.rupees(first, page.row - 1, 2, 3, 4)
    if file.milestones:
        page.caption("Payments of the capital items with GST")
        page.heads(("When", "Per cent", "Rupees"))
        first = page.row
        for number, milestone in enumerate(file.milestones, 1):
            page.text(0, milestone.when)
            page.number(1, milestone.pct, "percent")
            share = f"ROUND({CAPITAL_NAME}*{cell(page.row, 1)}/100,2)"
            if number == len(file.milestones):  # what the others leave
                before = f"-SUM({cell(first, 2)}:{cell(page.row - 1, 2)})" if number > 1 else ""
                share = f"ROUND({CAPITAL_NAME}{before},2)"
            page.formula(2, f'IF({CAPITAL_NAME}="","",{share})', "", "money")
            page.row += 1
        page.text(0, "All payments", "group")
        percents = sum(milestone.pct for milestone in file.milestones)
        page.formula(1, f"SUM({cell(first, 1)}:{cell(page.row - 1, 1)})", percents, "percent", bold=True)
        every = f"ROUND(SUM({cell(first, 2)}:{cell(page.row - 1, 2)}),2)"
        page.formula(2, f'IF({CAPITAL_NAME}="","",{every})', "", "money", bold=True)
        page.row += 1
        page.rupees(first, page.row - 1, 2)
