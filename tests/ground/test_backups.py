"""Configurations that are kept before a change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from iccc.clock import FixedClock
from iccc.errors import StateError
from iccc.state.backups import Backups
from tests.ground.support import NOON


def kept(folder: Path, device: str = "sw1") -> list[tuple[str, str]]:
    return [(one.name, one.read_text(encoding="utf-8")) for one in sorted((folder / "backups" / device).glob("*"))]


def at(folder: Path, minutes: int) -> Backups:
    return Backups(folder, FixedClock(NOON + timedelta(minutes=minutes)))


def test_a_configuration_is_kept_under_the_time_of_the_change(tmp_path: Path) -> None:
    at(tmp_path, 0).keep("sw1", "hostname Switch\n! नेहरू चौक\n")
    assert kept(tmp_path) == [("20260126T120000.000000Z.cfg", "hostname Switch\n! नेहरू चौक\n")]


def test_the_newest_one_is_not_written_again_but_an_older_one_is(tmp_path: Path) -> None:
    for minutes, text in enumerate(("one", "one", "two", "two", "one")):
        at(tmp_path, minutes).keep("sw1", text)
    assert [text for _, text in kept(tmp_path)] == ["one", "two", "one"]


def test_each_device_has_its_own(tmp_path: Path) -> None:
    at(tmp_path, 0).keep("sw1", "same")
    at(tmp_path, 1).keep("sw2", "same")
    assert len(kept(tmp_path, "sw1")) == len(kept(tmp_path, "sw2")) == 1


def test_nobody_else_reads_them(tmp_path: Path) -> None:
    at(tmp_path, 0).keep("sw1", "hostname Switch\n")
    (file,) = (tmp_path / "backups" / "sw1").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_what_cannot_be_kept_is_said_and_so_nothing_is_changed(tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("no folder", encoding="utf-8")
    with pytest.raises(StateError):
        at(tmp_path, 0).keep("sw1", "hostname Switch\n")


def test_a_backup_that_was_cut_short_is_not_taken_for_one(tmp_path: Path) -> None:
    """What a crash leaves beside the finished files does not count as the newest."""
    at(tmp_path, 0).keep("sw1", "one")
    (name, _) = kept(tmp_path)[0]
    whole = tmp_path / "backups" / "sw1" / name
    whole.rename(whole.with_name(f".{name}.tmp"))
    at(tmp_path, 1).keep("sw1", "one")
    assert [text for name, text in kept(tmp_path) if name.endswith(".cfg")] == ["one"]
