"""The program that hashes recordings on a server, on a folder that stands for the server's."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from iccc.server.remote import hashing
from tests.server.mp4 import recording


@pytest.fixture
def footage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A request for the footage of a camera with one recording, and what its account may have put beside it."""
    monkeypatch.setattr(hashing.os.path, "ismount", lambda _path: True)
    (tmp_path / "c1").mkdir()
    (tmp_path / "secret").write_text("root alone reads this")
    (tmp_path / "c1" / "20261130T120000.mp4").write_bytes(b"a picture")
    (tmp_path / "c1" / "20261130T120100.mp4").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "c1" / "20261130T120200.mp4")
    (tmp_path / "c1" / "20269999T120000.mp4").write_bytes(b"no time")
    return {"mount": str(tmp_path), "camera": "c1", "begin": 0.0, "end": 4e9, "apart_s": 2.0}


def test_only_files_are_recordings(footage: dict[str, Any], tmp_path: Path) -> None:
    assert [one["name"] for one in hashing.segments(footage)["segments"]] == ["20261130T120000.mp4"]
    told = hashing.digests(footage | {"names": ["20261130T120000.mp4", "20261130T115900.mp4"]})["digests"]
    assert told == {"20261130T120000.mp4": {"sha256": hashlib.sha256(b"a picture").hexdigest(), "size": 9}}
    for name, says in (("20261130T120100.mp4", "is a link"), ("20261130T120200.mp4", "is no file")):
        with pytest.raises(hashing.Refused, match=says):
            hashing.digests(footage | {"names": [name]})
    (tmp_path / "c2").symlink_to(tmp_path / "c1")
    with pytest.raises(hashing.Refused, match="is a link"):
        hashing.segments(footage | {"camera": "c2"})


def test_a_recording_has_the_time_of_its_pictures(footage: dict[str, Any], tmp_path: Path) -> None:
    begin = 1_796_040_060.0  # 2026-11-30 12:01:00 UTC
    runs = {"20261130T120100-0123abcd.mp4": begin + 90, "20261130T120100-89abcdef.mp4": begin - 600}
    os.utime(tmp_path / "c1" / "20261130T120000.mp4", (0, 0))
    for name, written in runs.items():
        path = tmp_path / "c1" / name
        path.write_bytes(recording(*range(10), *range(40, 50), last_s=1.0))
        os.utime(path, (written, written))
    told = hashing.segments({**footage, "begin": begin + 45, "end": begin + 60})["segments"]
    # The clock was set back while the second one was written: it still is of the time that its name has.
    assert {one["name"] for one in told} == set(runs)
    for one in told:
        assert [(a - begin, b - begin) for a, b in one["spans"]] == [(0, 9), (40, 50)]
    told = hashing.segments({**footage, "begin": begin + 70, "end": begin + 80})["segments"]
    assert [one["name"] for one in told] == ["20261130T120100-0123abcd.mp4"]  # by its last write


def test_the_last_recording_of_each_run_may_be_open(footage: dict[str, Any], tmp_path: Path) -> None:
    for name in ("20261130T120200-0123abcd.mp4", "20261130T120300-0123abcd.mp4", "20261130T115900-89abcdef.mp4"):
        (tmp_path / "c1" / name).write_bytes(b"x")
    for old in ("20261130T120000.mp4", "20269999T120000.mp4"):
        os.utime(tmp_path / "c1" / old, (0, 0))
    told = hashing.segments(footage)["written_now"]
    assert sorted(told) == ["20261130T115900-89abcdef.mp4", "20261130T120300-0123abcd.mp4"]
