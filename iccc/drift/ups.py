"""Class operational: what a UPS tells of the mains, its battery and its load."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iccc.city.devices import Equipment
from iccc.drift.view import View
from iccc.finding import Class, Evidence, Finding, Severity
from iccc.mib.ups import Battery
from iccc.sizing.power import declared_minutes
from iccc.ups.seen import UpsFacts

LOAD_PERCENT = 90  # above it a start-up current, or another camera, overloads it
CHARGED_PERCENT = 95  # below it the runtime says nothing about the age of the battery
RUNTIME_SHARE = (
    0.5  # of the declared runtime. A battery is spent at 0.8 of its capacity (IEEE 1188), cards estimate ill
)


def findings(view: View) -> Iterator[Finding]:
    """One finding for each thing that is wrong with a UPS that was read. What it does not tell is none."""
    for name in view.observed:
        facts = view.ups_facts(name)
        card = view.city.equipment.get(name)
        if facts is not None and card is not None:
            yield from _of(view, card, facts)


def _of(view: View, card: Equipment, facts: UpsFacts) -> Iterator[Finding]:
    at = view.observed[card.name].read_at
    if facts.on_battery:
        yield _on_battery(card, facts, at)
    elif facts.battery_low:
        step = f"Wait until {card.name} has charged; if it stays so, have the battery and the charger tested."
        text = f"the battery of {card.name} is low{_left(facts)}, the mains are there"
        yield _finding(
            card, "battery.low", Severity.MINOR, text, step, _evidence(facts, at, "battery", "charge_percent")
        )
    if facts.on_bypass:
        text = f"{card.name} is on bypass: when the mains fail, the cabinet is off at once"
        step = f"Find out why {card.name} is on bypass (overload, fault, maintenance) and put it back."
        yield _finding(card, "bypass", Severity.MAJOR, text, step, _evidence(facts, at, "output", "load_percent"))
    if facts.battery_bad:
        text = f"the battery of {card.name} is to be replaced"
        step = f"Have the batteries of {card.name} replaced, and the date written down."
        yield _finding(
            card, "battery.health", Severity.MAJOR, text, step, _evidence(facts, at, "battery", "needs_replacement")
        )
    if facts.load_percent is not None and facts.load_percent > LOAD_PERCENT:
        text = (
            f"{card.name} carries {facts.load_percent} % of what it can; more than {LOAD_PERCENT} % leaves no reserve"
        )
        step = f"Take something off {card.name}, or put in a larger one."
        severity = Severity.MAJOR if facts.load_percent >= 100 else Severity.MINOR
        yield _finding(card, "load", severity, text, step, _evidence(facts, at, "load_percent"), facts.load_percent)
    yield from _runtime(view, card, facts, at)


def _on_battery(card: Equipment, facts: UpsFacts, at: datetime) -> Finding:
    ends = facts.battery_low or facts.battery is Battery.DEPLETED
    minutes = (facts.seconds_on_battery or 0) // 60
    since = f" for {minutes} min" if minutes else ""
    return _finding(
        card,
        "on_battery",
        Severity.CRITICAL if ends else Severity.MAJOR,
        f"{card.name} is on battery{since}{_left(facts)}: its cabinet has no mains",
        "Ask the electricity supplier, then look at the meter and the breaker of the cabinet.",
        _evidence(facts, at, "output", "seconds_on_battery", "minutes_left", "charge_percent", "battery", "input_v"),
    )


def _runtime(view: View, card: Equipment, facts: UpsFacts, at: datetime) -> Iterator[Finding]:
    """Of a charged battery: what is left of the runtime that the catalogue declares at this load."""
    type_ = view.city.catalogue.get(card.device_type)
    charged = facts.charge_percent is not None and facts.charge_percent >= CHARGED_PERCENT
    if type_ is None or type_.va is None or facts.on_battery is not False or not charged:
        return
    if not facts.load_percent or facts.minutes_left is None:
        return
    declared = declared_minutes(type_.runtime, type_.va * facts.load_percent / 100)
    if declared is not None and facts.minutes_left < RUNTIME_SHARE * declared:
        text = (
            f"{card.name} would last {facts.minutes_left:.0f} min with {facts.load_percent} % load and its battery "
            f"charged; {card.device_type} is declared to last at least {declared:.0f}"
        )
        step = f"Have the batteries of {card.name} tested; replace them if their capacity is below 80 %."
        seen = _evidence(facts, at, "minutes_left", "load_percent", "charge_percent")
        yield _finding(card, "runtime", Severity.MAJOR, text, step, seen, round(facts.minutes_left), round(declared))


def _left(facts: UpsFacts) -> str:
    told = [f"{facts.minutes_left:.0f} min left"] if facts.minutes_left is not None else []
    told += [f"charged to {facts.charge_percent} %"] if facts.charge_percent is not None else []
    return f" ({', '.join(told)})" if told else ""


def _evidence(facts: UpsFacts, at: datetime, *parts: str) -> tuple[Evidence, ...]:
    """What was read for these fields, and the alarms that stand."""
    said = tuple(Evidence(*facts.said[part], at) for part in parts if part in facts.said)
    alarms = ", ".join(sorted(facts.alarms or ()))
    return (*said, Evidence("UPS-MIB upsAlarmTable", alarms, at)) if alarms else said


def _finding(
    card: Equipment,
    path: str,
    severity: Severity,
    text: str,
    step: str,
    evidence: tuple[Evidence, ...],
    seen: int | None = None,
    wanted: int | None = None,
) -> Finding:
    return Finding(
        device=card.name,
        path=path,
        class_=Class.OPERATIONAL,
        severity=severity,
        text=text,
        where=str(card.where),
        site=card.site,
        seen=seen,
        wanted=wanted,
        evidence=evidence,
        next_step=step,
    )
