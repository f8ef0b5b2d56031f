"""Reading through gufo-snmp."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from gufo.snmp import (
    Aes128Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    Md5Key,
    Sha1Key,
    Sha256Key,
    Sha512Key,
    SnmpAuthError,
    SnmpError,
    SnmpVersion,
    User,
)
from gufo.snmp.aio import SnmpSession

from iccc.mib.values import Value
from iccc.secrets import Community, SnmpLogin, UsmUser
from iccc.sessions.snmp import BadReply, Denied, NoSuchName

REFRESH_S = 100.0  # of silence, after which the agent's time is asked for again; RFC 3414 allows 150 s of difference

AUTH: dict[str, type[BaseAuthKey]] = {"md5": Md5Key, "sha": Sha1Key, "sha256": Sha256Key, "sha512": Sha512Key}
PRIVACY: dict[str, type[BasePrivKey]] = {"des": DesKey, "aes": Aes128Key, "aes256": Aes256Key}


class GufoWire:
    """One socket to one agent; the caller has asked the network guard. The socket is connected: what comes from
    another address is not taken."""

    def __init__(self, host: str, port: int, login: SnmpLogin, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._v1 = self.walks = isinstance(login, Community) and login.version == "1"
        self._v3 = isinstance(login, UsmUser)
        self._synced: float | None = None
        if isinstance(login, UsmUser):
            self._session = SnmpSession(host, port, user=_user(login), timeout=timeout_s)
        else:
            version = SnmpVersion.v1 if self._v1 else SnmpVersion.v2c
            self._session = SnmpSession(host, port, community=login.name.reveal(), version=version, timeout=timeout_s)

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
            count = 0
            reader = self._session.getnext(column) if self._v1 else self._session.getbulk(column, repetitions)
            async for oid, value in reader:
                count += 1
                if value is not None:
                    yield oid, _value(value)
            if not self._v1 and count % repetitions == 0:
                await self._confirm(column, count, 1 if count == 0 else max(1, repetitions // 4))

    async def _confirm(self, column: str, count: int, repetitions: int) -> None:
        """gufo takes an error status like tooBig for the end. Where no answer showed the end, look in small steps."""
        seen = 0
        async for _ in self._session.getbulk(column, repetitions):
            seen += 1
            if seen > count:
                raise BadReply(f"the walk ended after {count} rows, and there are more")

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
