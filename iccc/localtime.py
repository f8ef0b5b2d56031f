"""Moments as people of a city say them: in its time, with the name of its zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from iccc.city.devices import City
from iccc.clock import utc_of
from iccc.errors import UsageError

_NAME = re.compile(r"<?([A-Za-z]{3,})")
_BACK = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def local(at: datetime, city: City, form: str = "%Y-%m-%d %H:%M") -> str:
    """``2026-11-30 16:04 IST``; a zone without a name is its offset: ``2026-11-30 16:04 +05:30``."""
    there = at.astimezone(UTC) + timedelta(minutes=city.utc_offset_min)
    return f"{there.strftime(form)} {_zone(city)}"


def moment(text: str, now: datetime, utc_offset_min: int, option: str = "--since") -> datetime:
    """``24h``, ``7d``, ``90m`` before ``now``, or a time, local to the city where it has no zone; in UTC."""
    if back := re.fullmatch(r"([0-9]{1,5})([mhd])", text):
        return now - int(back[1]) * _BACK[back[2]]
    try:
        at = utc_of(text, utc_offset_min)
    except (ValueError, OverflowError):
        raise UsageError(f"{option} {text!r} is not like 90m, 24h, 7d, 2026-11-30 or 2026-11-30T18:00") from None
    if at > now:
        raise UsageError(f"{option} {text} is still to come")
    return at


def _zone(city: City) -> str:
    named = _NAME.match(city.time_zone)
    if named:
        return named[1]
    hours, minutes = divmod(abs(city.utc_offset_min), 60)
    return f"{'-' if city.utc_offset_min < 0 else '+'}{hours:02}:{minutes:02}"
