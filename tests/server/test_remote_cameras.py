"""The cameras that a server records, with folders that stand for the server's."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import time
from pathlib import Path

import pytest

from iccc.server.remote.answers import Refused
from iccc.server.remote.cameras import cameras, last_written
from iccc.server.remote.parts import put
from iccc.server.remote.streams import pause, resume
from iccc.server.remote.units import is_pending
from tests.server.remote import stand_in


def test_new_cameras_are_recorded_although_the_holds_for_others_are_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    stand_in(monkeypatch, "run", lambda *command: ran.append(" ".join(command)) or (0, ""))
    stand_in(monkeypatch, "array", lambda _mount: {"mounted": True, "separate": True})
    for name in ("CAMERAS", "FORMER", "WANTS", "TEMPLATE", "MANIFEST", "REFUSED", "PENDING"):
        stand_in(monkeypatch, name, str(tmp_path / name))
    (tmp_path / "TEMPLATE").write_text("")
    (tmp_path / "MANIFEST").write_text("as it was before")
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "old.json").write_text("{}")
    monkeypatch.setattr(shutil, "chown", lambda *_: None)
    group = grp.getgrgid(os.getgid()).gr_name
    request = {
        "mount": "/srv", "group": group, "kept": [], "manifest": "another",
        "cameras": {"new": {"entry": {}, "source": getpass.getuser()}},
    }  # fmt: skip
    with pytest.raises(Refused, match="1 cameras that are recorded elsewhere are not taken off"):
        cameras(request)
    assert "systemctl restart --no-block iccc-record@new.service" in ran
    assert (tmp_path / "CAMERAS" / "old.json").exists() and not any("stop" in one for one in ran)


def test_a_stream_that_nobody_resumes_is_started_by_the_next_deploy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(monkeypatch, "run", lambda *_: (0, ""))
    for name in ("CAMERAS", "WANTS", "REFUSED", "PENDING"):
        stand_in(monkeypatch, name, str(tmp_path / name))
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "c1.json").write_text("{}")
    pause({"camera": "c1"})
    assert is_pending("iccc-record@c1.service")
    resume({"camera": "c1"})
    assert not is_pending("iccc-record@c1.service")


@pytest.mark.parametrize("what", ["TEMPLATE", "RECORD"])
def test_what_units_run_reaches_those_that_run_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    for name in ("CAMERAS", "WANTS", "PENDING", what):
        stand_in(monkeypatch, name, str(tmp_path / name))
    for name in ("check", "need", "replace"):
        stand_in(monkeypatch, name, lambda *_: None)
    (tmp_path / "CAMERAS").mkdir()
    (tmp_path / "CAMERAS" / "c1.json").write_text("{}")
    new = {"content": "another one", "mode": "0755", "owner": "root:root"}
    put({"files": {str(tmp_path / what): new}, "services": {}, "checks": []})
    assert is_pending("iccc-record@c1.service"), "as long as it was not started anew"


def test_what_was_written_later_than_now_is_not_the_newest(tmp_path: Path) -> None:
    """The clock was ahead: a login would seem to be proved by it."""
    assert last_written(str(tmp_path)) == last_written(str(tmp_path / "none")) == (0, 0)
    for name, ago in (("old", 100.0), ("ahead", -100.0)):
        (tmp_path / name).write_bytes(name.encode())
        os.utime(tmp_path / name, (1.0, time.time() - ago))
    at, size = last_written(str(tmp_path))
    assert size == 3 and time.time() - at == pytest.approx(100, abs=5)
