"""The program that hashes recordings on a server, on a folder that stands for the server's."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from iccc.server import hashing


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
    return {"mount": str(tmp_path), "camera": "c1", "begin": 0.0, "end": 4e9}


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
