"""What ``iccc check`` found, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from iccc.city.devices import City
from iccc.report.table import one_line
from iccc.rules.judge import Verdict, outcomes
from iccc.rules.rule import Outcome

VERSION = 1
Writer = Callable[[City, date, Sequence[Verdict]], bytes]


def as_text(city: City, today: date, verdicts: Sequence[Verdict]) -> bytes:
    """The findings by severity, each with its line and what to do; then the counts."""
    counts = outcomes(verdicts)
    lines = [
        f"{city.name}: {len(city.sites)} sites, {len(city.switches)} switches, {len(city.recorders)} recorders, "
        f"{len(city.cameras)} cameras; {sum(v.in_force for v in verdicts)} rules as of {today}",
        "",
    ]
    lines += _rows(verdicts)
    said = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
    lines.append(f"{said}." if said else "nothing to judge.")
    return ("\n".join(lines) + "\n").encode()


def _rows(verdicts: Sequence[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        for row in verdict.rows:
            yield f"{row.where}: {one_line(row.text)}"
            yield f"    {row.outcome.replace('_', ' ')}, {verdict.rule.severity}, {verdict.rule.id} ({row.subject})"
        if any(row.outcome is not Outcome.WAIVED for row in verdict.rows):
            yield f"    do: {verdict.rule.do}"
        if verdict.rows:
            yield ""


def as_json(city: City, today: date, verdicts: Sequence[Verdict]) -> bytes:
    """``{"version": 1, "kind": "check", "city": …, "outcomes": {…}, "rules": [{"id": …, "rows": […]}]}``."""
    data = {
        "version": VERSION,
        "kind": "check",
        "city": city.key,
        "as_of": today.isoformat(),
        "declaration": city.digest,
        "outcomes": {str(outcome): count for outcome, count in outcomes(verdicts).items()},
        "rules": [
            {
                "id": verdict.rule.id,
                "title": verdict.rule.title,
                "severity": verdict.rule.severity,
                "stage": verdict.rule.stage,
                "in_force": verdict.in_force,
                "passes": verdict.passes,
                "rows": [
                    {
                        "outcome": row.outcome,
                        "subject": row.subject,
                        "file": row.where.file,
                        "line": row.where.line,
                        "column": row.where.column,
                        "text": row.text,
                        "do": verdict.rule.do,
                    }
                    for row in verdict.rows
                ],
            }
            for verdict in verdicts
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


WRITERS: Mapping[str, Writer] = {"text": as_text, "json": as_json}
