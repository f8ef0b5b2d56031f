"""What is kept of the clocks that were read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.observed import Observed
from iccc.state import clock_readings
from iccc.state.clock_readings import ClockReadings
from iccc.state.store import open_store
from tests.ground.support import NOON


def read(device: str, minute: int, skew_s: Any) -> Observed[Any, Any]:
    return Observed(
        device, SimpleNamespace(time=SimpleNamespace(skew_s=skew_s)), None, NOON + timedelta(minutes=minute)
    )


def test_the_readings_of_a_period_with_the_nearest_around_it(tmp_path: Path) -> None:
    kept = ClockReadings(open_store(tmp_path))
    for minute in range(0, 60, 10):
        kept.save([read("c1", minute, minute / 10), read("c2", minute, -1.0)])
    found = kept.of("c1", NOON + timedelta(minutes=15), NOON + timedelta(minutes=35))
    assert [offset_s for _, offset_s in found] == [1.0, 2.0, 3.0, 4.0]
    assert found[0][0] == NOON + timedelta(minutes=10)
    assert [offset_s for _, offset_s in kept.of("c1", NOON, NOON)] == [0.0, 1.0]
    assert kept.of("c3", NOON, NOON + timedelta(days=1)) == []


def test_what_was_not_read_is_no_reading(tmp_path: Path) -> None:
    kept = ClockReadings(open_store(tmp_path))
    unread = Unread(Reason.NO_ANSWER, "no answer")
    kept.save([Observed("c1", unread, None, NOON), read("c2", 0, unread), read("c3", 0, None)])
    kept.save([Observed("c4", SimpleNamespace(time=unread), None, NOON), Observed("c5", SimpleNamespace(), None, NOON)])
    assert not any(kept.of(f"c{number}", NOON, NOON) for number in range(1, 6))


def test_the_oldest_go(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(clock_readings, "KEPT", 3)
    kept = ClockReadings(open_store(tmp_path))
    for minute in range(9):
        kept.save([read("c1", minute, 0.5), read("c2", minute % 2, 0.5)])
    assert [at for at, _ in kept.of("c1", NOON, NOON + timedelta(days=1))] == [
        NOON + timedelta(minutes=minute) for minute in (6, 7, 8)
    ]
