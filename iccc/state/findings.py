"""Findings over time: since when each one stands, when it was last seen, and when it was gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from iccc.finding import Class, Finding, Severity
from iccc.state.finding_json import decode, encode
from iccc.state.store import Row, Store, iso

_COLUMNS = "id, device, path, class, severity, text, first_seen, last_seen, resolved_at, whole"


@dataclass(frozen=True)
class Episode:
    """One finding from its first to its last sight; ``resolved_at`` is None while it stands.

    ``finding`` is all that was found at the last sight; None of what an older iccc kept.
    """

    id: str
    device: str
    path: str
    class_: Class
    severity: Severity
    text: str
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None
    finding: Finding | None = None


@dataclass(frozen=True)
class Sightings:
    """What a run found, against what stood before it."""

    new: tuple[Episode, ...]
    continuing: tuple[Episode, ...]
    resolved: tuple[Episode, ...]


class Findings:
    """All findings of a city. Nothing is ever deleted; a finding that comes back is a new episode."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, found: Iterable[Finding], looked: Callable[[Episode], bool], at: datetime) -> Sightings:
        """Record the findings of a run.

        ``looked`` says whether the run would have seen a standing finding that is not among ``found``: only then
        it is resolved. What was outside a limit or could not be read stays as it was.
        """
        seen = {finding.id: finding for finding in found}
        with self._store.transaction():
            before = {episode.id: episode for episode in self.standing()}
            new = tuple(_begin(finding, at) for id_, finding in seen.items() if id_ not in before)
            continuing = tuple(
                replace(before[id_], severity=finding.severity, text=finding.text, last_seen=at, finding=finding)
                for id_, finding in seen.items()
                if id_ in before
            )
            resolved = tuple(
                replace(episode, resolved_at=at)
                for id_, episode in before.items()
                if id_ not in seen and looked(episode)
            )
            self._store.execute_many(
                f"INSERT INTO finding ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"  # noqa: S608
                " severity = excluded.severity, text = excluded.text,"
                " last_seen = excluded.last_seen, resolved_at = excluded.resolved_at, whole = excluded.whole",
                [_row(episode) for episode in (*new, *continuing, *resolved)],
            )
        return Sightings(new, continuing, resolved)

    def standing(self) -> list[Episode]:
        """The findings that stand now, oldest first."""
        return self._select("WHERE resolved_at IS NULL ORDER BY first_seen, id")

    def all(self) -> list[Episode]:
        """Every episode there ever was, oldest first."""
        return self._select("ORDER BY first_seen, id")

    def history(self, device: str) -> list[Episode]:
        """Everything that was ever found on ``device``, oldest first."""
        return self._select("WHERE device = ? ORDER BY first_seen, id", device)

    def _select(self, condition: str, *values: str) -> list[Episode]:
        rows = self._store.execute(f"SELECT {_COLUMNS} FROM finding {condition}", values)  # noqa: S608
        return [_episode(row) for row in rows]


def _begin(finding: Finding, at: datetime) -> Episode:
    return Episode(
        finding.id, finding.device, finding.path, finding.class_, finding.severity, finding.text, at, at, None, finding
    )


def _row(episode: Episode) -> tuple[str | None, ...]:
    return (
        episode.id,
        episode.device,
        episode.path,
        str(episode.class_),
        str(episode.severity),
        episode.text,
        iso(episode.first_seen),
        iso(episode.last_seen),
        iso(episode.resolved_at) if episode.resolved_at else None,
        encode(episode.finding) if episode.finding else None,
    )


def _episode(row: Row) -> Episode:
    id_, device, path, class_, severity, text, first_seen, last_seen, resolved_at, whole = row
    return Episode(
        id_,
        device,
        path,
        Class(class_),
        Severity(severity),
        text,
        datetime.fromisoformat(first_seen),
        datetime.fromisoformat(last_seen),
        datetime.fromisoformat(resolved_at) if resolved_at else None,
        decode(whole) if whole else None,
    )
