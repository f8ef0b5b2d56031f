"""``iccc report CITY ip-schedule``: exit codes, formats, limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from iccc.cli.main import main
from tests.schedule.support import table

HEADS = ("Device", "IP Address", "VLAN")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["iccc", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_exit_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    rows = [HEADS, ("bsp-core1", "10.81.0.11", "110"), ("bsp-core2", "10.81.0.12", "110")]
    command = ("report", "bilaspur", "ip-schedule", "--limit", "core&kind:switch", "--from")
    path = str(tmp_path / "in.csv")
    table(tmp_path / "in.csv", rows)
    assert run(monkeypatch, *command, path) == 2
    assert "bsp-agg1 is not in the file" in capfd.readouterr().out
    rows += [("bsp-agg1", "10.81.0.21", "110"), ("bsp-agg2", "10.81.0.22", "110")]
    table(tmp_path / "in.csv", rows)
    assert run(monkeypatch, *command, path) == 0
    assert "4 rows compared with Bilaspur: no difference." in capfd.readouterr().out
    table(tmp_path / "in.csv", [*rows, ("x", "10.81", "")])
    assert run(monkeypatch, *command, path) == 1
    assert "in.csv:6:2: Address '10.81' is not an IPv4 address" in capfd.readouterr().err.replace("\n", "")
    assert run(monkeypatch, *command, str(tmp_path / "none.csv")) == 1


def test_a_workbook_needs_a_file(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "report", "bilaspur", "ip-schedule", "--format", "xlsx") == 1
    assert "xlsx needs -o FILE" in capfd.readouterr().err


def test_a_limit_leaves_the_rest_out(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "report", "sagar", "ip-schedule", "--limit", "sgr-j01", "--format", "json") == 0
    data = json.loads(capfd.readouterr().out)
    assert {row["site"] for row in data["rows"]} == {row["site"] for row in data["subnets"]} == {"sgr-j01"}
    assert "private" not in data
