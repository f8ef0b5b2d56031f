"""Sheets of a workbook: cells, formats, India's grouping of digits, print set-up for A4."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import ceil
from typing import Any

from iccc.report.table import XLSX_CELL, Table, clean

# Three conditions are all that a number format may have; amounts from a hundred crore up get another by their value.
RUPEES = r"[>=10000000]##\,##\,##\,##0.00;[>=100000]##\,##\,##0.00;##,##0.00"
RUPEES_ARAB = r"##\,##\,##\,##\,##0.00"
ARAB = 10**9  # a hundred crore
WHOLE = r"[>=10000000]##\,##\,##\,##0;[>=100000]##\,##\,##0;##,##0"
# A format with conditions shows no sign of what is below zero in LibreOffice: that has one without.
BELOW = {"money": "#,##0.00", "whole": "#,##0", "part": "#,##0.###"}
PART = r"[>=100000]##\,##\,##0.###;##,##0.###"
HINDI_FONT = "Nirmala UI"  # where it is not there, programs take another one that has the script
INK, FILL, HEAD, INPUT, RED = "#1F3864", "#DCE6F1", "#1F3864", "#FFF9DB", "#C00000"
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": INK},
    "hindi_title": {"bold": True, "font_size": 13, "font_color": INK, "font_name": HINDI_FONT},
    "caption": {"bold": True, "font_size": 11, "font_color": INK},
    "mark": {"bold": True, "font_color": RED},
    "plain": {},
    "note": {"italic": True, "font_color": "#555555"},
    "head": {
        "bold": True, "font_color": "#FFFFFF", "bg_color": HEAD, "border": 1, "text_wrap": True, "align": "center",
        "valign": "vcenter",
    },
    "text": {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"},
    "hindi": {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top", "font_name": HINDI_FONT},
    "group": {"bold": True, "bg_color": FILL, "border": 1, "border_color": "#BFBFBF", "font_name": HINDI_FONT},
    "money": {"num_format": RUPEES},
    "whole": {"num_format": WHOLE},
    "part": {"num_format": PART},
    "general": {"num_format": "General"},
    "percent": {"num_format": "General"},
    "lakh": {"num_format": r'[>=100000]##\,##\,##0.00" lakh";##,##0.00" lakh"'},
    "moved": {"num_format": '#,##0.00" lakh"'},  # a difference: conditions would take the sign of what is below zero
    "crore": {"num_format": r'##,##0.00" crore"', "bold": True},
}  # fmt: skip
LINE_POINTS = 13  # of a line of text
WIDEST, NARROW, MANY = 46, 26, 12  # widths of a column of text; columns from which on they are many
WRAPPED = frozenset({"text", "hindi", "head"})
CELL = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "align": "right", "indent": 1}
CELLS = frozenset({"money", "whole", "part", "general", "percent", "lakh", "moved", "crore"})


class Book:
    """A workbook in memory. ``mark`` stands on every sheet and every page, ``row_mark`` in rows with amounts."""

    def __init__(self, mark: str, row_mark: str, said: str, made: date) -> None:
        import xlsxwriter

        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self.book.formats[0].set_font_size(10)
        self.book.set_properties({"created": datetime(made.year, made.month, made.day), "comments": mark})  # noqa: DTZ001
        self.book.set_calc_mode("auto")
        self.mark, self.row_mark, self._said, self._made = mark, row_mark, said, made
        self.pages: list[Page] = []
        self._dxfs: dict[str, Any] = {}
        self._formats: dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], Any] = {}

    def format(self, style: str, **more: Any) -> Any:
        key = ((style,), tuple(sorted(more.items())))
        if key not in self._formats:
            base = {"font_size": 10, **(CELL if style in CELLS else {}), **STYLES[style], **more}
            self._formats[key] = self.book.add_format(base)
        return self._formats[key]

    def dxf(self, num_format: str) -> Any:
        """A format of a condition, which changes the grouping alone."""
        if num_format not in self._dxfs:
            self._dxfs[num_format] = self.book.add_format({"num_format": num_format})
        return self._dxfs[num_format]

    def page(self, name: str, title: str, hindi: str, widths: Sequence[float]) -> Page:
        page = Page(self, self.book.add_worksheet(name), title, hindi, widths, self._said, self._made)
        self.pages.append(page)
        return page

    def define(self, name: str, sheet: str, row: int, column: int, last_row: int | None = None) -> None:
        """A name for a cell, or for cells of a column."""
        self.book.define_name(name, f"='{sheet}'!{absolute(row, column, last_row)}")

    def close(self) -> bytes:
        for page in self.pages:
            page.finish()
        self.book.close()
        return self._buffer.getvalue()


class Page:
    """A sheet that is written from the top: ``row`` is the next free one. Protected; only inputs may be changed."""

    def __init__(
        self, book: Book, sheet: Any, title: str, hindi: str, widths: Sequence[float], said: str, made: date
    ) -> None:
        self.book, self.sheet, self.name, self.widths = book, sheet, str(sheet.get_name()), list(widths)
        self.title, self.hindi = clean(title), clean(hindi)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, clean(title), book.format("title"))
        sheet.write_string(1, 0, clean(hindi), book.format("hindi_title"))
        if book.mark:
            sheet.write_string(2, 0, book.mark, book.format("mark"))
        self.row = 3 + bool(book.mark)
        self._lines: dict[int, int] = {}  # of text in a row, where they are more than one
        for row in (0, 1):
            sheet.set_row(row, 22)
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.4, top=0.7, bottom=0.6)
        middle = f'&C&"-,Bold"&10&KC00000{_footer(book.mark)}' if book.mark else ""
        sheet.set_header(f"&L&9{_footer(said)}{middle}&R&9{_footer(title)}")
        sheet.set_footer(f"&L&9{_footer(made.strftime('%d-%m-%Y'))}&C&9&P / &N&R&9{_footer(book.mark)}")
        sheet.hide_gridlines(2)

    def text(self, column: int, text: str, style: str = "text", row: int | None = None, **more: Any) -> None:
        """Text as text: what begins like a formula stays text."""
        row, text = self._at(row), _fitting(text)
        if style in WRAPPED and text:
            self._needs(row, text, self.widths[column] if column < len(self.widths) else 9)
        self.sheet.write_string(row, column, text, self.book.format(style, **more))

    def wide(self, first: int, last: int, text: str, style: str = "text", **more: Any) -> None:
        """Text in cells of this row that are made one."""
        self._needs(self.row, text, sum(self.widths[first : last + 1]))
        form = self.book.format(style, **more)
        self.sheet.merge_range(self.row, first, self.row, last, "", form)
        self.sheet.write_string(self.row, first, _fitting(text), form)

    def _needs(self, row: int, text: str, width: float) -> None:
        # What is no longer than the column fits it; of longer texts each line loses some to words that do not break.
        lines = sum(1 if len(part) <= width else ceil(len(part) * 1.12 / width) for part in text.split("\n"))
        if lines > self._lines.get(row, 1):
            self._lines[row] = lines

    def finish(self) -> None:
        """Rows get the height that their text needs: not every program works that out."""
        for row, lines in self._lines.items():
            self.sheet.set_row(row, min(LINE_POINTS * lines + 2, 400))

    def number(self, column: int, value: float | Decimal, style: str, row: int | None = None, **more: Any) -> None:
        if value < 0 and style in BELOW:
            more = {"num_format": BELOW[style], **more}
        self.sheet.write_number(self._at(row), column, float(value), self.book.format(style, **more))

    def formula(
        self, column: int, formula: str, value: float | Decimal | str, style: str, row: int | None = None, **more: Any
    ) -> None:
        """A live formula with the value that it has now."""
        shown = float(value) if isinstance(value, Decimal) else _Blank(value) if value == "" else value
        self.sheet.write_formula(self._at(row), column, f"={formula}", self.book.format(style, **more), shown)

    def entry(self, column: int, value: Decimal | float | None, style: str = "money", row: int | None = None) -> None:
        """A cell that a reviewer may change; empty where there is no value."""
        form, row = self.book.format(style, locked=False, bg_color=INPUT), self._at(row)
        if value is None:
            self.sheet.write_blank(row, column, None, form)
        else:
            self.sheet.write_number(row, column, float(value), form)
        self.sheet.data_validation(
            row, column, row, column,
            {"validate": "decimal", "criteria": ">=", "value": 0, "error_title": "Not a number",
             "error_message": "A number that is not negative, without letters and separators."},
        )  # fmt: skip

    def serial(self, number: int, **more: Any) -> None:
        """The number of a row, in the first column."""
        self.number(0, number, "general", align="left", indent=0, **more)

    def codes(self, column: int, first: int, last: int) -> None:
        """Codes like HSN 8525 are text, and no program need warn of numbers that are kept as text."""
        self.sheet.ignore_errors({"number_stored_as_text": f"{cell(first, column)}:{cell(last, column)}"})

    def empty(self, column: int) -> None:
        """A cell for text of whoever fills the sheet in."""
        self.sheet.write_blank(self.row, column, None, self.book.format("text", locked=False, bg_color=INPUT))

    def _at(self, row: int | None) -> int:
        return self.row if row is None else row

    def caption(self, text: str) -> None:
        self.row += 1
        self.text(0, text, "caption")
        self.row += 1

    def note(self, text: str) -> None:
        self.text(0, text, "note")
        self.row += 1

    def heads(self, columns: Sequence[str], *, repeat: bool = False, joined: Sequence[tuple[int, int]] = ()) -> None:
        """A row of heads; ``repeat``: it stands on top of every page, and stays on the screen; ``joined``: one cell."""
        for column, text in enumerate(columns):
            self.text(column, text, "head")
        for first, last in joined:
            self.wide(first, last, columns[first], "head")
        if repeat:
            self.sheet.repeat_rows(self.row)
            self.sheet.freeze_panes(self.row + 1, 0)
        self.row += 1

    def rupees(self, first: int, last: int, *columns: int) -> None:
        """From a hundred crore up another grouping holds, and below zero one with a sign, in these rows."""
        for column in columns if last >= first else ():
            for criteria, value, form in ((">=", ARAB, RUPEES_ARAB), ("<", 0, BELOW["money"])):
                changed = self.book.dxf(form)
                rule = {"type": "cell", "criteria": criteria, "value": value, "format": changed}
                self.sheet.conditional_format(first, column, last, column, rule)

    def table(self, table: Table, *, repeat: bool = False, money: Collection[str] = ()) -> None:
        """Values under their heads, with a caption and notes; numbers of the columns ``money`` are rupees."""
        self.caption(table.title)
        self.heads(table.columns, repeat=repeat)
        for row in table.rows:
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    self.text(column, cell)
                elif table.columns[column] in money:
                    self.number(column, cell, "money")
                else:
                    self.number(column, cell, "whole" if isinstance(cell, int) else "part")
            self.row += 1
        for text in table.notes:
            self.note(text)


class _Blank(str):
    """The empty text that a formula gives. XlsxWriter takes "" for a result that is not known, and writes none."""

    __slots__ = ()

    def __eq__(self, _other: object) -> bool:
        return False

    __hash__ = str.__hash__


def _fitting(text: str) -> str:
    """As much of a text as a cell can hold, without control codes."""
    text = clean(text)
    return text if len(text) <= XLSX_CELL else f"{text[: XLSX_CELL - 1]}…"


def absolute(row: int, column: int, last_row: int | None = None) -> str:
    """``$C$5``, ``$C$5:$C$90``."""
    letter = letters(column)
    return f"${letter}${row + 1}" + (f":${letter}${last_row + 1}" if last_row is not None else "")


def cell(row: int, column: int) -> str:
    """``C5``."""
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def table_widths(tables: Sequence[Table]) -> list[float]:
    """Widths for tables that stand under each other. Of many columns each is narrow, so that print can be read."""
    widths: list[float] = []
    most = WIDEST if max((len(table.columns) for table in tables), default=0) <= MANY else NARROW
    for table in tables:
        for column, name in enumerate(table.columns):
            longest = max([len(name) * 0.7, *(_length(row[column]) for row in table.rows)])
            width = min(max(longest + 2, 9), most)
            widths = widths if len(widths) > column else [*widths, 0]
            widths[column] = max(widths[column], width)
    return widths


def _length(value: object) -> int:
    return len(value) if isinstance(value, str) else 10


def identifier(text: str) -> str:
    """Letters, digits and underscores, for a name, which begins with no digit."""
    name = re.sub(r"\W", "_", text, flags=re.ASCII)
    return f"_{name}" if name[:1].isdigit() else name


def _footer(text: str) -> str:
    """Text in a header or footer: & is a code there, and so are digits right after a code."""
    return " " + clean(text).replace("&", "&&") if text else ""
