"""``iccc bom``: what it writes, and that nothing is written unless all of it succeeded."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccc.cli.main import cli, main
from tests.sizing.cities import ROOT

DEMO = str(ROOT / "catalogue/rates/demo-FAKE.csv")


def ran(*words: str) -> Result:
    return CliRunner().invoke(cli, ["bom", *words], catch_exceptions=False, standalone_mode=False)


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr("sys.argv", ["iccc", "bom", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


@pytest.mark.parametrize("format_", ["text", "csv", "json"])
def test_made_up_rates_are_marked_in_every_output_and_row(format_: str) -> None:
    said = ran("jhansi", "--rates", DEMO, "--on", "2026-11-30", "--format", format_)
    assert said.return_value == 0
    text = said.stdout.removeprefix("\ufeff")
    if format_ == "json":
        data = json.loads(text)
        assert data["fake_rates"]
        assert "FAKE" in data["title"] and "FAKE" in data["notes"][0] and "FAKE" in data["rate_card"]
        assert all("FAKE" in row["basis"] for row in data["rows"])
    elif format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) > 50
        assert all("FAKE" in row["Rate basis"] for row in rows)
    else:
        assert text.startswith("FAKE RATES, NOT A PRICE")
        rows = [line for line in text.splitlines() if line[:1].isalpha() and "." in line[:5] and line[1] == "."]
        assert len(rows) > 50
        assert all("FAKE" in row for row in rows)
        assert all(
            "FAKE" in line for line in text.splitlines() if line.startswith(("year ", "base ", "total ", "GST "))
        )
    assert text.count("FAKE") > 50


def test_csv_and_json_have_the_same_amounts() -> None:
    data = json.loads(ran("sagar", "--rates", DEMO, "--format", "json").stdout)
    text = ran("sagar", "--rates", DEMO, "--format", "csv").stdout.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    lines = [row for row in rows if row["Item"]]
    assert [(row["Item"], row["Phase"], row["Total"]) for row in lines] == [
        (row["item"], row["phase"], row["total"]) for row in data["rows"]
    ]
    steps = [row for row in rows if not row["Item"]]
    assert [(row["Description"], row["Total"]) for row in steps] == [(s["name"], s["amount"]) for s in data["steps"]]
    capital = sum(Decimal(row["amount"]) for row in data["rows"] if not row["yearly"])
    assert str(capital) == data["steps"][0]["amount"]
    assert data["total_in_words"].startswith("Rupees ")
    assert data["total_in_words_hi"].endswith("मात्र")


def test_kanpur_takes_seconds() -> None:
    """All of its phases, the 5,000 cameras to come among them: five seconds of one core at most."""
    began = time.process_time()
    data = json.loads(ran("kanpur", "--rates", DEMO, "--format", "json").stdout)
    assert time.process_time() - began < 5
    assert (
        sum(row["quantity"] for row in data["rows"] if row["item"] == "J.2.3" and row["phase"] == "within-a-month")
        == 5000
    )


def test_an_own_card_is_not_marked_and_missing_rates_end_with_3(tmp_path: Path) -> None:
    card = tmp_path / "own.csv"
    card.write_text("item,rate,basis,date\nA.1.1,10000,GeM,2026-11-01\nA.1.2,20000,GeM,2020-01-01\n", encoding="utf-8")
    said = ran("jhansi", "--rates", str(card), "--on", "2026-11-30", "--format", "json")
    assert said.return_value == 3
    data = json.loads(said.stdout)
    assert "FAKE" not in said.stdout
    assert any("have no rate" in note and "A.2.1" in note for note in data["notes"])
    assert any(note.startswith("old rate: A.1.2 (") and "own.csv:3:2" in note for note in data["notes"])
    assert {row["flag"] for row in data["rows"]} == {"", "old rate", "no rate"}
    assert all(row["rate"] is None and row["amount"] == "0.00" for row in data["rows"] if row["flag"] == "no rate")


def test_a_card_with_mistakes_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card, out = tmp_path / "own.csv", tmp_path / "estimate.csv"
    card.write_text("item,rate,basis\nA.1.1,-1,GeM\nA.1.2,many,GeM\nX.1,1,GeM\n", encoding="utf-8")
    out.write_text("last week's\n", encoding="utf-8")
    said = refused(monkeypatch, capsys, "jhansi", "--rates", str(card), "-o", str(out))
    assert [line.partition("own.csv:")[2][:4] for line in said.splitlines()[:3]] == ["2:2:", "3:2:", "4:1:"]
    assert "3 mistakes" in said
    assert out.read_text(encoding="utf-8") == "last week's\n"
    assert [path.name for path in tmp_path.iterdir()] in (["own.csv", "estimate.csv"], ["estimate.csv", "own.csv"])


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("jhansi", "--as", "estimate"), "an estimate needs --rates FILE"),
        (("jhansi", "--as", "tender", "--rates", DEMO), "--rates is of an estimate, not of tender"),
        (("jhansi", "--phase", "new-site"), "--phase 'new-site' is not"),
        (("jhansi", "--language", "hi"), "--language is of a PDF"),
        (("jhansi", "--since", "HEAD"), "--since is of the workbook of a whole estimate"),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...], text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert text in refused(monkeypatch, capsys, *words)


def test_a_phase_is_a_part() -> None:
    data = json.loads(ran("sagar", "--phase", "traffic", "--format", "json").stdout)
    assert {row["phase"] for row in data["rows"]} == {"traffic"}
    assert data["cameras"] == 160


def test_text_of_quantities_has_the_derivation() -> None:
    lines = ran("bilaspur").stdout.splitlines()
    assert lines[0] == "Bill of materials: Bilaspur"
    (cable,) = [line for line in lines if line.startswith("B.5.1")]
    assert cable.rstrip().endswith("20920 copper_m × 1.05 / 305")


def test_a_tender_as_csv() -> None:
    text = ran("sagar", "--as", "tender", "--format", "csv").stdout.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(row["Rate"] == row["Amount"] == row["Total"] == "" for row in rows)
    assert all(row["Specification"] for row in rows)


@pytest.mark.parametrize("more", [(), ("--rates", DEMO), ("--as", "tender")])
def test_a_part_says_that_it_is_one(more: Sequence[str]) -> None:
    """A total of one site was headed by the city's name alone."""
    words = ("bilaspur", "--phase", "extension", "--limit", "bsp-s31", *more)
    for said in (json.loads(ran(*words, "--format", "json").stdout)["notes"], [ran(*words, "--format", "csv").stderr]):
        assert any("of a part of the city: bsp-s31; without fibre" in note for note in said)
        assert any("of the phase extension alone" in note for note in said)
    whole = json.loads(ran("bilaspur", *more, "--format", "json").stdout)["notes"]
    assert not any("of a part" in note or "of the phase" in note for note in whole)


@pytest.mark.parametrize(("name", "text", "place"), [
    ("card.csv", "item,rate,basis\nA.1.1,,GeM\n", "card.csv:2:2"),
    ("card.yaml", "schema: rates/v1\nrates:\n  A.1.1: {basis: GeM}\n", "card.yaml:3:10"),
])  # fmt: skip
def test_a_rate_that_is_left_out_has_its_place(tmp_path: Path, name: str, text: str, place: str) -> None:
    card = tmp_path / name
    card.write_text(text, encoding="utf-8")
    said = ran("jhansi", "--rates", str(card), "--format", "json")
    assert said.return_value == 3
    [note] = [note for note in json.loads(said.stdout)["notes"] if "have no rate" in note]
    assert re.search(rf"A\.1\.1 \(\S*{re.escape(place)}\), ", note)
