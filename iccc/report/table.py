"""One table, written as text, CSV, JSON or a workbook. Cells from outside can't become formulas or control codes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from rich.cells import cell_len, set_cell_size

VERSION = 1
WIDTH = 100  # of a line of text
TEXT_CELL = 60  # characters of a cell in text; the other formats have all of it
XLSX_CELL = 32_767  # characters that a cell of a workbook can hold
# Control codes, marks that turn the direction of what follows, and what is no character at all.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """``rows`` under ``columns``; ``key`` names the table in JSON; ``summary`` stands beside the rows there."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    summary: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()


def clean(text: str) -> str:
    """``text`` without control characters; tabs and line ends stay."""
    return CONTROL.sub("�", text)


def as_text(table: Table) -> bytes:
    """Columns of plain text, numbers to the right."""
    rows = [[short(one_line(str(cell))) for cell in row] for row in table.rows]
    columns = list(zip(table.columns, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    numeric = [all(isinstance(row[i], int | float) for row in table.rows) for i in range(len(table.columns))]

    def line(cells: Sequence[str]) -> str:
        gaps = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
        padded = [gap + c if number else c + gap for c, gap, number in zip(cells, gaps, numeric, strict=True)]
        return "  ".join(padded).rstrip()

    lines = [clean(table.title), "", line(table.columns), line(["-" * width for width in widths]), *map(line, rows)]
    lines += ["", *(f"note: {clean(note)}" for note in table.notes)] if table.notes else []
    return ("\n".join(lines) + "\n").encode()


def one_line(text: str) -> str:
    """``text`` without control characters, on one line."""
    return re.sub(r"\s", " ", clean(text))


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Lines of :data:`WIDTH`, those after the first one indented; a longer word stays whole, to be copied."""
    after = " " * indent
    return wrap(text, WIDTH, subsequent_indent=after, break_long_words=False, break_on_hyphens=False)


def as_data(value: object, indent: int | None = 1) -> bytes:
    """JSON in which text stays as it is, and nothing drives a terminal: programs read back what a device said."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return (CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def short(text: str, width: int = TEXT_CELL) -> str:
    """As much of it as fits into a cell of text; Devanagari has marks that take no column of their own."""
    return text if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def as_csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8 with a byte-order mark, so that spreadsheets show Hindi."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_inert(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_json(table: Table) -> bytes:
    """``{"version": 1, "<key>": [{column: cell}], …summary}``."""
    data = {"version": VERSION, "kind": table.key, **table.summary, "rows": records(table), "notes": list(table.notes)}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def records(table: Table) -> list[dict[str, Cell]]:
    """The rows as ``{column: cell}``, with the columns' names in the form of JSON."""
    names = [re.sub(r"\W+", "_", column.lower()).strip("_") for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def as_xlsx(table: Table) -> bytes:
    """One sheet with a header row, a filter, and every text as text."""
    return workbook([table])


def workbook(tables: Sequence[Table]) -> bytes:
    """A sheet for each table."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for table in tables:
        _sheet(book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", clean(table.title))[:31]), table, bold, wrap)
    book.close()
    return buffer.getvalue()


def _sheet(sheet: Any, table: Table, bold: Any, wrap: Any) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, name, bold)
        longest = max([len(name), *(len(str(row[column])) for row in table.rows)])
        sheet.set_column(column, column, min(longest + 2, 60))
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            else:
                text = clean(cell)
                text = text if len(text) <= XLSX_CELL else f"{text[: XLSX_CELL - 1]}…"
                sheet.write_string(number, column, text, wrap)
    for number, note in enumerate(table.notes, start=len(table.rows) + 2):
        sheet.write_string(number, 0, clean(note))
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.freeze_panes(1, 0)


WRITERS: Mapping[str, Callable[[Table], bytes]] = {
    "text": as_text,
    "csv": as_csv,
    "json": as_json,
    "xlsx": as_xlsx,
}


def _inert(cell: Cell) -> Cell:
    """A CSV cell that no spreadsheet takes for a formula."""
    if not isinstance(cell, str):
        return cell
    text = clean(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
