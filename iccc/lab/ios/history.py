"""Who changed a configuration, and from where: what CISCO-CONFIG-MAN-MIB (revision 2007-04-27) keeps as events."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Terminal(IntEnum):
    """ccmHistoryEventTerminalType."""

    NOT_APPLICABLE = 1
    CONSOLE = 3
    VIRTUAL = 5


class Medium(IntEnum):
    """HistoryEventMedium: what was copied, and to where."""

    COMMAND = 2
    RUNNING = 3
    STARTUP = 4


@dataclass(eq=False)
class Source:
    """One session, or one SNMP request, that changes the configuration. Each is another one, whatever it says."""

    user: str = ""
    address: str = ""  # "" at the console
    terminal: Terminal = Terminal.NOT_APPLICABLE
    snmp: bool = False


@dataclass
class Event:
    """One entry of ccmHistoryEventTable."""

    number: int
    at: datetime
    source: Source
    taken_from: Medium
    went_to: Medium


@dataclass
class History:
    """The last events. A session that goes on changing makes its last event newer, and no new one."""

    events: deque[Event]
    count: int = 0

    @classmethod
    def empty(cls) -> History:
        return cls(deque(maxlen=10))

    def note(self, at: datetime, source: Source, taken_from: Medium, went_to: Medium) -> None:
        last = self.events[-1] if self.events else None
        if last and last.source is source and (last.taken_from, last.went_to) == (taken_from, went_to):
            last.at = at
            return
        self.count += 1
        self.events.append(Event(self.count, at, source, taken_from, went_to))
