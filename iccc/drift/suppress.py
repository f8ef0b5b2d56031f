"""Which findings are news: what is waived, in its grace, or part of planned work is told apart and not counted.

What a finding explains is not lost with it. Findings under it that follow from silence (:data:`FOLLOWS`) stay with it;
others that nothing covers stand on their own. And a finding that takes other devices away is waived only as silence:
who accepted a wrong setting has not accepted the forty cameras that it cuts off a month later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from iccc.city.devices import City
from iccc.city.model.waivers import Grace, Waiver
from iccc.finding import Class, Finding
from iccc.limit import fits, words_of
from iccc.state.findings import Known
from iccc.yamlfile import Where

AFTERWARDS = timedelta(minutes=15)  # devices start, spanning tree settles
FLAPPING = 3  # times that it came back within a day from which on a finding has no grace
OF_WORK = frozenset({Class.REACH, Class.OPERATIONAL, Class.TOPOLOGY})  # what work on a device brings about
FOLLOWS = OF_WORK | {Class.OBSERVABILITY}


class Sort(StrEnum):
    WAIVER = "waiver"
    GRACE = "grace"
    WORK = "work"


@dataclass(frozen=True)
class Decision:
    """Why a finding is not counted, who decided that, until when (local time), and the line that says so."""

    sort: Sort
    about: str
    reason: str
    approver: str
    until: str
    where: Where


@dataclass(frozen=True)
class Suppressed:
    """A finding, with what follows from it, and the decision that covers it."""

    finding: Finding
    by: Decision


@dataclass(frozen=True)
class Judged:
    """All findings, parted. ``notes``: of open ones, by id, why a decision that is about them does not cover them.

    ``idle`` are the lines of waivers in force that no finding was ever about: mistyped, more likely than not.
    """

    open: tuple[Finding, ...] = ()
    waived: tuple[Suppressed, ...] = ()
    in_grace: tuple[Suppressed, ...] = ()
    planned: tuple[Suppressed, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[Where, ...] = ()

    @property
    def suppressed(self) -> tuple[Suppressed, ...]:
        return (*self.waived, *self.in_grace, *self.planned)


def judge(
    findings: Sequence[Finding],
    known: Mapping[str, Known],
    city: City,
    now: datetime,
    ever: Collection[Finding] | None = None,
) -> Judged:
    """Part the findings of a run at ``now`` (UTC). One that is not ``known`` was first seen now.

    ``ever`` are all findings that there ever were, those of this run, too; None: nothing is said of idle waivers.
    """
    policy = _Policy(city, known, now)
    open_: list[Finding] = []
    covered: dict[Sort, list[Suppressed]] = {sort: [] for sort in Sort}
    notes: dict[str, str] = {}
    waiting = list(findings)
    while waiting:
        finding = waiting.pop(0)
        decision = policy.decision(finding, notes)
        if decision is None:
            open_.append(finding)
            continue
        alone = tuple(one for one in finding.under if one.class_ not in FOLLOWS and not policy.decision(one, notes))
        waiting[:0] = alone
        rest = tuple(one for one in finding.under if one not in alone)
        covered[decision.sort].append(Suppressed(replace(finding, under=rest), decision))
    waived, in_grace, planned = (tuple(covered[sort]) for sort in (Sort.WAIVER, Sort.GRACE, Sort.WORK))
    said = {finding.id: notes[finding.id] for finding in open_ if finding.id in notes}
    return Judged(tuple(open_), waived, in_grace, planned, said, () if ever is None else tuple(policy.idle(ever)))


class _Policy:
    """What the city's files say of one finding, as of one moment."""

    def __init__(self, city: City, known: Mapping[str, Known], now: datetime) -> None:
        self._city = city
        self._known = known
        self._now = now
        self._today = self._local(now).date()
        self._waived: list[tuple[Waiver, Where]] = []
        self._graces: list[tuple[Grace, Where]] = []
        if city.declared.waivers is not None:
            document, file = city.declared.waivers
            self._waived = [(one, document.where("waivers", index)) for index, one in enumerate(file.waivers)]
            self._graces = [(one, document.where("grace", index)) for index, one in enumerate(file.grace)]

    def decision(self, finding: Finding, notes: dict[str, str]) -> Decision | None:
        """The first decision that covers it; where only an expired or too narrow one is about it, a note."""
        found = next(self._waivers(finding, notes), None) or next(self._work(finding, notes), None)
        return found or next(self._grace(finding), None)

    def idle(self, ever: Collection[Finding]) -> Iterator[Where]:
        """The waivers in force that none of these findings is about."""
        for waiver, where in self._waived:
            due = waiver.rule is None and waiver.check is None and _holds(waiver, self._today)
            if due and not any(self._about(waiver, finding) for finding in ever):
                yield where

    def _waivers(self, finding: Finding, notes: dict[str, str]) -> Iterator[Decision]:
        for waiver, where in self._waived:
            if waiver.rule is not None or not self._about(waiver, finding):
                continue
            if waiver.expires < self._today:
                notes[finding.id] = f"its waiver expired on {waiver.expires} ({where})"
            elif not _holds(waiver, self._today):
                notes[finding.id] = f"its waiver holds only from {waiver.given_on} ({where})"
            elif taken := _taken(finding):
                notes[finding.id] = f"not waived with {taken} ({where})"
            else:
                yield Decision(
                    Sort.WAIVER, f"waiver of {waiver.about}", waiver.reason, waiver.approver, str(waiver.expires), where
                )

    def _work(self, finding: Finding, notes: dict[str, str]) -> Iterator[Decision]:
        first_seen = self._local(self._first_seen(finding))
        for work in self._city.maintenance.work:
            if finding.class_ not in OF_WORK or not fits(work.scope, self._words(finding)):
                continue
            if not work.begins <= first_seen <= work.ends + AFTERWARDS:
                continue
            if self._local(self._now) > work.ends + AFTERWARDS:
                notes[finding.id] = f"left by planned work, which ended at {work.ends:%Y-%m-%d %H:%M} ({work.where})"
                continue
            until = f"{work.ends:%Y-%m-%d %H:%M}"
            yield Decision(Sort.WORK, f"work on {work.scope!r}", work.reason, work.approver, until, work.where)

    def _grace(self, finding: Finding) -> Iterator[Decision]:
        known = self._known.get(finding.id)
        if _taken(finding) or (known is not None and known.came_back_24h >= FLAPPING):
            return
        for grace, where in self._graces:
            ends = self._first_seen(finding) + timedelta(minutes=grace.minutes)
            if _holds(grace, self._today) and self._about(grace, finding) and self._now < ends:
                until = f"{self._local(ends):%Y-%m-%d %H:%M}"
                yield Decision(Sort.GRACE, grace.about, grace.reason, grace.approver, until, where)

    def _about(self, entry: Waiver | Grace, finding: Finding) -> bool:
        if isinstance(entry, Waiver) and entry.finding is not None:
            return entry.finding == finding.id
        return (
            entry.drift is not None
            and entry.scope is not None
            and _named(entry.drift, finding)
            and fits(entry.scope, self._words(finding))
        )

    def _words(self, finding: Finding) -> Iterable[str]:
        device = self._city.find(finding.device)
        return words_of(device) if device else (finding.device, finding.site)

    def _first_seen(self, finding: Finding) -> datetime:
        known = self._known.get(finding.id)
        return known.first_seen if known else self._now

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(UTC).replace(tzinfo=None) + timedelta(minutes=self._city.utc_offset_min)


def _holds(entry: Waiver | Grace, today: date) -> bool:
    return entry.given_on <= today <= entry.expires


def _named(drift: str, finding: Finding) -> bool:
    """Whether the word of a waiver is the finding's class, or a glob of its path; brackets stand for themselves."""
    if drift in set(Class):
        return drift == finding.class_
    pattern = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in drift)
    return re.fullmatch(pattern, finding.path) is not None


def _taken(finding: Finding) -> str:
    """What a finding that is no silence itself takes away: ``4 devices unknown behind it``; empty for nothing."""
    if finding.class_ is Class.REACH:
        return ""
    for names, one, consequence in (
        (finding.behind, "device", "unknown behind it"),
        (finding.affected, "camera", "not recorded because of it"),
    ):
        if names:
            return f"{len(names)} {one}{'s' * (len(names) > 1)} {consequence}"
    return ""
