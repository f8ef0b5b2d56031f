"""Class observability: what could not be read. Unknown is never "in sync"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from iccc.compare import Unread
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.switch.seen import SwitchFacts

SLOW = frozenset({Reason.NO_ANSWER, Reason.NOT_TRIED})  # the agent's doing, whatever part it was asked for


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
    """Parts that SNMP did not tell; one finding when it told nothing, and one for all that came too late."""
    if isinstance(facts.ports, Unread):
        yield _finding(view, switch, "snmp", facts.ports)
        return
    told = {field.name: getattr(facts, field.name) for field in fields(facts)} | dict(facts.unread)
    parts = {name: part for name, part in told.items() if isinstance(part, Unread)}
    late = [name for name, part in parts.items() if part.reason in SLOW]
    if len(late) > 1:
        first = parts[late[0]]
        yield _finding(view, switch, "snmp", Unread(first.reason, f"{', '.join(late)}; of the first: {first.text}"))
        parts = {name: part for name, part in parts.items() if name not in late}
    for name, part in parts.items():
        yield _finding(view, switch, f"snmp.{name}", part)


def _finding(view: View, name: str, path: str, unread: Unread) -> Finding:
    reason = str(unread.reason)
    return on_device(view, name, path, Class.OBSERVABILITY, Severity.MAJOR, unread.text, seen=reason)
