"""Messages of HTTP/1.1 and RTSP/1.0 on one raw asyncio protocol; both have the same framing (RFC 9112, RFC 2326)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from iccc.lab.device import Fault

HEAD_MAX = 16 * 1024  # bytes of start line and headers
BODY_MAX = 1024 * 1024

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    431: "Request Header Fields Too Large",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    500: "Internal Server Error",
    501: "Not Implemented",
}

SOAP = "application/soap+xml; charset=utf-8"
HTML = "text/html"


@dataclass(slots=True)
class Request:
    """One request. Header names are in lower case; of a repeated header the last one counts."""

    method: str
    target: str
    version: str  # "HTTP/1.1" or "RTSP/1.0"
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Response:
    """One answer; ``Content-Length`` and ``Content-Type`` are added when it is sent."""

    status: int
    body: bytes = b""
    content_type: str = SOAP
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False


HANG_UP = Response(0, close=True)  # not a byte: the connection ends


class BadMessage(Exception):
    """Bytes that are no request, or one beyond the limits; the connection ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Owner(Protocol):
    """The device behind a connection."""

    fault: Fault
    delay_s: float
    latency_s: float
    connections: set[Connection]


class Connection(asyncio.Protocol):
    """One client's connection: answers its requests one after the other, or not, as the device's fault wants it."""

    __slots__ = ("_answer", "_buffer", "_frozen", "_owner", "_transport", "_waiting")

    def __init__(self, owner: Owner, answer: Callable[[Request], Response]) -> None:
        self._owner = owner
        self._answer = answer
        self._buffer = b""
        self._waiting = False
        self._frozen = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._owner.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._transport = None
        self._owner.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        self._pump()

    def freeze(self) -> None:
        """The device lost its electricity or its path: not a byte more, no FIN, no RST."""
        self._frozen = True
        self._buffer = b""
        if self._transport is not None:
            self._transport.pause_reading()

    def reset(self) -> None:
        """Answer the client with RST, as a device does that has restarted and knows nothing of the connection."""
        if self._transport is None:
            return
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):  # the client may have closed it already
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _pump(self) -> None:
        while self._buffer and not self._waiting and not self._frozen:
            try:
                taken = self._take()
            except BadMessage as bad:
                self._send(Response(bad.status, close=True), "HTTP/1.1")
                return
            if taken is None:
                return
            request, self._buffer = taken
            if self._owner.fault in (Fault.SILENT, Fault.DEAD):
                continue
            slow_s = self._owner.delay_s if self._owner.fault is Fault.SLOW else 0.0
            if (late_s := slow_s + self._owner.latency_s) > 0:
                self._waiting = True
                asyncio.get_running_loop().call_later(late_s, self._respond_late, request)
            else:
                self._respond(request)

    def _take(self) -> tuple[Request, bytes] | None:
        """The next request and the bytes behind it, or None while it is incomplete. Raises BadMessage."""
        return take(self._buffer)

    def _respond_late(self, request: Request) -> None:
        self._waiting = False
        if self._transport is not None and not self._frozen:
            self._respond(request)
            self._pump()

    def _respond(self, request: Request) -> None:
        response = self._answer(request)
        if request.version == "HTTP/1.0" or request.headers.get("connection", "").lower() == "close":
            response.close = True
        self._send(response, request.version)

    def _send(self, response: Response, version: str) -> None:
        if self._transport is None:
            return
        if response is HANG_UP:
            self._buffer = b""
            self._transport.close()
            return
        head = [f"{version} {response.status} {REASONS[response.status]}", f"Content-Length: {len(response.body)}"]
        if response.body:
            head.append(f"Content-Type: {response.content_type}")
        if response.close:
            head.append("Connection: close")
        head += [f"{name}: {value}" for name, value in response.headers]
        self._transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + response.body)
        if response.close:
            self._buffer = b""
            self._transport.close()


class Closed(asyncio.Protocol):
    """Behind a service that is switched off: the connection ends with RST at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.abort()


class Mute(asyncio.Protocol):
    """Behind a service that hangs: takes whatever comes, and never answers."""


def take(buffer: bytes) -> tuple[Request, bytes] | None:
    """The first request in ``buffer`` and the bytes behind it, or None while it is incomplete. Raises BadMessage."""
    if not buffer[:1].isalpha():
        raise BadMessage(400)  # TLS where there is none, or noise
    end = buffer.find(b"\r\n\r\n")
    if end < 0 or end > HEAD_MAX:
        if len(buffer) > HEAD_MAX:
            raise BadMessage(431)
        return None
    lines = buffer[:end].decode("latin-1").split("\r\n")
    start = lines[0].split(" ")
    if len(start) != 3 or not start[2].startswith(("HTTP/1.", "RTSP/1.")):
        raise BadMessage(400)
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadMessage(400)
        headers[name.strip().lower()] = value.strip()
    rest = end + 4
    if headers.get("transfer-encoding", "").lower() == "chunked":
        taken = _chunks(buffer, rest)
        if taken is None:
            return None
        body, rest = taken
    else:
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise BadMessage(400)
        if len(length) > 9 or int(length) > BODY_MAX:
            raise BadMessage(413)
        if len(buffer) < rest + int(length):
            return None
        body = buffer[rest : rest + int(length)]
        rest += int(length)
    return Request(start[0], start[1], start[2], headers, body), buffer[rest:]


def _chunks(buffer: bytes, at: int) -> tuple[bytes, int] | None:
    """The joined chunks from offset ``at`` and the offset behind the trailers, or None while incomplete."""
    if len(buffer) - at > 2 * BODY_MAX:
        raise BadMessage(413)
    parts: list[bytes] = []
    while True:
        line_end = buffer.find(b"\r\n", at)
        if line_end < 0:
            return None
        try:
            size = int(buffer[at:line_end].split(b";")[0], 16)
        except ValueError:
            raise BadMessage(400) from None
        if size < 0 or sum(map(len, parts)) + size > BODY_MAX:
            raise BadMessage(413)
        at = line_end + 2
        if size == 0:
            if buffer.startswith(b"\r\n", at):
                return b"".join(parts), at + 2
            trailers = buffer.find(b"\r\n\r\n", at)
            return None if trailers < 0 else (b"".join(parts), trailers + 4)
        if len(buffer) < at + size + 2:
            return None
        if buffer[at + size : at + size + 2] != b"\r\n":
            raise BadMessage(400)
        parts.append(buffer[at : at + size])
        at += size + 2
