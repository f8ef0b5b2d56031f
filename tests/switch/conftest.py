from pathlib import Path

import pytest

from iccc.switch import takeback


@pytest.fixture(scope="session")
def templates() -> Path:
    return Path(__file__).resolve().parents[2] / "templates"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A switch that takes a change back is waited for a moment."""
    monkeypatch.setattr(takeback, "BACK_S", 0.3)
    monkeypatch.setattr(takeback, "POLL_S", 0.05)
