"""What a server has of a camera, from files to a judgement: recorded now, days kept, gaps; hostile answers."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iccc.server.recordings import Gaps, Recording, recordings
from iccc.server.remote import looking
from iccc.verify.backend import DeviceBackend
from iccc.verify.evidence import Evidence
from iccc.verify.hosts import HostSeen
from tests.field.test_city import test_retention as judge_retention
from tests.server.city import served
from tests.server.mp4 import recording

NOW = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)
GOOD = Recording(
    now=NOW, segment_s=60, load="loaded", active="active", sub="running", enabled=True, restarts=0, count=2,
    oldest=NOW - timedelta(days=30), newest=NOW - timedelta(seconds=30), written=NOW - timedelta(seconds=2),
    begun=NOW - timedelta(seconds=30), decoded=True, says="hevc 2560x1440", since=NOW - timedelta(days=90),
    gaps=Gaps(NOW - timedelta(days=1), 0, 0, ()),
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        ({}, ""),
        ({"active": "activating", "sub": "auto-restart"}, ""),  # the camera has restarted: what is on the disk decides
        ({"enabled": False}, ""),  # it records; that it will not after a restart is said of the unit
        ({"active": "inactive"}, "its unit is inactive, and its newest recording began 30 s ago"),
        ({"load": "not-found", "active": "inactive"}, "there is no unit for it (not-found), and its newest"),
        ({"newest": None, "begun": None, "count": 0}, "there is no recording"),
        ({"newest": NOW - timedelta(seconds=120), "begun": NOW - timedelta(seconds=120)}, ""),
        ({"newest": NOW - timedelta(seconds=121), "begun": NOW - timedelta(seconds=121)}, "its newest recording began"),
        # Opened anew again and again without a picture: the one before it counts, and is old.
        ({"newest": NOW - timedelta(seconds=5), "begun": NOW - timedelta(seconds=130)}, "its newest recording began 5"),
        ({"decoded": False, "says": "moov atom not found"}, "its newest recording cannot be decoded: moov atom"),
        ({"decoded": None, "says": "not looked at in time"}, None),
        ({"ahead": NOW + timedelta(hours=1)}, None),  # the clock was set back: what is new cannot be told by names
        ({"ahead": NOW + timedelta(hours=1), "opened": True}, ""),
    ],
)  # fmt: skip
def test_recorded_now(changed: dict[str, Any], trouble: str | None) -> None:
    found = replace(GOOD, **changed)
    if trouble:
        assert (found.trouble or "").startswith(trouble)
    else:
        assert found.trouble == trouble
    if trouble is None:
        assert found.doubt


def test_young_is_not_short() -> None:
    assert GOOD.days == 30 and GOOD.younger_than(29.4) is None
    assert replace(GOOD, since=NOW - timedelta(days=3)).younger_than(29.4) == NOW - timedelta(days=3)
    assert replace(GOOD, since=None).younger_than(29.4) is None


CAMERA = served().recorded_by("bsp-rec01")[0]
DAY_S = 86_400


@pytest.mark.parametrize(
    ("oldest", "born", "enabled", "outcome"),
    [
        (30, 90, 90, "pass"),
        (21, 90, 90, "fail"),  # it was never elsewhere: older has been deleted
        (21, 21, 21, "unknown"),  # it came 21 days ago
        # Ten days on another server, back for 15: what was here before reaches back far enough.
        (30, 90, 15, "pass"),
        # The same when that has gone by its age, while nothing of the ten days can be here.
        (21, 90, 21, "unknown"),
        (20, 90, 40, "fail"),  # back for longer than the days
    ],
)
def test_retention_of_a_camera_that_was_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, oldest: float, born: float, enabled: float, outcome: str
) -> None:
    """So many days ago: its oldest recording, the birth of its folder, the link that enables its unit."""
    now, name = NOW.timestamp(), CAMERA.name
    link = tmp_path / looking.UNIT.format(name)
    link.symlink_to("/dev/null")
    os.utime(link, (now - enabled * DAY_S,) * 2, follow_symlinks=False)
    monkeypatch.setattr(looking, "WANTS", str(tmp_path))
    monkeypatch.setattr(looking, "run", lambda *_: (0, f"{now - born * DAY_S:.0f} /srv/recordings/{name}\n", ""))
    since = datetime.fromtimestamp(looking.recorded_since([name], "/srv/recordings")[name], UTC)
    recording = replace(GOOD, oldest=NOW - timedelta(days=oldest), since=since)
    seen = {"bsp-rec01": HostSeen(NOW, {}, {name: recording})}
    told = DeviceBackend(name, evidence=Evidence(served(), NOW, {}, hosts=seen)).run("retention")
    monkeypatch.undo()

    def ask(_device: object, _question: str) -> object:
        return json.loads(told.stdout)

    assert CAMERA.retention_days == 30
    if outcome == "pass":
        return judge_retention(CAMERA, served(), ask, lambda *_: None)
    with pytest.raises(pytest.fail.Exception) as failed:
        judge_retention(CAMERA, served(), ask, lambda *_: None)
    assert str(failed.value).startswith("unknown: ") == (outcome == "unknown")
    assert ("recorded there since" in str(failed.value)) == (outcome == "unknown")
    return None


REQUEST = {"segment_s": 60, "tolerance_s": 10, "window_s": 86_400}
RUN, OTHER = "0123abcd", "89abcdef"


def put(folder: Path, begin: float, end: float, *, run: str = RUN, written: float | None = None) -> Path:
    """A recording with a picture a second, by when it began and ended; it was last written then, or ``written``."""
    path = folder / f"{datetime.fromtimestamp(begin, UTC):%Y%m%dT%H%M%S}{run and '-'}{run}.mp4"
    moments = range(max(1, round(end - int(begin))))
    path.write_bytes(recording(*moments, group=1000, last_s=1.0))
    os.utime(path, (end, end if written is None else written))
    return path


def look(folder: Path, inside: bool = True) -> dict[str, Any]:
    """What is told of a camera; ``inside``: there is time to look into all recordings."""
    until = time.monotonic() + (60 if inside else -1)
    return looking.camera(folder.name, {**REQUEST, "mount": str(folder.parent)}, until)


def gaps_of(folder: Path, *files: tuple[float, float], **options: Any) -> dict[str, Any]:
    """``files``: begin and end, in seconds before now."""
    now = time.time()
    for begin, end in files:
        put(folder, now - begin, now - end, **options)
    (folder / "notes.txt").write_bytes(b"x")
    found = look(folder)
    assert found["count"] == len(files)
    return dict(found["gaps"])


@pytest.mark.parametrize("run", [RUN, ""])
@pytest.mark.parametrize(
    ("files", "gaps"),
    [
        ([(180, 120), (120, 60), (60, 1)], []),
        ([(180, 120), (120, 95), (60, 1)], [35]),  # ended early, and went on with the next file
        ([(180, 120), (120, 95), (90, 1)], []),  # 5 s are within the tolerance
        ([(600, 540), (60, 1)], [480]),
        ([(600, 540)], [540]),  # and nothing since
        ([(90_000, 89_940), (60, 1)], [86_340]),  # the day before yesterday, and again since a minute ago
        ([(86_430, 86_370), (86_370, 86_310), (86_310, 1)], []),  # what began before the window reaches into it
        ([], []),
    ],
)  # fmt: skip
def test_gaps(tmp_path: Path, run: str, files: list[tuple[float, float]], gaps: list[float]) -> None:
    found = gaps_of(tmp_path, *files, run=run)
    assert [to - begin for begin, to in found["longest"]] == pytest.approx(gaps, abs=2)
    assert found["count"] == len(gaps) and found["seconds"] == pytest.approx(sum(gaps), abs=2)


@pytest.mark.parametrize("inside", [True, False])
def test_a_gap_begins_with_the_last_picture_whenever_its_file_was_last_written(tmp_path: Path, inside: bool) -> None:
    """A link is cut for 25 s: ffmpeg gives up after 10 s, writes once more, and another run begins 5 s later."""
    now = time.time()
    put(tmp_path, now - 120, now - 60)
    put(tmp_path, now - 60, now - 40, written=now - 16)
    put(tmp_path, now - 15, now - 1, run=OTHER)
    gaps = look(tmp_path, inside)["gaps"]
    assert (gaps["count"], gaps["unseen"]) == (1, 0 if inside else 1)
    assert gaps["seconds"] == pytest.approx(25, abs=1.5)


def test_a_freeze_is_told_although_the_connection_has_stayed(tmp_path: Path) -> None:
    """One run, and the next recording on time: only the pictures tell, where there was time to look at them."""
    now = time.time()
    path = put(tmp_path, now - 120, now - 60)
    path.write_bytes(recording(*range(20), *range(45, 60), last_s=1.0))
    os.utime(path, (now - 60, now - 60))
    put(tmp_path, now - 60, now - 1)
    gaps = look(tmp_path)["gaps"]
    assert gaps["seconds"] == pytest.approx(26, abs=1.5) and gaps["unseen"] == 0
    hurried = look(tmp_path, inside=False)["gaps"]
    assert (hurried["count"], hurried["unseen"]) == (0, 1)
    assert Gaps(NOW, 0, 0, (), unseen=1).text.endswith("; not looked into: 1 recordings")


def test_what_no_picture_can_be_read_of_is_a_gap(tmp_path: Path) -> None:
    now = time.time()
    put(tmp_path, now - 180, now - 120)
    put(tmp_path, now - 120, now - 60).write_bytes(b"")
    put(tmp_path, now - 60, now - 1)
    assert look(tmp_path)["gaps"]["seconds"] == pytest.approx(60, abs=1.5)


def test_after_a_clock_was_set_back_names_do_not_tell_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was ten minutes ahead; what lies there of now, by its name, may be of before."""
    now = time.time()
    for minutes in range(-10, 2):
        put(tmp_path, now - 60 * minutes, now - 60 * minutes + 60, run=OTHER)
    new = put(tmp_path, now - 30, now - 1)
    found = look(tmp_path)
    assert found["ahead"] == pytest.approx(now + 600, abs=1.5) and found["gaps"]["count"] == 0
    assert found["newest"]["begin"] <= now
    (tmp_path / "of-its-unit").mkdir()
    (tmp_path / "of-its-unit" / "cgroup.procs").write_text(f"999999999\n{os.getpid()}\n", encoding="ascii")
    monkeypatch.setattr(looking, "GROUPS", str(tmp_path))
    looking.written_now(str(tmp_path), found, "/of-its-unit")
    assert found["open"] is False
    with new.open("rb"):
        looking.written_now(str(tmp_path), found, "/of-its-unit")
    assert found["open"] is True and found["last"] == [new.name]
    assert found["newest"]["begin"] == int(now - 30)


def test_what_a_power_cut_left_empty_is_no_footage(tmp_path: Path) -> None:
    for name, content in (("20260101T000000.mp4", b""), ("20261130T120000.mp4", b"x"), ("20261130T120100.mp4", b"")):
        (tmp_path / name).write_bytes(content)
    found = look(tmp_path)
    assert (found["count"], found["oldest"]) == (3, looking.begin("20261130T120000.mp4"))


def test_a_gap_is_told_with_its_begin() -> None:
    begin = NOW - timedelta(hours=2)
    gaps = Gaps(NOW - timedelta(days=1), 2, 90, ((begin, begin + timedelta(seconds=60)),))
    assert gaps.text.startswith("2 gaps, 90 s in all, the longest of 60 s from 2026-11-30 10:00:30 UTC")
    assert GOOD.gaps.text == "no gap over 10 s since 2026-11-29 12:00:30 UTC"


@pytest.mark.parametrize(
    "told",
    [
        {}, {"now": "noon", "cameras": {}}, {"now": 1.0, "cameras": []}, {"now": 1.0, "cameras": {"c": {}}},
        {"now": 1e300, "cameras": {}}, {"now": float("nan"), "cameras": {}},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError)):
        recordings(told, 60)
