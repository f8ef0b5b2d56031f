"""When a configuration changed and was saved last, and by whom: CISCO-CONFIG-MAN-MIB (revision 2007-04-27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iccc.compare import Unread
from iccc.mib.values import Columns, Index, Table, Value, number, seconds, text

CHANGED, SAVED = "1.3.6.1.4.1.9.9.43.1.1.1.0", "1.3.6.1.4.1.9.9.43.1.1.3.0"  # ccmHistoryStartupLastChanged is the save
SCALARS = (CHANGED, SAVED)
_EVENT = "1.3.6.1.4.1.9.9.43.1.1.6.1."
EVENT_TIME, COMMAND_SOURCE, DESTINATION = _EVENT + "2", _EVENT + "3", _EVENT + "5"
TERMINAL_TYPE, TERMINAL_USER, SOURCE_ADDRESS = _EVENT + "6", _EVENT + "8", _EVENT + "10"
EVENTS = Table(EVENT_TIME, (COMMAND_SOURCE, DESTINATION, TERMINAL_TYPE, TERMINAL_USER, SOURCE_ADDRESS))

_SNMP, _RUNNING = 2, 3  # ccmHistoryEventCommandSource, HistoryEventMedium
_TERMINALS = {3: "console", 4: "terminal", 5: "virtual terminal", 6: "auxiliary port"}


@dataclass(frozen=True)
class Event:
    """A change of the running configuration: entry ``number`` of ccmHistoryEventTable."""

    number: int
    at_s: float  # of sysUpTime
    user: str  # "" where the agent names none
    by: str  # "iccc from 10.80.0.10 (virtual terminal)"


@dataclass(frozen=True)
class History:
    """Seconds of sysUpTime, which wraps after 497 days; ``saved_s`` is 0 when nothing was saved since the start."""

    changed_s: float | None = None
    saved_s: float | None = None
    events: tuple[Event, ...] = ()  # as they happened


def parse(scalars: Mapping[str, Value], columns: Columns) -> History | Unread | None:
    """None when the agent has no such MIB, Unread when a time is no TimeTicks.

    The last change of the running configuration is that of its last event.
    """
    changed_s = seconds(scalars.get(CHANGED), "ccmHistoryRunningLastChanged")
    saved_s = seconds(scalars.get(SAVED), "ccmHistoryStartupLastChanged")
    if changed_s is None or isinstance(changed_s, Unread):
        return changed_s
    if isinstance(saved_s, Unread):
        return saved_s
    for said in columns.get(EVENT_TIME, {}).values():
        if isinstance(wrong := seconds(said, "ccmHistoryEventTime"), Unread):
            return wrong
    return History(changed_s, saved_s, tuple(_events(columns, changed_s)))


def _events(columns: Columns, changed_s: float) -> Iterator[Event]:
    """Events are numbered as they happen; those that copy a configuration elsewhere changed nothing."""
    indexes = sorted(index for index, to in columns.get(DESTINATION, {}).items() if to == _RUNNING)
    for index in indexes:
        ticks = number(columns.get(EVENT_TIME, {}).get(index))
        at_s = None if ticks is None else ticks / 100
        if index == indexes[-1]:  # a session may go on changing after its event
            at_s = max(at_s or 0.0, changed_s)
        by = _by(columns, index)
        if at_s is not None and by:
            yield Event(index[-1] if index else 0, at_s, _text(columns, TERMINAL_USER, index), by)


def _by(columns: Columns, index: Index) -> str:
    user, address = _text(columns, TERMINAL_USER, index), _text(columns, SOURCE_ADDRESS, index)
    snmp = columns.get(COMMAND_SOURCE, {}).get(index) == _SNMP
    terminal = columns.get(TERMINAL_TYPE, {}).get(index)
    how = "SNMP" if snmp else _TERMINALS.get(terminal) if isinstance(terminal, int) else None
    said = user or ("" if not address and not how else "somebody")
    said += f" from {address}" if address and address != "0.0.0.0" else ""  # noqa: S104  "no address"
    return f"{said} ({how})" if how else said


def _text(columns: Columns, column: str, index: Index) -> str:
    value = columns.get(column, {}).get(index)
    return text(value) if value is not None else ""
