"""What was known of each device after the last run that read it: the other half of a difference over time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from iccc.past import Past, PortPast
from iccc.state.store import Store, to_json


class Pasts:
    """The past of all devices. What a run did not read keeps what an earlier one left."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> dict[str, Past]:
        """The past of every device that was ever read, with the time of the last write that iccc noted in a journal."""
        noted = "SELECT device, MAX(changed_at) FROM step WHERE status != 'pending' GROUP BY device"
        written: dict[str, str] = dict(self._store.execute(noted))
        rows = self._store.execute("SELECT device, past FROM past")
        return {device: _past(json.loads(past), written.get(device)) for device, past in rows}

    def save(self, pasts: Mapping[str, Past]) -> None:
        """Keep these, all in one step."""
        with self._store.transaction():
            self._store.execute_many(
                "INSERT INTO past VALUES (?, ?) ON CONFLICT DO UPDATE SET past = excluded.past",
                [(device, to_json(past)) for device, past in pasts.items()],
            )


def _past(data: dict[str, Any], written_at: str | None) -> Past:
    ports = {name: PortPast(**port | {"macs": frozenset(port["macs"])}) for name, port in data.pop("ports").items()}
    data |= {"read_at": datetime.fromisoformat(data["read_at"])}
    data["written_at"] = datetime.fromisoformat(written_at) if written_at else None
    return Past(**data, ports=ports)
