"""The workbook of an estimate: LibreOffice works it out from its formulas alone, and comes to what we say."""

from __future__ import annotations

import json
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from iccc.cli.main import cli
from tests.bom.office import named, needs_office, recalculated, results, with_cells, without_results
from tests.sizing.cities import ROOT

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")
DAY = "2026-11-30"


def made(city: str, path: Path, *words: str, code: int = 0) -> Path:
    ran = CliRunner().invoke(
        cli, ["bom", city, "--on", DAY, "-o", str(path), *words], catch_exceptions=False, standalone_mode=False
    )
    assert ran.return_value == code
    return path


def said(city: str, *words: str) -> Any:
    """``--format json`` of the same."""
    ran = CliRunner().invoke(
        cli, ["bom", city, "--on", DAY, "--format", "json", *words], catch_exceptions=False, standalone_mode=False
    )
    return json.loads(ran.stdout)


def paisa(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def lines_of(book: Any) -> list[dict[str, Any]]:
    """The lines of the bill, by the heads of their columns."""
    rows = [list(row) for row in book["BOQ"].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == "Item")
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row[0] and "." in row[0]]


def steps_of(book: Any) -> dict[str, Decimal]:
    """Steps of the computation by name."""
    rows = [list(row) for row in book["Abstract"].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == "No.")
    return {row[1]: paisa(row[4]) for row in rows[at + 1 :] if row[0]}


def under(book: Any, sheet: str, head: str) -> list[dict[str, Any]]:
    """The rows of a table, down to an empty one or one without its first cell."""
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == head)
    table = []
    for row in rows[at + 1 :]:
        if not row[0]:
            break
        table.append(dict(zip(rows[at], row, strict=True)))
    return table


def assert_sites_come_to_the_bill(book: Any) -> None:
    """Of each line what sites have and what none has is its quantity with spares, its amount, its GST."""
    rows = [list(row) for row in book["Site-wise BOQ"].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == "Site")
    parts = [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]
    for number, line in enumerate(book["BOQ"].iter_rows(values_only=True), 1):
        if line[0] and isinstance(line[4], int):
            of_line = [part for part in parts if part["Row"] == number]
            assert of_line
            assert round(sum(part["Quantity"] for part in of_line), 4) == line[4] + line[5]
            assert paisa(sum(part["Amount"] for part in of_line)) == paisa(line[9] + line[10])
            assert paisa(sum(part["GST"] for part in of_line)) == paisa(line[12])
    [whole] = [part for part in parts if part["Site"] == "All"]
    assert paisa(whole["Total"]) == sum(paisa(line["Total"]) for line in lines_of(book))
    assert len({part["Site"] for part in parts}) > 20


def assert_same(book: Any, data: Any) -> None:
    """Every line, step, year, financial year and payment of a workbook is that of the JSON, to the paisa."""
    lines = lines_of(book)
    assert len(lines) == len(data["rows"]) > 40
    for line, row in zip(lines, data["rows"], strict=True):
        assert (line["Item"], line["Phase"], line["Quantity"], line["Spares"]) == (
            row["item"], row["phase"], row["quantity"], row["spares"],
        )  # fmt: skip
        for column, key in (
            ("Amount", "amount"),
            ("Spares amount", "spares_amount"),
            ("GST", "gst"),
            ("Total", "total"),
        ):
            assert paisa(line[column]) == Decimal(row[key]), (line["Item"], column)
        assert (line["Flag"] or "") == row["flag"]
    assert steps_of(book) == {step["name"]: Decimal(step["amount"]) for step in data["steps"]}
    assert paisa(named(book, "total")) == Decimal(data["total"])
    assert paisa(named(book, "capital_expenditure")) == Decimal(data["capital"])
    years = [paisa(named(book, f"operation_year_{year['year']}")) for year in data["years"]]
    assert years == [Decimal(year["amount"]) + Decimal(year["gst"]) for year in data["years"]]
    financial = under(book, "Financial years", "Financial year")[:-1]  # the last one is their sum
    assert [(f["Financial year"], paisa(f["Capital"]), paisa(f["Operation"])) for f in financial] == [
        (f["year"], Decimal(f["capital"]), Decimal(f["operation"])) for f in data["financial_years"]
    ]
    payments = under(book, "Financial years", "When")
    assert [(p["When"], paisa(p["Rupees"])) for p in payments] == [
        (p["when"], Decimal(p["amount"])) for p in data["payments"]
    ]


