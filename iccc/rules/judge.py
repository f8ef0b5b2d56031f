"""Applies the rules to a city, and the waivers to what they find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from iccc.city.devices import City
from iccc.city.model.places import Waiver
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


def judge(city: City, today: date, rules: Sequence[Rule]) -> list[Verdict]:
    """All rules, by severity. Rules that are not in force yet are named and not judged."""
    waivers = city.declared.waivers.file.waivers if city.declared.waivers else ()
    verdicts: list[Verdict] = []
    for rule in sorted(rules, key=lambda r: (ORDER.index(r.severity), r.id)):
        if rule.in_force_from is not None and today < rule.in_force_from:
            verdicts.append(Verdict(rule, (), 0, in_force=False))
            continue
        rows = list(rule.judge(city, today))
        others = [_waived(row, rule, waivers, today) for row in rows if row.outcome is not Outcome.PASS]
        verdicts.append(Verdict(rule, tuple(others), len(rows) - len(others)))
    return verdicts


def outcomes(verdicts: Iterable[Verdict]) -> dict[Outcome, int]:
    """How many rows of each outcome."""
    counts = Counter(row.outcome for verdict in verdicts for row in verdict.rows)
    counts[Outcome.PASS] = sum(verdict.passes for verdict in verdicts)
    return {outcome: counts[outcome] for outcome in Outcome}


def covers(waiver: Waiver, rule_id: str, row: Row) -> bool:
    """Whether a waiver is about a row: its scope is the subject, its file, or a glob over either."""
    names = (row.subject, row.where.file)
    return waiver.rule == rule_id and any(fnmatchcase(name, waiver.scope) for name in names)


def waiver_of(rule_id: str, row: Row, waivers: Iterable[Waiver], today: date) -> Waiver | None:
    """The first waiver that holds today and covers the row."""
    holding = (waiver for waiver in waivers if waiver.given_on <= today <= waiver.expires)
    return next((waiver for waiver in holding if covers(waiver, rule_id, row)), None)


def _waived(row: Row, rule: Rule, waivers: Sequence[Waiver], today: date) -> Row:
    if row.outcome not in OPEN or (waiver := waiver_of(rule.id, row, waivers, today)) is None:
        return row
    text = f"{row.text} (waived by {waiver.approver} until {waiver.expires}: {waiver.reason})"
    return replace(row, outcome=Outcome.WAIVED, text=text)
