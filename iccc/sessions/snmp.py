"""SNMP v1, v2c and v3: bulk reads with the guards that real agents need, and writes with read-back.

gufo-snmp (Rust) reads v2c and v3; pysnmp writes, reads v1, and reads all where the setting ``snmp_reader`` says so:
both give the same.
Values are ``int`` (INTEGER, Counter, Gauge, TimeTicks), ``bytes`` (OCTET STRING) and ``str`` (OID, IpAddress).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from iccc import guard
from iccc.errors import DeviceError, Reason, UsageError
from iccc.mib import system
from iccc.mib.values import Column, Index, Table, Value
from iccc.secrets import Community, Secret, SnmpLogin
from iccc.sessions.reach import Reach
from iccc.settings import SnmpReader

SNMP_PORT = 161
REPETITIONS = 40  # values in one answer: 40 numbers are about 1 KB, and gufo takes up to 4 KB
MAX_ROWS = 20_000  # of one column; an FDB of a core switch has some thousands
LEARNED = "snmp_max_repetitions"

Got = TypeVar("Got")


class BadReply(Exception):  # noqa: N818
    """A reply that the library could not take, or an error status such as tooBig."""


class NoSuchName(BadReply):
    """None of the OIDs came: in v1 one is missing; or the library does not tell that from an error status."""


class Denied(Exception):  # noqa: N818
    """The agent says that it does not know the user, or that the passwords are other ones."""


class Wire(Protocol):
    """One library's way to an agent. Raises TimeoutError, BadReply, Denied and OSError.

    ``walks``: whether a column is better walked than its instances asked for. So it is with pysnmp, which takes half as
    long again for a question of many OIDs; and in v1, where one that is missing fails the whole request.
    """

    walks: bool

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        """One GET; OIDs that the agent does not have are missing."""
        ...

    def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        """The rows of one column as the agent gives them: by GETBULK, in v1 by GETNEXT.

        Ends where the agent has shown that the column does; BadReply where it stops without that.
        """
        ...


class SnmpSession:
    """Reads one agent. All methods raise DeviceError.

    ``vlan`` is the context of Cisco's bridge tables: ``community@vlan``, in v3 the context ``vlan-<vlan>``.
    A column that the agent turned out not to have is not asked for again in the session.
    """

    def __init__(
        self, device: str, address: str, reach: Reach, *, vlan: int | None = None, max_rows: int = MAX_ROWS
    ) -> None:
        self.where = f"{device} {address}:{SNMP_PORT}" + (f" vlan {vlan}" if vlan else "")
        self._device = device
        self._reach = reach
        self._max_rows = max_rows
        self._most: int | None = None  # values in one answer
        self._lacking: set[str] = set()
        self._witness = ""
        host, port = dial(self.where, address, reach)
        login = login_for(self.where, device, reach)
        try:
            self._wire = _wire(reach.snmp_reader, host, port, login, vlan, reach.timeouts.snmp_s)
        except OSError as error:  # no route: gufo connects its socket when it is made
            raise DeviceError(Reason.NO_ANSWER, self.where, str(error.strerror or error)) from None

    async def get(self, *oids: str) -> dict[str, Value]:
        """The values of ``oids``; those that the agent does not have are missing."""
        for _ in range(self._reach.limits.snmp_tries):
            try:
                return await self._wire.get(oids)
            except TimeoutError:
                continue
            except NoSuchName:
                return {} if len(oids) == 1 else {name: value for oid in oids for name, value in await self._one(oid)}
            except (BadReply, Denied, OSError) as error:
                raise failure(self.where, "GET", error) from None
        raise silent(self.where, "GET", self._reach)

    async def _one(self, oid: str) -> list[tuple[str, Value]]:
        return list((await self.get(oid)).items())

    async def table(self, table: Table) -> dict[str, Column]:
        """The rows of all columns of ``table``, each by its index; a column that the agent does not have is empty.

        The key is walked first. Of the other columns the rows that it has are asked for, many of them in one request;
        none when it is empty. Where the wire says so, each column is walked instead. A row that goes while the table is
        read, as an address that ages out of an FDB, is left out.
        """
        columns = {column: Column() for column in (table.key, *table.columns)}
        columns[table.key] = key = await self._column(table.key)
        others = [column for column in table.columns if key and column not in self._lacking]
        if self._wire.walks:
            for column in others:
                found = await self._column(column, len(key) + 1)  # one more shows the end
                columns[column] = {index: value for index, value in found.items() if index in key}
        else:
            await self._fill(columns, others, key, table.key)
        for index in await self._gone(table.key, [columns[column] for column in others], key):
            for values in columns.values():
                values.pop(index, None)
        if key:
            self._lacking.update(column for column in others if not columns[column])
        return columns

    async def _gone(self, key: str, others: Sequence[Column], rows: Column) -> list[Index]:
        """The rows that the agent has no more, of those that lack a value which others of the table have."""
        told = [column for column in others if column]
        if not others or (told and all(len(column) == len(rows) for column in told)):
            return []
        doubtful = [index for index in rows if not told or any(index not in column for column in told)]
        if self._wire.walks:
            still = await self._column(key)
        else:
            still = Column()
            await self._fill({key: still}, [key], doubtful, key)
        return [index for index in doubtful if index not in still]

    async def _fill(self, columns: Mapping[str, Column], which: Sequence[str], rows: Iterable[Index], key: str) -> None:
        """Ask for these rows of ``which`` of the ``columns`` and put what there is into them.

        An OID that the agent has is asked for last each time, as a witness: an answer without it is cut short, or is an
        error status, and what it lacks is not missing.
        """
        instances = [(index, "".join(f".{number}" for number in index)) for index in rows]
        cells = [(columns[column], index, column + end) for column in which for index, end in instances]
        witness = await self._stays(key + instances[0][1]) if cells else ""
        done = 0

        async def ask(most: int) -> int:
            part = cells[done : done + max(1, most - 1)]  # and the witness
            found = await self._wire.get([*(oid for _, _, oid in part), witness])
            if witness not in found:
                raise BadReply(f"values are left out, {witness} among them")
            for column, index, oid in part:
                if (value := found.get(oid)) is not None:
                    column[index] = value
            return len(part)

        while done < len(cells):
            done += await self._sized(f"GET {cells[done][2]}", ask)

    async def _stays(self, row: str) -> str:
        """An OID that the agent has and keeps: sysUpTime; else ``row`` of the first table, as a rule an interface."""
        if not self._witness:
            self._witness = system.UP_TIME if await self.get(system.UP_TIME) else row
        return self._witness

    async def _column(self, column: str, rows: int = REPETITIONS) -> Column:
        if column in self._lacking:
            return Column()
        found = await self._sized(f"GETBULK {column}", lambda most: self._rows(column, min(most, rows)))
        if not found:
            self._lacking.add(column)
        return found

    async def _sized(self, what: str, ask: Callable[[int], Awaitable[Got]]) -> Got:
        """What ``ask`` gives for so many values at once as the agent, the path and gufo (4 KB) can take.

        None of them says that it was too many, so less is tried after a bad reply, and after the second time-out:
        the first can be a lost datagram. What has worked is remembered.
        """
        if self._most is None:
            learned = self._reach.learned.get(self._device, LEARNED)
            self._most = learned if isinstance(learned, int) and 0 < learned < REPETITIONS else REPETITIONS
        size, timeouts = self._most, 0
        while True:
            try:
                got = await ask(size)
            except TimeoutError:
                timeouts += 1
                if timeouts >= self._reach.limits.snmp_tries:
                    raise silent(self.where, what, self._reach) from None
                size = max(1, size // 8) if timeouts > 1 else size
            except (BadReply, Denied, OSError) as error:
                if size == 1 or not isinstance(error, BadReply):
                    raise failure(self.where, what, error) from None
                size //= 2
            else:
                if size < self._most:
                    self._most = size
                    self._reach.learned.put(self._device, LEARNED, size)
                return got

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


def failure(where: str, what: str, error: Exception) -> DeviceError:
    """What a wire raised, as the row of a device."""
    reason = Reason.BAD_ANSWER
    if isinstance(error, ConnectionRefusedError):
        reason = Reason.REFUSED
    elif isinstance(error, Denied):
        reason = Reason.UNAUTHORISED
    return DeviceError(reason, where, f"{what}: {error}")


def silent(where: str, what: str, reach: Reach) -> DeviceError:
    """Nothing came, as the row of a device."""
    tries, wait = reach.limits.snmp_tries, reach.timeouts.snmp_s
    return DeviceError(Reason.NO_ANSWER, where, f"{what}: no answer within {wait:g} s, {tries} tries")


def dial(where: str, address: str, reach: Reach) -> tuple[str, int]:
    """The address and port to send to. Checked by the network guard here: sockets of Rust escape its hook."""
    host, port = reach.dial(address, SNMP_PORT)
    try:
        guard.check(host)
    except guard.OutsideLab as error:
        raise DeviceError(Reason.GUARDED, where, str(error)) from None
    return host, port


def login_for(where: str, device: str, reach: Reach, *, write: bool = False) -> SnmpLogin:
    """The community or user to talk to the device with; DeviceError when none is stored."""
    login = reach.credentials.snmp(device, write)
    if login is None:
        text = f"no SNMP community or v3 user for {'writing' if write else 'reading'} is stored"
        raise DeviceError(Reason.UNAUTHORISED, where, text)
    return login


def _wire(reader: SnmpReader, host: str, port: int, login: SnmpLogin, vlan: int | None, timeout_s: float) -> Wire:
    """gufo has no contexts of v3, and tells no error status, by which an agent of v1 says that a table ends."""
    context = ""
    if vlan and isinstance(login, Community):
        login = Community(login.version, Secret(f"{login.name.reveal()}@{vlan}"))
    elif vlan:
        context = f"vlan-{vlan}"
    v1 = isinstance(login, Community) and login.version == "1"
    if reader is SnmpReader.PYSNMP or v1 or context:
        from iccc.sessions.snmp_pysnmp import PysnmpWire

        return PysnmpWire(host, port, login, timeout_s, context)
    try:
        from iccc.sessions.snmp_gufo import GufoWire
    except ModuleNotFoundError:
        raise UsageError(
            "gufo-snmp is not installed; install it, or set `snmp_reader = pysnmp` in pyinfra.cfg"
        ) from None
    return GufoWire(host, port, login, timeout_s)
