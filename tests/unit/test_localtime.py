"""Moments in a city's own time, with the name of its zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from iccc.localtime import local
from tests.unit.states import bilaspur

CITY = bilaspur()
AT = datetime(2026, 11, 30, 20, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "offset_min", "text"),
    [
        ("IST-5:30", 330, "2026-12-01 01:34 IST"),
        ("<IST>-5:30", 330, "2026-12-01 01:34 IST"),
        ("<+0530>-5:30", 330, "2026-12-01 01:34 +05:30"),
        ("<-0330>3:30", -210, "2026-11-30 16:34 -03:30"),
        ("UTC0", 0, "2026-11-30 20:04 UTC"),
    ],
)
def test_a_moment_is_said_in_the_time_of_the_city_with_its_label(zone: str, offset_min: int, text: str) -> None:
    assert local(AT, replace(CITY, time_zone=zone, utc_offset_min=offset_min)) == text


def test_whatever_zone_it_comes_in() -> None:
    tokyo = AT.astimezone(timezone(timedelta(hours=9)))
    assert local(tokyo, CITY, "%H:%M:%S") == "01:34:09 IST"
