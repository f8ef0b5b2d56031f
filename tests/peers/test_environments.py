"""A peer that cannot be installed is a row with its reason, and is tried again at the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.peers import environments
from tests.peers.order import ALL, TOOLS, measure


def test_a_peer_that_cannot_be_had_is_told_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "PLACE", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    made = environments.environment("hier_config")
    assert made.reason.startswith("not installed: ")
    assert not (made.folder / ".ready").exists()
    figures = measure(ALL[:1])
    assert list(figures) == [f"cisco_ios: {tool}" for tool in TOOLS]
    assert figures["cisco_ios: hier_config"]["reason"] == made.reason


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "none.lock").write_text("", encoding="utf-8")
    monkeypatch.setattr(environments, "PLACE", tmp_path)
    monkeypatch.setattr(environments, "HERE", tmp_path)
    first = environments.environment("none")
    assert first.reason == ""
    assert first.python.exists()
    (first.folder / "kept").touch()
    assert environments.environment("none") == first
    assert (first.folder / "kept").exists()
    (tmp_path / "none.lock").write_text("# another\n", encoding="utf-8")
    assert environments.environment("none") == first
    assert not (first.folder / "kept").exists()
