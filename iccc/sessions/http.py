"""A small HTTP/1.1 client on a raw asyncio protocol: POST over one keep-alive connection, with bounds on everything.

It never follows redirects. Errors are :class:`HttpError`, which the session that uses it turns into a DeviceError.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from iccc import guard
from iccc.errors import Reason
from iccc.sessions import tls

LENGTH_DIGITS = 12  # of a Content-Length
HEAD_LIMIT = 64 * 1024  # bytes of status line and headers
PIECE = 256 * 1024  # bytes of a body that are handed over at once
_STATUS = re.compile(r"HTTP/(1\.[01]) (\d{3})(?: |$)")


class HttpError(Exception):
    """What was observed on the wire, and its reason. ``sent`` tells whether the request may have been carried out."""

    def __init__(self, reason: Reason, observed: str, sent: bool = False) -> None:
        self.reason = reason
        self.observed = observed
        self.sent = sent
        super().__init__(observed)


@dataclass(frozen=True)
class HttpReply:
    """``headers`` by lower-case name, each with all its values."""

    status: int
    headers: Mapping[str, list[str]]
    body: bytes
    reusable: bool  # the connection can carry another request


class _Step(Enum):
    HEAD = auto()
    LENGTH = auto()
    CHUNK_SIZE = auto()
    CHUNK = auto()
    TRAILER = auto()
    CLOSE = auto()


@lru_cache(256)  # many answers begin with the same lines
def _head(lines: bytes) -> tuple[int, Mapping[str, list[str]], bool]:
    """Status, headers, and whether the connection can carry another request. Raises HttpError."""
    first, *others = lines.decode("latin-1").split("\r\n")
    match = _STATUS.match(first)
    if match is None:
        raise HttpError(Reason.BAD_ANSWER, "the answer is not HTTP", sent=True)
    headers: dict[str, list[str]] = {}
    for line in others:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), []).append(value.strip())
    connection = ",".join(headers.get("connection", [])).lower()
    return int(match[2]), headers, "close" not in connection and (match[1] == "1.1" or "keep-alive" in connection)


def _whole(data: bytes, limit: int) -> HttpReply | None:
    """The reply that ``data`` is, no more and no less: most are. None where it is anything else. Raises HttpError."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    status, headers, keep = _head(data[:end])
    length = headers.get("content-length", ())
    body = data[end + 4 :]
    if len(length) != 1 or length[0] != str(len(body)) or "transfer-encoding" in headers or len(body) > limit:
        return None
    return HttpReply(status, headers, body, keep) if status >= 200 and status not in (204, 304) else None


