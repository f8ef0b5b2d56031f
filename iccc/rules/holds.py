"""Evidence holds: is each of them still asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City
from iccc.rules.rule import Outcome, Row, Rule, Severity, Stage, passed, rule


@rule(
    "evidence-hold-due",
    Severity.HIGH,
    Stage.OPERATION,
    do="ask who ordered it: extend it with a new date, or take the entry out, which releases the devices",
    source="project practice: a hold is released by whoever ordered it, never by the clock of a machine",
)
def evidence_hold_due(city: City, today: date) -> Iterator[Row]:
    """Evidence holds are released or extended by their last day"""
    if city.declared.evidence_holds is None:
        return
    document, file = city.declared.evidence_holds
    for index, entry in enumerate(file.evidence_hold):
        where = document.where("evidence_hold", index, "until")
        if today <= entry.until:
            yield passed(entry.scope, where)
        else:
            text = f"the hold was until {entry.until}, and holds on: nothing of {entry.scope} is changed"
            yield Row(Outcome.WARN, entry.scope, where, text)


RULES: tuple[Rule, ...] = (evidence_hold_due,)
