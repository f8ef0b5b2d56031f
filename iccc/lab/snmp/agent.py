"""The agent: one request in, one response out, or silence."""

from __future__ import annotations

import copy
from collections.abc import Callable

from iccc.lab.device import Counters, Fault
from iccc.lab.ios.system import System
from iccc.lab.snmp import ber, tables
from iccc.lab.snmp.ber import Message, Oid
from iccc.lab.snmp.view import View, Views
from iccc.lab.snmp.writable import Refused, write

MAX_BYTES = 1400
OVERHEAD_BYTES = 64  # message and PDU around the varbinds
MAX_REPETITIONS = 500
TOO_BIG, NO_ACCESS = 1, 6
UP_TIME = (*tables.SYSTEM, 3, 0)


class Agent:
    """SNMP v2c of one switch. The tables are made anew when the switch or its surroundings change."""

    def __init__(self, system: System, counters: Counters, fault: Callable[[], Fault]) -> None:
        self._system = system
        self._counters = counters
        self._fault = fault
        self._made_for: tuple[int, int] | None = None
        self._common = View({})
        self._bridges: dict[int, View] = {}

    def answer(self, datagram: bytes) -> bytes | None:
        """The response; None for what a switch does not answer: nonsense, a wrong community, other versions."""
        try:
            request = ber.parse(datagram)
        except ber.BerError:
            return None
        if request.version != ber.V2C or self._fault() is Fault.SILENT:
            return None
        community, at, vlan = request.community.partition("@")
        access = self._system.running.communities.get(community)
        if access is None:
            return None
        number = int(vlan) if vlan.isdigit() and len(vlan) < 5 else 1
        if (at and not vlan.isdigit()) or number not in self._system.running.vlans:
            return None
        self._counters.requests += 1
        if request.pdu == ber.SET:
            return self._set(request, access)
        view = self._view(number)
        if request.pdu == ber.GET:
            return self._whole(request, [self._get(view, oid) for oid, _ in request.varbinds])
        if request.pdu == ber.GETNEXT:
            return self._whole(request, [_next(view, oid)[1] for oid, _ in request.varbinds])
        return _bulk(view, request) if request.pdu == ber.GETBULK else None

    def _view(self, vlan: int) -> Views:
        made_for = (self._system.surroundings.revision, self._system.revision)
        if made_for != self._made_for:
            self._common, self._bridges = View(tables.common(self._system)), {}
            self._made_for = made_for
        if vlan not in self._bridges:
            self._bridges[vlan] = View(tables.bridge(self._system, vlan))
        return Views(self._common, self._bridges[vlan], View({UP_TIME: tables.ticks(self._system)}))

    @staticmethod
    def _get(view: Views, oid: Oid) -> bytes:
        value = view.get(oid)
        if value is None:
            column = view.next(oid[:-1]) if len(oid) > 1 else None
            known = column is not None and column[0][: len(oid) - 1] == oid[:-1]
            value = ber.NO_SUCH_INSTANCE if known else ber.NO_SUCH_OBJECT
        return _varbind(oid, value)

    @staticmethod
    def _whole(request: Message, varbinds: list[bytes]) -> bytes:
        if sum(map(len, varbinds)) > MAX_BYTES - OVERHEAD_BYTES:
            return ber.message(request, TOO_BIG, 0, [])
        return ber.message(request, 0, 0, varbinds)

    def _set(self, request: Message, access: str) -> bytes:
        """All or nothing: on a copy first, so that a later refusal undoes the earlier varbinds."""
        echo = [_varbind(oid, ber.tlv(value.tag, value.content)) for oid, value in request.varbinds]
        if access != "RW":
            return ber.message(request, NO_ACCESS, 1, echo)
        draft = copy.deepcopy(self._system.running)
        for index, (oid, value) in enumerate(request.varbinds, start=1):
            try:
                write(self._system, draft, oid, value)
            except Refused as refusal:
                return ber.message(request, refusal.status, index, echo)
        if self._fault() is not Fault.IGNORES:
            self._system.running = draft
            self._system.touch()
        self._counters.sets += 1
        return ber.message(request, 0, 0, echo)


def _varbind(oid: Oid, value: bytes) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.oid(oid) + value)


def _next(view: Views, oid: Oid) -> tuple[Oid, bytes]:
    """The next OID and its varbind; the same OID and endOfMibView at the end."""
    found = view.next(oid)
    if found is None:
        return oid, _varbind(oid, ber.END_OF_VIEW)
    return found[0], _varbind(*found)


def _bulk(view: Views, request: Message) -> bytes:
    """Fewer varbinds than asked for when the response would grow too long."""
    once, repeated = max(request.first, 0), min(max(request.second, 0), MAX_REPETITIONS)
    varbinds = [_next(view, oid)[1] for oid, _ in request.varbinds[:once]]
    cursors = [oid for oid, _ in request.varbinds[once:]]
    size = OVERHEAD_BYTES + sum(map(len, varbinds))
    for _ in range(repeated if cursors else 0):
        row = [_next(view, cursor) for cursor in cursors]
        for _, varbind in row:
            size += len(varbind)
            if size > MAX_BYTES:
                return ber.message(request, 0, 0, varbinds)
            varbinds.append(varbind)
        if all(new == old for (new, _), old in zip(row, cursors, strict=True)):
            break
        cursors = [oid for oid, _ in row]
    return ber.message(request, 0, 0, varbinds)
