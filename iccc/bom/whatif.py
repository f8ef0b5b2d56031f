"""What follows from other settings: quantities of both cases, limits that break or heal, items and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from iccc.bom.diff import Diff
from iccc.city.devices import City, Device, Recorder
from iccc.city.supposed import Supposed
from iccc.rules.judge import OPEN, ORDER, Verdict, judge
from iccc.rules.rule import Outcome, Row, Rule
from iccc.sizing.city import Line, size
from iccc.sizing.enough import Enough
from iccc.sizing.result import Value

Turn = Literal["breaks", "heals", "moves"]
UNSETTLED = (*OPEN, Outcome.UNKNOWN, Outcome.NEEDS_HUMAN)


@dataclass(frozen=True)
class Pair:
    """A value before and after; None: not known, or not there."""

    before: Value | None
    after: Value | None

    @property
    def difference(self) -> int | float | None:
        """None where one of them is no number."""
        if isinstance(self.before, int | float) and isinstance(self.after, int | float):
            return self.after - self.before
        return None


@dataclass(frozen=True)
class Quantity:
    """A quantity of the sizing in both cases. ``scope`` is a site, a ring, a recorder; "" is the city.

    ``declared`` is how many there are with the settings: what the bill has, however many are needed.
    """

    name: str
    scope: str
    unit: str
    about: str
    design: Pair
    expected: Pair
    declared: Value | None = None

    @property
    def short(self) -> bool:
        """Whether some are declared, and fewer than the settings take."""
        declared, needed = self.declared, self.design.after
        return isinstance(declared, int | float) and isinstance(needed, int | float) and 0 < declared < needed

    @property
    def moved(self) -> bool:
        return any(pair.before != pair.after for pair in (self.design, self.expected))


@dataclass(frozen=True)
class Limit:
    """A rule of ``iccc check`` on one subject. ``moves``: it does not hold before or after, and says another number.

    ``before`` and ``after`` are what the rule says; None where it passes, or is about no such subject.
    """

    turn: Turn
    rule: Rule
    subject: str
    before: Row | None
    after: Row | None
    more: int = 0  # subjects of which the same is said

    @property
    def row(self) -> Row:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True)
class Missing:
    """What the settings take beyond the declared recorders, which the bill of a what-if keeps.

    ``bill`` compares what is declared now with a city that has them; ``breaks``: limits that break there still.
    """

    enough: Enough
    bill: Diff
    breaks: tuple[Limit, ...]
    phase: str | None = None  # the bill is of this one alone

    @property
    def any(self) -> bool:
        """Whether the declared recorders do not do as they are."""
        return bool(self.enough.added or self.enough.moved or self.enough.without_room)

    @property
    def added(self) -> tuple[Recorder, ...]:
        """The recorders that the bill has, of those that are added."""
        return tuple(each for each in self.enough.added if self.phase in (None, each.phase))


@dataclass(frozen=True)
class WhatIf:
    """The answer. ``bill`` has amounts where there was a rate card. ``plan`` is laid over the city before and after.

    ``missing`` is None where it cannot be told how many recorders it takes.
    """

    settings: tuple[Supposed, ...]
    quantities: tuple[Quantity, ...]
    limits: tuple[Limit, ...]
    bill: Diff
    plan: str | None = None
    missing: Missing | None = None

    def turned(self, turn: Turn) -> list[Limit]:
        return [limit for limit in self.limits if limit.turn == turn]


def quantities(before: City, after: City, phase: str | None) -> Iterator[Quantity]:
    """What sizing says of both cities, or of a phase of them, in the order of sizing."""
    old, new = (_sized(city, phase) for city in (before, after))
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        said = now or was
        assert said is not None
        yield Quantity(
            said.name, said.scope, said.design.unit, said.design.about,
            Pair(was.design.value if was else None, now.design.value if now else None),
            Pair(was.expected.value if was else None, now.expected.value if now else None),
            now.design.declared if now else None,
        )  # fmt: skip


def of_phase(city: City, phase: str | None) -> list[Device]:
    return [device for device in city.inventory() if phase in (None, device.phase)]


def _sized(city: City, phase: str | None) -> dict[tuple[str, str], Line]:
    devices = of_phase(city, phase)
    return {(line.name, line.scope): line for line in size(city, devices)} if devices else {}


def limits(before: City, after: City, today: date, rules: Sequence[Rule]) -> list[Limit]:
    """Limits that turn, by severity. A waived row counts as one that holds: somebody answers for it."""
    old, new = (_rows(judge(city, today, rules, fold=False)) for city in (before, after))
    found: dict[tuple[object, ...], Limit] = {}
    for key in dict.fromkeys((*new, *old)):
        rule = (old.get(key) or new[key])[0]
        was, now = (rows[key][1] if key in rows else None for rows in (old, new))
        turn = _turn(was, now)
        if turn is None:
            continue
        limit = Limit(turn, rule, key[1], was, now)
        same = (turn, rule.id, *((row.outcome, row.where, row.text) if row else None for row in (was, now)))
        found[same] = replace(found[same], more=found[same].more + 1) if same in found else limit
    return sorted(found.values(), key=lambda limit: (ORDER.index(limit.rule.severity), limit.rule.id))


def _turn(was: Row | None, now: Row | None) -> Turn | None:
    """How a subject of a rule turned; None where it is as before."""
    if was is None or now is None:
        return "breaks" if was is None else "heals"
    if (was.outcome in OPEN) != (now.outcome in OPEN):
        return "breaks" if now.outcome in OPEN else "heals"
    return "moves" if (was.outcome, was.text) != (now.outcome, now.text) else None


def _rows(verdicts: Iterable[Verdict]) -> dict[tuple[str, str, int], tuple[Rule, Row]]:
    """What does not hold, by rule and subject, and which of several rows about that."""
    rows: dict[tuple[str, str, int], tuple[Rule, Row]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        for row in verdict.rows:
            if row.outcome in UNSETTLED:
                key = verdict.rule.id, row.subject
                rows[*key, seen[key]] = (verdict.rule, row)
                seen[key] += 1
    return rows
