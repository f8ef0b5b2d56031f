"""The engine of SNMPv3 with the User-based Security Model (RFC 3412, RFC 3414): opens requests and closes responses.

What a manager did wrong is told by a report, whose object is the counter of such mistakes.
"""

from __future__ import annotations

import hmac
import itertools
from dataclasses import dataclass, replace

from iccc.lab.device import Fault
from iccc.lab.ios.config import SnmpUser
from iccc.lab.snmp import ber
from iccc.lab.snmp.ber import COUNTER32, INTEGER, OCTETS, SEQUENCE, BerError, Pdu, expect, integer, octets, signed, tlv
from iccc.lab.snmp.keys import KEY_OCTETS, Keys
from iccc.lab.snmp.mib import Mib

AUTH, PRIV, REPORTABLE = 1, 2, 4  # msgFlags
MODEL = 3  # usm
WINDOW_S = 150
MAX_SIZE = 65_507
SALT_OCTETS = 8
USM_STATS = (1, 3, 6, 1, 6, 3, 15, 1, 1)
LEVEL, NOT_IN_TIME, NO_USER, NO_ENGINE, WRONG_DIGEST, NOT_DECRYPTED = (  # usmStats…
    (*USM_STATS, number, 0) for number in range(1, 7)
)
NO_CONTEXT = (1, 3, 6, 1, 6, 3, 12, 1, 5, 0)  # snmpUnknownContexts (RFC 3413)


@dataclass(frozen=True)
class Request:
    """One message that was understood, as far as it was. ``keys`` is None without authentication."""

    message_id: int
    flags: int
    user: str
    engine: bytes
    boots: int
    time_s: int
    digest: bytes
    salt: bytes
    data: bytes  # the scoped PDU, encrypted or not, with tag and length
    keys: Keys | None = None
    context: str = ""
    pdu: Pdu = Pdu(ber.GET, 0)


