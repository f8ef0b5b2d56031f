"""BER for SNMP v2c messages, both ways."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

Oid = tuple[int, ...]

INTEGER, OCTETS, NULL, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
COUNTER32, GAUGE32, TICKS, COUNTER64 = 0x41, 0x42, 0x43, 0x46
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW = b"\x80\x00", b"\x81\x00", b"\x82\x00"
GET, GETNEXT, RESPONSE, SET, GETBULK = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5
V2C = 1


class BerError(ValueError):
    """The datagram is no SNMP message that this agent understands."""


@dataclass(frozen=True)
class Value:
    """The tag and the content of a value, as received."""

    tag: int
    content: bytes

    def integer(self) -> int:
        return int.from_bytes(self.content, "big", signed=True)


@dataclass(frozen=True)
class Message:
    """One v1/v2c message. ``first`` and ``second`` are error status and index, or non-repeaters and repetitions."""

    version: int
    community: str
    pdu: int
    request_id: int
    first: int
    second: int
    varbinds: list[tuple[Oid, Value]]


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(number: int, tag: int = INTEGER) -> bytes:
    """Also for counters, gauges and ticks: their tag is given, and they are never negative."""
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(text: bytes | str) -> bytes:
    return tlv(OCTETS, text.encode() if isinstance(text, str) else text)


@lru_cache(maxsize=65_536)
def oid(numbers: Oid) -> bytes:
    """The whole value, with tag and length. All switches share most of their OIDs, hence the cache."""
    out = bytearray((numbers[0] * 40 + numbers[1],))
    for number in numbers[2:]:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(0x80 | number & 0x7F)
        out += bytes(reversed(digits))
    return tlv(OBJECT_ID, bytes(out))


def message(request: Message, error: int, index: int, varbinds: Iterable[bytes]) -> bytes:
    """The response to ``request``; ``varbinds`` are complete sequences."""
    body = integer(request.request_id) + integer(error) + integer(index) + tlv(SEQUENCE, b"".join(varbinds))
    return tlv(SEQUENCE, integer(request.version) + octets(request.community.encode("latin-1")) + tlv(RESPONSE, body))


def parse(data: bytes) -> Message:
    """The message in a datagram, or BerError."""
    try:
        return _message(data)
    except IndexError:
        raise BerError("the message ends too early") from None


def _message(data: bytes) -> Message:
    body, _ = _expect(data, 0, SEQUENCE)
    version, at = _expect(body, 0, INTEGER)
    community, at = _expect(body, at, OCTETS)
    pdu, content, at = _next(body, at)
    request_id, at = _expect(content, 0, INTEGER)
    first, at = _expect(content, at, INTEGER)
    second, at = _expect(content, at, INTEGER)
    bindings, _ = _expect(content, at, SEQUENCE)
    varbinds: list[tuple[Oid, Value]] = []
    at = 0
    while at < len(bindings):
        binding, at = _expect(bindings, at, SEQUENCE)
        name, inner = _expect(binding, 0, OBJECT_ID)
        tag, value, _ = _next(binding, inner)
        varbinds.append((_oid(name), Value(tag, value)))
    return Message(
        _signed(version),
        community.decode("latin-1"),
        pdu,
        _signed(request_id),
        _signed(first),
        _signed(second),
        varbinds,
    )


def _signed(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)


def _expect(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    found, content, end = _next(data, at)
    if found != tag:
        raise BerError(f"tag {found:#x} where {tag:#x} belongs")
    return content, end


def _next(data: bytes, at: int) -> tuple[int, bytes, int]:
    tag, size, at = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + size > len(data):
        raise BerError("a length reaches beyond the message")
    return tag, data[at : at + size], at + size


def _oid(content: bytes) -> Oid:
    if not content:
        raise BerError("an empty OID")
    numbers = [min(content[0] // 40, 2), content[0] - 40 * min(content[0] // 40, 2)]
    number = 0
    for byte in content[1:]:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return tuple(numbers)
