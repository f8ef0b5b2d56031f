"""When changes may be made: windows over midnight, freezes, and what is said while they may not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from iccc.city.policies import DAYS, Freeze, Maintenance, Window
from iccc.maintenance import closed
from iccc.yamlfile import Where

HERE = Where("cities/x/city.yaml", 7, 5)
IST = 330
NIGHT = ("sat sun", "22:00", "04:00")  # over midnight
MORNING = ("mon tue wed thu fri", "01:00", "05:00")
DIWALI = Freeze(date(2026, 11, 7), date(2026, 11, 9), "Diwali", HERE)


def window(days: str, opens: str, closes: str) -> Window:
    begin, end = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
    numbers = frozenset(DAYS.index(day) for day in days.split())
    return Window(numbers, begin, end if end > begin else end + 24 * 60, HERE)


def said(local: str, *windows: tuple[str, str, str], freeze: tuple[Freeze, ...] = ()) -> str | None:
    """What is said at a local time of a city in India."""
    now = datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(minutes=IST)
    return closed(Maintenance(tuple(window(*one) for one in windows), freeze), now, IST)


def opens(when: str) -> str:
    return f"outside every maintenance window: the next opens on {when}, local time"


def test_without_windows_it_is_always_open() -> None:
    assert closed(Maintenance(), datetime(2026, 11, 5, 12, tzinfo=UTC), IST) is None


# 2 November 2026 is a Monday
@pytest.mark.parametrize(
    "local",
    [
        "2026-11-02 01:00",  # the first minute
        "2026-11-02 04:59:59",
        "2026-11-07 22:00",  # Saturday's night
        "2026-11-08 00:00",
        "2026-11-08 03:59",
        "2026-11-09 03:59",  # Sunday's night, on a Monday
    ],
)
def test_open(local: str) -> None:
    assert said(local, NIGHT, MORNING) is None


@pytest.mark.parametrize(
    ("local", "when"),
    [
        ("2026-11-02 04:59:59", None),  # Sunday's night, then Monday's morning
        ("2026-11-03 00:59:59", "Tue 03 Nov 2026 at 01:00"),
        ("2026-11-02 05:00", "Tue 03 Nov 2026 at 01:00"),  # the end is no part of it
        ("2026-11-06 05:00", "Sat 07 Nov 2026 at 22:00"),
        ("2026-11-07 03:00", "Sat 07 Nov 2026 at 22:00"),  # no night from Friday
        ("2026-11-08 04:00", "Sun 08 Nov 2026 at 22:00"),
    ],
)
def test_closed_says_when_it_opens(local: str, when: str | None) -> None:
    assert said(local, NIGHT, MORNING) == (when and opens(when))


def test_one_window_a_week_is_found_a_week_ahead() -> None:
    assert said("2026-11-04 03:00", ("wed", "01:00", "03:00")) == opens("Wed 11 Nov 2026 at 01:00")


def test_a_whole_day_ends_at_midnight() -> None:
    day = ("wed", "00:00", "24:00")
    assert said("2026-11-04 23:59:59", day) is None
    assert said("2026-11-05 00:00", day) == opens("Wed 11 Nov 2026 at 00:00")


def test_local_time_counts() -> None:
    """19:30 UTC on Sunday is 01:00 on Monday in India."""
    maintenance = Maintenance((window(*MORNING),))
    now = datetime(2026, 11, 1, 19, 30, tzinfo=UTC)
    assert closed(maintenance, now, IST) is None
    assert closed(maintenance, now, 0) == opens("Mon 02 Nov 2026 at 01:00")
    assert closed(maintenance, now.astimezone(timezone(timedelta(hours=-8))), IST) is None


@pytest.mark.parametrize("local", ["2026-11-07 00:00", "2026-11-08 23:00", "2026-11-09 23:59:59"])
@pytest.mark.parametrize("windows", [(), (NIGHT, MORNING)])
def test_a_freeze_beats_windows(local: str, windows: tuple[tuple[str, str, str], ...]) -> None:
    text = "frozen until Mon 09 Nov 2026, end of day: Diwali (cities/x/city.yaml:7:5)"
    assert said(local, *windows, freeze=(DIWALI,)) == text


def test_before_and_after_a_freeze() -> None:
    assert said("2026-11-06 23:59:59", freeze=(DIWALI,)) is None
    assert said("2026-11-10 00:00", freeze=(DIWALI,)) is None


def test_freezes_that_follow_on_each_other_end_with_the_last() -> None:
    poll = Freeze(date(2026, 11, 10), date(2026, 11, 11), "Poll", HERE)
    text = said("2026-11-08 12:00", freeze=(poll, DIWALI))
    assert text == "frozen until Wed 11 Nov 2026, end of day: Diwali (cities/x/city.yaml:7:5)"


def test_the_next_window_is_none_that_is_frozen() -> None:
    assert said("2026-11-06 12:00", MORNING, NIGHT, freeze=(DIWALI,)) == opens("Tue 10 Nov 2026 at 01:00")


def test_a_window_that_outlasts_a_freeze_opens_when_it_ends() -> None:
    short = Freeze(date(2026, 11, 7), date(2026, 11, 7), "Rally", HERE)
    assert said("2026-11-06 12:00", NIGHT, freeze=(short,)) == opens("Sun 08 Nov 2026 at 00:00")
    assert said("2026-11-08 00:00", NIGHT, freeze=(short,)) is None


def test_nothing_opens_within_a_year() -> None:
    always = Freeze(date(2026, 11, 7), date(2028, 1, 1), "Rebuilding", HERE)
    text = "outside every maintenance window, and none opens within a year (cities/x/city.yaml:7:5)"
    assert said("2026-11-06 12:00", NIGHT, freeze=(always,)) == text


def test_a_freeze_without_an_end() -> None:
    ever = Freeze(date(2026, 11, 7), date.max, "Court's order", HERE)
    assert said("2026-11-08 12:00", freeze=(ever,)) == (
        "frozen until Fri 31 Dec 9999, end of day: Court's order (cities/x/city.yaml:7:5)"
    )
    assert (said("2026-11-06 12:00", NIGHT, freeze=(ever,)) or "").endswith(
        "opens within a year (cities/x/city.yaml:7:5)"
    )


def test_the_time_must_know_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        closed(Maintenance(), datetime(2026, 11, 2, 1), IST)  # noqa: DTZ001  # what is refused
