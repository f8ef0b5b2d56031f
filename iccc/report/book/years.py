"""What falls into which year: operation with its escalation, financial years, payments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from iccc.bom.estimate import Estimate
from iccc.bom.money import ZERO, exact, to_paisa
from iccc.city.devices import City
from iccc.city.model.boq import EstimateFile
from iccc.report.book.abstract import CAPITAL_NAME, OPERATION_NAME
from iccc.report.book.boq import AMOUNT as BOQ_AMOUNT
from iccc.report.book.boq import GST_PCT as BOQ_GST_PCT
from iccc.report.book.boq import Rows
from iccc.report.book.figures import Figures
from iccc.report.book.page import Book, Page, cell

OPERATION, YEARS = "Operation", "Financial years"
SOURCE = "estimate.yaml"
YEAR_NAME = "operation_year"
FIRST = 4  # the column of the first year


def write_operation(book: Book, city: City, estimate: Estimate, rows: Rows, escalation: str) -> None:
    """A row a yearly line, a column a year; then GST of each year and its total."""
    count = len(estimate.years)
    page = book.page(
        OPERATION, f"Operation and maintenance: {city.name}", f"संचालन व रखरखाव: {city.name_hi}",
        (8, 40, 11, 7, *([18] * max(count, 1)), 13),
    )  # fmt: skip
    page.note("Year 1 is at the rates of this estimate, each year that before it with the escalation; in rupees.")
    heads = [f"Year {year.number}" for year in estimate.years]
    page.heads(("Item", "Description", "Phase", "GST %", *heads, "Rates"), repeat=True)
    first = page.row
    for index, priced in enumerate(estimate.lines):
        if not priced.line.yearly:
            continue
        page.text(0, priced.line.item)
        page.text(1, priced.line.description)
        page.text(2, priced.line.phase)
        page.formula(3, rows.cell(index, BOQ_GST_PCT), priced.line.gst_pct, "percent")
        for year in range(count):
            value = to_paisa(priced.amount * _factor(estimate, year))
            formula = f"ROUND({rows.cell(index, BOQ_AMOUNT)}*(1+{escalation}/100)^{year},2)"
            page.formula(FIRST + year, formula, value, "money")
        page.text(FIRST + count, book.row_mark)
        page.row += 1
    last = page.row - 1
    if last < first:
        page.note("There are no yearly lines.")
    _years(book, page, estimate, first, last)


def _factor(estimate: Estimate, year: int) -> Decimal:
    step = next(done.step for done in estimate.steps if done.step.does == "operation")
    return (1 + exact(step.escalation_pct or 0) / 100) ** year


def _years(book: Book, page: Page, estimate: Estimate, first: int, last: int) -> None:
    amount_row, gst_row, total_row = page.row, page.row + 1, page.row + 2
    for row, text in ((amount_row, "Amount"), (gst_row, "GST"), (total_row, "Total of the year")):
        for column in range(FIRST):
            page.text(column, text if column == 1 else "", "group", row=row)
    for number, year in enumerate(estimate.years):
        column = FIRST + number
        lines = f"{cell(first, column)}:{cell(last, column)}"
        percents = f"$D${first + 1}:$D${last + 1}"
        some = last >= first
        page.formula(column, f"ROUND(SUM({lines}),2)" if some else "0", year.amount, "money", row=amount_row, bold=True)
        gst = f"ROUND(SUMPRODUCT(ROUND({lines}*{percents}/100,2)),2)" if some else "0"
        page.formula(column, gst, year.gst, "money", row=gst_row, bold=True)
        parts = f"{cell(amount_row, column)}+{cell(gst_row, column)}"
        page.formula(column, parts, year.total, "money", row=total_row, bold=True)
        book.define(f"{YEAR_NAME}_{year.number}", OPERATION, total_row, column)
    page.rupees(first, total_row, *range(FIRST, FIRST + len(estimate.years)))
    page.row = total_row + 2
    page.text(1, "All years", "group")
    every = f"{cell(total_row, FIRST)}:{cell(total_row, FIRST + len(estimate.years) - 1)}"
    page.formula(FIRST, f"ROUND(SUM({every}),2)", sum((y.total for y in estimate.years), ZERO), "money", bold=True)
    book.define(OPERATION_NAME, OPERATION, page.row, FIRST)
    page.row += 1


def write_years(book: Book, city: City, estimate: Estimate, figures: Sequence[str], payments: Sequence[str]) -> None:
    """Shares of the capital expenditure by financial year and by milestone; the last of each takes what is left."""
    page = book.page(
        YEARS, f"Financial years and payments: {city.name}", f"वित्तीय वर्ष व भुगतान: {city.name_hi}",
        (44, 11, 22, 22, 22, 13),
    )  # fmt: skip
    if estimate.financial_years:
        _financial(book, page, estimate, figures, city.declared.estimate.file)
    if estimate.payments:
        page.caption("Payments of the capital expenditure")
        page.heads(("When", "Per cent", "Rupees", "Rates"))
        first = page.row
        for number, (payment, name) in enumerate(zip(estimate.payments, payments, strict=True)):
            page.text(0, payment.milestone.when)
            page.formula(1, name, payment.milestone.pct, "percent")
            page.formula(2, _part(name, number, len(payments), first, 2), payment.amount, "money")
            page.text(3, book.row_mark)
            page.row += 1
        page.text(0, "All payments", "group")
        percents = sum(exact(payment.milestone.pct) for payment in estimate.payments)
        page.formula(1, f"SUM({cell(first, 1)}:{cell(page.row - 1, 1)})", percents, "percent", bold=True)
        every = f"ROUND(SUM({cell(first, 2)}:{cell(page.row - 1, 2)}),2)"
        page.formula(2, every, sum((payment.amount for payment in estimate.payments), ZERO), "money", bold=True)
        page.text(3, book.row_mark, bold=True)
        page.row += 1
        page.note("The last payment is what the others leave, so that they come to the capital expenditure.")
        page.rupees(first, page.row - 1, 2)


def _financial(book: Book, page: Page, estimate: Estimate, figures: Sequence[str], rules: EstimateFile) -> None:
    years = rules.financial_years
    assert years is not None
    page.caption("What is to be paid from April to March")
    page.heads(("Financial year", "Per cent", "Capital", "Operation", "Total", "Rates"))
    first = page.row
    for number, one in enumerate(estimate.financial_years):
        page.text(0, one.name)
        if number < len(figures):
            page.formula(1, figures[number], years.capital_pct[number], "percent")
            page.formula(2, _part(figures[number], number, len(figures), first, 2), one.capital, "money")
        else:
            page.text(1, "")
            page.number(2, ZERO, "money")
        year = one.first - years.operation_from
        if 0 <= year < len(estimate.years):
            page.formula(3, f"{YEAR_NAME}_{year + 1}", one.operation, "money")
        else:
            page.number(3, ZERO, "money")
        page.formula(4, f"{cell(page.row, 2)}+{cell(page.row, 3)}", one.total, "money")
        page.text(5, book.row_mark)
        page.row += 1
    last = page.row - 1
    page.text(0, "All years", "group")
    percents = sum(exact(percent) for percent in years.capital_pct)
    page.formula(1, f"SUM({cell(first, 1)}:{cell(last, 1)})", percents, "percent", bold=True)
    for column, value in (
        (2, sum((f.capital for f in estimate.financial_years), ZERO)),
        (3, sum((f.operation for f in estimate.financial_years), ZERO)),
        (4, sum((f.total for f in estimate.financial_years), ZERO)),
    ):
        page.formula(column, f"ROUND(SUM({cell(first, column)}:{cell(last, column)}),2)", value, "money", bold=True)
    page.row += 1
    page.rupees(first, last + 1, 2, 3, 4)


def _part(name: str, number: int, count: int, first: int, column: int) -> str:
    """A share of the capital expenditure; the last one is what the others leave."""
    if number < count - 1:
        return f"ROUND({CAPITAL_NAME}*{name}/100,2)"
    before = f"-SUM({cell(first, column)}:{cell(first + number - 1, column)})" if number else ""
    return f"ROUND({CAPITAL_NAME}{before},2)"


def names_of(rules: EstimateFile, figures: Figures) -> tuple[list[str], list[str]]:
    """Names of the shares of financial years and of milestones."""
    years, shares = rules.financial_years, []
    for year, pct in enumerate(years.capital_pct, years.first) if years else ():
        what = f"of the capital expenditure in {year}-{(year + 1) % 100:02}"
        shares.append(figures.add(("capital", str(year)), pct, "%", what, SOURCE))
    payments = [
        figures.add(("payment", str(number)), each.pct, "%", f"payment: {each.when}", SOURCE)
        for number, each in enumerate(rules.milestones, 1)
    ]
    return shares, payments
