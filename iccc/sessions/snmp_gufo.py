"""Reading through gufo-snmp: v2c and v3. In v1 an error status is the end of a table, and gufo tells of none."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from gufo.snmp import (
    Aes128Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    Md5Key,
    NoSuchInstance,
    Sha1Key,
    Sha256Key,
    Sha512Key,
    SnmpAuthError,
    SnmpError,
    SnmpVersion,
    User,
)
from gufo.snmp._fast import GetIter
from gufo.snmp.aio import SnmpSession

from iccc.mib.values import Value
from iccc.secrets import SnmpLogin, UsmUser
from iccc.sessions.snmp import BadReply, Denied, NoSuchName

REFRESH_S = 100.0  # of silence, after which the agent's time is asked for again; RFC 3414 allows 150 s of difference

AUTH: dict[str, type[BaseAuthKey]] = {"md5": Md5Key, "sha": Sha1Key, "sha256": Sha256Key, "sha512": Sha512Key}
PRIVACY: dict[str, type[BasePrivKey]] = {"des": DesKey, "aes": Aes128Key, "aes256": Aes256Key}

Row = tuple[str, object]
Told = TypeVar("Told")


class _Session(SnmpSession):  # type: ignore[misc]
    """gufo's session, asked step by step: its own iterators take an error status for the end of a column."""

    async def bulk(self, walk: GetIter) -> list[Row | None]:
        """The next rows of the column, by one GETBULK; None is behind its last row. Empty at the end of what the agent
        has, and for an error status."""
        try:
            return await self._asked(lambda: self._sock.send_get_bulk(walk), lambda: self._sock.recv_get_bulk(walk))
        except StopAsyncIteration:
            return []

    async def ends(self, walk: GetIter) -> None:
        """Returns when the agent has nothing behind the last row; BadReply when it has, or gives an error status.

        The answer to a GETNEXT is taken as one to a GET: only so gufo tells endOfMibView from an error status.
        """
        try:
            value = await self._asked(lambda: self._sock.send_get_next(walk), self._sock.recv_get)
        except NoSuchInstance:
            return
        raise BadReply("an error status" if value is None else "an answer without a row, and there are more")

    async def _asked(self, send: Callable[[], None], receive: Callable[[], Told]) -> Told:
        await self._send(send)
        told: Told = await self._recv(receive)
        return told


class GufoWire:
    """One socket to one agent; the caller has asked the network guard. The socket is connected: what comes from
    another address is not taken."""

    walks = False

    def __init__(self, host: str, port: int, login: SnmpLogin, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._v3 = isinstance(login, UsmUser)
        self._synced: float | None = None
        if isinstance(login, UsmUser):
            self._session = _Session(host, port, user=_user(login), timeout=timeout_s)
        else:
            self._session = _Session(
                host, port, community=login.name.reveal(), version=SnmpVersion.v2c, timeout=timeout_s
            )

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        with self._told():
            await self._sync()
            found = await self._session.get_many(oids)
        if not found and len(oids) > 1:
            # gufo leaves out what is missing and says nothing of an error status: nothing at all can be either.
            raise NoSuchName("no value came, or an error status")
        return {oid: _value(value) for oid, value in found.items() if value is not None}

    async def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        with self._told():
            await self._sync()
            walk = GetIter(column, repetitions)
            while rows := await self._session.bulk(walk):
                for row in rows:
                    if row is None:
                        return
                    oid, value = row
                    if value is not None:
                        yield oid, _value(value)
            await self._session.ends(walk)

    async def _sync(self) -> None:
        """v3: learn the agent's engine id once, and its time again after a while without a request."""
        now = time.monotonic()
        if self._v3 and (self._synced is None or now - self._synced > REFRESH_S):
            await self._session.refresh()
            self._synced = now

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
            self._synced = None  # gufo says nothing of notInTimeWindow: the agent may have restarted
            raise
        except SnmpAuthError:
            raise Denied("the agent does not take the v3 user or its passwords") from None
        except (SnmpError, ValueError) as error:
            raise BadReply(str(error) or type(error).__name__) from None


def _user(login: UsmUser) -> User:
    auth = AUTH[login.auth](login.auth_password.reveal().encode())
    privacy = PRIVACY[login.privacy](login.privacy_password.reveal().encode())
    return User(login.name, auth_key=auth, priv_key=privacy)


def _value(value: object) -> Value:
    return value if isinstance(value, int | str | bytes) else str(value)
