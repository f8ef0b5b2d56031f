"""What a rule is, what it says of a subject, and how it is written down: one small function with its facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from iccc.city.devices import City
from iccc.city.model.waivers import Waiver
from iccc.yamlfile import Where


class Outcome(StrEnum):
    """What a rule finds for one subject. Unknown is never pass."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    WARN = "warn"
    WAIVED = "waived"
    UNKNOWN = "unknown"  # something that the rule needs is not declared
    NEEDS_HUMAN = "needs_human"  # no machine can tell


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Stage(StrEnum):
    """When in a project the rule has to hold."""

    DESIGN = "design"
    PROCUREMENT = "procurement"
    ACCEPTANCE = "acceptance"
    OPERATION = "operation"


@dataclass(frozen=True)
class Row:
    """One subject of a rule: a device, a site, a head, a file. ``text`` says what was found and what is allowed."""

    outcome: Outcome
    subject: str
    where: Where
    text: str = ""
    more: int = 0  # subjects of which the same is said at the same line; ``judge`` folds them
    waiver: Waiver | None = None

    @property
    def subjects(self) -> str:
        """``bsp-j01-c01 and 522 more``."""
        return f"{self.subject} and {self.more} more" if self.more else self.subject

    @property
    def said(self) -> str:
        """The text, and who waived it."""
        if self.waiver is None:
            return self.text
        by = self.waiver
        return f"{self.text} (waived by {by.approver} until {by.expires}: {by.reason})"


Judge = Callable[[City, date], Iterable[Row]]


@dataclass(frozen=True)
class Rule:
    """``judge(city, today)`` gives a row for every subject that the rule is about; none: it is about nothing here."""

    id: str
    severity: Severity
    stage: Stage
    title: str
    do: str  # what to do about it
    source: str
    judge: Judge
    in_force_from: date | None = None


def rule(
    id: str,  # noqa: A002
    severity: Severity,
    stage: Stage,
    *,
    do: str,
    source: str,
    in_force_from: date | None = None,
) -> Callable[[Judge], Rule]:
    """Makes a :class:`Rule` of a function; the first sentence of its docstring is the title."""

    def make(judge: Judge) -> Rule:
        title = (judge.__doc__ or "").strip().split("\n")[0].rstrip(".")
        return Rule(id, severity, stage, title, do, source, judge, in_force_from)

    return make


def passed(subject: str, where: Where) -> Row:
    return Row(Outcome.PASS, subject, where)


def held(ok: bool, subject: str, where: Where, text: str) -> Row:
    """Pass, or fail with ``text``."""
    return passed(subject, where) if ok else Row(Outcome.FAIL, subject, where, text)
