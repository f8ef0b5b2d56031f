"""``iccc report CITY changes``: forms, limits, and what a spreadsheet is not made to run."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from iccc.cli.main import main
from iccc.clock import FixedClock
from iccc.settings import load_settings
from iccc.state.changes import Changes
from iccc.state.log import Why
from iccc.state.store import open_store
from tests.flow.declaration import found

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)
CAMERA = "bsp-j01-c01"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changes a day apart, the second without a result."""
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    clock = FixedClock(NOON)
    with closing(open_store(load_settings(tmp_path).state_dir("bilaspur"))) as store:
        changes = Changes(store, clock)
        changes.end(changes.begin("stage", "=HYPERLINK(1)", Why("@first", "+7"), CAMERA), "stage", "-applied", CAMERA)
        clock.at += timedelta(days=1)
        changes.begin("replace", "swap", Why("storm"), "bsp-j01-sw1")


def said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[str, str]:
    monkeypatch.setattr("sys.argv", ["iccc", "report", "bilaspur", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert int(ended.value.code or 0) == code
    out, err = capfd.readouterr()
    return out, err


@pytest.mark.usefixtures("recorded")
def test_the_record_is_told_in_all_forms(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    text, _ = said(monkeypatch, capfd, "changes")
    assert "2026-03-30 17:30:00 IST" in text and "no result: it runs, or was killed" in text
    assert "2026-03-30 17:30:00 IST  stage by " in text and "  @first, +7  (" in text
    data = json.loads(said(monkeypatch, capfd, "changes", "--format", "json")[0])
    assert (data["version"], data["kind"], data["changes"], data["without_result"]) == (1, "changes", 2, 1)
    assert data["rows"][0]["began"] == "2026-03-30T12:00:00.000000+00:00"
    assert data["rows"][0]["reason"] == "@first", "JSON is no spreadsheet: what was said stays as it is"
    head, first, second = csv.reader(io.StringIO(said(monkeypatch, capfd, "changes", "--format", "csv")[0]))
    assert not [cell for cell in (*head, *first, *second) if cell[:1] in ("=", "+", "-", "@")]
    assert "'=HYPERLINK(1)" in first


@pytest.mark.usefixtures("recorded")
def test_limits_choose_devices_and_times(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def devices(*words: str) -> list[str]:
        rows = json.loads(said(monkeypatch, capfd, "changes", "--format", "json", *words)[0])["rows"]
        return [row["device"] for row in rows]

    assert devices("--limit", "kind:camera") == [CAMERA]
    assert devices("--since", "2026-03-31") == ["bsp-j01-sw1"]
    assert devices("--since", "2026-03-30T17:30:00") == [CAMERA, "bsp-j01-sw1"]
    assert "--since" in said(monkeypatch, capfd, "ip-schedule", "--since", "7d", code=1)[1]
    assert "--from" in said(monkeypatch, capfd, "changes", "--from", "pyinfra.cfg", code=1)[1]


def test_text_fits_a_terminal_whatever_a_device_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found(tmp_path)
    monkeypatch.chdir(tmp_path)
    with closing(open_store(load_settings(tmp_path).state_dir("bilaspur"))) as store:
        changes = Changes(store, FixedClock(NOON))
        id_ = changes.begin("deploy", ", ".join(f"ports[TenGigabitEthernet1/1/{n}].mode" for n in range(6)), Why("a b"))
        changes.end(id_, "deploy", "refused 1; \x1b[31m" + "VLAN 201 does not reach the core; " * 9)
    text, _ = said(monkeypatch, capfd, "changes")
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text
    assert " ".join(text.split()).count("VLAN 201 does not") == 9
