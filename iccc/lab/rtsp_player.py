"""Plays a stream into an RTSP connection, in real time, from wherever in its group of pictures the encoder is now."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from iccc.lab.camera_model import Encoder
from iccc.lab.device import Fault
from iccc.lab.rtsp_clip import clip
from iccc.lab.rtsp_rtp import CLOCK_HZ, Packetiser, interleaved

STOPS_AFTER = 3  # frames, by Fault.STREAM_STOPS
OTHER = {"H264": "H265", "H265": "H264"}


@dataclass
class Player:
    """One session's stream. ``send`` takes bytes for the connection and says whether it still stands."""

    encoder: Encoder
    channels: tuple[int, int]  # of RTP and RTCP
    send: Callable[[bytes], bool]
    fault: Callable[[], Fault]
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    playing: bool = False
    _timer: asyncio.TimerHandle | None = None

    def play(self) -> None:
        self.playing = True
        codec = self.encoder.codec
        self._clip = clip(self.encoder, OTHER[codec] if self.fault() is Fault.WRONG_CODEC else codec)
        self._stream = Packetiser(self._clip.codec, secrets.randbits(32), secrets.randbits(16))
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._sent = 0
        self._first = int(time.time() * self.encoder.fps)
        report = self._stream.sender_report(time.time(), 0)
        if self.send(interleaved(self.channels[1], report)):
            self._tick()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        fault = self.fault()
        if fault is Fault.STREAM_STOPS and self._sent >= STOPS_AFTER:
            return
        number = (self._first + self._sent) % max(self.encoder.gop, 1)
        if number == 0 and fault in (Fault.NO_KEYFRAME, Fault.STREAM_STOPS):
            number = 1
        nals = [self._clip.frame(number)]
        if number == 0:
            nals = [*self._clip.parameter_sets, *nals]
        timestamp = round(self._sent * CLOCK_HZ / self.encoder.fps)
        packets = self._stream.picture(nals, timestamp)
        if not self.send(b"".join(interleaved(self.channels[0], packet) for packet in packets)):
            return
        self._sent += 1
        self._timer = self._loop.call_at(self._began + self._sent / self.encoder.fps, self._tick)
