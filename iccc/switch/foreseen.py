"""What a switch will read as after steps, as its model has it, and how far a reading is from that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from iccc.compare import Unread
from iccc.switch.platform import Platform
from iccc.switch.reading import Reading
from iccc.switch.state import Port, SwitchState
from iccc.switch.steps import Step

LEFT_OUT = frozenset({"saved", "revision"})
BY_SNMP = frozenset({"poe"})  # of a port: no line says it on platforms that take it by SNMP
ENDS = ("max_macs", "bpdu_guard", "edge")  # of a port: what hangs there is no switch
TRIED = ("max_macs", "bpdu_guard", "storm_pct", "edge")  # may shut a port some time after they were set


def foreseen(reading: Reading, steps: Sequence[Step]) -> SwitchState:
    """The state of the switch that was read once it has taken the lines of ``steps``."""
    model = reading.model.copy()
    for step in steps:
        for line in step.lines:
            model.line(line)
    return model.state()


def lasting(state: SwitchState) -> SwitchState:
    """What a revert brings back: all but whether it is saved, which the lines that the revert needs have changed."""
    return replace(state, saved=None, revision=None)


def differs(one: SwitchState, other: SwitchState) -> list[str]:
    """The sections that both have read, and in which they are not the same; PoE does not count."""
    found = []
    for name in (field.name for field in fields(SwitchState) if field.name not in LEFT_OUT):
        here, there = getattr(one, name), getattr(other, name)
        if isinstance(here, Unread) or isinstance(there, Unread):
            continue
        if name == "ports" and isinstance(here, Mapping) and isinstance(there, Mapping):
            if any(_ports_differ(here[port], there[port]) for port in here.keys() & there.keys()):
                found.append(name)
        elif here != there:
            found.append(name)
    return found


def _ports_differ(one: Port, other: Port) -> bool:
    pairs = ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Port) if f.name not in BY_SNMP)
    return any(a != b for a, b in pairs if not isinstance(a, Unread) and not isinstance(b, Unread))


def newly(platform: Platform, before: SwitchState, after: SwitchState) -> Iterator[tuple[str, str, Any]]:
    """Port, setting and value of everything that a port has after and had not before, in order of the ports."""
    there, then = before.ports, after.ports
    if not isinstance(there, Mapping) or not isinstance(then, Mapping):
        return
    for name in sorted(then, key=platform.order):
        was = there.get(name, platform.blank)
        for field in fields(Port):
            value = getattr(then[name], field.name)
            if value is not None and value != getattr(was, field.name):
                yield name, field.name, value


def shut(platform: Platform, before: SwitchState, after: SwitchState) -> list[str]:
    """The ports that are shut after and were not before."""
    return [port for port, name, value in newly(platform, before, after) if name == "shutdown" and value is True]


def tried(platform: Platform, before: SwitchState, after: SwitchState) -> frozenset[str]:
    """The ports that newly have a setting which may shut them, or make them loop, only after a while."""
    return frozenset(
        port
        for port, name, value in newly(platform, before, after)
        if name == "mode" or (name in TRIED and value and not isinstance(value, Unread))
    )


def ended(platform: Platform, before: SwitchState, after: SwitchState) -> frozenset[str]:
    """The ports that newly have a setting for ports on which no switch hangs."""
    found = newly(platform, before, after)
    return frozenset(port for port, name, value in found if name in ENDS and value and not isinstance(value, Unread))
