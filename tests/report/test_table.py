"""Tables as text, CSV, JSON and workbooks; what came from outside stays text everywhere."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from iccc.report.table import TEXT_CELL, WRITERS, XLSX_CELL, Cell, Table, as_csv, as_json, as_text, as_xlsx, clean

COLUMNS = ("Name", "Quantity", "Note")
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\t=1", "=cmd|' /C calc'!A0", "\r=1")
HOSTILE = ("\x1b[31mred", "a\x00b", "\x9b2J", "\u202egnp", "line\nline", "\ud800", "\ufffe", "\x7f")

texts = st.text(max_size=80)
cells = st.one_of(texts, st.sampled_from(FORMULAS + HOSTILE))
rows = st.lists(st.tuples(cells, st.integers(-(10**9), 10**9), cells), max_size=6)


def table(listed: list[tuple[Cell, ...]]) -> Table:
    return Table("things", "Things: a list", COLUMNS, listed, {"city": "bilaspur"}, ["a note"])


def sheet_of(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


@given(texts)
def test_clean_text_has_no_control_characters_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned
    assert all(char in "\t\n" or (ord(char) >= 0x20 and not 0x7F <= ord(char) <= 0x9F) for char in cleaned)
    cleaned.encode()


@pytest.mark.parametrize("text", ["नेहरू चौक", "श्रीकांत वर्मा चौक", "क्\u200dष", "₹ 1,00,000", "café", "日本"])
def test_what_people_write_is_kept(text: str) -> None:
    assert clean(text) == text
    for write in (as_text, as_csv, as_json):
        assert text in write(table([(text, 1, "")])).decode()
    assert sheet_of(as_xlsx(table([(text, 1, "")])))["A2"].value == text


@given(rows)
def test_columns_of_text_are_straight(listed: list[tuple[Cell, ...]]) -> None:
    lines = as_text(table(listed)).decode().splitlines()
    assert lines[0] == "Things: a list"
    assert len(lines) == 2 + 2 + len(listed) + 2  # title, heads, rows, note
    dashes = lines[3]
    ends = [match.end() for match in re.finditer("-+", dashes)]
    for line, row in zip(lines[4:], listed, strict=False):
        assert cell_len(line) <= cell_len(dashes)
        at, width = 0, ""
        for char in line:  # the number ends where its column does
            width += char
            at = cell_len(width)
            if at == ends[1]:
                break
        if at == ends[1]:
            assert width.endswith(str(row[1]))


def test_hindi_does_not_push_the_next_column_away() -> None:
    text = as_text(table([("नेहरू चौक", 7, "x"), ("Nehru Chowk", 12, "y")])).decode().splitlines()
    places = {cell_len(line[: line.index(mark)]) for line, mark in zip(text[4:6], "xy", strict=True)}
    assert len(places) == 1


def test_a_long_cell_is_cut_in_text_only() -> None:
    long = "word " * 40
    text = as_text(table([(long, 1, "")])).decode()
    assert "…" in text and all(cell_len(line) <= TEXT_CELL + 20 for line in text.splitlines())
    assert long in as_csv(table([(long, 1, "")])).decode()
    assert json.loads(as_json(table([(long, 1, "")])))["rows"][0]["name"] == long


@given(rows)
def test_csv_reads_back_and_no_cell_is_a_formula(listed: list[tuple[Cell, ...]]) -> None:
    data = as_csv(table(listed))
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[0] == list(COLUMNS)
    assert len(read) == 1 + len(listed)
    for found, row in zip(read[1:], listed, strict=True):
        assert found[1] == str(row[1])
        for index in (0, 2):
            assert found[index][:1] not in ("=", "+", "-", "@", "\t", "\r")
            assert found[index].removeprefix("'") == clean(str(row[index])).removeprefix("'")


@given(rows)
def test_json_reads_back_with_all_of_it(listed: list[tuple[Cell, ...]]) -> None:
    printable = [tuple(clean(cell) if isinstance(cell, str) else cell for cell in row) for row in listed]
    data = json.loads(as_json(table(printable)))
    assert (data["version"], data["kind"], data["city"], data["notes"]) == (1, "things", "bilaspur", ["a note"])
    assert [tuple(row.values()) for row in data["rows"]] == printable
    assert all(list(row) == ["name", "quantity", "note"] for row in data["rows"])


@settings(max_examples=25)
@given(rows)
def test_a_workbook_reads_back_as_text_and_numbers(listed: list[tuple[Cell, ...]]) -> None:
    sheet = sheet_of(as_xlsx(table(listed)))
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    for number, row in enumerate(listed, start=2):
        found = [sheet.cell(number, column) for column in (1, 2, 3)]
        assert found[1].value == row[1]
        for cell, wanted in ((found[0], row[0]), (found[2], row[2])):
            assert cell.data_type != "f"
            assert str(cell.value or "") == clean(str(wanted)).replace("\r", "")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_formula_gets_through(formula: str) -> None:
    cell = sheet_of(as_xlsx(table([(formula, 1, "")])))["A2"]
    assert (cell.data_type, cell.value) == ("s", clean(formula))
    assert b"\n'" in as_csv(table([(formula, 1, "")])).replace(b'\n"', b"\n") or clean(formula)[0] not in "=+-@\t"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["text", "csv", "xlsx"])
def test_control_characters_reach_no_report(form: str, text: str) -> None:
    data = WRITERS[form](Table("x", f"Title {text}", ("Name",), [[text]], {}, [f"note {text}"]))
    if form == "xlsx":
        assert sheet_of(data)["A2"].value == clean(text)
        return
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufffe]", data.decode())


def test_a_cell_that_a_workbook_cannot_hold_is_cut_not_lost() -> None:
    value = sheet_of(as_xlsx(table([("x" * 40_000, 1, "")])))["A2"].value
    assert len(value) == XLSX_CELL and value.endswith("…")


@pytest.mark.parametrize(
    "title", ["a/b:c*d?e[f]g\\h", "'quoted'", "Bill of materials: Bilaspur and much more than fits"]
)
def test_any_title_makes_a_sheet(title: str) -> None:
    sheet = sheet_of(as_xlsx(Table("x", title, ("A",), [["1"]])))
    assert 0 < len(sheet.title) <= 31


def test_a_table_without_rows_is_a_table() -> None:
    empty = Table("x", "Nothing", COLUMNS, [])
    assert as_text(empty).decode().splitlines()[2].split() == list(COLUMNS)
    assert list(csv.reader(io.StringIO(as_csv(empty).decode("utf-8-sig")))) == [list(COLUMNS)]
    assert json.loads(as_json(empty))["rows"] == []
    assert sheet_of(as_xlsx(empty)).max_row == 1


def test_a_workbook_can_be_filtered_and_scrolled() -> None:
    sheet = sheet_of(as_xlsx(table([("a", 1, "b"), ("c", 2, "d")])))
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:C3", "A2")
    assert sheet["A5"].value == "a note"
