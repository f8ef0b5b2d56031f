"""What may shut us out of a server: in which order it is armed, confirmed, and taken back."""

from __future__ import annotations

import getpass
import grp
import json
import os
from pathlib import Path
from typing import Any

import pytest

from iccc.server.driver import confirmation, written
from iccc.server.remote.answers import Refused
from iccc.server.remote.arming import arm, confirm
from iccc.server.remote.files import replace
from iccc.server.remote.units import is_pending
from tests.server.city import served, server
from tests.server.remote import stand_in
from tests.support import reach

UNIT = "nftables.service"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that the program has run; all go well, and the unit runs."""
    commands: list[str] = []

    def run(*command: str) -> tuple[int, str]:
        commands.append(" ".join(command))
        return 0, "LoadState=loaded\nUnitFileState=enabled\nActiveState=active" if command[1] == "show" else ""

    stand_in(monkeypatch, "run", run)
    stand_in(monkeypatch, "ARMED", str(tmp_path / "armed"))
    stand_in(monkeypatch, "PENDING", str(tmp_path / "pending"))
    return commands


@pytest.fixture
def request_(tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "nftables.conf"
    path.write_text("old\n", encoding="utf-8")
    owner = f"{getpass.getuser()}:{grp.getgrgid(os.getgid()).gr_name}"
    files = {str(path): {"content": "new\n", "mode": "0644", "owner": owner}}
    return {"section": "firewall", "armed_s": 60, "files": files, "checks": [], "services": {UNIT: "reload"}}


def test_the_timer_is_set_before_anything_is_another_and_the_disk_keeps_the_old(
    ran: list[str], request_: dict[str, Any], tmp_path: Path
) -> None:
    arm(request_)
    steps = [next(n for n, one in enumerate(ran) if one.startswith(word)) for word in ("systemd-run", "mount")]
    assert steps == sorted(steps) and ran[-1] == f"systemctl reload {UNIT}"
    assert "--on-active=60" in ran[steps[0]]
    assert (tmp_path / "nftables.conf").read_text("utf-8") == "old\n"
    assert (tmp_path / "armed" / "firewall" / "0").read_text("utf-8") == "new\n"
    assert is_pending(UNIT)  # a deploy that dies now is not mistaken for one that ended
    undo = (tmp_path / "armed" / "firewall" / "take-back").read_text("utf-8").splitlines()
    assert undo[0].startswith("mv -T ") and undo[0].endswith("|| exit 0")
    assert undo[1:3] == [
        f"umount -l {tmp_path / 'nftables.conf'}",
        f"systemctl reload {UNIT} || systemctl restart {UNIT}",
    ]


def test_what_is_confirmed_takes_its_place(ran: list[str], request_: dict[str, Any], tmp_path: Path) -> None:
    arm(request_)
    confirm(request_)
    assert "systemctl stop iccc-take-back-firewall.timer" in ran
    assert (tmp_path / "nftables.conf").read_text("utf-8") == "new\n"
    assert not is_pending(UNIT) and list((tmp_path / "armed").iterdir()) == []


def test_what_was_taken_back_is_not_confirmed(ran: list[str], request_: dict[str, Any], tmp_path: Path) -> None:
    arm(request_)
    (tmp_path / "armed" / "firewall").rename(tmp_path / "armed" / "firewall.gone")
    with pytest.raises(Refused, match="has taken it back"):
        confirm(request_)
    assert (tmp_path / "nftables.conf").read_text("utf-8") == "old\n"


def test_a_file_that_cannot_be_written_is_as_before_and_no_draft_stays(
    request_: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    path, one = next(iter(request_["files"].items()))
    with pytest.raises(Refused, match="nftables.conf is not written: No space left on device; it is as before"):
        replace(path, one)
    assert [file.name for file in tmp_path.iterdir()] == ["nftables.conf"]


@pytest.mark.parametrize(("section", "verb"), [("firewall", "arm"), ("ssh", "arm"), ("time", "put")])
def test_firewall_and_logins_are_armed_and_confirmed(section: str, verb: str) -> None:
    def request_of(sent: str) -> dict[str, Any]:
        size, _, rest = sent.partition("\n")
        return dict(json.loads(rest.encode()[int(size) :]))

    way = reach()
    asked = request_of(written(server(), section, served(), way))
    assert asked["verb"] == verb
    sent = confirmation(server(), section, served(), way)
    assert (request_of(sent) == asked | {"verb": "confirm"}) if verb == "arm" else sent == ""
