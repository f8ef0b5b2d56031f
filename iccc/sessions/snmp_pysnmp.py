"""Reading and writing through pysnmp: the writer, and the reader of last resort."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    Integer32,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    bulk_cmd,
    get_cmd,
    set_cmd,
)
from pysnmp.proto.errind import RequestTimedOut
from pysnmp.proto.rfc1902 import IpAddress

from iccc.mib.values import Value
from iccc.sessions.snmp import BadReply

# An engine costs 90 ms and belongs to the event loop in which it was made.
_ENGINES: WeakKeyDictionary[asyncio.AbstractEventLoop, SnmpEngine] = WeakKeyDictionary()


class PysnmpWire:
    """One agent. All wires of an event loop share one SNMP engine."""

    def __init__(self, host: str, port: int, community: str, timeout_s: float) -> None:
        self._target = (host, port)
        self._timeout_s = timeout_s
        self._community = CommunityData(community, mpModel=1)  # noqa: S508  v2c is what the switches speak

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        status, rows = await self._ask(get_cmd, *(ObjectType(ObjectIdentity(oid)) for oid in oids))
        if status:
            raise BadReply(status)
        return {oid: value for oid, value in rows if value is not None}

    async def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        at = column
        while True:
            status, rows = await self._ask(bulk_cmd, 0, repetitions, ObjectType(ObjectIdentity(at)))
            if status:
                raise BadReply(status)
            for oid, value in rows:
                if value is None or not oid.startswith(f"{column}."):
                    return
                yield oid, value
                at = oid
            if not rows:
                return

    async def set_integer(self, oid: str, value: int) -> str:
        """SET; gives ``""`` or the name of the error status, like ``notWritable``."""
        status, _ = await self._ask(set_cmd, ObjectType(ObjectIdentity(oid), Integer32(value)))
        return status

    async def _ask(self, command: Any, *arguments: Any) -> tuple[str, list[tuple[str, Value | None]]]:
        loop = asyncio.get_running_loop()
        engine = _ENGINES.get(loop) or _ENGINES.setdefault(loop, SnmpEngine())
        target = await UdpTransportTarget.create(self._target, timeout=self._timeout_s, retries=0)
        trouble, status, _, rows = await command(
            engine, self._community, target, ContextData(), *arguments, lookupMib=False
        )
        if isinstance(trouble, RequestTimedOut):
            raise TimeoutError
        if trouble:
            raise BadReply(str(trouble))
        named = status.namedValues.getName(int(status)) if status else ""
        return named, [(str(oid), _value(value)) for oid, value in rows]


def _value(value: Any) -> Value | None:
    """In plain Python; None for what the agent does not have."""
    if isinstance(value, univ.Null):  # noSuchObject, noSuchInstance and endOfMibView are kinds of it
        return None
    if isinstance(value, IpAddress):
        return str(value.prettyPrint())
    if isinstance(value, univ.ObjectIdentifier):
        return str(value)
    return bytes(value) if isinstance(value, univ.OctetString) else int(value)
