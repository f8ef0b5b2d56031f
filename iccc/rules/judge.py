"""Applies the rules to a city, and the waivers to what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from iccc.city.devices import City
from iccc.city.model.waivers import Waiver
from iccc.rules.rule import Outcome, Row, Rule, Severity

ORDER = tuple(Severity)
OPEN = (Outcome.FAIL, Outcome.WARN)  # findings
UNDECIDED = (Outcome.UNKNOWN, Outcome.NEEDS_HUMAN)


@dataclass(frozen=True)
class Verdict:
    """One rule on one city: every row that is not a pass, and how many passed."""

    rule: Rule
    rows: tuple[Row, ...]
    passes: int
    in_force: bool = True


def judge(city: City, today: date, rules: Sequence[Rule], *, fold: bool = True) -> list[Verdict]:
    """All rules, by severity. Rules that are not in force yet are named and not judged.

    ``fold=False``: each subject has its own row, even where the same is said of many.
    """
    waivers = city.declared.waivers.file.waivers if city.declared.waivers else ()
    verdicts: list[Verdict] = []
    for rule in sorted(rules, key=lambda r: (ORDER.index(r.severity), r.id)):
        if rule.in_force_from is not None and today < rule.in_force_from:
            verdicts.append(Verdict(rule, (), 0, in_force=False))
            continue
        rows = list(rule.judge(city, today))
        holding = [
            waiver for waiver in waivers if waiver.rule == rule.id and waiver.given_on <= today <= waiver.expires
        ]
        others = [_waived(city, row, holding) for row in rows if row.outcome is not Outcome.PASS]
        verdicts.append(Verdict(rule, tuple(_folded(others) if fold else others), len(rows) - len(others)))
    return verdicts


def outcomes(verdicts: Iterable[Verdict]) -> dict[Outcome, int]:
    """How many rows of each outcome."""
    counts = Counter(row.outcome for verdict in verdicts for row in verdict.rows)
    counts[Outcome.PASS] = sum(verdict.passes for verdict in verdicts)
    return {outcome: counts[outcome] for outcome in Outcome}


def covers(waiver: Waiver, city: City, row: Row) -> bool:
    """Whether a waiver is about a row: its scope is the subject, its site, its head, its file, or a glob over these."""
    return any(fnmatchcase(name, waiver.scope or "*") for name in _names(city, row))


def _names(city: City, row: Row) -> Iterator[str]:
    yield row.subject
    yield row.where.file
    if (device := city.find(row.subject)) is not None:
        yield device.site
    yield from (sheet.file.head for sheet in city.declared.third_party if sheet.document.file == row.where.file)


def _waived(city: City, row: Row, waivers: Sequence[Waiver]) -> Row:
    if row.outcome not in OPEN:
        return row
    waiver = next((waiver for waiver in waivers if covers(waiver, city, row)), None)
    return replace(row, outcome=Outcome.WAIVED, waiver=waiver) if waiver else row


def _folded(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that say the same of the same line as one: the cameras of a group share their entry."""
    same: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        same.setdefault((row.outcome, row.where, row.text, row.waiver), []).append(row)
    for first, *others in same.values():
        yield replace(first, more=len(others))
