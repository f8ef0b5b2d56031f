"""The program that runs on a server, on folders that stand for the server's."""

from __future__ import annotations

import getpass
import grp
import hashlib
import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from iccc.server import program


@pytest.fixture
def footage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A request for the footage of a camera with one recording, and what its account may have put beside it."""
    monkeypatch.setattr(program.os.path, "ismount", lambda _path: True)
    (tmp_path / "c1").mkdir()
    (tmp_path / "secret").write_text("root alone reads this")
    (tmp_path / "c1" / "20261130T120000.mp4").write_bytes(b"a picture")
    (tmp_path / "c1" / "20261130T120100.mp4").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "c1" / "20261130T120200.mp4")
    (tmp_path / "c1" / "20269999T120000.mp4").write_bytes(b"no time")
    return {"mount": str(tmp_path), "camera": "c1", "begin": 0.0, "end": 4e9}


def test_only_files_are_recordings(footage: dict[str, Any], tmp_path: Path) -> None:
    assert [one["name"] for one in program.segments(footage)["segments"]] == ["20261130T120000.mp4"]
    told = program.digests(footage | {"names": ["20261130T120000.mp4", "20261130T115900.mp4"]})["digests"]
    assert told == {"20261130T120000.mp4": {"sha256": hashlib.sha256(b"a picture").hexdigest(), "size": 9}}
    for name, says in (("20261130T120100.mp4", "is a link"), ("20261130T120200.mp4", "is no file")):
        with pytest.raises(program.Refused, match=says):
            program.digests(footage | {"names": [name]})
    (tmp_path / "c2").symlink_to(tmp_path / "c1")
    with pytest.raises(program.Refused, match="is a link"):
        program.segments(footage | {"camera": "c2"})


def test_whoever_is_no_administrator_any_more_gets_in_with_no_other_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"gone": 1001, "iccc": 1000, "daemon": 2}
    ran: list[str] = []
    monkeypatch.setattr(program, "run", lambda *command: ran.append(" ".join(command)) or (0, ""))
    monkeypatch.setattr(program, "differs", lambda *_: False)
    monkeypatch.setattr(
        program.pwd, "getpwnam", lambda name: pwd.struct_passwd((name, "", people[name], 1, "", "/", "/bin/bash"))
    )
    monkeypatch.setenv("SUDO_USER", "iccc")
    for name in people:
        (tmp_path / name).write_text("a key")
    program.admins({"keys": str(tmp_path), "admins": {}})
    assert [one for one in ran if one.startswith("usermod")] == ["usermod --expiredate 1 gone"]
    assert list(tmp_path.iterdir()) == []
    program.admins({"keys": str(tmp_path), "admins": {"gone": "a key"}})
    assert any(one.startswith("usermod") and "--expiredate  gone" in one for one in ran)


def test_new_cameras_are_recorded_although_the_holds_for_others_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(program, "run", lambda *command: ran.append(" ".join(command)) or (0, ""))
    monkeypatch.setattr(program, "array", lambda _mount: {"mounted": True, "separate": True})
    for name in ("CAMERAS", "FORMER", "WANTS", "TEMPLATE", "MANIFEST", "REFUSED", "PENDING"):
        monkeypatch.setattr(program, name, str(tmp_path / name))
    (tmp_path / "TEMPLATE").write_text("")
    (tmp_path / "MANIFEST").write_text("as it was before")
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "old.json").write_text("{}")
    monkeypatch.setattr(program.shutil, "chown", lambda *_: None)
    group = grp.getgrgid(os.getgid()).gr_name
    request = {
        "mount": "/srv", "group": group, "kept": [], "manifest": "another",
        "cameras": {"new": {"entry": {}, "source": getpass.getuser()}},
    }  # fmt: skip
    with pytest.raises(program.Refused, match="1 cameras that are recorded elsewhere are not taken off"):
        program.cameras(request)
    assert "systemctl restart --no-block iccc-record@new.service" in ran
    assert (tmp_path / "CAMERAS" / "old.json").exists() and not any("stop" in one for one in ran)


def test_a_stream_that_nobody_resumes_is_started_by_the_next_deploy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "run", lambda *_: (0, ""))
    for name in ("CAMERAS", "WANTS", "REFUSED", "PENDING"):
        monkeypatch.setattr(program, name, str(tmp_path / name))
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "c1.json").write_text("{}")
    program.pause({"camera": "c1"})
    assert program.is_pending("iccc-record@c1.service")
    program.resume({"camera": "c1"})
    assert not program.is_pending("iccc-record@c1.service")


@pytest.mark.parametrize("what", ["TEMPLATE", "RECORD"])
def test_what_units_run_reaches_those_that_run_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    for name in ("CAMERAS", "WANTS", "PENDING", what):
        monkeypatch.setattr(program, name, str(tmp_path / name))
    for name in ("check", "need", "replace"):
        monkeypatch.setattr(program, name, lambda *_: None)
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "c1.json").write_text("{}")
    new = {"content": "another one", "mode": "0755", "owner": "root:root"}
    program.put({"files": {str(tmp_path / what): new}, "services": {}, "checks": []})
    assert program.is_pending("iccc-record@c1.service"), "as long as it was not started anew"
