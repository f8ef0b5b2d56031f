"""NAL units out of RTP packets (RFC 3550): of H.264 (RFC 6184) and H.265 (RFC 7798), not interleaved. Sans I/O."""

from __future__ import annotations

import struct
from dataclasses import dataclass

NAL_LIMIT = 8 * 1024 * 1024  # bytes; a keyframe of 8 megapixels has less than two
_HEAD = struct.Struct(">BBHI4x")


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet. ``marker``: the last one of its picture."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    payload: bytes


def parse_packet(data: bytes) -> Packet:
    """An RTP packet, without CSRC list, header extension and padding. Raises ValueError."""
    if len(data) < _HEAD.size:
        raise ValueError("an RTP packet is cut short")
    first, second, sequence, timestamp = _HEAD.unpack_from(data)
    if first >> 6 != 2:
        raise ValueError(f"RTP version {first >> 6} is not 2")
    start, end = _HEAD.size + 4 * (first & 0x0F), len(data)
    if first & 0x10:
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    if first & 0x20:
        end -= data[-1]
    if start > end:
        raise ValueError("an RTP packet is shorter than it says")
    return Packet(bool(second & 0x80), second & 0x7F, sequence, timestamp, data[start:end])


class H264:
    """RFC 6184, packetization modes 0 and 1."""

    def __init__(self) -> None:
        self._fragments: bytearray | None = None

    def units(self, payload: bytes) -> list[bytes]:
        """The NAL units that ``payload`` completes. What is none is passed over. Raises ValueError above NAL_LIMIT."""
        kind = payload[0] & 0x1F if payload else 0
        if 1 <= kind <= 23:
            self.lost()
            return [payload]
        if kind == 24:  # STAP-A
            self.lost()
            return _aggregated(payload[1:])
        if kind == 28 and len(payload) > 2:  # FU-A
            flags = payload[1]
            return self._fragment(flags, bytes([payload[0] & 0xE0 | flags & 0x1F]), payload[2:])
        return []

    def lost(self) -> None:
        """A packet is missing: what was begun cannot be completed."""
        self._fragments = None

    def _fragment(self, flags: int, header: bytes, part: bytes) -> list[bytes]:
        if flags & 0x80:
            self._fragments = bytearray(header)
        if self._fragments is None:
            return []
        self._fragments += part
        if len(self._fragments) > NAL_LIMIT:
            raise ValueError(f"a picture is longer than {NAL_LIMIT} bytes")
        if not flags & 0x40:
            return []
        whole, self._fragments = bytes(self._fragments), None
        return [whole]


class H265(H264):
    """RFC 7798, without decoding order numbers (sprop-max-don-diff=0)."""

    def units(self, payload: bytes) -> list[bytes]:
        if len(payload) < 3:
            return []
        kind = payload[0] >> 1 & 0x3F
        if kind < 48:
            self.lost()
            return [payload]
        if kind == 48:  # aggregation packet
            self.lost()
            return _aggregated(payload[2:])
        if kind == 49:  # fragmentation unit
            flags = payload[2]
            header = bytes([payload[0] & 0x81 | (flags & 0x3F) << 1, payload[1]])
            return self._fragment(flags, header, payload[3:])
        return []


def _aggregated(data: bytes) -> list[bytes]:
    """Units behind their sizes; those that are whole."""
    found: list[bytes] = []
    at = 0
    while at + 2 < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if end > len(data) or end == at + 2:
            break
        found.append(data[at + 2 : end])
        at = end
    return found
