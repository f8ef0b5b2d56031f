"""Spreadsheets of others as rows of cells: xlsx and CSV, bounded in size, whatever they hold.

A workbook is a hostile file until it is read: it can be a bomb, have entities in its XML, or claim a million rows.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import IO, Any, TypeVar
from xml.etree.ElementTree import iterparse  # noqa: S405  # _inspect lets no entities through

from iccc.errors import DeclarationError, Mistake
from iccc.schedule.values import Cell

Item = TypeVar("Item")

MAX_BYTES = 20_000_000
MAX_UNPACKED = 64_000_000
MAX_PART = 40_000_000
MAX_TAGS = 1_000_000  # of one part: 12,000 devices in 20 columns
MAX_PARTS = 1000
MAX_ROWS = 50_000
MAX_COLUMNS = 100
XLSX, XLS, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-"


@dataclass(frozen=True)
class Wrong:
    """A cell that has no value, and why."""

    text: str


UNCALCULATED = Wrong("is a formula that was never calculated; open the file in a spreadsheet and save it")
FORMULA = Wrong("is a formula; write what it gives")
_ERRORS = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"}
_A1 = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(frozen=True)
class Sheet:
    """``place`` is the file, for a workbook with the sheet's name. Rows and columns count from 1."""

    place: str
    rows: Sequence[tuple[Cell | Wrong, ...]]


def read_sheets(path: Path, *, text_formulas: bool = True) -> list[Sheet]:
    """The sheets of a workbook, or the one of a CSV file; DeclarationError for what cannot be read.

    ``text_formulas=False``: a formula whose result is text is :data:`FORMULA`; one with a number stays a number.
    """
    name = path.as_posix()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(name, f"the file cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise _unreadable(name, f"the file has more than {MAX_BYTES} bytes")
    if data.startswith(XLS):
        raise _unreadable(name, "this is an old .xls workbook or one with a password: save it as .xlsx or .csv")
    if data.startswith(PDF):
        raise _unreadable(name, "this is a PDF, and a .csv or .xlsx is read: ask for the file that it was made of")
    sheets = _workbook(name, data, text_formulas) if data.startswith(XLSX) else [Sheet(name, _csv(name, data))]
    if not any(sheet.rows for sheet in sheets):
        raise _unreadable(name, "the file is empty")
    return sheets


def _unreadable(place: str, text: str, row: int = 1) -> DeclarationError:
    return DeclarationError([Mistake(f"{place}:{row}:1", text)])


def _csv(name: str, data: bytes) -> list[tuple[Cell | Wrong, ...]]:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(name, "the file is not UTF-8", data[: error.start].count(b"\n") + 1) from None
    head = text[:4000]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    rows: list[tuple[Cell | Wrong, ...]] = []
    try:
        for cells in reader:
            rows.append(_trimmed(_inert(cell) for cell in cells[:MAX_COLUMNS]))
            if len(rows) > MAX_ROWS:
                raise _unreadable(name, f"the file has more than {MAX_ROWS} rows", MAX_ROWS)
    except csv.Error as error:
        raise _unreadable(name, f"not CSV: {error}", len(rows) + 1) from None
    return rows


# What openpyxl and the libraries below it raise for files that are broken or made to break them.
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def _workbook(name: str, data: bytes, text_formulas: bool) -> list[Sheet]:
    import openpyxl

    try:
        _inspect(name, data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return [
                    _sheet(f"{name}:{_printable(sheet.title)}", sheet, archive, text_formulas)
                    for sheet in book.worksheets
                ]
    except _BROKEN as error:
        raise _unreadable(name, f"not a workbook that can be read: {type(error).__name__}") from None


def _sheet(place: str, sheet: Any, archive: zipfile.ZipFile, text_formulas: bool) -> Sheet:
    """A sheet of openpyxl's as ours, without the empty rows at its end."""
    rows: list[list[Cell | Wrong]] = []
    for values in sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True):
        rows.append([_cell(value) for value in values])
    if len(rows) > MAX_ROWS:
        raise _unreadable(place, f"the sheet has more than {MAX_ROWS} rows", MAX_ROWS)
    with archive.open(sheet._worksheet_path) as stream:  # openpyxl gives None for an empty cell and for these
        for row, column, wrong in _formulas(stream):
            if row <= len(rows) and column <= len(rows[row - 1]) and (wrong is UNCALCULATED or not text_formulas):
                rows[row - 1][column - 1] = wrong
    return Sheet(place, _trimmed(_trimmed(row) for row in rows))


def _trimmed(items: Iterable[Item]) -> tuple[Item, ...]:
    """Without what is empty at the end: the cells of a row, the rows of a sheet."""
    kept = list(items)
    while kept and kept[-1] in ("", ()):
        kept.pop()
    return tuple(kept)


def _cell(value: object) -> Cell | Wrong:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e18 else value
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return Wrong(f"is the error {value}") if value in _ERRORS else _inert(value)
    return Wrong("is a date or a time; write it as text")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:40])


def _inert(text: str) -> str:
    """Without the apostrophe before = + - @, which keeps a spreadsheet from calculating and is no part of the text."""
    return re.sub(r"^'(?=[=+@\t-])", "", text).strip()


def _formulas(stream: IO[bytes]) -> Iterator[tuple[int, int, Wrong]]:
    """Rows and columns of formulas whose result was never stored, or is text."""
    for _, element in iterparse(stream):  # noqa: S314
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            element.clear()
        elif tag == "c" and element.find("{*}f") is not None and (at := _A1.fullmatch(element.get("r", ""))):
            value = element.find("{*}v")
            missing = value is None or (not value.text and element.get("t") != "str")
            if missing or element.get("t") == "str":
                letters = (ord(letter) - ord("A") + 1 for letter in at[1])
                column = reduce(lambda column, letter: 26 * column + letter, letters)
                yield int(at[2]), column, UNCALCULATED if missing else FORMULA


def _inspect(name: str, data: bytes) -> None:
    """Refuse bombs, and XML with definitions of its own, before any of it is parsed."""
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > MAX_PARTS:
            raise _unreadable(name, f"the workbook has more than {MAX_PARTS} parts")
        for part in archive.infolist():
            with archive.open(part) as stream:
                content = stream.read(MAX_PART + 1)
            unpacked += len(content)
            if len(content) > MAX_PART or unpacked > MAX_UNPACKED:
                raise _unreadable(name, f"the workbook unpacks to more than {MAX_UNPACKED} bytes")
            if not part.filename.lower().endswith((".xml", ".rels")):
                continue
            if content.count(b"<") > MAX_TAGS:
                raise _unreadable(name, f"{part.filename} in the workbook has more than {MAX_TAGS} tags")
            declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']([^"']*)""", content.removeprefix(b"\xef\xbb\xbf"))
            if b"\0" in content or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
                raise _unreadable(name, f"{part.filename} in the workbook is not UTF-8")
            if re.search(rb"<!\s*(?:DOCTYPE|ENTITY)", content, re.IGNORECASE):
                raise _unreadable(name, f"{part.filename} in the workbook defines entities, which no workbook needs")
