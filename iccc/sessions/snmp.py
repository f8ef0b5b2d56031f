"""SNMP v2c: bulk reads with the guards that real agents need, and integer writes with read-back.

gufo-snmp (Rust) reads; pysnmp writes and is the fallback reader: ``engine="pysnmp"`` gives the same results.
Values are ``int`` (INTEGER, Counter, Gauge, TimeTicks), ``bytes`` (OCTET STRING) and ``str`` (OID, IpAddress).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal, Protocol

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.mib.values import Column, Index, Value
from iccc.sessions.reach import Reach

SNMP_PORT = 161
REPETITIONS = 20  # rows of one GETBULK; 20 rows of one column stay far below the 4 KB that gufo can take
MAX_ROWS = 20_000  # of one column; an FDB of a core switch has some thousands
LEARNED = "snmp_max_repetitions"

Engine = Literal["gufo", "pysnmp"]


class BadReply(Exception):  # noqa: N818
    """A reply that the library could not take, or an error status such as tooBig."""


class Wire(Protocol):
    """One library's way to an agent. Raises TimeoutError, BadReply and OSError."""

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        """One GET; OIDs that the agent does not have are missing."""
        ...

    def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        """The rows of one column by GETBULK, as the agent gives them."""
        ...


class SnmpSession:
    """Reads one agent. All methods raise DeviceError. ``vlan`` is the context of Cisco's ``community@vlan``."""

    def __init__(
        self,
        device: str,
        address: str,
        reach: Reach,
        *,
        vlan: int | None = None,
        engine: Engine = "gufo",
        max_rows: int = MAX_ROWS,
    ) -> None:
        self.where = f"{device} {address}:{SNMP_PORT}" + (f" vlan {vlan}" if vlan else "")
        self._device = device
        self._reach = reach
        self._max_rows = max_rows
        host, port = dial(self.where, address, reach)
        community = read_community(self.where, device, reach)
        context = f"{community}@{vlan}" if vlan else community
        try:
            self._wire = _wire(engine, host, port, context, reach.timeouts.snmp_s)
        except OSError as error:  # no route: gufo connects its socket when it is made
            raise DeviceError(Reason.NO_ANSWER, self.where, str(error.strerror or error)) from None

    async def get(self, *oids: str) -> dict[str, Value]:
        """The values of ``oids``; those that the agent does not have are missing."""
        for _ in range(self._reach.limits.snmp_tries):
            try:
                return await self._wire.get(oids)
            except TimeoutError:
                continue
            except (BadReply, OSError) as error:
                raise self._failure("GET", error) from None
        raise self._silent("GET")

    async def walk(self, *columns: str) -> dict[str, Column]:
        """The rows of ``columns``, each by its index; a column that the agent does not have is empty."""
        return {column: await self._column(column) for column in columns}

    async def _column(self, column: str) -> Column:
        learned = self._reach.learned.get(self._device, LEARNED)
        repetitions = learned if isinstance(learned, int) and 0 < learned < REPETITIONS else REPETITIONS
        start, timeouts = repetitions, 0
        while True:
            try:
                rows = await self._rows(column, repetitions)
            except TimeoutError:
                timeouts += 1
                if timeouts >= self._reach.limits.snmp_tries:
                    raise self._silent(f"GETBULK {column}") from None
            except (BadReply, OSError) as error:
                if repetitions == 1 or isinstance(error, ConnectionRefusedError):
                    raise self._failure(f"GETBULK {column}", error) from None
            else:
                if repetitions < start:
                    self._reach.learned.put(self._device, LEARNED, repetitions)
                return rows
            # Too big for the agent, the path or gufo (4 KB): nobody says which, so ask for less.
            repetitions = max(1, repetitions // 2)

    async def _rows(self, column: str, repetitions: int) -> Column:
        prefix, rows, last = len(column) + 1, Column(), Index()
        async for oid, value in self._wire.rows(column, repetitions):
            index = tuple(map(int, oid[prefix:].split("."))) if len(oid) > prefix else ()
            if index <= last:
                raise DeviceError(Reason.BAD_ANSWER, self.where, f"GETBULK {column}: OIDs do not increase at {oid}")
            if len(rows) >= self._max_rows:
                raise DeviceError(Reason.BAD_ANSWER, self.where, f"GETBULK {column}: more than {self._max_rows} rows")
            rows[index] = value
            last = index
        return rows

    def _failure(self, what: str, error: Exception) -> DeviceError:
        reason = Reason.REFUSED if isinstance(error, ConnectionRefusedError) else Reason.BAD_ANSWER
        return DeviceError(reason, self.where, f"{what}: {error}")

    def _silent(self, what: str) -> DeviceError:
        tries, wait = self._reach.limits.snmp_tries, self._reach.timeouts.snmp_s
        return DeviceError(Reason.NO_ANSWER, self.where, f"{what}: no answer within {wait:g} s, {tries} tries")


async def set_integer(device: str, address: str, reach: Reach, oid: str, value: int) -> int:
    """Set an INTEGER and read it back; gives what was read, which may differ from ``value``.

    UNSUPPORTED when the agent has no such writable object, UNAUTHORISED when it does not allow the community.
    """
    from iccc.sessions import snmp_pysnmp

    where = f"{device} {address}:{SNMP_PORT} SET {oid}"
    host, port = dial(where, address, reach)
    community = reach.credentials.community(device, write=True)
    if community is None:
        raise DeviceError(Reason.UNAUTHORISED, where, "no SNMP community for writing is stored")
    wire = snmp_pysnmp.PysnmpWire(host, port, community.reveal(), reach.timeouts.snmp_s)
    for attempt in range(1, reach.limits.snmp_tries + 1):
        try:
            status = await wire.set_integer(oid, value)
            break
        except TimeoutError:
            if attempt == reach.limits.snmp_tries:
                text = f"no answer within {reach.timeouts.snmp_s:g} s, {attempt} tries"
                raise DeviceError(Reason.NO_ANSWER, where, text) from None
        except (BadReply, OSError) as error:
            raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None
    if status:
        raise DeviceError(_STATUS.get(status, Reason.BAD_ANSWER), where, f"the agent answers {status}")
    seen = (await SnmpSession(device, address, reach, engine="pysnmp").get(oid)).get(oid)
    if not isinstance(seen, int):
        raise DeviceError(Reason.BAD_ANSWER, where, f"reads back as {seen!r}")
    return seen


_STATUS = {
    "noSuchName": Reason.UNSUPPORTED,
    "noCreation": Reason.UNSUPPORTED,
    "notWritable": Reason.UNSUPPORTED,
    "readOnly": Reason.UNSUPPORTED,
    "noAccess": Reason.UNAUTHORISED,
    "authorizationError": Reason.UNAUTHORISED,
}


def dial(where: str, address: str, reach: Reach) -> tuple[str, int]:
    """The address and port to send to. Checked by the network guard here: sockets of Rust escape its hook."""
    host, port = reach.dial(address, SNMP_PORT)
    try:
        guard.check(host)
    except guard.OutsideLab as error:
        raise DeviceError(Reason.GUARDED, where, str(error)) from None
    return host, port


def read_community(where: str, device: str, reach: Reach) -> str:
    community = reach.credentials.community(device)
    if community is None:
        raise DeviceError(Reason.UNAUTHORISED, where, "no SNMP community is stored")
    return community.reveal()


def _wire(engine: Engine, host: str, port: int, community: str, timeout_s: float) -> Wire:
    make: Callable[[str, int, str, float], Wire]
    if engine == "gufo":
        from iccc.sessions.snmp_gufo import GufoWire as make
    else:
        from iccc.sessions.snmp_pysnmp import PysnmpWire as make
    return make(host, port, community, timeout_s)
