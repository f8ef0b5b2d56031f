"""The program that runs on a server, on folders that stand for the server's."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
from pathlib import Path

import pytest

from iccc.server import program


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
