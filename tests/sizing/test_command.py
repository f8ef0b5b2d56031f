"""``iccc size``: text for a terminal, JSON and CSV, and why."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from iccc.cli.main import cli, main


def said(*words: str) -> str:
    result = CliRunner().invoke(cli, ["size", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_text_fits_a_terminal() -> None:
    lines = said("bilaspur").splitlines()
    assert lines[0] == "Sizing: Bilaspur"
    assert max(map(len, lines)) <= 130
    assert any(line.split()[:4] == ["recorders", "10", "10", "10"] for line in lines)
    assert any(line.split()[:2] == ["bsp-j01", "125.6"] for line in lines)


def test_json_and_csv_have_the_same_values() -> None:
    data = json.loads(said("sagar", "--format", "json"))
    assert (data["version"], data["kind"], data["city"]) == (1, "size", "sagar")
    rows = list(csv.DictReader(io.StringIO(said("sagar", "--format", "csv").removeprefix("\ufeff"))))
    assert len(rows) == len(data["rows"]) > 100
    for row, other in zip(rows, data["rows"], strict=True):
        assert (row["Name"], row["Scope"], row["Unit"]) == (other["name"], other["scope"], other["unit"])
        for column, case in (("Design maximum", "design_maximum"), ("Expected", "expected")):
            value = other[case]["value"]
            assert row[column] == ("" if value is None else str(value))


def test_explain_says_formula_inputs_and_places() -> None:
    text = said("bilaspur", "--explain", "storage_usable_tb")
    assert "= storage_net_tb × (1 + fs_overhead) × (1 + growth)" in text
    assert "growth: 0.2 share  catalogue/assumptions.yaml:" in text
    assert "design maximum: 1,111.3 TB" in text
    assert "expected: 664.5 TB" in text


def test_explain_of_a_site_is_about_that_site() -> None:
    blocks = said("bilaspur", "--explain", "bsp-j01").strip().split("\n\n")
    assert len(blocks) > 6
    assert all(" bsp-j01" in block.splitlines()[0] for block in blocks)


def test_a_part_of_a_city() -> None:
    data = json.loads(said("bilaspur", "--limit", "bsp-j01", "--format", "json"))
    of = {(row["name"], row["scope"]): row["design_maximum"]["value"] for row in data["rows"]}
    assert of["vms_licences", ""] == 23
    assert {scope for name, scope in of if name == "site_mbps"} == {"bsp-j01"}


def test_a_name_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["iccc", "size", "bilaspur", "--explain", "storage_nett_tb"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "did you mean 'storage_net_tb'?" in capsys.readouterr().err
