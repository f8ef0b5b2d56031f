"""The agent: one request in, one response out, or silence. It speaks v1, v2c and v3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iccc.lab.device import Counters, Fault
from iccc.lab.snmp import bad, ber
from iccc.lab.snmp.ber import Message, Oid, Pdu
from iccc.lab.snmp.mib import Mib, Reading, Refused
from iccc.lab.snmp.usm import Engine

MAX_BYTES = 1400
LONG_BYTES = 60_000
OVERHEAD_BYTES = 64  # message and PDU around the varbinds; v3 has more, in the room that a datagram still has
MAX_REPETITIONS = 500
FEW = 4  # values that an agent with Fault.SNMP_TOO_BIG takes in one request
TOO_BIG, NO_SUCH_NAME, BAD_VALUE, NO_ACCESS = 1, 2, 3, 6
VALUE_ERRORS = frozenset(range(7, 11))  # wrongType … wrongValue: badValue(3) in v1 (RFC 3584, 4.4)
MUTE = frozenset({Fault.SILENT, Fault.SNMP_SILENT})


class Agent:
    """Answers for one device. ``fault`` is asked at every request."""

    def __init__(self, mib: Mib, counters: Counters, fault: Callable[[], Fault]) -> None:
        self._mib = mib
        self._counters = counters
        self._fault = fault
        self._engine = Engine(mib)

    def answer(self, datagram: bytes, peer: str = "") -> bytes | None:
        """The response; None for what a device does not answer: nonsense, a wrong community. ``peer``: who asks."""
        fault = self._fault()
        try:
            version = ber.version_of(datagram)
            if fault in MUTE:
                return None
            if version == ber.V3:
                return self._secured(datagram, fault, peer)
            return self._plain(ber.parse(datagram), fault, peer) if version in (ber.V1, ber.V2C) else None
        except ber.BerError:
            return None

    def _plain(self, message: Message, fault: Fault, peer: str) -> bytes | None:
        """v1 and v2c: the community is the password, and may name the context behind an ``@``."""
        community, at, context = message.community.partition("@")
        access = self._mib.communities.get(community)
        if access is None or (at and not context) or fault is Fault.SNMP_COMMUNITY:
            return None
        tables = self._mib.view(context)
        if tables is None:
            return None
        response = self._respond(message.pdu, tables, access == "RW", fault, peer)
        if response is not None and message.version == ber.V1:
            response = _old(message.pdu, response, tables)
        return None if response is None else replace(message, pdu=response).encoded()

    def _secured(self, datagram: bytes, fault: Fault, peer: str) -> bytes | None:
        """v3: who asks, and in which context, is in the message."""
        request = self._engine.open(datagram, fault)
        if request is None or isinstance(request, bytes):
            return request
        tables = self._mib.view(request.context.removeprefix("vlan-"))
        if tables is None:
            return self._engine.unknown_context(request)
        response = self._respond(request.pdu, tables, self._mib.may_write(request.user), fault, peer)
        return None if response is None else self._engine.close(request, response)

    def _respond(self, request: Pdu, tables: Reading, may_write: bool, fault: Fault, peer: str) -> Pdu | None:
        self._counters.requests += 1
        tables = bad.seen(fault, self._mib, tables)
        limit = LONG_BYTES if fault is Fault.SNMP_LONG else MAX_BYTES
        if fault is Fault.SNMP_TOO_BIG and _values(request) > FEW:
            return request.answer(TOO_BIG, 0, ())
        if request.sort == ber.SET:
            return self._set(request, may_write, fault, peer)
        if request.sort == ber.GETBULK:
            return _bulk(request, tables, limit)
        if request.sort == ber.GET:
            varbinds = [_got(tables, oid) for oid, _ in request.asked]
        elif request.sort == ber.GETNEXT:
            varbinds = [_next(tables, oid)[1] for oid, _ in request.asked]
        else:
            return None
        if sum(map(len, varbinds)) > limit - OVERHEAD_BYTES:
            return request.answer(TOO_BIG, 0, ())
        return request.answer(0, 0, varbinds)

    def _set(self, request: Pdu, may_write: bool, fault: Fault, peer: str) -> Pdu:
        if not may_write:
            return request.answer(NO_ACCESS, 1, request.echo())
        try:
            self._mib.set(request.asked, peer, fault is Fault.IGNORES)
        except Refused as refusal:
            return request.answer(refusal.status, refusal.index, request.echo())
        self._counters.sets += 1
        return request.answer(0, 0, request.echo())


def _values(request: Pdu) -> int:
    """How many values a request asks for."""
    if request.sort != ber.GETBULK:
        return len(request.asked)
    once = min(max(request.first, 0), len(request.asked))
    return once + (len(request.asked) - once) * max(request.second, 0)


def _got(tables: Reading, oid: Oid) -> bytes:
    value = tables.get(oid)
    if value is None:
        column = tables.after(oid[:-1]) if len(oid) > 1 else None
        known = column is not None and column[: len(oid) - 1] == oid[:-1]
        value = ber.NO_SUCH_INSTANCE if known else ber.NO_SUCH_OBJECT
    return ber.varbind(oid, value)


def _next(tables: Reading, oid: Oid) -> tuple[Oid, bytes]:
    """The next OID and its varbind; the same OID and endOfMibView at the end."""
    found = tables.after(oid)
    value = tables.get(found) if found is not None else None
    if found is None or value is None:
        return oid, ber.varbind(oid, ber.END_OF_VIEW)
    return found, ber.varbind(found, value)


def _bulk(request: Pdu, tables: Reading, limit: int) -> Pdu:
    """Fewer varbinds than asked for when the response would grow too long."""
    once, repeated = max(request.first, 0), min(max(request.second, 0), MAX_REPETITIONS)
    varbinds = [_next(tables, oid)[1] for oid, _ in request.asked[:once]]
    cursors = [oid for oid, _ in request.asked[once:]]
    size = OVERHEAD_BYTES + sum(map(len, varbinds))
    for _ in range(repeated if cursors else 0):
        row = [_next(tables, cursor) for cursor in cursors]
        for _, varbind in row:
            size += len(varbind)
            if size > limit:
                return request.answer(0, 0, varbinds)
            varbinds.append(varbind)
        if all(new == old for (new, _), old in zip(row, cursors, strict=True)):
            break
        cursors = [oid for oid, _ in row]
    return request.answer(0, 0, varbinds)


def _old(request: Pdu, response: Pdu, tables: Reading) -> Pdu | None:
    """The same in v1, which has no exceptions, no 64-bit counters and fewer errors (RFC 3584, 4.2.2.1 and 4.4)."""
    if request.sort == ber.GETBULK:
        return None
    if response.first == TOO_BIG:
        return request.answer(TOO_BIG, 0, request.echo())
    if response.first:
        error = BAD_VALUE if response.first in VALUE_ERRORS else NO_SUCH_NAME
        return request.answer(error, response.second, request.echo())
    varbinds = list(response.varbinds)
    for index, (oid, _) in enumerate(request.asked):
        known: Oid | None = oid
        if request.sort == ber.GETNEXT:
            known = tables.after(oid)
            while known is not None and _wide(tables.get(known)):
                known = tables.after(known)
        value = tables.get(known) if known is not None else None
        if request.sort == ber.SET:
            continue
        if known is None or value is None or _wide(value):
            return request.answer(NO_SUCH_NAME, index + 1, request.echo())
        varbinds[index] = ber.varbind(known, value)
    return request.answer(0, 0, varbinds)


def _wide(value: bytes | None) -> bool:
    return value is not None and value[0] == ber.COUNTER64
