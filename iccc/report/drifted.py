"""What ``iccc drift`` has to tell: the findings of a run, judged and filtered, and what the store knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from iccc.city.devices import City
from iccc.drift.suppress import Judged, Suppressed
from iccc.finding import UNKNOWN, Finding, Severity
from iccc.report.values import counted
from iccc.state.findings import Episode, Known
from iccc.state.mails import LastMail

ORDER = tuple(Severity)


@dataclass(frozen=True)
class Drifted:
    """One run. ``resolved`` is what went away in the time that is asked about; empty where none is."""

    city: City
    target: str
    read_at: datetime
    declaration: str  # its digest
    devices: int  # asked about
    unread: tuple[str, ...]  # devices that could not be read, wholly or in part
    judged: Judged
    known: Mapping[str, Known] = field(default_factory=dict)
    resolved: Sequence[Episode] = ()
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    duration_s: float = 0.0
    since: datetime | None = None
    severity: Severity | None = None
    by_hand: tuple[str, ...] = ()  # recorders asked about whose channels nobody but a person reads

    @property
    def open(self) -> tuple[Finding, ...]:
        return self.judged.open

    @property
    def different(self) -> bool:
        """Whether something is wrong, and not only unknown."""
        return any(finding.class_ not in UNKNOWN for finding in self.open)

    def first_seen(self, finding: Finding) -> datetime:
        known = self.known.get(finding.id)
        return known.first_seen if known else self.read_at

    def new(self, last: LastMail) -> tuple[Finding, ...]:
        """The open findings that the mail before did not tell: they began since, or were in grace, waived, planned work
        or under another finding then."""
        return tuple(
            finding
            for finding in self.open
            if self.first_seen(finding) > last.at or (last.told is not None and finding.id not in last.told)
        )

    def behind(self) -> int:
        """Devices that are unknown behind open findings."""
        return sum(len(finding.behind) for finding in self.open)


def narrowed(whole: Drifted, since: datetime | None, severity: Severity | None) -> Drifted:
    """Only the findings that began after ``since`` and all that are gone, at least as severe; None: no limit."""

    def fits(finding: Finding) -> bool:
        return worse(finding.severity) and (since is None or whole.first_seen(finding) > since)

    def worse(one: Severity) -> bool:
        return severity is None or ORDER.index(one) <= ORDER.index(severity)

    def among(suppressed: Sequence[Suppressed]) -> tuple[Suppressed, ...]:
        return tuple(one for one in suppressed if fits(one.finding))

    judged = whole.judged
    return replace(
        whole,
        judged=replace(
            judged,
            open=tuple(filter(fits, judged.open)),
            waived=among(judged.waived),
            in_grace=among(judged.in_grace),
            planned=among(judged.planned),
        ),
        resolved=[episode for episode in whole.resolved if worse(episode.severity)],
        since=since,
        severity=severity,
    )


def flaps(known: Known | None) -> str:
    """``came back 2 times in 24 h, 5 in 7 days``; empty for what did not."""
    if known is None or not known.came_back_7d:
        return ""
    return f"came back {counted(known.came_back_24h, 'time')} in 24 h, {known.came_back_7d} in 7 days"


def place(where: str) -> tuple[str, int, int]:
    """``cities/x/city.yaml:12:3`` parted; without line and column they are 1."""
    file, *numbers = where.rsplit(":", 2)
    if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
        return file, max(1, int(numbers[0])), max(1, int(numbers[1]))
    return where, 1, 1
