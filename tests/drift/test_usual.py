"""Laws of what is usual: a camera that has its days and nights, read often or seldom, and one that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.past import PortPast
from iccc.switch.seen import PortFacts
from iccc.usual import Usual

MIDNIGHT = datetime.fromisoformat("2026-11-30T00:00:00+05:30")
DAY_W, NIGHT_W = 6.0, 10.5
STEPS = [timedelta(seconds=30), timedelta(minutes=15), timedelta(minutes=60), timedelta(hours=5), timedelta(hours=24)]

Watts = Callable[[datetime], float]


def camera(at: datetime) -> float:
    """Infrared from dusk to dawn, which is never at the same minute."""
    shift = timedelta(minutes=at.day % 7)
    return NIGHT_W if at - shift < at.replace(hour=6, minute=15) or at + shift >= at.replace(hour=18) else DAY_W


def readings(
    usual: Usual, watts: Watts, begin: datetime, days: float, step: timedelta
) -> Iterator[tuple[datetime, bool, Usual]]:
    """When it was read, whether it was told as unusual, and what is known then."""
    dice, at = Random(1), begin
    while at < begin + timedelta(days=days):
        value = watts(at) + dice.uniform(-0.1, 0.1)
        told = usual.outside(value) or usual.fell_short(value)
        usual = usual.after(value, at)
        yield at, told, usual
        at += step + timedelta(seconds=dice.uniform(-1, 1))


def learned(watts: Watts, days: float, step: timedelta, begin: datetime = MIDNIGHT) -> Usual:
    *_, (_, _, usual) = readings(Usual(), watts, begin, days, step)
    return usual


@pytest.mark.parametrize("step", STEPS, ids=str)
@pytest.mark.parametrize("hour", [0, 6, 13])
def test_days_and_nights_are_usual(step: timedelta, hour: int) -> None:
    began = MIDNIGHT + timedelta(hours=hour, minutes=30)
    assert [at for at, told, _ in readings(Usual(), camera, began, 14, step) if told] == []


@pytest.mark.parametrize("step", STEPS[:3], ids=str)
def test_infrared_that_stays_dark_is_told_from_the_first_whole_day_on(step: timedelta) -> None:
    began = MIDNIGHT + timedelta(days=9)
    told = [at for at, told, _ in readings(learned(camera, 9, step), lambda _: DAY_W, began, 7, step) if told]
    assert told and told[0] <= began + timedelta(days=2, hours=2)
    assert told[-1] - told[0] >= timedelta(days=1), "it cannot become usual within a day"
    assert told[-1] < began + timedelta(days=6), "and does so in the end"


@pytest.mark.parametrize("step", STEPS, ids=str)
@pytest.mark.parametrize("watts", [2.0, 14.5, 25.0])
@pytest.mark.parametrize("hour", [0, 11, 23])
def test_what_is_outside_is_told_for_more_than_a_day(step: timedelta, watts: float, hour: int) -> None:
    began = MIDNIGHT + timedelta(days=9, hours=hour)
    for at, told, _ in readings(learned(camera, 9, step), lambda _: watts, began, 1.5, step):
        assert told, at


def test_a_daily_reading_by_night_tells_a_camera_without_infrared() -> None:
    step, began = timedelta(days=1), MIDNIGHT + timedelta(days=9)
    told = [told for _, told, _ in readings(learned(camera, 9, step), lambda _: DAY_W, began, 2, step)]
    assert told == [True, True]


@given(st.lists(st.tuples(st.floats(0.5, 60), st.integers(0, 3000)), min_size=1, max_size=60))
def test_the_band_stays_among_the_readings(seen: list[tuple[float, int]]) -> None:
    past, at = PortPast(), MIDNIGHT
    for watts, minutes in seen:
        past = past.after(PortFacts(poe_delivering=True, poe_w=watts), frozenset(), at)
        past = past.after(PortFacts(poe_delivering=False, poe_w=0.0), frozenset(), at + timedelta(minutes=1))
        at += timedelta(minutes=minutes)
    usual = past.power
    assert usual is not None
    lowest, highest = min(w for w, _ in seen) - 1e-6, max(w for w, _ in seen) + 1e-6
    ends = (usual.low, usual.high, usual.day_low, usual.day_high)
    assert all(lowest <= end <= highest for end in ends if end is not None)
    assert usual.low is None or (usual.high is not None and usual.low <= usual.high)
