"""Waivers: are they about a rule that there is, do they hold, and do they cover anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from iccc.city.devices import City
from iccc.city.model.places import Waiver
from iccc.explain import did_you_mean
from iccc.rules.judge import OPEN, covers
from iccc.rules.rule import Outcome, Row, Rule, Severity, Stage, held, passed, rule
from iccc.yamlfile import Document

SOURCE = "project practice: a waiver has a scope, a reason, an approver and an expiry"
SOON = timedelta(days=30)


def rules_about(others: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules about waivers of ``others``."""

    @rule(
        "waiver-rule",
        Severity.MEDIUM,
        Stage.OPERATION,
        do="correct the name of the rule, or take the waiver off: it waives nothing",
        source=SOURCE,
    )
    def waiver_rule(city: City, _today: date) -> Iterator[Row]:
        """Waivers are about rules that there are"""
        known = [*by_id, *(own.id for own in about)]
        for document, index, waiver in _waivers(city):
            text = f"{waiver.rule!r} is no rule; docs/rules.md has them all{did_you_mean(waiver.rule, known)}"
            yield held(waiver.rule in known, waiver.rule, document.where("waivers", index, "rule"), text)

    @rule(
        "waiver-covers",
        Severity.LOW,
        Stage.OPERATION,
        do="take the waiver off, or correct its scope: a device, a site, a head, a file, a glob",
        source=SOURCE,
    )
    def waiver_covers(city: City, today: date) -> Iterator[Row]:
        """Waivers that hold cover a finding"""
        found: dict[str, list[Row]] = {}
        for document, index, waiver in _waivers(city):
            if waiver.rule not in by_id or not waiver.given_on <= today <= waiver.expires:
                continue
            where = document.where("waivers", index, "scope")
            other = by_id[waiver.rule]
            if other.id not in found:
                due = other.in_force_from is None or other.in_force_from <= today
                found[other.id] = [row for row in other.judge(city, today) if row.outcome in OPEN] if due else []
            if any(covers(waiver, city, row) for row in found[other.id]):
                yield passed(waiver.rule, where)
            else:
                text = f"the waiver of {waiver.rule} for {waiver.scope!r} covers no finding"
                yield Row(Outcome.WARN, waiver.rule, where, text)

    by_id = {other.id: other for other in others}
    about = (waiver_rule, waiver_dates, waiver_covers)
    return about


@rule(
    "waiver-dates",
    Severity.MEDIUM,
    Stage.OPERATION,
    do="keep the rule, or have the waiver given anew with a new expiry; take off what is over",
    source=SOURCE,
)
def waiver_dates(city: City, today: date) -> Iterator[Row]:
    """Waivers hold today, and for another 30 days"""
    for document, index, waiver in _waivers(city):
        key, outcome, text = _dates(waiver, today)
        said = f"the waiver of {waiver.rule} for {waiver.scope!r} {text}"
        yield Row(outcome, waiver.rule, document.where("waivers", index, key), said)


def _dates(waiver: Waiver, today: date) -> tuple[str, Outcome, str]:
    """The key that decides, the outcome, and why."""
    if waiver.expires < waiver.given_on:
        return "expires", Outcome.FAIL, f"expires on {waiver.expires}, before it was given ({waiver.given_on})"
    if waiver.expires < today:
        return "expires", Outcome.WARN, f"expired on {waiver.expires}; the rule is judged again"
    if today < waiver.given_on:
        return "given_on", Outcome.WARN, f"holds only from {waiver.given_on}"
    if waiver.expires - today < SOON:
        return "expires", Outcome.WARN, f"expires on {waiver.expires}"
    return "expires", Outcome.PASS, ""


def _waivers(city: City) -> Iterator[tuple[Document, int, Waiver]]:
    if city.declared.waivers is not None:
        document, file = city.declared.waivers
        for index, waiver in enumerate(file.waivers):
            yield document, index, waiver
