"""NAL units as RTP packets (RFC 3550), of H.264 (RFC 6184) and H.265 (RFC 7798), interleaved with RTSP (RFC 2326)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

PAYLOAD_TYPE = 96
CLOCK_HZ = 90_000
# Keyframes of the grey H.265 picture have a hundred bytes or two: smaller packets, so that they come in fragments too.
PAYLOAD_MAX = {"H264": 1200, "H265": 64}
_H264_STAP_A, _H264_FU_A = 24, 28
_H265_AP, _H265_FU = 48, 49
_NTP_OF_1970 = 2_208_988_800


class Packetiser:
    """One RTP stream."""

    def __init__(self, codec: str, ssrc: int, sequence: int) -> None:
        self._codec = codec
        self._ssrc = ssrc
        self._sequence = sequence
        self.packets = self.octets = 0

    def picture(self, nals: Sequence[bytes], timestamp: int) -> Iterator[bytes]:
        """The packets of one picture: parameter sets in one packet, the marker at the last one."""
        *before, slice_ = nals
        payloads = [self._together(before)] if before else []
        payloads += self._split(slice_)
        for place, payload in enumerate(payloads, start=1):
            marker = 0x80 if place == len(payloads) else 0
            head = struct.pack(">BBHII", 0x80, marker | PAYLOAD_TYPE, self._sequence, timestamp % 2**32, self._ssrc)
            self._sequence = (self._sequence + 1) % 2**16
            self.packets += 1
            self.octets += len(payload)
            yield head + payload

    def sender_report(self, now: float, timestamp: int) -> bytes:
        """RTCP SR without report blocks (RFC 3550, 6.4.1)."""
        seconds, fraction = int(now) + _NTP_OF_1970, int(now % 1 * 2**32)
        told = (self._ssrc, seconds % 2**32, fraction, timestamp % 2**32, self.packets, self.octets)
        return struct.pack(">BBHIIIIII", 0x80, 200, 6, *told)

    def _together(self, nals: Sequence[bytes]) -> bytes:
        sized = b"".join(struct.pack(">H", len(nal)) + nal for nal in nals)
        if self._codec == "H264":
            return bytes([max(nal[0] & 0x60 for nal in nals) | _H264_STAP_A]) + sized
        return bytes([_H265_AP << 1, 1]) + sized

    def _split(self, nal: bytes) -> list[bytes]:
        limit = PAYLOAD_MAX[self._codec]
        if len(nal) <= limit:
            return [nal]
        if self._codec == "H264":
            head, kind, body = bytes([nal[0] & 0xE0 | _H264_FU_A]), nal[0] & 0x1F, nal[1:]
        else:
            head, kind, body = bytes([nal[0] & 0x81 | _H265_FU << 1, nal[1]]), nal[0] >> 1 & 0x3F, nal[2:]
        parts = [body[at : at + limit] for at in range(0, len(body), limit)]
        last = len(parts) - 1
        return [
            head + bytes([0x80 * (place == 0) | 0x40 * (place == last) | kind]) + part
            for place, part in enumerate(parts)
        ]


def interleaved(channel: int, packet: bytes) -> bytes:
    """A packet in the RTSP connection (RFC 2326, 10.12)."""
    return b"$" + bytes([channel]) + struct.pack(">H", len(packet)) + packet
