"""The bill by place: what of each line stands at which site, and what stands at none, so that both come to the bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from iccc.bom.estimate import Priced
from iccc.bom.money import ZERO, exact, share, to_paisa
from iccc.city.devices import City
from iccc.report.book import boq
from iccc.report.book.boq import Rows
from iccc.report.book.page import Book, Page, absolute, cell

SHEET = "Site-wise BOQ"
COLUMNS = (
    "Site", "Item", "Description", "Unit", "Quantity and spares", "Rate × index", "Amount", "GST %", "GST", "Total",
    "Phase", "Rates", "Row",
)  # fmt: skip
WIDTHS = (13, 8, 52, 14, 11, 16, 18, 7, 17, 18, 15, 13, 6)
SITE, ITEM, DESCRIPTION, UNIT, QUANTITY, RATE, AMOUNT, GST_PCT, GST, TOTAL, PHASE, MARK, ROW = range(len(COLUMNS))
PRINTED = MARK
DIGITS = 6  # of a part of a quantity: a third of a drum of cable


@dataclass(frozen=True)
class Part:
    """What a site has of a line. ``index`` is that of the line in the bill."""

    index: int
    quantity: float
    amount: Decimal
    gst: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.gst


def parts_of(lines: Sequence[Priced]) -> dict[str, list[Part]]:
    """Of each site its parts, in the order of the bill. Spares and shares of other amounts stand at no site."""
    sites: dict[str, list[Part]] = {}
    for index, priced in enumerate(lines):
        for site, part in priced.line.at_sites:
            quantity = round(part, DIGITS)
            amount = to_paisa(exact(quantity) * (priced.rate or ZERO))
            sites.setdefault(site, []).append(Part(index, quantity, amount, share(amount, priced.line.gst_pct)))
    return sites


def write(book: Book, city: City, rows: Rows) -> None:
    """A group a site with its sum, then what stands at no site, then the sum of all: that of the bill."""
    page = book.page(SHEET, f"Site-wise bill: {city.name}", f"स्थलवार मात्रा-पत्रक: {city.name_hi}", WIDTHS)
    page.note("Quantities are parts of those of the bill, before these are rounded up; yearly lines are of one year.")
    page.heads(COLUMNS, repeat=True)
    first = page.row
    sites = parts_of(rows.lines)
    for site in _ordered(city, sites):
        _site(book, page, city, site, sites[site], rows)
    _rest(book, page, rows, sites, first, max(first, page.row - 1))
    _group(page, "All", "The whole bill")
    for column, value in (
        (AMOUNT, sum((p.without_gst for p in rows.lines), ZERO)), (GST, sum((p.gst for p in rows.lines), ZERO)),
        (TOTAL, sum((p.total for p in rows.lines), ZERO)),
    ):  # fmt: skip
        # Rows of sites and of the rest have a line of the bill, rows with sums have none.
        of_lines = f'SUMIFS({absolute(first, column, page.row - 1)},{absolute(first, ROW, page.row - 1)},">0")'
        page.formula(column, f"ROUND({of_lines},2)", value, "money", bold=True)
    page.rupees(first, page.row, AMOUNT, GST, TOTAL)
    page.sheet.print_area(0, 0, page.row, PRINTED)


def _ordered(city: City, sites: dict[str, list[Part]]) -> Iterator[str]:
    yield from (code for code in city.sites if code in sites)
    yield from (code for code in sites if code not in city.sites)


def _group(page: Page, code: str, name: str) -> None:
    for column in range(PRINTED + 1):
        page.text(column, "", "group")
    page.text(SITE, code, "group")
    page.text(ITEM, name, "group")


def _sums(page: Page, row: int, first: int, last: int, values: Sequence[tuple[int, Decimal]]) -> None:
    for column, value in values:
        total = f"SUM({cell(first, column)}:{cell(last, column)})" if last >= first else "0"
        page.formula(column, total, value, "money", row=row, bold=True)


def _site(book: Book, page: Page, city: City, code: str, parts: Sequence[Part], rows: Rows) -> None:
    site, at = city.sites.get(code), page.row
    name = f"{site.name}  {site.name_hi or ''}  {site.type}" if site else "Control centre  नियंत्रण केंद्र"
    _group(page, code if site else "centre", name.strip())
    page.row += 1
    for part in parts:
        priced, row = rows.lines[part.index], page.row
        rate = rows.cell(part.index, boq.RATE)
        _texts(page, code if site else "centre", priced, rows.rows[part.index], book.row_mark)
        page.number(QUANTITY, part.quantity, "part")
        index = rows.cell(part.index, boq.INDEX)
        page.formula(RATE, f'IF({rate}="",0,ROUND({rate}*{index},2))', priced.rate or ZERO, "money")
        page.formula(AMOUNT, f"ROUND({cell(row, QUANTITY)}*{cell(row, RATE)},2)", part.amount, "money")
        _gst(page, part.index, rows, priced)
        page.formula(GST, f"ROUND({cell(row, AMOUNT)}*{cell(row, GST_PCT)}/100,2)", part.gst, "money")
        page.formula(TOTAL, f"{cell(row, AMOUNT)}+{cell(row, GST)}", part.total, "money")
        page.row += 1
    _sums(page, at, at + 1, page.row - 1, [
        (AMOUNT, sum((p.amount for p in parts), ZERO)), (GST, sum((p.gst for p in parts), ZERO)),
        (TOTAL, sum((p.total for p in parts), ZERO)),
    ])  # fmt: skip


def _texts(page: Page, code: str, priced: Priced, row: int, mark: str) -> None:
    line = priced.line
    for column, text in (
        (SITE, code), (ITEM, line.item), (DESCRIPTION, line.description), (UNIT, line.unit), (PHASE, line.phase),
        (MARK, mark),
    ):  # fmt: skip
        page.text(column, text)
    page.number(ROW, row + 1, "whole")


def _gst(page: Page, index: int, rows: Rows, priced: Priced) -> None:
    page.formula(GST_PCT, rows.cell(index, boq.GST_PCT), priced.line.gst_pct, "percent")


def _rest(book: Book, page: Page, rows: Rows, sites: dict[str, list[Part]], first: int, last: int) -> None:
    """Of each line what no site has: rings, people, energy, spares, shares, and what rounding up to pieces adds."""
    at = page.row
    _group(page, "None", "At no site: fibre of rings, people, energy, spares, shares, whole pieces")
    page.row += 1
    of_line: dict[int, list[Part]] = {}
    for part in (part for parts in sites.values() for part in parts):
        of_line.setdefault(part.index, []).append(part)
    sums = {AMOUNT: ZERO, GST: ZERO, TOTAL: ZERO}
    for index, priced in enumerate(rows.lines):
        row, parts = page.row, of_line.get(index, [])
        _texts(page, "none", priced, rows.rows[index], book.row_mark)
        line_row = cell(row, ROW)

        def of_sites(column: int, line_row: str = line_row) -> str:
            return f"SUMIFS({absolute(first, column, last)},{absolute(first, ROW, last)},{line_row})"

        quantity = priced.line.quantity + priced.line.spares
        left = round(quantity - sum(part.quantity for part in parts), DIGITS)
        all_of = f"{rows.cell(index, boq.QUANTITY)}+{rows.cell(index, boq.SPARES)}"
        page.formula(QUANTITY, f"ROUND({all_of}-{of_sites(QUANTITY)},{DIGITS})", left, "part")
        page.text(RATE, "")
        amount = priced.without_gst - sum((part.amount for part in parts), ZERO)
        both = f"{rows.cell(index, boq.AMOUNT)}+{rows.cell(index, boq.SPARES_AMOUNT)}"
        page.formula(AMOUNT, f"ROUND({both}-{of_sites(AMOUNT)},2)", amount, "money")
        _gst(page, index, rows, priced)
        gst = priced.gst - sum((part.gst for part in parts), ZERO)
        page.formula(GST, f"ROUND({rows.cell(index, boq.GST)}-{of_sites(GST)},2)", gst, "money")
        page.formula(TOTAL, f"{cell(row, AMOUNT)}+{cell(row, GST)}", amount + gst, "money")
        for column, value in ((AMOUNT, amount), (GST, gst), (TOTAL, amount + gst)):
            sums[column] += value
        page.row += 1
    _sums(page, at, at + 1, page.row - 1, list(sums.items()))
