"""What a switch tells by traps: its start, its links, and that its configuration was changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import Oid, integer, octets
from iccc.lab.snmp.interfaces import if_index
from iccc.lab.snmp.oids import CONFIG_HISTORY, DOWN, IF_ENTRY, IFX, UP
from iccc.lab.snmp.traps import COLD_START, CONFIG_CHANGED, LINK_DOWN, LINK_UP, WARM_START, Receiver, Sender

QUIET_S = 0.3


class SwitchTraps:
    """Compares what is with what was told. ``told_to``: addresses that the lab was told, beside the configuration's."""

    def __init__(self, system: System, sender: Sender) -> None:
        self._system = system
        self._sender = sender
        self.told_to: list[Receiver] = []
        self._links: dict[str, bool] | None = None  # None: nobody has asked so far
        self._boots = system.boots
        self._event: tuple[int, datetime] | None = None  # the last one that was told
        self._armed = False
        self._cold = False

    def dark(self) -> None:
        """Electricity went away: the next start is a cold one."""
        self._cold = True

    def receivers(self) -> list[Receiver]:
        lines = (Receiver.of_line(line) for line in self._system.running.extra)
        return [*self.told_to, *(receiver for receiver in lines if receiver is not None)]

    def look(self) -> None:
        """Tell what is new. From the moment on that there is somebody to tell."""
        receivers = self.receivers()
        if not receivers:
            self._links = None
            return
        if self._links is None:
            self._links, self._event, self._boots = self._now(), self._last(), self._system.boots
            self._cold = False
        for what, objects in self._news(self._links):
            self._sender.tell(receivers, what, objects)

    def _now(self) -> dict[str, bool]:
        return {port.name: self._system.port_up(port.name) for port in self._system.hardware}

    def _news(self, before: dict[str, bool]) -> Iterator[tuple[Oid, list[tuple[Oid, bytes]]]]:
        system = self._system
        links = self._now()
        if system.boots != self._boots:
            yield (COLD_START if self._cold else WARM_START), []
            self._boots, self._event, self._cold = system.boots, None, False
        for port in system.hardware:
            up, at = links[port.name], if_index(port)
            if up != before.get(port.name):
                objects = [
                    ((*IF_ENTRY, 1, at), integer(at)),
                    ((*IF_ENTRY, 7, at), integer(DOWN if system.running.ports[port.name].shutdown else UP)),
                    ((*IF_ENTRY, 8, at), integer(UP if up else DOWN)),
                    ((*IFX, 1, at), octets(port.short)),
                ]
                yield (LINK_UP if up else LINK_DOWN), objects
        self._links = links
        if self._last() != self._event and not self._armed:
            self._armed = True
            self._sender.later(QUIET_S, self._changed)

    def _last(self) -> tuple[int, datetime] | None:
        events = self._system.history.events
        return (events[-1].number, events[-1].at) if events else None

    def _changed(self) -> None:
        """Tell of the configuration when it has been quiet for a moment, as when somebody has left its mode."""
        self._armed = False
        last = self._last()
        if last is None or last == self._event:
            return
        if (self._system.now() - last[1]).total_seconds() < QUIET_S:
            self._armed = True
            self._sender.later(QUIET_S, self._changed)
            return
        self._event = last
        event, entry = self._system.history.events[-1], (*CONFIG_HISTORY, 6, 1)
        objects = [
            ((*entry, 3, event.number), integer(2 if event.source.snmp else 1)),
            ((*entry, 4, event.number), integer(event.taken_from)),
            ((*entry, 5, event.number), integer(event.went_to)),
        ]
        self._sender.tell(self.receivers(), CONFIG_CHANGED, objects)
