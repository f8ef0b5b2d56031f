"""What was known of each device after the last run that read it: the other half of a difference over time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from iccc.past import Past, PortPast
from iccc.state.store import Store, to_json
from iccc.usual import Usual

_KILLED = timedelta(minutes=10)


class Pasts:
    """The past of all devices. What a run did not read keeps what an earlier one left."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self) -> dict[str, Past]:
        """The past of every device that was ever read, with when iccc has written to it since, as its journal says."""
        written: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        noted = "SELECT device, status, started_at, changed_at FROM step WHERE started_at IS NOT NULL"
        for device, status, began, changed in self._store.execute(noted):
            ended = datetime.fromisoformat(changed)
            # A run that was killed may have written on, and a switch may then take it back by itself.
            written[device].append((datetime.fromisoformat(began), ended if status == "done" else ended + _KILLED))
        rows = self._store.execute("SELECT device, past FROM past")
        return {device: _past(json.loads(past), written.get(device, ())) for device, past in rows}

    def save(self, pasts: Mapping[str, Past]) -> None:
        """Keep these, all in one step."""
        with self._store.transaction():
            self._store.execute_many(
                "INSERT INTO past VALUES (?, ?) ON CONFLICT DO UPDATE SET past = excluded.past",
                [(device, to_json(past)) for device, past in pasts.items()],
            )

    def forget(self, device: str) -> None:
        """Another unit stands there: what was known of the one before says nothing of it."""
        self._store.execute("DELETE FROM past WHERE device = ?", (device,))


def _past(data: dict[str, Any], written: Iterable[tuple[datetime, datetime]]) -> Past:
    read_at = datetime.fromisoformat(data["read_at"])
    ports = {name: _port(port) for name, port in data["ports"].items()}
    since = tuple((began, ended) for began, ended in written if ended >= read_at)
    return Past(**_known(Past, data) | {"read_at": read_at, "written": since, "ports": ports})


def _port(data: dict[str, Any]) -> PortPast:
    power = _known(Usual, data["power"]) if data.get("power") else None
    if power:
        power |= {part: datetime.fromisoformat(power[part]) for part in ("since", "at") if power.get(part)}
    return PortPast(
        **_known(PortPast, data)
        | {"macs": frozenset(data["macs"]), "power": Usual(**power) if power is not None else None}
    )


def _known(shape: type, data: dict[str, Any]) -> dict[str, Any]:
    """What an older iccc kept of what there is no more is left out."""
    return {field.name: data[field.name] for field in fields(shape) if field.name in data}
