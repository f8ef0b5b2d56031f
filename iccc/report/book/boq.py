"""The bill as a sheet: quantities locked, amounts by formula from the rates of the card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from iccc.bom.estimate import Priced
from iccc.bom.lines import BomLine
from iccc.bom.money import ZERO
from iccc.city.devices import City
from iccc.report.book.figures import Figures, plus
from iccc.report.book.page import Book, Page, cell, letters

SHEET = "BOQ"
COLUMNS = (
    "Item", "Description", "HSN SAC", "Unit", "Quantity", "Spares", "Rate", "Rate basis", "Index", "Amount",
    "Spares amount", "GST %", "GST", "Total", "Phase", "Flag", "Derivation", "Head", "Of", "Works",
)  # fmt: skip
WIDTHS = (7, 40, 9, 14, 10, 8, 14, 13, 7, 17, 15, 6, 16, 18, 15, 9, 40, 6, 9, 8)
(ITEM, DESCRIPTION, CODE, UNIT, QUANTITY, SPARES, RATE, BASIS, INDEX, AMOUNT, SPARES_AMOUNT, GST_PCT, GST, TOTAL, PHASE,
 FLAG, DERIVATION, HEAD, OF, WORKS) = range(len(COLUMNS))  # fmt: skip
PRINTED = FLAG  # what stands to the right of it helps formulas, and is not printed
CAPITAL, YEARLY, IS_WORKS = "capital", "yearly", "works"
NAMED = {  # columns that formulas of other sheets sum up
    "boq_item": ITEM, "boq_quantity": QUANTITY, "boq_amount": AMOUNT, "boq_spares": SPARES_AMOUNT, "boq_gst": GST,
    "boq_phase": PHASE, "boq_head": HEAD, "boq_of": OF, "boq_works": WORKS,
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Where each line of the bill stands: rows of the sheet from 0, in the order of the lines."""

    lines: Sequence[Priced]
    rows: Sequence[int]

    def cell(self, index: int, column: int) -> str:
        """A cell of a line, for formulas of other sheets."""
        return f"{SHEET}!${letters(column)}${self.rows[index] + 1}"


def of(priced: Priced) -> str:
    return YEARLY if priced.line.yearly else CAPITAL


def write(book: Book, city: City, lines: Sequence[Priced], figures: Figures) -> Rows:
    """The lines by head, each head with its sum; yearly lines are of one year."""
    page = book.page(SHEET, f"Bill of quantities: {city.name}", f"मात्रा-पत्रक: {city.name_hi}", WIDTHS)
    page.note("Quantities are derived and locked; rates are changed on the sheet Rates. Amounts are in rupees.")
    page.heads(COLUMNS, repeat=True)
    first = page.row
    titles = city.declared.boq.file.heads
    rows = places([priced.line for priced in lines], first)
    by_head = runs([priced.line for priced in lines], rows)
    for head, group in groupby(range(len(lines)), lambda index: lines[index].line.head):
        indices = list(group)
        title = titles[head]
        for column in range(PRINTED + 1):
            page.text(column, "", "group")
        page.text(0, head, "group")
        page.text(1, f"{title.title}  {title.title_hi}", "group")
        page.row += 1
        for index in indices:
            assert page.row == rows[index]
            _line(page, lines[index], figures, by_head)
            page.row += 1
        _sum(page, f"Sum of {head}", [lines[index] for index in indices], rows[indices[0]], rows[indices[-1]])
    last = page.row - 1
    for name, column in NAMED.items():
        book.define(name, SHEET, first, column, last)
    _totals(page, lines)
    page.rupees(first, page.row, AMOUNT, SPARES_AMOUNT, GST, TOTAL, RATE)
    page.codes(CODE, first, last)
    page.sheet.print_area(0, 0, page.row, PRINTED)
    return Rows(lines, rows)


def places(lines: Sequence[BomLine], first: int) -> list[int]:
    """The rows of lines: each head has a row above them and one below."""
    rows: list[int] = []
    for index, line in enumerate(lines):
        if not index:
            rows.append(first + 1)
        else:
            rows.append(rows[-1] + (1 if line.head == lines[index - 1].head else 3))
    return rows


def runs(lines: Sequence[BomLine], rows: Sequence[int]) -> dict[str, list[tuple[int, int]]]:
    """Of each head the first and last rows of its lines that have a rate of their own."""
    found: dict[str, list[tuple[int, int]]] = {}
    for line, row in zip(lines, rows, strict=True):
        if line.percent_of:
            continue
        of_head = found.setdefault(line.head, [])
        if of_head and of_head[-1][1] == row - 1:
            of_head[-1] = (of_head[-1][0], row)
        else:
            of_head.append((row, row))
    return found


