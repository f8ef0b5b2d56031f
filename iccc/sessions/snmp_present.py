"""Whether an SNMP agent is at an address, asked with one datagram: the contents of that datagram.

With a community it is a v2c GET of sysObjectID, which only an agent that knows the community answers. Without one it is
the discovery of v3 (RFC 3414, 4): an engine tells its id to whoever asks, and no secret is sent to anybody.
"""

from __future__ import annotations

from iccc.secrets import Secret

SYS_OBJECT_ID = bytes((0x2B, 6, 1, 2, 1, 1, 2, 0))  # 1.3.6.1.2.1.1.2.0
_SEQUENCE, _INTEGER, _OCTETS, _NULL, _OID, _GET = 0x30, 0x02, 0x04, 0x05, 0x06, 0xA0
_V2C, _V3 = 1, 3
_REPORTABLE, _USM = 0x04, 3
_NUMBER = 0x1CCC  # of the request


def question(community: Secret | None) -> bytes:
    """The datagram to send."""
    return _v2c(community.reveal()) if community is not None else _engine()


def _v2c(community: str) -> bytes:
    bound = _tlv(_SEQUENCE, _tlv(_SEQUENCE, _tlv(_OID, SYS_OBJECT_ID), _tlv(_NULL)))
    pdu = _tlv(_GET, _int(_NUMBER), _int(0), _int(0), bound)
    return _tlv(_SEQUENCE, _int(_V2C), _tlv(_OCTETS, community.encode()), pdu)


def _engine() -> bytes:
    head = _tlv(_SEQUENCE, _int(_NUMBER), _int(65507), _tlv(_OCTETS, bytes((_REPORTABLE,))), _int(_USM))
    empty = _tlv(_OCTETS)
    security = _tlv(_OCTETS, _tlv(_SEQUENCE, empty, _int(0), _int(0), empty, empty, empty))
    pdu = _tlv(_GET, _int(_NUMBER), _int(0), _int(0), _tlv(_SEQUENCE))
    return _tlv(_SEQUENCE, _int(_V3), head, security, _tlv(_SEQUENCE, empty, empty, pdu))


def _int(number: int) -> bytes:
    return _tlv(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _tlv(tag: int, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    length = bytes((len(inside),)) if len(inside) < 0x80 else bytes((0x82, *len(inside).to_bytes(2, "big")))
    return bytes((tag,)) + length + inside
