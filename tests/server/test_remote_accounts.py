"""Accounts of a server, with folders that stand for the server's."""

from __future__ import annotations

import pwd
from pathlib import Path

import pytest

from iccc.server.remote.accounts import admins
from tests.server.remote import stand_in


def test_whoever_is_no_administrator_any_more_gets_in_with_no_other_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {"gone": 1001, "iccc": 1000, "daemon": 2}
    ran: list[str] = []
    stand_in(monkeypatch, "run", lambda *command: ran.append(" ".join(command)) or (0, ""))
    stand_in(monkeypatch, "differs", lambda *_: False)
    monkeypatch.setattr(
        pwd, "getpwnam", lambda name: pwd.struct_passwd((name, "", people[name], 1, "", "/", "/bin/bash"))
    )
    monkeypatch.setenv("SUDO_USER", "iccc")
    for name in people:
        (tmp_path / name).write_text("a key")
    admins({"keys": str(tmp_path), "admins": {}})
    assert [one for one in ran if one.startswith("usermod")] == ["usermod --expiredate 1 gone"]
    assert list(tmp_path.iterdir()) == []
    admins({"keys": str(tmp_path), "admins": {"gone": "a key"}})
    assert any(one.startswith("usermod") and "--expiredate  gone" in one for one in ran)
