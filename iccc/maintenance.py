"""Whether changes may be made now: the windows and freezes of ``maintenance`` in ``city.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from iccc.city.policies import Freeze, Maintenance

_WEEK = 7


def closed(maintenance: Maintenance, now_utc: datetime, utc_offset_min: int) -> str | None:
    """Why no change may be made at ``now_utc``; None when one may.

    A freeze holds within a window too, and both its days belong to it. Without windows it is always open. What is
    said is in the city's local time, ``utc_offset_min`` ahead of UTC.
    ValueError for a time without a zone.
    """
    if now_utc.tzinfo is None:
        raise ValueError(f"{now_utc} has no zone")
    now = now_utc.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=utc_offset_min)
    if (freeze := _freeze(maintenance, now.date())) is not None:
        return f"frozen until {_last(maintenance, freeze):%a %d %b %Y}, end of day: {freeze.reason} ({freeze.where})"
    if not maintenance.windows or any(opens <= now < closes for opens, closes in _around(maintenance, now.date())):
        return None
    opens = _next(maintenance, now)
    if opens is None:
        return f"outside every maintenance window, and none opens within a year ({maintenance.windows[0].where})"
    return f"outside every maintenance window: the next opens on {opens:%a %d %b %Y at %H:%M}, local time"


def _freeze(maintenance: Maintenance, day: date) -> Freeze | None:
    """The freeze of a day; of several that which lasts longest."""
    here = [freeze for freeze in maintenance.freeze if freeze.first <= day <= freeze.last]
    return max(here, key=lambda freeze: freeze.last, default=None)


def _last(maintenance: Maintenance, freeze: Freeze) -> date:
    """The last day on which nothing is changed: one freeze may follow on another."""
    last = freeze.last
    while last < date.max and (after := _freeze(maintenance, last + timedelta(days=1))) is not None:
        last = after.last
    return last


def _around(maintenance: Maintenance, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The windows that open on a day or the day before, as local times."""
    for opening_day in (day - timedelta(days=1), day):
        yield from _opening(maintenance, opening_day)


def _opening(maintenance: Maintenance, day: date) -> Iterator[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time())
    for window in maintenance.windows:
        if day.weekday() in window.days:
            yield midnight + timedelta(minutes=window.from_min), midnight + timedelta(minutes=window.to_min)


def _next(maintenance: Maintenance, now: datetime) -> datetime | None:
    """When a change may be made next. A window that is frozen when it opens counts from the end of the freeze."""
    found: list[datetime] = []
    day = now.date() - timedelta(days=1)
    for _ in range(366 + _WEEK):
        for opens, closes in _opening(maintenance, day):
            begins = max(opens, now)
            if (freeze := _freeze(maintenance, begins.date())) is not None:
                last = _last(maintenance, freeze)
                if last == date.max:
                    continue
                begins = datetime.combine(last + timedelta(days=1), time())
            if begins < closes:
                found.append(begins)
        if found:
            return min(found)
        day += timedelta(days=1)
    return None
