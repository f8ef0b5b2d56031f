"""When a configuration changed and was saved last, and by whom: CISCO-CONFIG-MAN-MIB (revision 2007-04-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.mib.values import Columns, Index, Table, Value, number, text

CHANGED, SAVED = "1.3.6.1.4.1.9.9.43.1.1.1.0", "1.3.6.1.4.1.9.9.43.1.1.3.0"  # ccmHistoryStartupLastChanged is the save
SCALARS = (CHANGED, SAVED)
_EVENT = "1.3.6.1.4.1.9.9.43.1.1.6.1."
EVENT_TIME, COMMAND_SOURCE, DESTINATION = _EVENT + "2", _EVENT + "3", _EVENT + "5"
TERMINAL_TYPE, TERMINAL_USER, SOURCE_ADDRESS = _EVENT + "6", _EVENT + "8", _EVENT + "10"
EVENTS = Table(EVENT_TIME, (COMMAND_SOURCE, DESTINATION, TERMINAL_TYPE, TERMINAL_USER, SOURCE_ADDRESS))

_SNMP, _RUNNING = 2, 3  # ccmHistoryEventCommandSource, HistoryEventMedium
_TERMINALS = {3: "console", 4: "terminal", 5: "virtual terminal", 6: "auxiliary port"}


@dataclass(frozen=True)
class History:
    """Seconds of sysUpTime, which wraps after 497 days; ``saved_s`` is 0 when nothing was saved since the start."""

    changed_s: float | None = None
    saved_s: float | None = None
    by: str | None = None  # "iccc from 10.80.0.10 (virtual terminal)"


def parse(scalars: Mapping[str, Value], columns: Columns) -> History | None:
    """None when the agent has no such MIB. ``by`` is of the last event that went to the running configuration."""
    changed, saved = number(scalars.get(CHANGED)), number(scalars.get(SAVED))
    if changed is None:
        return None
    return History(changed / 100, saved / 100 if saved is not None else None, _by(columns))


def _by(columns: Columns) -> str | None:
    """Events are numbered as they happen; those that copy a configuration elsewhere changed nothing."""
    events = [index for index, to in columns.get(DESTINATION, {}).items() if to == _RUNNING]
    if not events:
        return None
    last = max(events)
    user, address = _text(columns, TERMINAL_USER, last), _text(columns, SOURCE_ADDRESS, last)
    snmp = columns.get(COMMAND_SOURCE, {}).get(last) == _SNMP
    terminal = columns.get(TERMINAL_TYPE, {}).get(last)
    how = "SNMP" if snmp else _TERMINALS.get(terminal) if isinstance(terminal, int) else None
    said = user or ("" if not address and not how else "somebody")
    said += f" from {address}" if address and address != "0.0.0.0" else ""  # noqa: S104  "no address"
    return f"{said} ({how})" if how else said or None


def _text(columns: Columns, column: str, index: Index) -> str:
    value = columns.get(column, {}).get(index)
    return text(value) if value is not None else ""
