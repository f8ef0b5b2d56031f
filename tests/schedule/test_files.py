"""Files of others: workbooks and CSV as they come, and files that are made to do harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iccc.errors import DeclarationError
from iccc.schedule import files
from iccc.schedule.files import UNCALCULATED, Wrong, read_sheets


def book(rows: list[list[object]], path: Path) -> Path:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.title = "Plan"
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DeclarationError) as raised:
        read_sheets(path)
    assert len(raised.value.mistakes) == 1
    return str(raised.value).replace(path.as_posix(), path.name)


def rewritten(source: Path, target: Path, part: str, content: bytes) -> Path:
    """The workbook with another content for one of its parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, content)
    return target


def test_cells_of_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [[" a ", 201.0, 1.5, None, True, date(2025, 7, 31)], [], ["'=1", "#N/A", "नेहरू चौक"]]
    [sheet] = read_sheets(book(rows, tmp_path / "a.xlsx"))
    assert sheet.place.endswith("a.xlsx:Plan")
    assert sheet.rows[0][:5] == ("a", 201, 1.5, "", "true")
    assert isinstance(sheet.rows[0][5], Wrong)
    assert sheet.rows[2][0] == "=1" and isinstance(sheet.rows[2][1], Wrong) and sheet.rows[2][2] == "नेहरू चौक"
    assert len(sheet.rows) == 3


def test_a_formula_without_a_result_is_a_mistake_and_no_empty_cell(tmp_path: Path) -> None:
    [sheet] = read_sheets(book([["x", "=1+1"], ["y", None]], tmp_path / "a.xlsx"))
    assert sheet.rows[0] == ("x", UNCALCULATED)
    assert sheet.rows[1] == ("y",)


def test_a_formula_with_its_result_is_the_result(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made = xlsxwriter.Workbook(path)
    plan = made.add_worksheet("Plan")
    plan.write_formula("A1", '="10.82.1."&11', None, "10.82.1.11")
    plan.write_formula("B1", "=100+101", None, 201)
    plan.write_formula("C1", '=IF(1,"","")', None, "text")
    plan.write("D1", "end")
    made.close()
    with zipfile.ZipFile(path) as archive:  # as Excel stores a result that is no text
        content = archive.read("xl/worksheets/sheet1.xml").replace(b"<v>text</v>", b"<v></v>")
    [sheet] = read_sheets(rewritten(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", content))
    assert sheet.rows[0] == ("10.82.1.11", 201, "", "end")


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"a,b\n1,2\n", ("1", "2")),
        ("\ufeffa;b\n1;2\n".encode(), ("1", "2")),
        ("a\tb\r\n1\t2\r\n".encode("utf-16"), ("1", "2")),
        (b'a,b\n"1\n1",\'=2\n', ("1\n1", "=2")),
    ],
)
def test_csv_as_spreadsheets_save_it(data: bytes, row: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    [sheet] = read_sheets(path)
    assert list(sheet.rows) == [("a", "b"), row]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xd0\xcf\x11\xe0rest", "a.csv:1:1: this is an old .xls workbook or one with a password"),
        (b"%PDF-1.7\n%\xe2\xe3", "a.csv:1:1: this is a PDF, and a .csv or .xlsx is read"),
        (b"a,b\n\xff\xff", "a.csv:2:1: the file is not UTF-8"),
        (b"PK\x03\x04rest", "a.csv:1:1: not a workbook that can be read"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', "a.csv:2:1: not CSV: field larger than field limit"),
        (b"a,b\n" * (files.MAX_ROWS + 1), f"a.csv:{files.MAX_ROWS}:1: the file has more than {files.MAX_ROWS} rows"),
        (b"a" * (files.MAX_BYTES + 1), f"a.csv:1:1: the file has more than {files.MAX_BYTES} bytes"),
    ],
    ids=["xls", "pdf", "latin", "no-zip", "field", "rows", "bytes"],
)
def test_what_is_no_list(data: bytes, text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert refusal(path).startswith(text)


@pytest.mark.parametrize(
    ("part", "content", "text"),
    [
        ("bomb.bin", b"\0" * (files.MAX_PART + 1), "unpacks to more than"),
        ("xl/bomb.xml", b"<a>" + b"<b/>" * files.MAX_TAGS + b"</a>", "has more than 1000000 tags"),
        ("xl/styles.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "defines entities"),
        ("xl/styles.xml", '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), "is not UTF-8"),
        ("xl/styles.xml", b'<?xml version="1.0" encoding="UTF-7"?><a/>', "is not UTF-8"),
        ("xl/worksheets/sheet1.xml", b"<worksheet", "not a workbook that can be read"),
        ("xl/workbook.xml", b"<workbook/>", "the file is empty"),
    ],
)
def test_hostile_workbooks(part: str, content: bytes, text: str, tmp_path: Path) -> None:
    plain = book([["a"]], tmp_path / "plain.xlsx")
    assert text in refusal(rewritten(plain, tmp_path / "a.xlsx", part, content))


def test_a_sheet_may_claim_a_million_rows(tmp_path: Path) -> None:
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    row = '<row r="{0}"><c r="A{0}" t="str"><v>x</v></c></row>'
    for last, fits in ((3, True), (1_048_576, False)):
        content = (
            f'<worksheet xmlns="{namespace}"><dimension ref="A1:XFD1048576"/><sheetData>'
            f"{row.format(1)}{row.format(last)}</sheetData></worksheet>"
        )
        plain = book([["a"]], tmp_path / "plain.xlsx")
        path = rewritten(plain, tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", content.encode())
        if fits:
            assert read_sheets(path)[0].rows == (("x",), (), ("x",))
        else:
            assert "has more than" in refusal(path)


def test_the_name_of_a_sheet_prints_no_control_codes(tmp_path: Path) -> None:
    plain = book([["a"]], tmp_path / "plain.xlsx")
    with zipfile.ZipFile(plain) as archive:
        content = archive.read("xl/workbook.xml").replace(b'"Plan"', '"a\u202eb\u009bc"'.encode())
    [sheet] = read_sheets(rewritten(plain, tmp_path / "a.xlsx", "xl/workbook.xml", content))
    assert sheet.place.endswith(":a?b?c")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes of a part are changed, so that the parts themselves are damaged and not only the archive."""
    buffer = io.BytesIO()
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["Device", "Address", 1, "=1+1"])
    made.save(buffer)
    (tmp_path / "plain.xlsx").write_bytes(buffer.getvalue())
    with zipfile.ZipFile(buffer) as archive:
        part = data.draw(st.sampled_from(archive.namelist()))
        content = bytearray(archive.read(part))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=4))
    path = rewritten(tmp_path / "plain.xlsx", tmp_path / "a.xlsx", part, bytes(content))
    try:
        read_sheets(path)
    except DeclarationError as error:
        assert len(error.mistakes) == 1
