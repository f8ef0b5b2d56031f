"""The last state that was seen of each device."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iccc.compare import Unread
from iccc.observed import Observed
from iccc.state.store import Row, Store, iso, to_json


@dataclass(frozen=True)
class LastSeen:
    """A device as it was last read. ``state`` is plain JSON data, with ``{"unread": reason}`` for an unread part."""

    device: str
    state: Any
    read_at: datetime


class Observations:
    """Last observed states. A device that could not be reached keeps what was seen of it before."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, observed: Iterable[Observed[Any, Any]]) -> None:
        """Keep these states, all in one step."""
        rows = [(o.device, to_json(o.state), iso(o.read_at)) for o in observed if not isinstance(o.state, Unread)]
        with self._store.transaction():
            self._store.execute_many(
                "INSERT INTO observation VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET state = excluded.state, read_at = excluded.read_at",
                rows,
            )

    def get(self, device: str) -> LastSeen | None:
        """What was last seen of ``device``; None if it was never read."""
        rows = self._store.execute("SELECT device, state, read_at FROM observation WHERE device = ?", (device,))
        return _last_seen(rows[0]) if rows else None

    def all(self) -> dict[str, LastSeen]:
        """What was last seen of every device."""
        rows = self._store.execute("SELECT device, state, read_at FROM observation ORDER BY device")
        return {row[0]: _last_seen(row) for row in rows}


def _last_seen(row: Row) -> LastSeen:
    device, state, read_at = row
    return LastSeen(device, json.loads(state), datetime.fromisoformat(read_at))