def _line(page: Page, priced: Priced, figures: Figures, by_head: dict[str, list[tuple[int, int]]]) -> None:
    line, row = priced.line, page.row
    for column, text in (
        (ITEM, line.item), (DESCRIPTION, line.description), (CODE, line.code), (UNIT, line.unit), (PHASE, line.phase),
        (BASIS, priced.card.basis if priced.card else priced.basis), (DERIVATION, line.derivation), (HEAD, line.head),
        (OF, of(priced)),
        (WORKS, IS_WORKS if line.works else ""),
    ):  # fmt: skip
        page.text(column, text)
    page.number(QUANTITY, line.quantity, "whole")
    page.number(SPARES, line.spares, "whole")
    rate, index = cell(row, RATE), cell(row, INDEX)
    if line.percent_of:
        page.formula(RATE, _share(priced, figures, by_head, row), priced.amount, "money")
        page.text(INDEX, "")
        page.formula(AMOUNT, rate, priced.amount, "money")
        page.number(SPARES_AMOUNT, ZERO, "money")
        page.text(FLAG, "")
    else:
        own = priced.card.rate if priced.card else None
        page.formula(RATE, f'IF({figures.rates[line.item]}="","",{figures.rates[line.item]})', own or "", "money")
        page.formula(INDEX, figures.indices[line.item], priced.card.index if priced.card else 1, "general")
        for column, quantity, value in (
            (AMOUNT, QUANTITY, priced.amount), (SPARES_AMOUNT, SPARES, priced.spares_amount),
        ):  # fmt: skip
            amount = f'IF({rate}="",0,ROUND({cell(row, quantity)}*ROUND({rate}*{index},2),2))'
            page.formula(column, amount, value, "money")
        known = "" if priced.flag == "no rate" else priced.flag
        page.formula(FLAG, f'IF({rate}="","no rate","{known}")', priced.flag, "text")
    page.formula(GST_PCT, figures.gst(line.gst_pct), line.gst_pct, "percent")
    gst = f"ROUND(({cell(row, AMOUNT)}+{cell(row, SPARES_AMOUNT)})*{cell(row, GST_PCT)}/100,2)"
    page.formula(GST, gst, priced.gst, "money")
    parts = plus(cell(row, column) for column in (AMOUNT, SPARES_AMOUNT, GST))
    page.formula(TOTAL, parts, priced.total, "money")


def _share(priced: Priced, figures: Figures, by_head: dict[str, list[tuple[int, int]]], row: int) -> str:
    """A share of the amounts of heads in its phase: of lines with a rate that are no yearly ones."""

    def of_run(first: int, last: int) -> str:
        amounts, phases, kinds = (f"{cell(first, column)}:{cell(last, column)}" for column in (AMOUNT, PHASE, OF))
        return f'SUMIFS({amounts},{phases},{cell(row, PHASE)},{kinds},"{CAPITAL}")'

    heads = [run for head in priced.line.percent_of for run in by_head.get(head, ())]
    return f"ROUND(({plus(of_run(*run) for run in heads)})*{figures.rates[priced.line.item]}/100,2)"


def _sum(page: Page, text: str, lines: Sequence[Priced], first: int, last: int) -> None:
    for column in range(PRINTED + 1):
        page.text(column, "", "text", bold=True)
    page.text(1, text, "text", bold=True)
    for column, value in (
        (AMOUNT, sum((p.amount for p in lines), ZERO)), (SPARES_AMOUNT, sum((p.spares_amount for p in lines), ZERO)),
        (GST, sum((p.gst for p in lines), ZERO)), (TOTAL, sum((p.total for p in lines), ZERO)),
    ):  # fmt: skip
        page.formula(column, f"SUM({cell(first, column)}:{cell(last, column)})", value, "money", bold=True)
    page.row += 1


def _totals(page: Page, lines: Sequence[Priced]) -> None:
    for kind, text in (
        (CAPITAL, "All lines but yearly ones"),
        (YEARLY, "Yearly lines, one year at the prices of today"),
    ):
        chosen = [priced for priced in lines if of(priced) == kind]
        if not chosen:
            continue
        for column in range(PRINTED + 1):
            page.text(column, "", "group")
        page.text(1, text, "group")
        sums: list[tuple[int, str, Decimal]] = [
            (AMOUNT, "boq_amount", sum((p.amount for p in chosen), ZERO)),
            (SPARES_AMOUNT, "boq_spares", sum((p.spares_amount for p in chosen), ZERO)),
            (GST, "boq_gst", sum((p.gst for p in chosen), ZERO)),
        ]
        for column, name, value in sums:
            page.formula(column, f'SUMIFS({name},boq_of,"{kind}")', value, "money", bold=True)
        parts = plus(cell(page.row, column) for column, _, _ in sums)
        page.formula(TOTAL, parts, sum((value for _, _, value in sums), ZERO), "money", bold=True)
        page.row += 1
