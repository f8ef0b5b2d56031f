"""The journal of deploys: what each run meant to do, began and finished, so that a killed run is seen and resumed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from iccc.observed import Outcome, Status
from iccc.state.store import Row, Store, iso, to_json


class Progress(StrEnum):
    """How far one section of one device is."""

    PENDING = "pending"
    STARTED = "started"  # writes may have been sent
    DONE = "done"  # read back


@dataclass(frozen=True)
class Run:
    """One deploy. Neither ended nor interrupted: it runs, or it was killed and no run came after it."""

    id: str
    command: str
    plan: str  # digest
    started_at: datetime
    ended_at: datetime | None
    interrupted: bool


@dataclass(frozen=True)
class StoredOutcome:
    """One change after it was tried, as plain data."""

    path: str
    status: Status
    wanted: Any
    seen: Any
    text: str


@dataclass(frozen=True)
class Step:
    """One section of one device in a run."""

    device: str
    section: str
    progress: Progress
    outcomes: tuple[StoredOutcome, ...]
    changed_at: datetime


class Journal:
    """Runs and their steps. Each note is committed before the call returns. Hold the city's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def interrupted(self) -> list[Run]:
        """Runs that were killed and that no later run has taken note of, oldest first. Ask before :meth:`begin`."""
        return self._runs("WHERE ended_at IS NULL AND NOT interrupted ORDER BY started_at")

    def begin(self, command: str, plan: str, steps: Iterable[tuple[str, str]], at: datetime) -> str:
        """Start a run of these (device, section) steps; its id. Whatever was left open before is now interrupted."""
        run = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        with self._store.transaction():
            self._store.execute("UPDATE run SET interrupted = 1 WHERE ended_at IS NULL")
            self._store.execute(
                "INSERT INTO run (id, command, plan, started_at) VALUES (?, ?, ?, ?)", (run, command, plan, iso(at))
            )
            self._store.execute_many(
                "INSERT INTO step (run, device, section, status, changed_at) VALUES (?, ?, ?, ?, ?)",
                [(run, device, section, str(Progress.PENDING), iso(at)) for device, section in steps],
            )
        return run

    def start(self, run: str, device: str, section: str, at: datetime) -> None:
        """Note that writes of this section may be sent from now on."""
        self._note(run, device, section, Progress.STARTED, (), at)

    def done(self, run: str, device: str, section: str, outcomes: Sequence[Outcome], at: datetime) -> None:
        """Note what became of the section."""
        self._note(run, device, section, Progress.DONE, outcomes, at)

    def end(self, run: str, at: datetime) -> None:
        """Note that the run came to its own end, well or badly."""
        self._store.execute("UPDATE run SET ended_at = ? WHERE id = ?", (iso(at), run))

    def runs(self) -> list[Run]:
        """All runs, newest first."""
        return self._runs("ORDER BY started_at DESC")

    def steps(self, run: str) -> list[Step]:
        """All steps of a run, by device and section."""
        rows = self._store.execute(
            "SELECT device, section, status, outcomes, changed_at FROM step WHERE run = ? ORDER BY device, section",
            (run,),
        )
        return [_step(row) for row in rows]

    def wrote_of(self, name: str) -> dict[str, datetime]:
        """Devices to which something was written that names ``[name]`` in its path, and when last."""
        rows = self._store.execute(
            "SELECT device, MAX(changed_at) FROM step WHERE instr(outcomes, ?) > 0 GROUP BY device", (f"[{name}]",)
        )
        return {device: datetime.fromisoformat(at) for device, at in rows}

    def _note(
        self, run: str, device: str, section: str, progress: Progress, outcomes: Sequence[Outcome], at: datetime
    ) -> None:
        as_json = to_json([_plain_outcome(outcome) for outcome in outcomes])
        self._store.execute(
            "INSERT INTO step (run, device, section, status, outcomes, changed_at, started_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " status = excluded.status, outcomes = excluded.outcomes, changed_at = excluded.changed_at,"
            " started_at = COALESCE(step.started_at, excluded.started_at)",
            (run, device, section, str(progress), as_json, iso(at), iso(at)),
        )

    def _runs(self, condition: str) -> list[Run]:
        columns = "id, command, plan, started_at, ended_at, interrupted"
        return [_run(row) for row in self._store.execute(f"SELECT {columns} FROM run {condition}")]  # noqa: S608


def _plain_outcome(outcome: Outcome) -> dict[str, object]:
    change = outcome.change
    return {
        "path": change.path,
        "status": outcome.status,
        "wanted": change.wanted,
        "seen": outcome.seen,
        "text": outcome.text,
    }


def _run(row: Row) -> Run:
    id_, command, plan, started_at, ended_at, interrupted = row
    ended = datetime.fromisoformat(ended_at) if ended_at else None
    return Run(id_, command, plan, datetime.fromisoformat(started_at), ended, bool(interrupted))


def _step(row: Row) -> Step:
    device, section, status, outcomes, changed_at = row
    parsed = tuple(
        StoredOutcome(o["path"], Status(o["status"]), o.get("wanted"), o.get("seen"), o["text"])
        for o in json.loads(outcomes)
    )
    return Step(device, section, Progress(status), parsed, datetime.fromisoformat(changed_at))
