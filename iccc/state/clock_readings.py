"""How far off each device's clock was whenever it was read: what evidence tells of a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from iccc.observed import Observed
from iccc.state.store import Store, iso

KEPT = 1000  # readings of a device: six weeks of an hourly drift, some 50 bytes each

Reading = tuple[datetime, float]  # when, and by how many seconds its clock was ahead


class ClockReadings:
    """The last readings of each device, in order; the oldest go."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, observed: Iterable[Observed[Any, Any]]) -> None:
        """Add the offsets of all whose clock was read, in one step."""
        read = [
            (one.device, iso(one.read_at), float(skew_s)) for one in observed if (skew_s := _skew_s(one)) is not None
        ]
        with self._store.transaction():
            self._store.execute_many(
                "INSERT INTO clock_reading SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3"
                " FROM clock_reading WHERE device = ?1",
                read,
            )
            self._store.execute_many(
                "DELETE FROM clock_reading WHERE device = ?1"
                " AND number <= (SELECT max(number) FROM clock_reading WHERE device = ?1) - ?2",
                [(device, KEPT) for device, _, _ in read],
            )

    def of(self, device: str, begin: datetime, end: datetime) -> list[Reading]:
        """The readings of the period, with the last one before and the first one after it."""
        rows = self._store.execute(
            "SELECT at, offset_s FROM clock_reading WHERE device = ?1"
            " AND at >= coalesce((SELECT max(at) FROM clock_reading WHERE device = ?1 AND at < ?2), ?2)"
            " AND at <= coalesce((SELECT min(at) FROM clock_reading WHERE device = ?1 AND at > ?3), ?3) ORDER BY at",
            (device, iso(begin), iso(end)),
        )
        return [(datetime.fromisoformat(at), offset_s) for at, offset_s in rows]


def _skew_s(seen: Observed[Any, Any]) -> int | float | None:
    skew_s = getattr(getattr(seen.state, "time", None), "skew_s", None)
    return skew_s if isinstance(skew_s, int | float) else None