class ReplyParser:
    """Replies out of a stream of bytes, by Content-Length, chunks or the end of the connection. Sans I/O.

    The next one may follow a reply that is ``reusable``.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._body = bytearray()
        self._step = _Step.HEAD
        self._left = 0
        self._status = 0
        self._headers: Mapping[str, list[str]] = {}
        self._keep = True

    def feed(self, data: bytes) -> HttpReply | None:
        """Take in ``data``; the reply once it is complete. Raises HttpError when it is none or too large."""
        if self._step is _Step.HEAD and not self._buffer and (whole := _whole(data, self._limit)) is not None:
            return whole
        self._buffer += data
        if self._step is _Step.HEAD and not self._head():
            return None
        while True:
            if self._step is _Step.LENGTH or self._step is _Step.CHUNK:
                taken = self._buffer[: self._left]
                del self._buffer[: len(taken)]
                self._left -= len(taken)
                self._add(taken)
                if self._left:
                    return None
                if self._step is _Step.LENGTH:
                    return self._done()
                self._step = _Step.CHUNK_SIZE
            elif self._step is _Step.CLOSE:
                self._add(self._buffer)
                self._buffer.clear()
                return None
            else:
                line = self._line()
                if line is None:
                    return None
                if self._step is _Step.TRAILER:
                    if not line:
                        return self._done()
                elif line:  # the empty line is the end of the chunk before
                    self._left = self._chunk_size(line)
                    self._step = _Step.CHUNK if self._left else _Step.TRAILER

    def end(self) -> HttpReply:
        """The connection has ended: the reply if that is how it ends, else HttpError."""
        if self._step is _Step.CLOSE:
            self._keep = False
            return self._done()
        raise HttpError(Reason.NO_ANSWER, "the connection was closed before the answer was complete", sent=True)

    def _head(self) -> bool:
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > HEAD_LIMIT or (self._buffer and not b"HTTP/".startswith(self._buffer[:5])):
                    raise HttpError(Reason.BAD_ANSWER, "the answer is not HTTP", sent=True)
                return False
            self._status, self._headers, self._keep = _head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            if self._status >= 200:  # 100 Continue is followed by the real answer
                break
        self._framing()
        return True

    def _framing(self) -> None:
        lengths = set(self._headers.get("content-length", []))
        if "chunked" in ",".join(self._headers.get("transfer-encoding", [])).lower():
            self._step = _Step.CHUNK_SIZE
        elif self._status in (204, 304):
            self._step, self._left = _Step.LENGTH, 0
        elif lengths:
            length = lengths.pop()
            if lengths or not length.isdecimal() or len(length) > LENGTH_DIGITS:
                raise HttpError(Reason.BAD_ANSWER, "the answer has no usable Content-Length", sent=True)
            self._step, self._left = _Step.LENGTH, self._size(int(length))
        else:
            self._step = _Step.CLOSE

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > HEAD_LIMIT:
                raise HttpError(Reason.BAD_ANSWER, "the answer has a line without an end", sent=True)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _chunk_size(self, line: bytes) -> int:
        try:
            return self._size(int(line.split(b";")[0], 16))
        except ValueError:
            raise HttpError(Reason.BAD_ANSWER, "the answer has a chunk without a size", sent=True) from None

    def _size(self, size: int) -> int:
        if size < 0 or len(self._body) + size > self._limit:
            raise HttpError(Reason.BAD_ANSWER, f"the answer is longer than {self._limit} bytes", sent=True)
        return size

    def _add(self, data: bytearray) -> None:
        self._size(len(data))
        self._body += data

    def _done(self) -> HttpReply:
        reply = HttpReply(self._status, self._headers, bytes(self._body), self._keep and not self._buffer)
        self._step = _Step.HEAD
        self._body.clear()
        return reply


class HttpConnection(asyncio.Protocol):
    """One connection to one device; one request at a time. Made by :func:`connect`."""

    def __init__(self, limit: int) -> None:
        self._parser = ReplyParser(limit)
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[HttpReply] | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._timer: asyncio.TimerHandle | None = None
        self._timeout_s = self._deadline = 0.0
        self.usable = False
        self.certificate: bytes | None = None  # of TLS: what the device shows (DER)

    async def request(self, method: str, path: str, headers: str, body: bytes, timeout_s: float) -> HttpReply:
        """Send one request and wait for its whole answer. ``headers`` are whole lines, each with its CRLF."""
        if not self.usable or self._transport is None:
            raise HttpError(Reason.NO_ANSWER, "the connection is closed")
        head = f"{method} {path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode("latin-1", "replace")
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        self._timeout_s, self._deadline = timeout_s, loop.time() + timeout_s
        if self._timer is None or self._timer.when() > self._deadline:
            self._stop_timer()
            self._timer = loop.call_at(self._deadline, self._look)
        try:
            self._transport.write(head + body[:PIECE])
            if len(body) > PIECE:
                await self._send_rest(body)
            reply = await self._waiting
        finally:
            finished = self._waiting.done() and not self._waiting.cancelled()
            self._waiting = None
            if not finished:
                self.close()
        if not reply.reusable:
            self.close()
        return reply

    @property
    def pin(self) -> str | None:
        """SHA-256 of the certificate that the device shows, in lower-case hex; None without TLS."""
        return None if self.certificate is None else tls.pin_of(self.certificate)

    async def _send_rest(self, body: bytes) -> None:
        """A large body in pieces as the device takes them, and no further when it has answered already."""
        assert self._transport is not None and self._waiting is not None
        for start in range(PIECE, len(body), PIECE):
            await self._flowing.wait()
            if self._waiting.done():
                self.close()
                return
            self._transport.write(body[start : start + PIECE])

    def pause_writing(self) -> None:
        self._flowing.clear()

    def resume_writing(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        """Drop the connection at once."""
        self.usable = False
        self._stop_timer()
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.usable = True
        session = transport.get_extra_info("ssl_object")
        self.certificate = session.getpeercert(binary_form=True) if session is not None else None

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done():
            self.close()  # nobody asked
            return
        try:
            reply = self._parser.feed(data)
        except HttpError as error:
            self._fail(error)
        else:
            if reply is not None:
                self._waiting.set_result(reply)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.usable = False
        self._flowing.set()
        if self._waiting is None or self._waiting.done():
            return
        try:
            self._waiting.set_result(self._parser.end())
        except HttpError as error:
            self._fail(error)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """Whether the answer is late. One timer serves the whole connection: most answers come long before."""
        loop = asyncio.get_running_loop()
        self._timer = None
        if self._waiting is None:
            return
        if loop.time() < self._deadline:
            self._timer = loop.call_at(self._deadline, self._look)
        else:
            self._fail(HttpError(Reason.NO_ANSWER, f"no answer within {self._timeout_s:g} s", sent=True))

    def _fail(self, error: HttpError) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self.close()


async def connect(address: str, port: int, timeout_s: float, limit: int, secure: bool = False) -> HttpConnection:
    """A connection to a literal address, ``secure`` over TLS with whatever certificate. Raises HttpError."""
    try:
        guard.check(address)
        async with asyncio.timeout(timeout_s):
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: HttpConnection(limit), address, port, ssl=tls.context() if secure else None
            )
    except guard.OutsideLab as error:
        raise HttpError(Reason.GUARDED, str(error)) from None
    except TimeoutError:
        raise HttpError(Reason.NO_ANSWER, f"no connection within {timeout_s:g} s") from None
    except ConnectionRefusedError:
        raise HttpError(Reason.REFUSED, "connection refused") from None
    except ssl.SSLError as error:
        said = (error.reason or type(error).__name__).lower().replace("_", " ")
        raise HttpError(Reason.BAD_ANSWER, f"no TLS session: {said}") from None
    except OSError as error:
        raise HttpError(Reason.NO_ANSWER, error.strerror or type(error).__name__) from None
    return connection
