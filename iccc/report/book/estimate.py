"""The workbook of an estimate, put together."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.bom.diff import Diff
from iccc.report.annexes.annex import Annex
from iccc.report.annexes.assumptions import assumptions
from iccc.report.annexes.bill import changes, specifications
from iccc.report.annexes.compliance import compliance
from iccc.report.annexes.sizing import of_sizing
from iccc.report.annexure.content import Asked
from iccc.report.book import abstract, boq, cover, expected, figures, matrix, sites, years
from iccc.report.book.page import Book, table_widths
from iccc.report.estimate import remarks
from iccc.report.marks import FAKE, NO_PRICE
from iccc.report.table import Table


def estimate_book(asked: Asked, diff: Diff | None) -> bytes:
    """All sheets, as a file. What is asked has an estimate; ``diff`` is to an earlier one."""
    city, estimate, rules = asked.city, asked.estimate, asked.city.declared.estimate.file
    assert estimate is not None
    mark = NO_PRICE if estimate.card.fake else ""
    book = Book(mark, FAKE if mark else "", city.name, asked.day)
    names = figures.figures_of(rules, estimate.lines)
    shares = abstract.shares_of(rules, names)
    of_years, of_payments = years.names_of(rules, names)
    facts = cover.facts(asked)
    facts.append(("Rate card", "दर सूची", ": ".join(filter(None, (estimate.card.name, mark)))))
    front = cover.write(book, city, facts, remarks(city, estimate, asked.bill.notes), estimate)
    steps = abstract.write(book, city, estimate, names, shares)
    if asked.expected is not None:
        expected.write(book, city, estimate, steps, asked.expected)
    rows = boq.write(book, city, estimate.lines, names)
    sites.write(book, city, rows)
    matrix.write(book, city, estimate.lines, asked.devices)
    for annex in of_sizing(asked.sized, ", ".join(filter(None, (asked.phase, *asked.limits))), asked.adds):
        write_annex(book, annex)
    escalation = next((each.percent for each, step in zip(shares, rules.steps, strict=True) if step.years), "")
    if escalation:
        years.write_operation(book, city, estimate, rows, escalation)
    years.write_years(book, city, estimate, of_years, of_payments)
    for annex in (
        compliance(city, asked.day), assumptions(city), specifications(asked.bill), changes(city.name, diff),
    ):  # fmt: skip
        write_annex(book, annex)
    figures.write(book, names, estimate)
    cover.contents(front, book)
    return book.close()


def write_annex(book: Book, annex: Annex) -> None:
    tables: Sequence[Table] = annex.tables
    page = book.page(annex.title[:31], annex.title, annex.title_hi, table_widths(tables))
    for number, table in enumerate(tables):
        page.table(table, repeat=len(tables) == 1 and not number, money=annex.money)
