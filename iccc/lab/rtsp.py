"""The RTSP service of a camera (RFC 2326): what its streams are, and the streams themselves over the same connection.

UDP is answered 461, as JPEG is: RTP of it (RFC 2435) is not played.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from iccc.lab.camera_encoders import MediaState
from iccc.lab.camera_model import Encoder
from iccc.lab.device import Counters, Fault
from iccc.lab.http import Connection, Owner, Request, Response
from iccc.lab.rtsp_player import Player
from iccc.lab.rtsp_sdp import TRACK, describe

_PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"
_BUFFER_MAX = 4 * 1024 * 1024  # bytes that a client has not taken: then its stream is given up
_SESSION_S = 60
_INTERLEAVED = re.compile(r"interleaved=(\d{1,3})-(\d{1,3})")


class Camera(Owner, Protocol):
    """The camera behind the connections."""

    media: MediaState
    counters: Counters


class RtspConnection(Connection):
    """One client's connection, with at most one session. ``refusal``: the answer to a request without a good login."""

    __slots__ = ("_camera", "_player", "_refusal", "_start")

    def __init__(self, camera: Camera, refusal: Callable[[Request], Response | None]) -> None:
        super().__init__(camera, self._answered)
        self._camera = camera
        self._refusal = refusal
        self._player: Player | None = None
        self._start = False  # once the answer is out

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def freeze(self) -> None:
        self._end()
        super().freeze()

    def _take(self) -> tuple[Request, bytes] | None:
        while self._buffer.startswith(b"$"):  # receiver reports of the client
            if len(self._buffer) < 4 or len(self._buffer) < 4 + int.from_bytes(self._buffer[2:4]):
                return None
            self._buffer = self._buffer[4 + int.from_bytes(self._buffer[2:4]) :]
        return super()._take() if self._buffer else None

    def _respond(self, request: Request) -> None:
        if self._camera.fault is Fault.RTSP_SILENT:
            return
        super()._respond(request)
        if self._start and self._player is not None:
            self._start = False
            self._camera.counters.plays += 1
            self._player.play()

    def _answered(self, request: Request) -> Response:
        self._camera.counters.requests += 1
        sequence = request.headers.get("cseq", "")
        if not sequence.isdecimal():
            return Response(400, close=True)
        answers = {"DESCRIBE": self._describe, "SETUP": self._setup, "PLAY": self._play, "TEARDOWN": self._teardown}
        if request.method in answers:
            response = self._refusal(request) or answers[request.method](request)
        elif request.method == "OPTIONS":
            response = Response(200, headers=(("Public", _PUBLIC),))
        else:
            response = Response(200 if request.method == "GET_PARAMETER" else 501)
        response.headers = (("CSeq", sequence), *response.headers)
        return response

    def _describe(self, request: Request) -> Response:
        encoder = self._encoder(request.target)
        if encoder is None:
            return Response(404)
        host = urlsplit(request.target).hostname or "0.0.0.0"  # noqa: S104
        base = (("Content-Base", request.target),)
        return Response(200, describe(encoder, host), "application/sdp", base)

    def _setup(self, request: Request) -> Response:
        stream, slash, track = request.target.rpartition("/")
        encoder = self._encoder(stream)
        if encoder is None or (slash + track) != f"/{TRACK}":
            return Response(404)
        if self._player is not None:
            return Response(455)
        transport = request.headers.get("transport", "")
        channels = _INTERLEAVED.search(transport)
        if not transport.startswith("RTP/AVP/TCP") or channels is None or encoder.codec == "JPEG":
            return Response(461)
        pair = int(channels[1]), int(channels[2])
        self._player = Player(encoder, pair, self._send_media, lambda: self._camera.fault)
        told = f"RTP/AVP/TCP;unicast;interleaved={pair[0]}-{pair[1]}"
        return Response(200, headers=(("Transport", told), *self._session()))

    def _play(self, request: Request) -> Response:
        if self._player is None or not self._is_session(request):
            return Response(454)
        self._start = not self._player.playing
        return Response(200, headers=(("Range", "npt=now-"), *self._session()))

    def _teardown(self, request: Request) -> Response:
        if self._player is None or not self._is_session(request):
            return Response(454)
        self._camera.counters.teardowns += 1
        self._end()
        return Response(200)

    def _session(self) -> tuple[tuple[str, str], ...]:
        assert self._player is not None
        return (("Session", f"{self._player.id};timeout={_SESSION_S}"),)

    def _is_session(self, request: Request) -> bool:
        given = request.headers.get("session", "").partition(";")[0].strip()
        return self._player is not None and given == self._player.id

    def _encoder(self, target: str) -> Encoder | None:
        url = urlsplit(target)
        path = f"{url.path}?{url.query}" if url.query else url.path
        return next((encoder for options, encoder in self._camera.media.all() if options.rtsp_path == path), None)

    def _send_media(self, data: bytes) -> bool:
        transport = self._transport
        if transport is None or transport.is_closing() or transport.get_write_buffer_size() > _BUFFER_MAX:
            return False
        if self._camera.fault not in (Fault.SILENT, Fault.DEAD):
            transport.write(data)
        return True

    def _end(self) -> None:
        if self._player is not None:
            self._player.stop()
        self._player, self._start = None, False
