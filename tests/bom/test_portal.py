"""A tender in the columns of a portal: no file beyond its limit, nothing that is calculated, all files or none."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from iccc.bom.lines import bill
from iccc.cli.common import emit_all
from iccc.errors import UsageError
from iccc.report.bom import tendered
from iccc.report.portal import portal_files, portals
from tests.bom.test_command import DEMO, ran, refused
from tests.sizing.cities import ROOT, shipped


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_files_are_numbered_and_none_has_more_items_than_the_portal_takes() -> None:
    city = shipped("bilaspur")
    made = bill(city, list(city.inventory()))
    gem = portals(ROOT)["gem"]
    assert gem.items_per_file == 500
    count = len(tendered(made))
    parts = portal_files(made, gem.model_copy(update={"items_per_file": 20}), Path("out/bill.csv"))
    assert [path.as_posix() for path in parts] == [f"out/bill-{n}.csv" for n in range(1, -(-count // 20) + 1)]
    found = [rows(data) for data in parts.values()]
    assert all(part[0] == [column.head for column in gem.columns] for part in found)
    assert max(len(part) for part in found) == 21
    items = [row for part in found for row in part[1:]]
    assert [row[0] for row in items] == [str(n) for n in range(1, count + 1)]
    assert list(portal_files(made, gem, Path("bill.csv"))) == [Path("bill.csv")]
    for row, line in zip(items, tendered(made), strict=True):
        assert row[1:] == [
            line.description, line.specification, str(line.quantity + line.spares), line.unit, line.code,
            f"{line.gst_pct:g}",
        ]  # fmt: skip


def test_an_item_of_several_phases_is_one_row_unless_the_portal_has_phases() -> None:
    city = shipped("sagar")
    made = bill(city, list(city.inventory()))
    gem = portals(ROOT)["gem"]
    (data,) = portal_files(made, gem, Path("bill.csv")).values()
    cameras = [row for row in rows(data) if row[1].startswith("PTZ camera")]
    assert [row[3] for row in cameras] == ["34"], "31 and a spare in each of three phases"
    phases = gem.model_copy(update={"columns": (*gem.columns, gem.columns[0].model_copy(update={"of": "phase"}))})
    (data,) = portal_files(made, phases, Path("bill.csv")).values()
    cameras = [row for row in rows(data) if row[1].startswith("PTZ camera")]
    assert [(row[3], row[-1]) for row in cameras] == [("13", "public-places"), ("7", "squares"), ("14", "traffic")]


def test_no_cell_is_a_formula() -> None:
    city = shipped("jhansi")
    made = bill(city, list(city.inventory()))
    bad = [replace(made.lines[0], description=text) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1")]
    (data,) = portal_files(replace(made, lines=tuple(bad)), portals(ROOT)["cppp"], Path("bill.csv")).values()
    assert [row[1][:1] for row in rows(data)[1:]] == ["'"] * 5


def test_all_files_or_none(tmp_path: Path) -> None:
    old, blocked = tmp_path / "a.csv", tmp_path / "b.csv" / "c.csv"
    old.write_text("last week's", encoding="utf-8")
    (tmp_path / "b.csv").write_text("no folder", encoding="utf-8")
    with pytest.raises(UsageError):
        emit_all({old: b"new", blocked: b"new"})
    assert old.read_text(encoding="utf-8") == "last week's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "bill.csv"
    said = ran("jhansi", "--portal", "cppp", "-o", str(out))
    assert said.return_value == 0
    assert "locked .xls" in said.stderr
    assert "K.1.1 Comprehensive maintenance, a year: to be quoted in per cent" in said.stderr
    assert rows(out.read_bytes())[0][:5] == ["Sl. No.", "Item Description", "Item Code / Make", "Quantity", "Units"]
    (tmp_path / "bill-3.csv").touch()
    (tmp_path / "bill-new.csv").touch()
    again = ran("jhansi", "--portal", "cppp", "-o", str(out)).stderr
    assert f"{tmp_path / 'bill-3.csv'} is of an earlier bill" in again
    assert again.count("earlier bill") == 1
    unknown = refused(monkeypatch, capsys, "jhansi", "--portal", "gm", "-o", str(out))
    assert "--portal 'gm' is not known; did you mean 'gem'?" in unknown
    assert "without --rates" in refused(
        monkeypatch, capsys, "jhansi", "--portal", "gem", "--rates", DEMO, "-o", str(out)
    )
