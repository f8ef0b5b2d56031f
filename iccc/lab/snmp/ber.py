"""BER for SNMP messages, both ways: those of v1 and v2c whole, and the PDU of any version (RFC 3416)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

Oid = tuple[int, ...]

INTEGER, OCTETS, NULL, OBJECT_ID, SEQUENCE, ADDRESS = 0x02, 0x04, 0x05, 0x06, 0x30, 0x40
COUNTER32, GAUGE32, TICKS, COUNTER64 = 0x41, 0x42, 0x43, 0x46
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW = b"\x80\x00", b"\x81\x00", b"\x82\x00"
GET, GETNEXT, RESPONSE, SET, GETBULK, INFORM, TRAP, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA6, 0xA7, 0xA8
V1, V2C, V3 = 0, 1, 3


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
class Pdu:
    """What is asked or answered. ``first`` and ``second`` are error status and index, or non-repeaters and repetitions.

    ``varbinds`` of a response are encoded already; those of a request are in ``asked``.
    """

    sort: int
    request_id: int
    first: int = 0
    second: int = 0
    asked: tuple[tuple[Oid, Value], ...] = ()
    varbinds: tuple[bytes, ...] = ()

    def answer(self, error: int, index: int, varbinds: Iterable[bytes], sort: int = RESPONSE) -> Pdu:
        """The response to this request; ``varbinds`` are complete sequences."""
        return Pdu(sort, self.request_id, error, index, varbinds=tuple(varbinds))

    def echo(self) -> tuple[bytes, ...]:
        """The varbinds as they were asked."""
        return tuple(varbind(name, tlv(value.tag, value.content)) for name, value in self.asked)

    def encoded(self) -> bytes:
        body = integer(self.request_id) + integer(self.first) + integer(self.second)
        return tlv(self.sort, body + tlv(SEQUENCE, b"".join(self.varbinds)))


@dataclass(frozen=True)
class Message:
    """One v1 or v2c message."""

    version: int
    community: str
    pdu: Pdu

    def encoded(self) -> bytes:
        return tlv(SEQUENCE, integer(self.version) + octets(self.community.encode("latin-1")) + self.pdu.encoded())


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


def address(dotted: str) -> bytes:
    """IpAddress."""
    return tlv(ADDRESS, bytes(map(int, dotted.split("."))))


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


def varbind(name: Oid, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid(name) + value)


def version_of(data: bytes) -> int:
    """The version of the message in a datagram; BerError when there is none."""
    try:
        body, _ = expect(data, 0, SEQUENCE)
        return signed(expect(body, 0, INTEGER)[0])
    except IndexError:
        raise BerError("the message ends too early") from None


def parse(data: bytes) -> Message:
    """The v1 or v2c message in a datagram, or BerError."""
    try:
        body, _ = expect(data, 0, SEQUENCE)
        version, at = expect(body, 0, INTEGER)
        community, at = expect(body, at, OCTETS)
        return Message(signed(version), community.decode("latin-1"), pdu(body, at))
    except IndexError:
        raise BerError("the message ends too early") from None


def pdu(data: bytes, at: int) -> Pdu:
    """The PDU that begins at ``at``. Raises BerError or IndexError."""
    sort, content, _ = element(data, at)
    request_id, at = expect(content, 0, INTEGER)
    first, at = expect(content, at, INTEGER)
    second, at = expect(content, at, INTEGER)
    bindings, _ = expect(content, at, SEQUENCE)
    asked: list[tuple[Oid, Value]] = []
    at = 0
    while at < len(bindings):
        binding, at = expect(bindings, at, SEQUENCE)
        name, inner = expect(binding, 0, OBJECT_ID)
        tag, value, _ = element(binding, inner)
        asked.append((_oid(name), Value(tag, value)))
    return Pdu(sort, signed(request_id), signed(first), signed(second), tuple(asked))


def signed(content: bytes) -> int:
    return int.from_bytes(content, "big", signed=True)


def expect(data: bytes, at: int, tag: int) -> tuple[bytes, int]:
    """The content of an element of that sort, and where the next one begins."""
    found, content, end = element(data, at)
    if found != tag:
        raise BerError(f"tag {found:#x} where {tag:#x} belongs")
    return content, end


def element(data: bytes, at: int) -> tuple[int, bytes, int]:
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
