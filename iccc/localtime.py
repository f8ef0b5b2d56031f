"""Moments as people of a city say them: in its time, with the name of its zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from iccc.city.devices import City

_NAME = re.compile(r"<?([A-Za-z]{3,})")


def local(at: datetime, city: City, form: str = "%Y-%m-%d %H:%M") -> str:
    """``2026-11-30 16:04 IST``; a zone without a name is its offset: ``2026-11-30 16:04 +05:30``."""
    there = at.astimezone(UTC) + timedelta(minutes=city.utc_offset_min)
    return f"{there.strftime(form)} {_zone(city)}"


def _zone(city: City) -> str:
    named = _NAME.match(city.time_zone)
    if named:
        return named[1]
    hours, minutes = divmod(abs(city.utc_offset_min), 60)
    return f"{'-' if city.utc_offset_min < 0 else '+'}{hours:02}:{minutes:02}"
