"""Finds the keyframes of a stream: pictures that can be decoded without any other. Sans I/O.

Packets do not name their codec: what the SDP says is tried, and the other one beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from iccc.sessions import rtp
from iccc.sessions.sps import h264_profile, h264_size, h265_profile, h265_size

_H264_IDR, _H264_SEI, _H264_SPS = 5, 6, 7
_RECOVERY_POINT = 6  # of a stream that refreshes step by step, without IDR pictures
_H265_IRAP = range(16, 22)  # BLA, IDR, CRA
_H265_SPS = 33


@dataclass(frozen=True)
class Keyframe:
    """What the packets of a stream show."""

    codec: str  # H264, H265
    profile: str | None  # Main, High, …
    width_px: int | None  # None: the stream carries no parameter sets of its own
    height_px: int | None
    after_s: float  # since PLAY
    gop: int | None  # pictures from one keyframe to the next; None when only one came


@dataclass
class _Reading:
    """The stream taken as one codec."""

    units: rtp.H264
    size: tuple[int, int] | None = None
    profile: str | None = None
    keyframes: list[tuple[int, float]] | None = None  # the first two: number of the picture, and when it came

    def take(self, nal: bytes, picture: int, at: float) -> None:
        """Note parameter sets and keyframes."""
        raise NotImplementedError

    def keyframe(self, picture: int, at: float) -> None:
        self.keyframes = self.keyframes or []
        if len(self.keyframes) == 2:  # no more are asked for, and a stream may have millions
            return
        if not self.keyframes or self.keyframes[-1][0] != picture:  # a picture may have several slices
            self.keyframes.append((picture, at))


class _H264(_Reading):
    def take(self, nal: bytes, picture: int, at: float) -> None:
        kind = nal[0] & 0x1F
        if kind == _H264_SPS:
            try:
                self.size, self.profile = h264_size(nal), h264_profile(nal)
            except ValueError:
                return
        elif kind == _H264_IDR or (kind == _H264_SEI and _recovers(nal)):
            self.keyframe(picture, at)


class _H265(_Reading):
    def take(self, nal: bytes, picture: int, at: float) -> None:
        if len(nal) < 3 or nal[0] & 0x81 or nal[1] & 0xF8 or not nal[1] & 7:
            return  # of a further layer, or no H.265 at all
        kind = nal[0] >> 1
        if kind == _H265_SPS:
            try:
                self.size, self.profile = h265_size(nal), h265_profile(nal)
            except ValueError:
                return
        elif kind in _H265_IRAP:
            self.keyframe(picture, at)


class KeyframeFinder:
    """Takes RTP packets in. ``codec`` and ``payload_type`` are those of the SDP, ``began_at`` is when it was played."""

    def __init__(self, codec: str, payload_type: int, began_at: float) -> None:
        self.pictures = 0
        self.last_at: float | None = None  # when the last packet came
        self._codec = codec
        self._payload_type = payload_type
        self._began_at = began_at
        self._readings: dict[str, _Reading] = {"H264": _H264(rtp.H264()), "H265": _H265(rtp.H265())}
        self._timestamp: int | None = None
        self._sequence: int | None = None

    def packet(self, data: bytes, at: float) -> None:
        """One more packet that came ``at`` (seconds). Raises ValueError when it is none of RTP."""
        packet = rtp.parse_packet(data)
        if packet.payload_type != self._payload_type:
            return
        self.last_at = at
        if packet.timestamp != self._timestamp:
            self._timestamp = packet.timestamp
            self.pictures += 1
        lost = self._sequence is not None and packet.sequence != (self._sequence + 1) % 2**16
        self._sequence = packet.sequence
        for reading in self._readings.values():
            if lost:
                reading.units.lost()
            for nal in reading.units.units(packet.payload):
                reading.take(nal, self.pictures, at)

    def keyframe(self) -> Keyframe | None:
        """The first keyframe, when it has come; its ``gop`` when the second one has."""
        other = "H265" if self._codec == "H264" else "H264"
        for codec in (self._codec, other):
            reading = self._readings[codec]
            # Bytes of one codec may look like a keyframe of the other, but never like its parameter sets as well.
            if reading.keyframes and (codec == self._codec or reading.size):
                (first, at), *more = reading.keyframes
                width, height = reading.size or (None, None)
                gop = more[0][0] - first if more else None
                return Keyframe(codec, reading.profile, width, height, at - self._began_at, gop)
        return None


def _recovers(sei: bytes) -> bool:
    """Whether the first message of an SEI (ITU-T H.264, 7.3.2.3.1) is a recovery point."""
    return len(sei) > 1 and sei[1] == _RECOVERY_POINT
