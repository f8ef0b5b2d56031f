"""Which devices have stood a section, by make, model and firmware, so that a later run need not begin with a canary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from iccc.state.store import Store, iso


@dataclass
class Standing:
    """How far devices like each other are with a section in a run, and what is left of it for the next."""

    canary: str = ""  # who has stood it first, in this run or an earlier one; "" while nobody has
    written: int = 0  # devices of this run
    failed: dict[str, str] = field(default_factory=dict)  # of this run: what was observed, by device
    stopped: str = ""  # why no other is written in this run


class Proofs:
    """One row for each kind of device and section. All that another run than ``run`` leaves is its canary."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def load(self, alike: Sequence[str], section: str) -> Standing:
        """How it stands; as at the beginning when nothing is known."""
        rows = self._store.execute(
            "SELECT canary, run, written, failed, stopped FROM proof WHERE alike = ? AND section = ?",
            (_key(alike), section),
        )
        if not rows:
            return Standing()
        canary, run, written, failed, stopped = rows[0]
        return Standing(canary, written, json.loads(failed), stopped) if run == self._run else Standing(canary)

    def keep(self, alike: Sequence[str], section: str, standing: Standing, at: datetime) -> None:
        """Keep how it stands in this run."""
        failed = json.dumps(standing.failed, ensure_ascii=False)
        self._store.execute(
            "INSERT OR REPLACE INTO proof VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (_key(alike), section, standing.canary, iso(at), self._run, standing.written, failed, standing.stopped),
        )


def _key(alike: Sequence[str]) -> str:
    return json.dumps(list(alike), ensure_ascii=False)
