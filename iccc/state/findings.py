"""Findings over time: since when each one stands, when it was last seen, and when it was gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from iccc.finding import Class, Finding, Severity
from iccc.state.finding_json import decode, encode
from iccc.state.store import Row, Store, iso

_COLUMNS = "id, device, path, class, severity, text, first_seen, last_seen, resolved_at, whole, under, told_at"

# The end of a deploy is the moment at which what it put right is resolved (Context.end_run).
_SYNCED = (
    "SELECT device, MIN(resolved_at) AS synced FROM finding"
    " WHERE resolved_at IN (SELECT ended_at FROM run) GROUP BY device"
)
_BEGUN = (  # of each finding its first episode since then, or at all
    "SELECT id, MIN(first_seen) AS begun"  # noqa: S608
    f" FROM finding LEFT JOIN ({_SYNCED}) USING (device)"
    " WHERE synced IS NULL OR first_seen > synced GROUP BY id"
)


@dataclass(frozen=True)
class Episode:
    """One finding from its first to its last sight; ``resolved_at`` is None while it stands.

    ``finding`` is all that was found at the last sight; None of what an older iccc kept. ``under`` is the id of the
    root that explained it then; None when it stood on its own. ``told_at`` is when a drift report listed it first.
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
    under: str | None = None
    told_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it is an event that no drift report has listed yet: no reading resolves it."""
        return self.finding is not None and self.finding.event and self.told_at is None


@dataclass(frozen=True)
class Known:
    """A finding that stands: since when, and how often it went and came back within a day and a week.

    What was found before a deploy first put something right on the device is no coming and going.
    """

    first_seen: datetime
    came_back_24h: int = 0
    came_back_7d: int = 0
    new: bool = False  # it began with its last sight


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
        """Record the findings of a run, and each one under them: a root that comes and goes resolves nothing.

        ``looked`` says whether the run would have seen a standing finding that is not among ``found``: only then
        it is resolved. What was outside a limit or could not be read stays as it was; the silence of a device that
        is behind a root now goes on there. An event stands until a drift report has listed it; one that comes again
        after that is a new episode, one that comes again before keeps the evidence of both.
        """
        roots = tuple(found)
        seen: dict[str, tuple[Finding, str | None]] = {finding.id: (finding, None) for finding in roots}
        for finding, root in beneath(roots):
            seen.setdefault(finding.id, (finding, root))
        behind = {name: root.id for root in roots for name in root.behind}
        with self._store.transaction():
            before = {episode.id: episode for episode in self.standing()}
            again = {id_ for id_, (one, _) in seen.items() if one.event and id_ in before and before[id_].told_at}
            over = tuple(replace(before.pop(id_), resolved_at=at) for id_ in again)
            new = tuple(_begin(finding, under, at) for id_, (finding, under) in seen.items() if id_ not in before)
            continuing = tuple(
                replace(
                    before[id_],
                    severity=finding.severity,
                    text=finding.text,
                    last_seen=at,
                    finding=_with_evidence(finding, before[id_]),
                    under=under,
                )
                for id_, (finding, under) in seen.items()
                if id_ in before
            ) + tuple(
                replace(episode, last_seen=at, under=behind[episode.device])
                for id_, episode in before.items()
                if id_ not in seen and episode.class_ is Class.REACH and episode.device in behind
            )
            stand = {episode.id for episode in continuing}
            resolved = over + tuple(
                replace(episode, resolved_at=at)
                for id_, episode in before.items()
                if id_ not in stand and not episode.waits and looked(episode)
            )
            self._store.execute_many(
                f"INSERT INTO finding ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
                " ON CONFLICT DO UPDATE SET severity = excluded.severity, text = excluded.text,"
                " last_seen = excluded.last_seen, resolved_at = excluded.resolved_at, whole = excluded.whole,"
                " under = excluded.under",
                [_row(episode) for episode in (*resolved, *new, *continuing)],  # of one id only one stands
            )
        return Sightings(new, continuing, resolved)

    def waiting(self) -> dict[str, Finding]:
        """The events that no drift report has listed yet, by their id."""
        return {one.id: one.finding for one in self.standing() if one.waits and one.finding is not None}

    def told(self, found: Iterable[Finding], at: datetime) -> None:
        """A drift report has listed these, and all under them."""
        listed = tuple(found)
        self._store.execute_many(
            "UPDATE finding SET told_at = ? WHERE id = ? AND resolved_at IS NULL AND told_at IS NULL",
            [(iso(at), one.id) for one in (*listed, *(under for under, _ in beneath(listed)))],
        )

    def events_since(self, since: datetime) -> list[Episode]:
        """The events that began since then, gone or not, the last one of each id."""
        began = self._select("WHERE first_seen > ? ORDER BY first_seen, id", iso(since))
        return list({one.id: one for one in began if one.finding is not None and one.finding.event}.values())

    def standing(self) -> list[Episode]:
        """The findings that stand now, oldest first."""
        return self._select("WHERE resolved_at IS NULL ORDER BY first_seen, id")

    def all(self) -> list[Episode]:
        """Every episode there ever was, oldest first."""
        return self._select("ORDER BY first_seen, id")

    def history(self, device: str) -> list[Episode]:
        """Everything that was ever found on ``device``, oldest first."""
        return self._select("WHERE device = ? ORDER BY first_seen, id", device)

    def silent_since(self, read: Mapping[str, datetime]) -> dict[str, datetime]:
        """Of the devices that were last ``read`` then, those that were found silent afterwards: since when.

        Silent is what a finding of class reach is about, and what stood behind a finding of any class.
        """
        if not read:
            return {}
        since: dict[str, datetime] = {}
        for episode in self._select("WHERE last_seen > ? ORDER BY first_seen, id", iso(min(read.values()))):
            own = {episode.device} if episode.class_ is Class.REACH else set()
            for name in own | {*(episode.finding.behind if episode.finding else ())}:
                if name in read and episode.last_seen > read[name]:
                    since.setdefault(name, episode.first_seen)
        return since

    def ever(self) -> list[Finding]:
        """Every finding there ever was, once, by what a waiver asks of it: device, class, path."""
        rows = self._store.execute("SELECT DISTINCT device, path, class FROM finding ORDER BY id")
        return [Finding(name, path, Class(one), Severity.MINOR, "", "", "") for name, path, one in rows]

    def known(self, at: datetime) -> dict[str, Known]:
        """All findings that stand, by their id, with how often they came back before ``at``."""
        rows = self._store.execute(
            "SELECT id, MAX(CASE WHEN resolved_at IS NULL THEN first_seen END),"  # noqa: S608
            " TOTAL(first_seen > begun AND first_seen > ?), TOTAL(first_seen > begun AND first_seen > ?),"
            " MAX(resolved_at IS NULL AND first_seen = last_seen)"
            f" FROM finding LEFT JOIN ({_BEGUN}) USING (id)"
            " GROUP BY id HAVING SUM(resolved_at IS NULL)",
            (iso(at - timedelta(days=1)), iso(at - timedelta(days=7))),
        )
        return {
            id_: Known(datetime.fromisoformat(first), int(day), int(week), bool(new))
            for id_, first, day, week, new in rows
        }

    def in_sync_since(self) -> dict[str, datetime]:
        """By device, when a deploy first put right what had been found on it."""
        return {device: datetime.fromisoformat(at) for device, at in self._store.execute(_SYNCED)}

    def resolved_since(self, since: datetime) -> list[Episode]:
        """Findings of their own that are gone since then and do not stand again, each once, oldest end first."""
        standing = {episode.id for episode in self.standing()}
        ended = self._select("WHERE resolved_at >= ? AND under IS NULL ORDER BY resolved_at, id", iso(since))
        return list({episode.id: episode for episode in ended if episode.id not in standing}.values())

    def _select(self, condition: str, *values: str) -> list[Episode]:
        rows = self._store.execute(f"SELECT {_COLUMNS} FROM finding {condition}", values)  # noqa: S608
        return [_episode(row) for row in rows]


def beneath(roots: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """All that is under each root, with the root's id."""
    for root in roots:
        waiting = list(root.under)
        while waiting:
            finding = waiting.pop(0)
            yield finding, root.id
            waiting += finding.under


def _begin(finding: Finding, under: str | None, at: datetime) -> Episode:
    return Episode(
        finding.id,
        finding.device,
        finding.path,
        finding.class_,
        finding.severity,
        finding.text,
        at,
        at,
        None,
        finding,
        under,
    )


def _with_evidence(finding: Finding, before: Episode) -> Finding:
    """An event that came again before it was listed has the evidence of both."""
    if not finding.event or before.finding is None or not before.waits:
        return finding
    return replace(finding, evidence=tuple(dict.fromkeys((*finding.evidence, *before.finding.evidence))))


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
        episode.under,
        iso(episode.told_at) if episode.told_at else None,
    )


def _episode(row: Row) -> Episode:
    id_, device, path, class_, severity, text, first_seen, last_seen, resolved_at, whole, under, told_at = row
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
        under,
        datetime.fromisoformat(told_at) if told_at else None,
    )
