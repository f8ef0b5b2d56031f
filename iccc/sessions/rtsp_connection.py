"""One RTSP connection: a request at a time, signed with HTTP Digest where that is asked for, and packets in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from iccc import guard
from iccc.secrets import Login
from iccc.sessions import digest
from iccc.sessions.rtsp_messages import Frame, Reader, Reply, request

_TRIES = 3  # the plain request, the signed one, and once more where the nonce was stale
_CLOSED = "the connection was closed before the answer was complete"


class RtspConnection(asyncio.Protocol):
    """Made by :func:`connect`. Errors are OSError, and ValueError for what is not RTSP."""

    def __init__(self, login: Login | None) -> None:
        self.on_frame: Callable[[Frame], None] | None = None
        self.on_end: Callable[[Exception], None] | None = None
        self._login = login
        self._challenge: digest.Challenge | None = None
        self._count = 0  # requests signed with the nonce
        self._proved = False
        self._sequence = 0
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Reply] | None = None
        self._ended: Exception | None = None

    async def ask(self, method: str, uri: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The last answer: with a 401 no login was given, or it was refused."""
        fresh = False
        for _ in range(_TRIES):
            extra = dict(headers or {})
            signed = self._challenge is not None and self._login is not None
            if self._challenge is not None and self._login is not None:
                self._count += 1
                extra["Authorization"] = digest.authorization(self._challenge, self._login, method, uri, self._count)
            reply = await self._exchange(method, uri, extra)
            found = digest.choose(reply.headers.get("www-authenticate", [])) if reply.status == 401 else None
            if found is None or self._login is None:
                self._proved = self._proved or (signed and reply.status != 401)
                break
            # An old nonce may have run out, whether the device says so or not; with a fresh one the login was refused.
            if signed and not found.stale and (fresh or not self._proved):
                break
            self._challenge, self._count, fresh = found, 0, True
        return reply

    def close(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    async def _exchange(self, method: str, uri: str, headers: Mapping[str, str]) -> Reply:
        if self._ended is not None or self._transport is None:
            raise self._ended or ConnectionError(_CLOSED)
        self._sequence += 1
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request(method, uri, self._sequence, headers))
        try:
            return await self._waiting
        finally:
            self._waiting = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._ended is not None:
            return
        try:
            for found in self._reader.feed(data):
                if isinstance(found, Frame):
                    if self.on_frame is not None:
                        self.on_frame(found)
                elif self._waiting is not None and not self._waiting.done():
                    self._waiting.set_result(found)
        except ValueError as error:
            self._end(error)
            self.close()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._end(ConnectionError(_CLOSED))

    def _end(self, error: Exception) -> None:
        if self._ended is not None:
            return
        self._ended = error
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        if self.on_end is not None:
            self.on_end(error)


async def connect(address: str, port: int, login: Login | None) -> RtspConnection:
    """A connection to a literal address. Raises OSError and OutsideLab."""
    guard.check(address)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(lambda: RtspConnection(login), address, port)
    return connection