@needs_office
def test_libreoffice_comes_to_our_totals_and_follows_a_changed_rate(tmp_path: Path) -> None:
    """Results of formulas are taken out first, so every number that is compared was worked out by LibreOffice."""
    ours = made("sagar", tmp_path / "ours.xlsx", "--rates", DEMO)
    bare, changed = tmp_path / "bare.xlsx", tmp_path / "changed.xlsx"
    assert without_results(ours, bare) > 500
    card = tmp_path / "own.csv"
    other = {"rate_A_1_1": 12345.67, "index_A_1_1": 1.135, "gst_usual": 12, "operation_escalation": 7.5, "gst_0": 5}
    with_cells(ours, changed, {**other, "contingency_pct_2": 2.75})
    theirs, followed = recalculated([bare, changed], tmp_path)
    data = said("sagar", "--rates", DEMO)
    assert_same(theirs, data)
    assert_sites_come_to_the_bill(theirs)
    assert_sites_come_to_the_bill(followed)
    for cell, value in results(ours).items():  # what the file says beside each formula, for programs that do not reckon
        sheet, _, at = cell.rpartition("!")
        again = theirs[sheet][at].value
        assert (again or "") == (value or "") or abs(again - value) < 0.005, cell

    text = Path(DEMO).read_text(encoding="utf-8").splitlines()
    [at] = [number for number, row in enumerate(text) if row.startswith("A.1.1,")]
    text[at] = text[at].replace("11111.00", "12345.67").replace("demonstration,1,", "demonstration,1.135,")
    card.write_text("\n".join(text), encoding="utf-8")
    declared = said("sagar", "--rates", str(card))
    [mine] = [row for row in declared["rows"] if row["item"] == "A.1.1" and row["phase"] == "traffic"]
    [line] = [line for line in lines_of(followed) if line["Item"] == "A.1.1" and line["Phase"] == "traffic"]
    assert paisa(line["Amount"]) == Decimal(mine["amount"]) != 0
    assert steps_of(followed)["base"] == Decimal(declared["steps"][0]["amount"]) != Decimal(data["steps"][0]["amount"])
    assert line["GST %"] == 12
    gst = (Decimal(mine["amount"]) + Decimal(mine["spares_amount"])) * Decimal("0.12")
    assert paisa(line["GST"]) == gst.quantize(Decimal("0.01"), ROUND_HALF_UP)
    [base, spares, contingency] = [steps_of(followed)[name] for name in ("base", "spares", "contingency")]
    assert contingency == ((base + spares) * Decimal("0.0275")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert followed["Abstract"]["B1"].value is None
    words = [row[1] for row in followed["Abstract"].iter_rows(values_only=True) if row[1]]
    assert sum(text.startswith("the figures were changed") for text in words) == 2


def test_what_may_be_changed_and_what_is_locked(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made("jhansi", tmp_path / "a.xlsx", "--rates", DEMO))
    assert all(sheet.protection.sheet for sheet in book)
    open_cells = {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    names = {
        f"{sheet}!{cell.replace('$', '')}"
        for name, defined in book.defined_names.items()
        if not name.startswith("boq_")
        for sheet, cell in defined.destinations
        if sheet == "Rates"
    }
    assert open_cells == names
    assert len(names) > 100


def test_print_set_up_and_the_mark_of_made_up_rates(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(made("jhansi", tmp_path / "a.xlsx", "--rates", DEMO))
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)  # A4, as wide as one page
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P / &N" in sheet.oddFooter.center.text
        assert "FAKE" in sheet.oddHeader.center.text
        assert "FAKE" in sheet["A3"].value
    assert book["BOQ"].print_title_rows is not None
    assert book["BOQ"].freeze_panes is not None
    assert all("FAKE" in line["Rate basis"] for line in lines_of(book))
    own = tmp_path / "own.csv"
    own.write_text("item,rate,basis,date\nA.1.1,10000,GeM,2026-11-01\n", encoding="utf-8")
    path = made("jhansi", tmp_path / "b.xlsx", "--rates", str(own), code=3)
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if b"FAKE" in parts.read(name)]


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    from datetime import date

    from iccc.report.book.page import Book
    from iccc.report.table import Table

    book = Book("", "", "=A1", date(2026, 11, 30))
    page = book.page("One", "=1+1", "@SUM(A1)", (10, 10))
    page.table(Table("x", "-1", ("=a", "+b"), [["=cmd|' /C calc'!A0", "http://example.org"], ["{=1}", "\t=2"]]))
    path = tmp_path / "x.xlsx"
    path.write_bytes(book.close())
    sheet = openpyxl.load_workbook(path)["One"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 9
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_old_file_stays_when_a_card_has_mistakes(tmp_path: Path) -> None:
    path = made("jhansi", tmp_path / "a.xlsx", "--rates", DEMO)
    before = path.read_bytes()
    card = tmp_path / "wrong.csv"
    card.write_text("item,rate,basis\nA.1.1,-1,GeM\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"wrong\.csv:2:2: rate '-1' is not allowed"):
        made("jhansi", path, "--rates", str(card))
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.xlsx", "wrong.csv"]
