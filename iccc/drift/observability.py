"""Class observability: what could not be read. Unknown is never "in sync"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields

from iccc.compare import Unread
from iccc.drift.observability_steps import next_step
from iccc.drift.telling import on_device
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.switch.seen import SwitchFacts

SLOW = frozenset({Reason.NO_ANSWER, Reason.NOT_TRIED})  # the agent's doing, whatever part it was asked for
OID = re.compile(r"(?<![\d.])1\.[0-3](?:\.\d+){3,}")


def findings(view: View, silent: frozenset[str]) -> Iterator[Finding]:
    """One finding for every part that was not read, of devices that are not silent as a whole."""
    for plan in view.plan.devices.values():
        if plan.device in silent:
            continue
        yield from _parts(view, plan.device, {unknown.path: unknown.unread for unknown in plan.unknown})
        facts = view.switch_facts(plan.device)
        if facts is not None:
            yield from _untold(view, plan.device, facts)
        ups = view.ups_facts(plan.device)
        for part, unread in (ups.unread if ups is not None else {}).items():
            yield _finding(view, plan.device, part, unread, snmp=True)


def _parts(view: View, name: str, parts: Mapping[str, Unread]) -> Iterator[Finding]:
    """One finding for each part; one for all that came too late, since that is the device's doing."""
    late = {path: unread for path, unread in parts.items() if path and unread.reason in SLOW}
    if len(late) > 1:
        first = next(iter(late.values()))
        seen = first.text.rpartition(": ")[2]
        slow = Unread(first.reason, f"answers too slowly to be read: {seen}")
        yield _finding(view, name, "", slow, {path: unread.text for path, unread in late.items()})
    for path, unread in parts.items():
        if len(late) < 2 or path not in late:
            yield _finding(view, name, path, unread)


def _untold(view: View, switch: str, facts: SwitchFacts) -> Iterator[Finding]:
    """Parts that SNMP did not tell; one finding when it told nothing, and one for all that came too late."""
    if isinstance(facts.ports, Unread):
        yield _finding(view, switch, "snmp", facts.ports, snmp=True)
        return
    told = {field.name: getattr(facts, field.name) for field in fields(facts)} | dict(facts.unread)
    parts = {name: part for name, part in told.items() if isinstance(part, Unread)}
    late = [name for name, part in parts.items() if part.reason in SLOW]
    if len(late) > 1:
        first = parts[late[0]]
        slow = Unread(first.reason, f"{', '.join(late)}; of the first: {first.text}")
        yield _finding(view, switch, "snmp", slow, {name: parts[name].text for name in late}, snmp=True)
        parts = {name: part for name, part in parts.items() if name not in late}
    for name, part in parts.items():
        yield _finding(view, switch, f"snmp.{name}", part, snmp=True)


def _finding(
    view: View, name: str, path: str, unread: Unread, late: Mapping[str, str] | None = None, *, snmp: bool = False
) -> Finding:
    """``late``: the parts that it stands for, and what became of each. ``snmp``: an agent was asked."""
    said = dict(late or {"OID": ", ".join(dict.fromkeys(OID.findall(unread.text)))})
    return on_device(
        view, name, path, Class.OBSERVABILITY, Severity.MAJOR, unread.text,
        seen=str(unread.reason), said=said, step=next_step(view, name, path, unread, late=late is not None, snmp=snmp),
    )  # fmt: skip
