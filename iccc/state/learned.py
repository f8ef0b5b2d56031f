"""What sessions found out about devices, kept over runs: authentication mode, repetitions, login, back-off."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from iccc.state.store import Store, to_json


@lru_cache(256)  # most devices are spoken to in one of a few ways
def _value(text: str) -> Any:
    return json.loads(text)


class StoredLearned:
    """Implements :class:`iccc.sessions.reach.Learned` on the store.

    Everything is read once; a put that changes something is committed at once, so that a back-off outlives
    a killed process. That costs about 20 µs; a put of what is known already costs nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.execute("SELECT device, key, value FROM learned")
        self._known: dict[tuple[str, str], str] = {(device, key): value for device, key, value in rows}

    def get(self, device: str, key: str) -> Any:
        """The JSON-able value, or None. Nobody may change it: devices that are alike are given the same."""
        text = self._known.get((device, key))
        return None if text is None else _value(text)

    def put(self, device: str, key: str, value: Any) -> None:
        """Remember ``value``; None forgets it."""
        text = None if value is None else to_json(value)
        if self._known.get((device, key)) == text:
            return
        if text is None:
            self._store.execute("DELETE FROM learned WHERE device = ? AND key = ?", (device, key))
            self._known.pop((device, key), None)
            return
        self._store.execute(
            "INSERT INTO learned VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (device, key, text),
        )
        self._known[(device, key)] = text
