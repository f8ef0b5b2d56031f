"""Class observability: what could not be read. Unknown is never "in sync"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from iccc.compare import Unread
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.switch.seen import SwitchFacts


def findings(view: View, silent: frozenset[str]) -> Iterator[Finding]:
    """One finding for every part that was not read, of devices that are not silent as a whole."""
    for plan in view.plan.devices.values():
        if plan.device in silent:
            continue
        for unknown in plan.unknown:
            yield _finding(view, plan.device, unknown.path, unknown.unread)
        facts = view.switch_facts(plan.device)
        if facts is not None:
            yield from _untold(view, plan.device, facts)
        ups = view.ups_facts(plan.device)
        for part, unread in (ups.unread if ups is not None else {}).items():
            yield _finding(view, plan.device, part, unread)


def _untold(view: View, switch: str, facts: SwitchFacts) -> Iterator[Finding]:
    """Parts that SNMP did not tell; one finding when it told nothing."""
    if isinstance(facts.ports, Unread):
        yield _finding(view, switch, "snmp", facts.ports)
        return
    parts = {field.name: getattr(facts, field.name) for field in fields(facts)} | dict(facts.unread)
    for name, part in parts.items():
        if isinstance(part, Unread):
            yield _finding(view, switch, f"snmp.{name}", part)


def _finding(view: View, name: str, path: str, unread: Unread) -> Finding:
    device = view.city.device(name)
    return Finding(
        device=name,
        path=path,
        class_=Class.OBSERVABILITY,
        severity=Severity.MAJOR,
        text=unread.text,
        where=str(device.where),
        site=device.site,
        seen=str(unread.reason),
    )