class Engine:
    """The authoritative engine of one device."""

    def __init__(self, mib: Mib) -> None:
        self._mib = mib
        self._keys: dict[SnmpUser, Keys] = {}
        self._stats: dict[ber.Oid, int] = {}
        self._salts = itertools.count(1)

    def open(self, datagram: bytes, fault: Fault = Fault.NONE) -> Request | bytes | None:
        """The request, or the report that is due for it; None for what deserves no answer."""
        lost = fault is Fault.SNMP_WRONG_TIME
        try:
            request, blank = _parse(datagram)
        except IndexError:
            raise BerError("the message ends too early") from None
        if request.engine != self._mib.engine_id:
            return self._report(request, NO_ENGINE)
        user = None if fault is Fault.SNMP_NO_USER else self._mib.users.get(request.user)
        if user is None:
            return self._report(request, NO_USER)
        if request.flags & (AUTH | PRIV) != _level_of(user) or user.privacy not in ("", *KEY_OCTETS):
            return self._report(request, LEVEL)
        if request.flags & AUTH:
            keys = self._keys_of(user)
            if fault is Fault.SNMP_COMMUNITY or not hmac.compare_digest(keys.sign(blank), request.digest):
                return self._report(request, WRONG_DIGEST)
            request = replace(request, keys=keys)
            late = abs(request.time_s - self._time_s(lost)) > WINDOW_S
            if late or request.boots != self._mib.boots or lost:
                return self._report(request, NOT_IN_TIME, lost)
        return self._unwrap(request)

    def _unwrap(self, request: Request) -> Request | bytes | None:
        data = request.data
        try:
            if request.flags & PRIV and request.keys is not None:
                secret, _ = expect(data, 0, OCTETS)
                data = request.keys.decrypt(secret, request.boots, request.time_s, request.salt)
            scoped, _ = expect(data, 0, SEQUENCE)
            _, at = expect(scoped, 0, OCTETS)
            context, at = expect(scoped, at, OCTETS)
            return replace(request, context=context.decode("utf-8", "replace"), pdu=ber.pdu(scoped, at))
        except (BerError, IndexError, ValueError):
            return self._report(request, NOT_DECRYPTED)

    def _keys_of(self, user: SnmpUser) -> Keys:
        if user not in self._keys:
            self._keys[user] = Keys.of(
                self._mib.engine_id, user.auth, user.auth_password, user.privacy, user.privacy_password
            )
        return self._keys[user]

    def _time_s(self, lost: bool) -> int:
        """snmpEngineTime. Of an engine that has lost it, some hours off, and each second others."""
        seconds = self._mib.up_ticks() // 100
        return seconds + 7200 + seconds * 977 % 50_000 if lost else seconds

    def close(self, request: Request, response: Pdu, lost: bool = False) -> bytes:
        """The message that carries a response back, secured as the request was."""
        scoped = tlv(SEQUENCE, octets(self._mib.engine_id) + octets(request.context) + response.encoded())
        boots, time_s, salt = self._mib.boots, self._time_s(lost), b""
        flags = request.flags & (AUTH | PRIV) if request.keys else 0
        if flags & PRIV and request.keys is not None:
            salt = next(self._salts).to_bytes(SALT_OCTETS, "big")
            scoped = octets(request.keys.encrypt(scoped, boots, time_s, salt))
        digest = bytes(request.keys.octets) if flags & AUTH and request.keys is not None else b""
        security = tlv(
            SEQUENCE,
            octets(self._mib.engine_id) + integer(boots) + integer(time_s)
            + octets(request.user) + octets(digest) + octets(salt),
        )  # fmt: skip
        head = tlv(SEQUENCE, integer(request.message_id) + integer(MAX_SIZE) + octets(bytes([flags])) + integer(MODEL))
        rest = octets(security) + scoped
        message = tlv(SEQUENCE, integer(ber.V3) + head + rest)
        if flags & AUTH and request.keys is not None:
            at = len(message) - len(scoped) - len(octets(salt)) - len(digest)
            message = message[:at] + request.keys.sign(message) + message[at + len(digest) :]
        return message

    def unknown_context(self, request: Request) -> bytes | None:
        return self._report(request, NO_CONTEXT)

    def _report(self, request: Request, mistake: ber.Oid, lost: bool = False) -> bytes | None:
        """Signed and not encrypted for a time outside of the window, which managers must be able to believe."""
        self._stats[mistake] = self._stats.get(mistake, 0) + 1
        if not request.flags & REPORTABLE:
            return None
        told = ber.varbind(mistake, integer(self._stats[mistake], COUNTER32))
        sort = Pdu(ber.REPORT, request.pdu.request_id, varbinds=(told,))
        plain = request.flags & AUTH if mistake == NOT_IN_TIME else request.flags if mistake == NO_CONTEXT else 0
        return self.close(replace(request, flags=plain), sort, lost)


def _level_of(user: SnmpUser) -> int:
    return (AUTH if user.auth else 0) | (PRIV if user.privacy else 0)


def _parse(datagram: bytes) -> tuple[Request, bytes]:
    """The message, and the datagram with zeros in the place of its digest. Raises BerError, IndexError."""
    body, _ = expect(datagram, 0, SEQUENCE)
    _, at = expect(body, 0, INTEGER)
    head, at = expect(body, at, SEQUENCE)
    message_id, inner = expect(head, 0, INTEGER)
    _, inner = expect(head, inner, INTEGER)
    flags, inner = expect(head, inner, OCTETS)
    model, _ = expect(head, inner, INTEGER)
    security, at = expect(body, at, OCTETS)
    if signed(model) != MODEL or len(flags) != 1:
        raise BerError("another security model")
    fields, end = expect(security, 0, SEQUENCE)
    engine, inner = expect(fields, 0, OCTETS)
    boots, inner = expect(fields, inner, INTEGER)
    time_s, inner = expect(fields, inner, INTEGER)
    user, inner = expect(fields, inner, OCTETS)
    digest, behind = expect(fields, inner, OCTETS)
    salt, _ = expect(fields, behind, OCTETS)
    if not (0 <= signed(boots) < 1 << 31 and 0 <= signed(time_s) < 1 << 31):
        raise BerError("a time that there is not")
    data = body[at:]
    # From the end of the message: the data, what follows in the security parameters, the digest.
    digest_end = len(datagram) - len(data) - (len(security) - end) - (len(fields) - behind)
    blank = datagram[: digest_end - len(digest)] + bytes(len(digest)) + datagram[digest_end:]
    name = user.decode("utf-8", "replace")
    request = Request(signed(message_id), flags[0], name, engine, signed(boots), signed(time_s), digest, salt, data)
    return request, blank
