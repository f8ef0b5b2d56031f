"""What a server has of a camera, from files to a judgement: recorded now, days kept, gaps; hostile answers."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iccc.server import looking
from iccc.server.recordings import Gaps, Recording, recordings

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
        ({"newest": NOW + timedelta(hours=1)}, None),  # the clock was wrong: nothing newer would be seen
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


REQUEST = {"segment_s": 60, "tolerance_s": 10, "window_s": 86_400}


def gaps_of(folder: Path, *files: tuple[float, float]) -> dict[str, Any]:
    """``files``: begin and end, in seconds before now."""
    now = time.time()
    for begin, end in files:
        name = datetime.fromtimestamp(now - begin, UTC).strftime("%Y%m%dT%H%M%S.mp4")
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (now - end, now - end))
    (folder / "notes.txt").write_bytes(b"x")
    found = looking.camera(folder.name, {**REQUEST, "mount": str(folder.parent)})
    assert found["count"] == len(files)
    return dict(found["gaps"])


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
def test_gaps(tmp_path: Path, files: list[tuple[float, float]], gaps: list[float]) -> None:
    found = gaps_of(tmp_path, *files)
    assert [to - begin for begin, to in found["longest"]] == pytest.approx(gaps, abs=2)
    assert found["count"] == len(gaps) and found["seconds"] == pytest.approx(sum(gaps), abs=2)


def test_what_a_power_cut_left_empty_is_no_footage(tmp_path: Path) -> None:
    for name, content in (("20260101T000000.mp4", b""), ("20261130T120000.mp4", b"x"), ("20261130T120100.mp4", b"")):
        (tmp_path / name).write_bytes(content)
    found = looking.camera(tmp_path.name, {**REQUEST, "mount": str(tmp_path.parent)})
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
