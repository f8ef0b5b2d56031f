"""Rate cards: every mistake with its place, and what is missing or old is flagged, never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from iccc.bom.rates import read_card
from iccc.errors import DeclarationError
from iccc.schedule.files import FORMULA
from tests.sizing.cities import CARD_HEADS, ROOT, shipped

CITY = shipped("sagar")
DEMO = ROOT / "catalogue/rates/demo-FAKE.csv"
DIGITS = "write it with digits and a point alone, like 1250.50"
HEADS = "item,description,unit,rate,basis,reference,index,date\n"


def mistakes(path: Path) -> list[str]:
    with pytest.raises(DeclarationError) as raised:
        read_card(path, CARD_HEADS, CITY)
    return [str(mistake).removeprefix(f"{path.parent.as_posix()}/") for mistake in raised.value.mistakes]


def in_csv(folder: Path, *rows: str) -> Path:
    path = folder / "card.csv"
    path.write_text(HEADS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("A.1.1,,no.,-5,SOR,,1,", "card.csv:2:4: rate '-5' is not allowed; it is not negative"),
        ('A.1.1,,no.,"12,50",SOR,,1,', "card.csv:2:4: rate '12,50' is no number: " + DIGITS),
        ('A.1.1,,no.,"1,25,00",SOR,,1,', "card.csv:2:4: rate '1,25,00' is no number: " + DIGITS),
        ("A.1.1,,no.,Rs 500,SOR,,1,", "card.csv:2:4: rate 'Rs 500' is no number: " + DIGITS),
        ("A.1.1,,no.,1e9,SOR,,1,", "card.csv:2:4: rate '1e9' is no number: " + DIGITS),
        ("A.1.1,,no.,nan,SOR,,1,", "card.csv:2:4: rate 'nan' is no number: " + DIGITS),
        ("A.1.1,=1+1,no.,5,SOR,,1,", "card.csv:2:2: '=1+1' begins like a formula, where text belongs"),
        ("A.1.1,,no.,5,SOR,@SUM(A1),1,", "card.csv:2:6: '@SUM(A1)' begins like a formula, where text belongs"),
        ("A.9.9,,no.,5,SOR,,1,", "card.csv:2:1: item 'A.9.9' is in no catalogue"),
        ("A.1.1,,m,5,SOR,,1,", "card.csv:2:3: unit 'm' is not that of A.1.1, 'no.'"),
        ("A.1.1,,no.,5,my guess,,1,", "card.csv:2:5: basis 'my guess' is not one of FAKE, GeM, SOR, quotation"),
        ("A.1.1,,no.,5,,,1,", "card.csv:2:5: basis '' is not one of FAKE, GeM, SOR, quotation"),
        ("A.1.1,,no.,5,SOR,,0,", "card.csv:2:7: index '0' is not allowed; it is more than 0, at most 10"),
        ("A.1.1,,no.,5,SOR,,1,1.4.2026", "card.csv:2:8: date '1.4.2026' is no date like 2026-04-01"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place(tmp_path: Path, row: str, wrong: str) -> None:
    found = mistakes(in_csv(tmp_path, row))
    assert len(found) == 1
    assert found[0].startswith(wrong)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(
        in_csv(tmp_path, "A.1.1,,,-5,SOR,,1,", "A.1.1,,,5,SOR,,1,", "A.1.2,,,x,SOR,,1,", "Z.1,,,1,SOR,,1,")
    )
    assert [text.split(" ")[0] for text in found] == [
        "card.csv:2:4:",
        "card.csv:3:1:",
        "card.csv:4:4:",
        "card.csv:5:1:",
    ]
    assert "stands here twice; first at" in found[1]


def test_a_cell_with_a_formula_hides_no_mistake_beside_it(tmp_path: Path) -> None:
    found = mistakes(in_csv(tmp_path, "A.1.1,,,-5,SOR,=A1,1,1.4.2026", "@A,,,5,SOR,,0,"))
    assert [text.split(" ")[0] for text in found] == [
        "card.csv:2:6:", "card.csv:2:4:", "card.csv:2:8:", "card.csv:3:1:", "card.csv:3:7:",
    ]  # fmt: skip


def in_yaml(folder: Path, rate: str) -> Path:
    path = folder / "card.yaml"
    path.write_text(f"schema: rates/v1\nrates:\n  A.1.1: {{rate: {rate}, basis: SOR}}\n", encoding="utf-8")
    return path


def test_yaml_has_the_limits_and_the_paisa_of_csv(tmp_path: Path) -> None:
    assert mistakes(in_yaml(tmp_path, "1.0e+30")) == ["card.yaml:3:17: rate 1e+30 is not between 0 and 100000000000"]
    cards = [
        read_card(path, CARD_HEADS, CITY)
        for path in (in_yaml(tmp_path, "10.005"), in_csv(tmp_path, "A.1.1,,,10.005,SOR,,,"))
    ]
    assert [card.rates["A.1.1"].rate for card in cards] == [Decimal("10.01")] * 2


def test_heads_that_are_none_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "card.csv"
    path.write_text("item,rate,price,hight\nA.1.1,5,6,7\n", encoding="utf-8")
    assert mistakes(path)[:3] == [
        "card.csv:1:3: column 'price' is rate, like column 2",
        "card.csv:1:4: column 'hight' is not known; there are item, description, unit, rate, basis, reference, "
        "index, date, called as in catalogue/rate-heads.yaml; those to pass over are in its `ignored`",
        "card.csv:1:1: there is no column 'basis'; "
        "it may be called 'Rate Basis', 'Basis of Rate', 'Source of Rate' too",
    ]
    path.write_text("Description,Unit,Rate,Basis\nCamera,Nos,6,SOR\n", encoding="utf-8")
    assert mistakes(path)[0].startswith("card.csv:1:1: there is no column 'item'; it may be called 'Item Code', ")
    path.write_text("Item,Unit,Basis\nA.1.1,Nos,SOR\n", encoding="utf-8")
    assert [one.split(";")[0] for one in mistakes(path)] == ["card.csv:1:1: there is no column 'rate'"]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "no row of heads" in mistakes(path)[0]


CARDS = {
    "planner": "S.No.,Item Code,Item Description,Unit,Rate (Rs.),Rate Basis,Remarks\n"
    '1,A.1.1,Camera,Nos.,"1,25,000.50",DSR,seen\n',
    "department": "क्रमांक,कोड,विवरण,इकाई,दर (रुपये),दर का आधार\n१,A.1.1,कैमरा,नग,१२५०००.५०,दर अनुसूची\n",
    "tender": "Sl No,BOQ No,Particulars,UOM,Unit Price [excl. GST],Source,Dated\n"
    "1,A.1.1,x,Each,125000.50,sor,2026-04-01\n",
    "mixed": 'Rates of 2026,,,\n,,,\nमद कोड,Rate per Unit,आधार,Cost Index\nA.1.1,"125,000.50",SOR,1\n',
}


@pytest.mark.parametrize("card", CARDS)
def test_cards_of_departments(tmp_path: Path, card: str) -> None:
    path = tmp_path / "card.csv"
    path.write_text(CARDS[card], encoding="utf-8")
    rate = read_card(path, CARD_HEADS, CITY).rates["A.1.1"]
    assert (rate.effective, rate.basis) == (Decimal("125000.50"), "SOR")


@pytest.mark.parametrize(
    ("head", "word"),
    [
        ("Rate (Rs. in lakh)", "lakh"), ("Unit Rate (₹ Cr.)", "cr"), ("Rate (Rs. '000)", "'000"),
        ("Rate [incl. GST]", "incl"), ("Rate (with GST)", "with GST"), ("दर (लाख रुपये)", "लाख"),
        ("दर (जीएसटी सहित)", "सहित"),
    ],
)  # fmt: skip
def test_a_rate_in_lakh_or_with_gst_is_refused(tmp_path: Path, head: str, word: str) -> None:
    path = tmp_path / "card.csv"
    path.write_text(f"item,{head},basis\nA.1.1,5,SOR\n", encoding="utf-8")
    said = f"card.csv:1:2: column {head!r} says {word!r}; a rate is in rupees, for one unit, without GST"
    assert mistakes(path)[0] == said


def test_every_unit_of_a_card_is_one_of_the_catalogue() -> None:
    units = {t.unit for t in CITY.catalogue.values()} | {i.unit for i in CITY.declared.boq.file.items.values()}
    assert set(CARD_HEADS.units) <= units


def test_a_missing_rate_is_no_mistake_and_no_rate(tmp_path: Path) -> None:
    card = read_card(
        in_csv(tmp_path, "A.1.1,,no.,,SOR,,1,", "A.1.2,,no.,500,SOR,SOR 2025 item 7,1.08,2026-04-01"), CARD_HEADS, CITY
    )
    assert set(card.rates) == {"A.1.2"}
    rate = card.rates["A.1.2"]
    assert (rate.effective, rate.said) == (Decimal("540.00"), "SOR: SOR 2025 item 7")
    assert rate.place.endswith("card.csv:3:4")
    assert not card.fake


def test_old_and_undated_rates(tmp_path: Path) -> None:
    card = read_card(in_csv(tmp_path, "A.1.1,,no.,5,GeM,,,2025-11-29", "A.1.2,,no.,5,quotation,,,"), CARD_HEADS, CITY)
    assert card.rates["A.1.1"].is_old(date(2026, 11, 29), 365) is False
    assert card.rates["A.1.1"].is_old(date(2026, 11, 30), 365) is True
    assert card.rates["A.1.2"].is_old(date(2026, 11, 30), 365) is None


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (["A.1.1", "", "no.", -5, "SOR", "", 1, ""], "card.xlsx:Rates:2:4: rate -5 is not allowed; it is not negative"),
        (["A.1.1", "", "no.", "five", "SOR", "", 1, ""], "card.xlsx:Rates:2:4: rate 'five' is no number"),
        (["A.1.1", "=CHAR(65)", "", 5, "SOR", "", 1, ""], f"card.xlsx:Rates:2:2: description {FORMULA.text}"),
        (["A.1.1", "", "no.", "=2+3", "SOR", "", 1, ""], None),
        (["A.1.1", "", "no.", 5, "SOR", "", 1, date(2026, 4, 1)], "card.xlsx:Rates:2:8: date is a date or a time"),
    ],
)  # fmt: skip
def test_workbooks(tmp_path: Path, row: list[Any], wrong: str | None) -> None:
    """A rate may be worked out in the workbook; text may not, and what was never worked out is told."""
    path = tmp_path / "card.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Rates")
        sheet.write_row(0, 0, HEADS.strip().split(","))
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("="):
                sheet.write_formula(1, column, cell, None, 5 if cell == "=2+3" else "y")
            elif isinstance(cell, date):
                sheet.write_datetime(1, column, cell, book.add_format({"num_format": "yyyy-mm-dd"}))
            else:
                sheet.write(1, column, cell)
    if wrong is None:
        assert read_card(path, CARD_HEADS, CITY).rates["A.1.1"].rate == 5
    else:
        (found,) = mistakes(path)
        assert found.startswith(wrong)


def test_a_workbook_whose_formulas_were_never_worked_out(tmp_path: Path) -> None:
    path = tmp_path / "card.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Rates"
    sheet.append(HEADS.strip().split(","))
    sheet.append(["A.1.1", "", "no.", "=2+3", "SOR", "", 1, ""])
    book.save(path)
    assert mistakes(path) == [
        "card.xlsx:Rates:2:4: rate is a formula that was never calculated; open the file in a spreadsheet and save it"
    ]


def test_yaml(tmp_path: Path) -> None:
    path = tmp_path / "card.yaml"
    path.write_text(
        "schema: rates/v1\nrates:\n  A.1.1: {rate: 12.10, basis: SOR, index: 1.05, date: 2026-04-01}\n"
        "  A.1.2: {basis: GeM}\n",
        encoding="utf-8",
    )
    card = read_card(path, CARD_HEADS, CITY)
    assert set(card.rates) == {"A.1.1"}
    assert card.rates["A.1.1"].effective == Decimal("12.71")  # 12.705, half a paisa up
    path.write_text(
        "schema: rates/v1\nrates:\n  A.1.1: {rate: -1, basis: SOR}\n  A.1.2: {rate: '5', basis: SOR}\n",
        encoding="utf-8",
    )
    assert [text.split(" ")[0] for text in mistakes(path)] == ["card.yaml:3:17:", "card.yaml:4:17:"]
    path.write_text("schema: rates/v1\nrates:\n  A.9.9: {rate: 1, basis: SOR, reference: '=1'}\n", encoding="utf-8")
    assert [text.split(" ")[0] for text in mistakes(path)] == ["card.yaml:3:10:", "card.yaml:3:43:"]


def test_the_demo_card_is_fake_in_every_row_and_has_every_item() -> None:
    assert "FAKE" in DEMO.name
    rows = DEMO.read_text(encoding="utf-8").splitlines()
    assert all("FAKE" in row for row in rows[1:])
    card = read_card(DEMO, CARD_HEADS, CITY)
    assert card.fake
    boq = CITY.declared.boq.file.items
    assert set(card.rates) == {t.boq_item for t in CITY.catalogue.values()} | {
        n for n, i in boq.items() if not i.percent_of
    }
