"""Reading through gufo-snmp."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from gufo.snmp import SnmpError
from gufo.snmp.aio import SnmpSession

from iccc.mib.values import Value
from iccc.sessions.snmp import BadReply


class GufoWire:
    """One socket to one agent; the caller has asked the network guard."""

    def __init__(self, host: str, port: int, community: str, timeout_s: float) -> None:
        self._session = SnmpSession(host, port, community=community, timeout=timeout_s)
        self._timeout_s = timeout_s

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        with self._told():
            found = await self._session.get_many(oids)
        return {oid: _value(value) for oid, value in found.items() if value is not None}

    async def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        reader = self._session.getbulk(column, repetitions)
        while True:
            try:
                with self._told():
                    oid, value = await anext(reader)
            except StopAsyncIteration:
                return
            if value is not None:
                yield oid, _value(value)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """gufo's errors as :class:`~iccc.sessions.snmp.Wire` has them."""
        started = time.monotonic()
        try:
            yield
        except TimeoutError:
            # gufo reports a closed port (ICMP) as a time-out too, only at once.
            if time.monotonic() - started < self._timeout_s / 2:
                raise ConnectionRefusedError("the port is closed") from None
            raise
        except (SnmpError, ValueError) as error:
            raise BadReply(str(error) or type(error).__name__) from None


def _value(value: object) -> Value:
    return value if isinstance(value, int | str | bytes) else str(value)
