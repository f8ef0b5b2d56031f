"""``iccc bom-lint``: bills of others beside what is found in them, and our own, in which nothing is."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from iccc.bom.lint.claims import claims
from iccc.bom.lint.rows import figure_of, is_total, read_bill
from iccc.city.model.lint import LintFile
from iccc.cli.main import cli
from iccc.errors import UsageError
from iccc.schedule.files import Sheet
from iccc.yamlfile import read
from tests.sizing.cities import ROOT, shipped

CASES = Path(__file__).parent / "lint_cases"
DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")


def ran(*words: str) -> Result:
    return CliRunner().invoke(cli, ["bom-lint", *words], catch_exceptions=False, standalone_mode=False)


@pytest.mark.parametrize("case", sorted(path.stem for path in CASES.glob("*.csv")))
def test_case(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    assert ran(f"{case}.csv").stdout == (CASES / f"{case}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("said", "wrong"), [("0", True), ("2", True), ("200", False)])
def test_a_first_total_of_nothing_is_no_sum(said: str, wrong: bool, tmp_path: Path) -> None:
    file = tmp_path / "bill.csv"
    file.write_text(
        f"Item,Description,Unit,Qty,Rate,Basis,Amount\nA.1,Pole,no,2,100,SOR,200\n,Total,,,,,{said}\n", encoding="utf-8"
    )
    assert ("total" in {finding["check"] for finding in found(str(file))}) is wrong


def test_a_unit_may_stand_apart_from_its_number(tmp_path: Path) -> None:
    path = tmp_path / "boq.csv"
    rows = ("1.1,4 MP IR bullet camera,10,no.", "1.2,4MP IR bullet camera,5,no.", "1.3,8 MP IR bullet camera,5,no.")
    path.write_text("\n".join(("Item,Description,Quantity,Unit", *rows)), encoding="utf-8")
    (found,) = [line for line in ran(str(path)).stdout.splitlines() if "is listed twice" in line]
    assert "1.2 4MP IR bullet camera is listed twice" in found and "10 there, 5 here" in found


def test_exit_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    codes = {case: ran(f"{case}.csv").return_value for case in ("tender", "right", "nothing")}
    assert codes == {"tender": 2, "right": 0, "nothing": 3}


def found(*files: str) -> list[dict[str, str]]:
    return json.loads(ran(*files, "--format", "json").stdout)["findings"]


def own(city: str, file: Path, *words: str) -> Path:
    CliRunner().invoke(cli, ["bom", city, "-o", str(file), *words], catch_exceptions=False, standalone_mode=False)
    return file


@pytest.mark.parametrize("city", ["bilaspur", "sagar"])
def test_our_own_bills_contradict_themselves_nowhere(city: str, tmp_path: Path) -> None:
    assert found(str(own(city, tmp_path / "tender.csv", "--as", "tender"))) == []
    for name in ("estimate.csv", "dpr.xlsx"):
        priced = found(str(own(city, tmp_path / name, "--rates", DEMO)))
        assert {finding["check"] for finding in priced} <= {"cost-of-camera"}


def test_our_own_workbooks_are_read_whole(tmp_path: Path) -> None:
    """Every column of a bill is known; of a blank tender it is said that amounts are not judged."""
    tender = own("jhansi", tmp_path / "tender.xlsx", "--as", "tender")
    for path in (tender, own("jhansi", tmp_path / "dpr.xlsx", "--rates", DEMO)):
        assert json.loads(ran(str(path), "--format", "json").stdout)["unknown_heads"] == []
    said = ran(str(tender))
    assert said.return_value == 0
    assert "BOQ:5:7): amounts, GST and totals are not judged" in said.stdout
    assert "nothing found" in said.stdout


def test_a_tender_that_is_filled_in_by_half_says_which_rates_are_missing(tmp_path: Path) -> None:
    path = own("jhansi", tmp_path / "tender.csv", "--as", "tender")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    rate, amount = (rows[0].index(head) for head in ("Rate", "Amount"))
    quantity = rows[0].index("Quantity")
    filled = [row for row in rows[1:] if row[0] == "A.1.1"]
    assert len(filled) == 1
    filled[0][rate], filled[0][amount] = "10", str(10 * int(filled[0][quantity]))
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    findings = found(str(path))
    unrated = [finding for finding in findings if finding["check"] == "no-rate"]
    assert {finding["outcome"] for finding in unrated} == {"unknown"}
    assert len(unrated) == len([row for row in rows[1:] if row[quantity]]) - 1 > 50
    assert {finding["check"] for finding in findings} <= {"no-rate", "rate-basis", "cost-of-camera"}


def test_one_amount_that_is_changed_is_found_at_its_place(tmp_path: Path) -> None:
    file = own("jhansi", tmp_path / "estimate.csv", "--rates", DEMO)
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    heads = rows[0]
    for column in ("Amount", "GST", "Total"):
        at = heads.index(column)
        spoilt = [list(row) for row in rows]
        spoilt[4][at] = str(Decimal(spoilt[4][at]) + 1000)
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(spoilt)
        places = [
            finding["at"] for finding in found(str(file)) if finding["check"] in ("amount", "gst", "total-of-line")
        ]
        assert places
        assert {place.split(":")[-2] for place in places} == {"5"}


def test_sheets_of_a_workbook_are_held_against_each_other(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "BOQ"
    heads = ["Item", "Description", "Unit", "Quantity"]
    for row in (heads, ["A.1", "Camera 4 MP", "no.", 30], ["A.2", "Switch 8 ports", "no.", 5]):
        book.active.append(row)
    sites = book.create_sheet("Sites")
    sites.append([*heads, "Site"])
    for item, text, quantity, site in (
        ("A.1", "Camera, 4 MP", 10, "one"),
        ("A.1", "Camera, 4 MP", 13, "two"),
        ("A.2", "Switch, 8 ports", 5, "two"),
        ("A.2", "Switch, 8 ports", 5, "two"),
    ):
        sites.append([item, text, "no.", quantity, site])
    book.create_sheet("Letter").append(["Dear all"])
    file = tmp_path / "bill.xlsx"
    book.save(file)
    findings = found(str(file))
    assert [(finding["check"], finding["at"]) for finding in findings] == [
        ("quantity-differs", f"{file}:Sites:2:4"),
        ("quantity-differs", f"{file}:Sites:4:4"),
        ("listed-twice", f"{file}:Sites:5:1"),
    ]
    assert findings[0]["text"].endswith(f"23 here, 30 at {file}:BOQ:2:4")
    assert f"no table of a bill, and not judged: {file}:Letter" in ran(str(file)).stdout


def test_files_are_held_against_each_other(tmp_path: Path) -> None:
    files = []
    for name, quantity in (("a.csv", 30), ("b.csv", 23)):
        (tmp_path / name).write_text(f"Description,Unit,Qty\nOperator workstation,no.,{quantity}\n", encoding="utf-8")
        files.append(str(tmp_path / name))
    assert [(f["check"], f["at"]) for f in found(*files)] == [("quantity-differs", f"{files[1]}:2:3")]


def test_an_archetype_narrows_the_band(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    assert ran("right.csv", "--archetype", "street").return_value == 0
    said = ran("right.csv", "--archetype", "itms")
    assert said.return_value == 2
    assert (
        "right.csv:2:4: warn, cost-of-camera: 1.30 lakh a camera, all in (10 cameras), is in no band: itms"
        in said.stdout
    )
    with pytest.raises(UsageError, match="did you mean 'itms'"):
        ran("right.csv", "--archetype", "itmss")


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,20,000.00", "120000.00"), ("Rs. 500/-", "500"), ("18 %", "18"), ("12 Nos.", "12"), ("₹ 5", "5"), (7, "7"),
        ("-3", "-3"), ("LS", None), ("", None), ("as required", None), ("1.2.3", None), ("12/24", None),
        ("१,२०,०००.५०", "120000.50"), ("१२ नग", "12"), ("100 m²", "100"),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(cell: str, number: str | None) -> None:
    assert figure_of(cell) == (None if number is None else Decimal(number))


def test_what_is_a_total() -> None:
    words = ["total", "sub total", "योग"]
    assert all(is_total(text, words) for text in ("Total", "Grand Total", "Sub-total of A", "TOTAL (Rs.)", "कुल योग"))
    assert not any(is_total(text, words) for text in ("Totaliser", "Camera with total station mount"))


@given(st.floats(0.1, 20), st.integers(100, 100_000), st.floats(0.1, 24))
def test_a_larger_battery_never_makes_hours_unreached(kva: float, vah: int, hours: float) -> None:
    sizing = shipped("bilaspur").sizing
    known = read(ROOT / "catalogue/lint.yaml", ROOT).parse(LintFile)

    def fails(capacity: int) -> int:
        text = f"UPS {kva:.2f} kVA, {capacity} VAh battery, {hours:.2f} hours"
        sheet = Sheet("x", [("Description", "Quantity"), (text, 1)])
        return len(list(claims(read_bill([sheet], known), sizing)))

    assert fails(vah * 2) <= fails(vah)
    assert fails(vah) <= 1
