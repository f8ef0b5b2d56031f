"""The result of a check, whether the city could be loaded or not: what the reports write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from iccc.city.devices import City
from iccc.errors import DeclarationError
from iccc.rules.judge import Verdict
from iccc.rules.rule import Outcome, Row, Rule, Severity, Stage
from iccc.yamlfile import Where


@dataclass(frozen=True)
class Checked:
    """``verdicts`` on one city. With mistakes it is not built: then there is one verdict, and no digest."""

    key: str
    name: str
    size: str  # "23 sites, 96 switches, …"
    digest: str | None
    today: date
    verdicts: Sequence[Verdict]


def of_city(city: City, today: date, verdicts: Sequence[Verdict]) -> Checked:
    size = (
        f"{len(city.sites):,} sites, {len(city.switches):,} switches, {len(city.recorders):,} recorders, "
        f"{len(city.cameras):,} cameras"
    )
    return Checked(city.key, city.name, size, city.digest, today, verdicts)


def of_mistakes(key: str, today: date, error: DeclarationError) -> Checked:
    """What can be said of a city that does not load; what depends on files that cannot be read is unknown."""
    rows: list[Row] = []
    for mistake in error.mistakes:
        file, line, column = mistake.where.rsplit(":", 2)
        rows.append(Row(Outcome.FAIL, file, Where(file, int(line), int(column)), mistake.text))
    for file in error.unread:
        rows.append(Row(Outcome.UNKNOWN, file, Where(file), "what depends on this file is judged when it can be read"))
    return Checked(key, key, "not built", None, today, [Verdict(DECLARATION, tuple(rows), 0)])


DECLARATION = Rule(
    "declaration",
    Severity.CRITICAL,
    Stage.DESIGN,
    "The files can be read and fit together",
    "correct the line; nothing else is judged before",
    "docs/schema, and what iccc/city checks",
    lambda _city, _today: (),
)
