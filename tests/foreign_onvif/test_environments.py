"""A client that cannot be installed is a failure with its reason, and is tried again at the next run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.foreign_onvif import environments
from tests.foreign_onvif.client import started


@pytest.fixture
def cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No package registry can be reached, and npm is not there."""
    monkeypatch.setattr(environments, "PLACE", tmp_path)
    monkeypatch.setattr(environments.peers, "PLACE", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", environments.CLIENTS)
def test_a_client_that_cannot_be_had_fails_with_the_reason(cut_off: Path, name: str) -> None:
    with pytest.raises(RuntimeError, match=f"{name}: not installed: "), started(name):
        pass
    assert not (cut_off / name / ".ready").exists()


def test_all_that_cannot_be_had_are_told_at_once(cut_off: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert environments.main() == 1
    told = capsys.readouterr().out.splitlines()
    names = (*environments.CLIENTS, environments.SERVER)
    assert [line.partition(": not installed: ")[0] for line in told] == list(names)
