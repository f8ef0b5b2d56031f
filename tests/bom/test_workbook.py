"""The workbook of an estimate: LibreOffice works it out from its formulas alone, and comes to what we say."""

from __future__ import annotations

import json
import random
import time
import zipfile
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner

from iccc.bom.estimate import Estimate, estimate
from iccc.bom.lines import bill
from iccc.bom.rates import read_card
from iccc.city.model.boq import EstimateFile, Milestone, Step, Tier
from iccc.cli.main import cli
from iccc.report.annexure.content import Asked
from iccc.report.book.estimate import estimate_book
from iccc.sizing.city import size
from tests.bom.office import named, needs_office, recalculated, results, with_cells, without_results
from tests.sizing.cities import CARD_HEADS, ROOT, shipped

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
    return to_paisa(Decimal(repr(value)))


def to_paisa(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


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


def assert_sites_come_to_the_bill(book: Any, sites: int) -> None:
    """Of each line what sites have and what none has is its quantity with spares, its amount, its GST."""
    rows = [list(row) for row in book["Site-wise BOQ"].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == "Site")
    parts = [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]
    for number, line in enumerate(book["BOQ"].iter_rows(values_only=True), 1):
        if line[0] and isinstance(line[4], int):
            of_line = [part for part in parts if part["Row"] == number]
            assert of_line
            assert round(sum(part["Quantity and spares"] for part in of_line), 4) == line[4] + line[5]
            assert paisa(sum(part["Amount"] for part in of_line)) == paisa(line[9] + line[10])
            assert paisa(sum(part["GST"] for part in of_line)) == paisa(line[12])
    [whole] = [part for part in parts if part["Site"] == "All"]
    assert paisa(whole["Total"]) == sum(paisa(line["Total"]) for line in lines_of(book))
    assert len({part["Site"] for part in parts}) > sites


def _and_sum(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of a table and the one that sums them up, without a note beneath."""
    at = next(number for number, row in enumerate(rows) if str(next(iter(row.values()))).startswith("All "))
    return rows[:at], rows[at]


def assert_heads_come_to_the_bill(book: Any, data: Any) -> None:
    """By head, and by phase: what capital and yearly lines come to with their spares, without GST."""
    capital, yearly = (
        sum(
            (Decimal(row["amount"]) + Decimal(row["spares_amount"]) for row in data["rows"] if row["yearly"] == kind),
            Decimal(0),
        )
        for kind in (False, True)
    )
    heads = {row["Head"]: row for row in under(book, "Abstract", "Head")}
    assert paisa(heads["All"]["Capital, rupees"]) == capital
    assert paisa(heads["All"]["One year of operation, rupees"]) == yearly
    assert capital == sum(Decimal(step["amount"]) for step in data["steps"] if step["name"] in ("base", "spares"))
    phases = {row["Head"]: row for row in under(book, "Matrix", "Head")}
    assert paisa(phases["All"]["All"]) == capital + yearly


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
    financial, whole = _and_sum(under(book, "Financial years", "Financial year"))
    assert (whole["Per cent"], paisa(whole["Capital"])) == (100, Decimal(data["capital"]))
    assert [(f["Financial year"], paisa(f["Capital"]), paisa(f["Operation"])) for f in financial] == [
        (f["year"], Decimal(f["capital"]), Decimal(f["operation"])) for f in data["financial_years"]
    ]
    payments, whole = _and_sum(under(book, "Financial years", "When"))
    assert (whole["Per cent"], paisa(whole["Rupees"])) == (100, Decimal(data["capital"]))
    assert [(p["When"], paisa(p["Rupees"])) for p in payments] == [
        (p["when"], Decimal(p["amount"])) for p in data["payments"]
    ]
    cases = under(book, "Expected case", "No.")
    assert [(c["Step"], paisa(c["Billed, rupees"]), paisa(c["Expected, rupees"])) for c in cases] == [
        (step["name"], Decimal(step["before"]), Decimal(step["after"])) for step in data["expected_case"]["steps"]
    ]
    items = under(book, "Expected case", "Item")
    assert [(i["Item"], i["Phase"]) for i in items] == [
        (c["item"], c["phase"]) for c in data["expected_case"]["changes"]
    ]


EXTENSION = ("bilaspur", "--phase", "extension", "--rates", DEMO)
CHANGED = {
    "rate_A_1_1": 12345.67, "index_A_1_1": 1.135, "gst_usual": 12, "operation_escalation": 7.5, "gst_0": 5,
    "contingency_pct_2": 2.75,
}  # fmt: skip


OTHER_ORDER = EstimateFile(
    schema="estimate/v1", gst_pct=12, rate_days=30,
    steps=(
        Step(name="5 % of cameras", does="percent", of=("A", "works"), pct=5),
        Step(name="base", does="base"),
        Step(name="GST", does="gst"),
        Step(
            name="contingency", does="tiers", of=("base", "5 % of cameras"),
            tiers=(Tier(up_to=1000, pct=50), Tier(up_to=10**9, pct=2.5, least=10**8), Tier(pct=1)),
        ),
        Step(name="first sum", does="sum"),
        Step(name="fee", does="percent", of=("first sum", "B"), pct=0.125, gst_pct=18),
        Step(name="spares", does="spares"),
        Step(name="GST again", does="gst"),
        Step(name="whole", does="sum"),
    ),
    milestones=(Milestone(when="once", pct=33.33), Milestone(when="then", pct=66.67)),
)  # fmt: skip


def in_another_order(path: Path) -> Estimate:
    """An estimate by other steps than those shipped, as a workbook: no operation, tiers with a floor, two sums."""
    city = shipped("jhansi")
    declared = replace(city.declared, estimate=city.declared.estimate._replace(file=OTHER_ORDER))
    city = replace(city, declared=declared)
    devices, day = list(city.inventory()), date(2026, 11, 30)
    of_city = bill(city, devices)
    priced = estimate(of_city, read_card(Path(DEMO), CARD_HEADS, city), OTHER_ORDER, day)
    path.write_bytes(estimate_book(Asked(city, of_city, devices, size(city, devices), day, estimate=priced), None))
    return priced


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Workbooks as the command writes them."""
    folder = tmp_path_factory.mktemp("ours")
    city, *words = EXTENSION
    in_another_order(folder / "order.xlsx")
    return {
        "order": folder / "order.xlsx",
        "sagar": made("sagar", folder / "sagar.xlsx", "--rates", DEMO),
        "extension": made(city, folder / "extension.xlsx", *words),
        "tender": made(city, folder / "tender.xlsx", "--phase", "extension", "--as", "tender"),
    }


@pytest.fixture(scope="module")
def theirs(ours: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What LibreOffice makes of them in one run, out of files without our results, and of changed ones."""
    folder = tmp_path_factory.mktemp("theirs")
    files = {name: folder / f"{name}.xlsx" for name in (*ours, "changed", "offer")}
    for name, path in ours.items():
        assert without_results(path, files[name]) > 100
    with_cells(ours["extension"], files["changed"], CHANGED)
    offered(ours["tender"], files["offer"])
    return dict(zip(files, recalculated(list(files.values()), folder), strict=True))


def offered(path: Path, to: Path) -> None:
    """A tender in which a bidder asks 100.05 for a unit of everything, and 10 per cent of what is a share."""
    book = openpyxl.load_workbook(path)
    for row in book["BOQ"].iter_rows(min_row=6):
        if isinstance(row[5].value, int):
            row[6].value = 10 if str(row[4].value).startswith("per cent of") else 100.05
    book.save(to)


@needs_office
@pytest.mark.parametrize(("name", "words"), [("sagar", ("sagar", "--rates", DEMO)), ("extension", EXTENSION)])
def test_libreoffice_comes_to_our_amounts(
    name: str, words: tuple[str, ...], ours: dict[str, Path], theirs: dict[str, Any]
) -> None:
    """Results of formulas were taken out before, so every number that is compared was worked out by LibreOffice."""
    assert_same(theirs[name], said(*words))
    assert_heads_come_to_the_bill(theirs[name], said(*words))
    assert_sites_come_to_the_bill(theirs[name], 12)
    for cell, value in results(ours[name]).items():  # what stands beside each formula, for programs that do not reckon
        sheet, _, at = cell.rpartition("!")
        again = theirs[name][sheet][at].value
        assert (again or "") == (value or "") or abs(again - value) < 0.005, cell


@needs_office
def test_changed_rates_taxes_and_shares_are_followed(theirs: dict[str, Any], tmp_path: Path) -> None:
    followed, card = theirs["changed"], tmp_path / "own.csv"
    text = Path(DEMO).read_text(encoding="utf-8").splitlines()
    [at] = [number for number, row in enumerate(text) if row.startswith("A.1.1,")]
    text[at] = text[at].replace("11111.00", "12345.67").replace("demonstration,1,", "demonstration,1.135,")
    card.write_text("\n".join(text), encoding="utf-8")
    before, declared = said(*EXTENSION), said(*EXTENSION[:-1], str(card))
    [mine] = [row for row in declared["rows"] if row["item"] == "A.1.1"]
    [line] = [line for line in lines_of(followed) if line["Item"] == "A.1.1"]
    assert paisa(line["Amount"]) == Decimal(mine["amount"]) != 0
    assert (
        steps_of(followed)["base"] == Decimal(declared["steps"][0]["amount"]) != Decimal(before["steps"][0]["amount"])
    )
    assert line["GST %"] == 12
    gst = (Decimal(mine["amount"]) + Decimal(mine["spares_amount"])) * Decimal("0.12")
    assert paisa(line["GST"]) == to_paisa(gst)
    base, spares, contingency = (steps_of(followed)[name] for name in ("base", "spares", "contingency"))
    assert contingency == to_paisa((base + spares) * Decimal("0.0275"))
    total = sum((steps_of(followed)[name] for name in ("capital expenditure", "operation")), Decimal(0))
    assert steps_of(followed)["total"] == total != Decimal(before["total"])
    first, second = (paisa(named(followed, f"operation_year_{year}")) for year in (1, 2))
    assert abs(second - first * Decimal("1.075")) < 1
    assert_sites_come_to_the_bill(followed, 12)
    cases = under(followed, "Expected case", "No.")
    assert {case["Expected, rupees"] or "" for case in cases} == {""}  # another rate, and they no longer hold
    assert [paisa(case["Billed, rupees"]) for case in cases] == list(steps_of(followed).values())
    words = [row[1] for row in followed["Abstract"].iter_rows(values_only=True) if row[1]]
    assert sum(text.startswith("the figures were changed") for text in words) == 2


@needs_office
def test_other_steps_are_other_formulas(theirs: dict[str, Any], tmp_path: Path) -> None:
    priced = in_another_order(tmp_path / "order.xlsx")
    book = theirs["order"]
    assert steps_of(book) == {done.step.name: done.amount for done in priced.steps}
    assert steps_of(book)["contingency"] == 10**8
    assert paisa(named(book, "capital_expenditure")) == priced.capital == priced.steps[4].amount
    assert paisa(named(book, "total")) == priced.total
    payments, _ = _and_sum(under(book, "Financial years", "When"))
    assert [paisa(payment["Rupees"]) for payment in payments] == [payment.amount for payment in priced.payments]
    assert "Operation" not in book.sheetnames


@needs_office
def test_a_tender_is_blank_and_adds_up_what_is_offered(theirs: dict[str, Any]) -> None:
    blank, offer = lines_of(theirs["tender"]), lines_of(theirs["offer"])
    assert len(blank) == len(offer) > 40
    assert all(not line["Rate"] and not line["Amount"] and not line["Total"] for line in blank)
    assert not named(theirs["tender"], "evaluated")
    amounts: dict[str, Decimal] = {}
    for line in offer:
        if line["Item"] != "K.1.1":
            assert paisa(line["Amount"]) == line["Quantity"] * Decimal("100.05")
            head = line["Item"][0] if line["Of"] == "capital" else "yearly"
            amounts[head] = amounts.get(head, Decimal(0)) + paisa(line["Amount"])
    [maintenance] = [line for line in offer if line["Item"] == "K.1.1"]
    assert paisa(maintenance["Amount"]) == to_paisa(sum(amounts.get(head, Decimal(0)) for head in "ACDEFH") / 10)
    capital = sum(paisa(line["Total"]) for line in offer if line["Of"] == "capital")
    yearly = sum(paisa(line["Total"]) for line in offer if line["Of"] == "yearly")
    assert paisa(named(theirs["offer"], "evaluated")) == capital + 5 * yearly
    payments, whole = _and_sum(under(theirs["offer"], "Evaluation", "When"))
    assert sum(paisa(each["Rupees"]) for each in payments) == paisa(whole["Rupees"]) == capital
    assert [each["Per cent"] for each in payments] == [50, 30, 20]


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
        if sheet in ("Rates", "Taxes and shares")
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


def test_changes_since_an_earlier_bill(tmp_path: Path) -> None:
    """The JSON of a bill at other rates is the earlier one: every priced line has changed, by what both say."""
    card = tmp_path / "own.csv"
    text = Path(DEMO).read_text(encoding="utf-8")
    card.write_text(text.replace("11111.00", "10000.00"), encoding="utf-8")
    before = said("jhansi", "--rates", str(card))
    earlier = tmp_path / "earlier.json"
    earlier.write_text(json.dumps(before), encoding="utf-8")
    path = made("jhansi", tmp_path / "a.xlsx", "--rates", DEMO, "--since", str(earlier))
    book = openpyxl.load_workbook(path, data_only=True)
    rows = [row for row in under(book, "Changes", "Change") if row["Item"]]  # a note stands beneath them
    changed = {(row["Item"], row["Phase"]): row for row in rows}
    after = {(row["item"], row["phase"]): row["total"] for row in said("jhansi", "--rates", DEMO)["rows"]}
    then = {(row["item"], row["phase"]): row["total"] for row in before["rows"]}
    assert set(changed) == {key for key, total in then.items() if total != after[key]} != set()
    for key, row in changed.items():
        assert (paisa(row["Total before"]), paisa(row["Total after"])) == (Decimal(then[key]), Decimal(after[key]))
        assert "FAKE" in row["Rates"]
    without = openpyxl.load_workbook(made("jhansi", tmp_path / "b.xlsx", "--rates", DEMO), data_only=True)
    told = [str(row[0]) for row in without["Changes"].iter_rows(values_only=True) if row[0]]
    assert any(text.startswith("No earlier revision was given") for text in told)


def test_kanpur_takes_seconds(tmp_path: Path) -> None:
    """All of its phases, the 5,000 cameras to come among them, from the files to the workbook."""
    began = time.process_time()
    path = made("kanpur", tmp_path / "kanpur.xlsx", "--rates", DEMO)
    assert time.process_time() - began < 5
    lines = lines_of(openpyxl.load_workbook(path, data_only=True))
    assert [line["Quantity"] for line in lines if line["Item"] == "J.2.3" and line["Phase"] == "within-a-month"] == [
        5000
    ]


@pytest.mark.long
@needs_office
def test_rounding_is_ours(tmp_path: Path) -> None:
    """Amounts whose exact value is half a paisa, and drawn ones: a spreadsheet has doubles, and rounds them like us."""
    drawn = random.Random(9)
    cases: list[tuple[int, Decimal, Decimal]] = []
    for _ in range(4000):
        quantity, paise = drawn.randint(1, 99_999), drawn.randint(1, 10 ** drawn.randint(2, 9))
        cases.append((quantity, Decimal(paise) / 100, Decimal(drawn.choice(("18", "12", "5", "2.5", "0.25", "1")))))
    halves = [
        (1, Decimal(f"{n}.{tail}"), Decimal("0.5")) for n in (1, 10, 1234567, 98765432) for tail in ("01", "03", "99")
    ]
    path, bare = tmp_path / "rounding.xlsx", tmp_path / "bare.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("One")
        for row, (quantity, rate, percent) in enumerate((*cases, *halves)):
            sheet.write_row(row, 0, [quantity, float(rate), float(percent)])
            sheet.write_formula(row, 3, f"=ROUND(A{row + 1}*B{row + 1},2)")
            sheet.write_formula(row, 4, f"=ROUND(D{row + 1}*C{row + 1}/100,2)")
            sheet.write_formula(row, 5, f"=ROUND(B{row + 1}*1.135,2)")
    assert without_results(path, bare) == 3 * (len(cases) + len(halves))
    [theirs] = recalculated([bare], tmp_path)
    for (quantity, rate, percent), row in zip(
        (*cases, *halves), theirs["One"].iter_rows(values_only=True), strict=True
    ):
        amount = to_paisa(quantity * rate)
        wanted = [amount, to_paisa(amount * percent / 100), to_paisa(rate * Decimal("1.135"))]
        assert [paisa(value) for value in row[3:6]] == wanted, (quantity, rate, percent)
