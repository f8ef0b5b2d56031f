"""The annex of what the rules of design and procurement say."""

from __future__ import annotations

from datetime import date

from iccc.city.devices import City
from iccc.report.annexes.annex import Annex
from iccc.report.table import Cell, Table
from iccc.rules.all import RULES
from iccc.rules.judge import judge
from iccc.rules.rule import Stage


def compliance(city: City, today: date) -> Annex:
    """What the rules of design and procurement say on ``today``: a row a finding, and one for each rule that holds."""
    rows: list[list[Cell]] = []
    for verdict in judge(city, today, [rule for rule in RULES if rule.stage in (Stage.DESIGN, Stage.PROCUREMENT)]):
        rule = verdict.rule
        head: list[Cell] = [rule.id, rule.title, str(rule.stage), str(rule.severity)]
        if not verdict.in_force:
            rows.append([*head, f"in force from {rule.in_force_from}", "", "", rule.source])
        elif not verdict.rows:
            said = f"pass ({verdict.passes})" if verdict.passes else "about nothing here"
            rows.append([*head, said, "", "", rule.source])
        rows += [[*head, str(row.outcome), row.subjects, row.said, rule.source] for row in verdict.rows]
    columns = ("Rule", "What it asks for", "Stage", "Severity", "Outcome", "Subject", "What was found", "Source")
    note = f"As of {today}. Rules of acceptance and operation: `iccc check {city.key}`."
    table = Table("compliance", "Rules of design and procurement", columns, rows, notes=[note])
    return Annex("compliance", "Compliance", "नियमों का अनुपालन", (table,))
