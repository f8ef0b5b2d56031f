"""Reading and writing through pysnmp: the writer, and the reader of last resort."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pyasn1.type import univ  # type: ignore[import-untyped]
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch.asyncio import (
    USM_AUTH_HMAC96_MD5,
    USM_AUTH_HMAC96_SHA,
    USM_AUTH_HMAC192_SHA256,
    USM_AUTH_HMAC384_SHA512,
    USM_PRIV_CBC56_DES,
    USM_PRIV_CFB128_AES,
    USM_PRIV_CFB256_AES_BLUMENTHAL,
    CommunityData,
    ContextData,
    Integer32,
    ObjectIdentity,
    ObjectType,
    OctetString,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
    next_cmd,
    set_cmd,
)
from pysnmp.proto import errind
from pysnmp.proto.rfc1902 import IpAddress
from pysnmp.proto.rfc1905 import EndOfMibView

from iccc.mib.values import Value
from iccc.secrets import Community, SnmpLogin, UsmUser
from iccc.sessions.snmp import BadReply, Denied, NoSuchName

AUTH = {
    "md5": USM_AUTH_HMAC96_MD5,
    "sha": USM_AUTH_HMAC96_SHA,
    "sha256": USM_AUTH_HMAC192_SHA256,
    "sha512": USM_AUTH_HMAC384_SHA512,
}
PRIVACY = {"des": USM_PRIV_CBC56_DES, "aes": USM_PRIV_CFB128_AES, "aes256": USM_PRIV_CFB256_AES_BLUMENTHAL}

DENIED = (
    errind.UnknownUserName,
    errind.UnknownSecurityName,
    errind.WrongDigest,
    errind.AuthenticationFailure,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.UnsupportedAuthProtocol,
    errind.UnsupportedPrivProtocol,
)

# An engine costs 90 ms and belongs to the event loop in which it was made. It keeps the keys of a v3 user by the
# user's name, so each v3 login has one of its own.
_Engines = dict[UsmUser | None, SnmpEngine]
_ENGINES: WeakKeyDictionary[asyncio.AbstractEventLoop, _Engines] = WeakKeyDictionary()


class _Transport(udp.UdpAsyncioTransport):  # type: ignore[misc]
    """A socket of pysnmp is not connected: what comes from where nothing was sent is passed over."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._asked: set[tuple[str, int]] = set()

    def send_message(self, outgoingMessage: Any, transportAddress: Any) -> None:  # noqa: N803
        self._asked.add(tuple(transportAddress)[:2])
        super().send_message(outgoingMessage, transportAddress)

    def datagram_received(self, datagram: bytes, transportAddress: Any) -> None:  # noqa: N803
        if tuple(transportAddress)[:2] in self._asked:
            super().datagram_received(datagram, transportAddress)


class _Target(UdpTransportTarget):  # type: ignore[misc]
    PROTO_TRANSPORT = _Transport


class PysnmpWire:
    """One agent. All wires of an event loop that speak with a community, or as one user, share one SNMP engine."""

    walks = True

    def __init__(self, host: str, port: int, login: SnmpLogin, timeout_s: float, context: str = "") -> None:
        self._target = (host, port)
        self._timeout_s = timeout_s
        self._v1 = isinstance(login, Community) and login.version == "1"
        self._user = login if isinstance(login, UsmUser) else None
        self._login = security(login)
        self._context = ContextData(contextName=context.encode())

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        status, rows = await self._ask(get_cmd, *(ObjectType(ObjectIdentity(oid)) for oid in oids))
        if status:
            raise NoSuchName(status) if status == "noSuchName" else BadReply(status)
        return {oid: told for oid, value in rows if (told := plain(value)) is not None}

    async def rows(self, column: str, repetitions: int) -> AsyncIterator[tuple[str, Value]]:
        at = column
        while True:
            start = ObjectType(ObjectIdentity(at))
            status, rows = await (
                self._ask(next_cmd, start) if self._v1 else self._ask(bulk_cmd, 0, repetitions, start)
            )
            if self._v1 and status == "noSuchName":  # the end of what a v1 agent has
                return
            if status:
                raise BadReply(status)
            came = False
            for oid, value in rows:
                if isinstance(value, EndOfMibView) or not f"{oid}.".startswith(f"{column}."):
                    return
                if (told := plain(value)) is not None:
                    yield oid, told
                    at, came = oid, True
            if not came:
                raise BadReply("an answer without a row, and without the end")

    async def set(self, oid: str, value: int | bytes) -> str:
        """SET; gives ``""`` or the name of the error status, like ``notWritable``."""
        typed = Integer32(value) if isinstance(value, int) else OctetString(value)
        status, _ = await self._ask(set_cmd, ObjectType(ObjectIdentity(oid), typed))
        return status

    async def _ask(self, command: Any, *arguments: Any) -> tuple[str, list[tuple[str, Any]]]:
        """The name of the error status, or "", and OIDs with values as pysnmp has them."""
        engines = _ENGINES.setdefault(asyncio.get_running_loop(), {})
        engine = engines.get(self._user) or engines.setdefault(self._user, SnmpEngine())
        target = await _Target.create(self._target, timeout=self._timeout_s, retries=0)
        try:
            trouble, status, _, rows = await command(
                engine, self._login, target, self._context, *arguments, lookupMib=False
            )
        except (PySnmpError, PyAsn1Error) as error:
            raise BadReply(type(error).__name__) from None  # what they say can quote a message with its community
        if isinstance(trouble, errind.RequestTimedOut):
            raise TimeoutError
        if isinstance(trouble, DENIED):
            raise Denied(f"the agent does not take the v3 user or its passwords ({trouble})")
        if trouble:
            raise BadReply(str(trouble))
        named = status.namedValues.getName(int(status)) if status else ""
        return named, [(str(oid), value) for oid, value in rows]


def security(login: SnmpLogin) -> CommunityData | UsmUserData:
    """The login as pysnmp takes it."""
    if isinstance(login, Community):
        return CommunityData(login.name.reveal(), mpModel=0 if login.version == "1" else 1)  # noqa: S508
    return UsmUserData(
        login.name,
        login.auth_password.reveal(),
        login.privacy_password.reveal(),
        authProtocol=AUTH[login.auth],
        privProtocol=PRIVACY[login.privacy],
    )


def plain(value: Any) -> Value | None:
    """In plain Python; None for what the agent does not have."""
    if isinstance(value, univ.Null):  # noSuchObject, noSuchInstance and endOfMibView are kinds of it
        return None
    if isinstance(value, IpAddress):
        return str(value.prettyPrint())
    if isinstance(value, univ.ObjectIdentifier):
        return str(value)
    return bytes(value) if isinstance(value, univ.OctetString) else int(value)
