"""Waivers: are they about a rule or a class that there is, do they hold, and do they cover anything.

What a waiver of drift covers only ``iccc drift`` knows; here its words are judged, and its dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from iccc.city.devices import City
from iccc.city.model.waivers import Grace, Waiver
from iccc.explain import did_you_mean
from iccc.finding import Class
from iccc.limit import fits, words_of
from iccc.rules.judge import OPEN, covers
from iccc.rules.rule import Outcome, Row, Rule, Severity, Stage, held, passed, rule
from iccc.yamlfile import Document, Where

SOURCE = "project practice: a waiver has a scope, a reason, an approver and an expiry"
SOON = timedelta(days=30)


def rules_about(others: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules about waivers of ``others``."""

    @rule(
        "waiver-rule",
        Severity.MEDIUM,
        Stage.OPERATION,
        do="correct the name of the rule, the class or the scope, or take the entry off: it covers nothing",
        source=SOURCE,
    )
    def waiver_rule(city: City, _today: date) -> Iterator[Row]:
        """Waivers, grace and planned work are about rules, classes of findings and devices that there are"""
        known = [*by_id, *(own.id for own in about)]
        for document, index, name, _ in _of_rules(city):
            text = f"{name!r} is no rule; docs/rules.md has them all{did_you_mean(name, known)}"
            yield held(name in known, name, document.where("waivers", index, "rule"), text)
        yield from _of_drift(city)

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
        for document, index, name, waiver in _of_rules(city):
            if name not in by_id or not waiver.given_on <= today <= waiver.expires:
                continue
            where = document.where("waivers", index, "scope")
            other = by_id[name]
            if other.id not in found:
                due = other.in_force_from is None or other.in_force_from <= today
                found[other.id] = [row for row in other.judge(city, today) if row.outcome in OPEN] if due else []
            if any(covers(waiver, city, row) for row in found[other.id]):
                yield passed(name, where)
            else:
                text = f"the waiver of {waiver.about} covers no finding"
                yield Row(Outcome.WARN, name, where, text)

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
    for document, key, index, entry in _entries(city):
        end, outcome, text = _dates(entry, today)
        subject = (entry.rule if isinstance(entry, Waiver) else None) or f"{key}[{index}]"
        said = f"the {entry.about} {text}" if isinstance(entry, Grace) else f"the waiver of {entry.about} {text}"
        yield Row(outcome, subject, document.where(key, index, end), said)


def _of_drift(city: City) -> Iterator[Row]:
    """Of waivers of drift and checks, grace and planned work: are classes known, and is any device in their scope.

    Which checks there are only ``iccc verify`` knows: a name that is none of them covers nothing.
    """
    words = [words_of(device) for device in city.devices()]
    for document, key, index, entry in _entries(city):
        if isinstance(entry, Waiver) and entry.check is not None and entry.scope is not None:
            yield _names_devices(entry.scope, words, f"{key}[{index}]", document.where(key, index, "scope"))
        if entry.drift is None or entry.scope is None:
            continue
        hint = "" if entry.drift in set(Class) else did_you_mean(entry.drift, Class)  # what is no class is a path
        text = f"{entry.drift!r} is no class of findings{hint}"
        yield held(not hint, f"{key}[{index}]", document.where(key, index, "drift"), text)
        yield _names_devices(entry.scope, words, f"{key}[{index}]", document.where(key, index, "scope"))
    for work in city.maintenance.work:
        yield _names_devices(work.scope, words, f"work {work.scope}", work.where)


def _names_devices(scope: str, words: Sequence[frozenset[str]], subject: str, where: Where) -> Row:
    known = sorted(set().union(*words))
    text = f"scope {scope!r} is no device here{did_you_mean(scope, known)}"
    return held(any(fits(scope, each) for each in words), subject, where, text)


def _dates(entry: Waiver | Grace, today: date) -> tuple[str, Outcome, str]:
    """The key that decides, the outcome, and why."""
    if entry.expires < entry.given_on:
        return "expires", Outcome.FAIL, f"expires on {entry.expires}, before it was given ({entry.given_on})"
    if entry.expires < today:
        again = "the rule is judged again" if isinstance(entry, Waiver) and entry.rule else "it covers nothing any more"
        return "expires", Outcome.WARN, f"expired on {entry.expires}; {again}"
    if today < entry.given_on:
        return "given_on", Outcome.WARN, f"holds only from {entry.given_on}"
    if entry.expires - today < SOON:
        return "expires", Outcome.WARN, f"expires on {entry.expires}"
    return "expires", Outcome.PASS, ""


def _of_rules(city: City) -> Iterator[tuple[Document, int, str, Waiver]]:
    """The waivers of rules, each with the rule's name."""
    for document, _, index, entry in _entries(city):
        if isinstance(entry, Waiver) and entry.rule is not None:
            yield document, index, entry.rule, entry


def _entries(city: City) -> Iterator[tuple[Document, str, int, Waiver | Grace]]:
    """All entries, with the key of their list and their number in it."""
    if city.declared.waivers is not None:
        document, file = city.declared.waivers
        for index, waiver in enumerate(file.waivers):
            yield document, "waivers", index, waiver
        for index, grace in enumerate(file.grace):
            yield document, "grace", index, grace
