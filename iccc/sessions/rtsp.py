"""RTSP (RFC 2326): what a stream is, without playing it (DESCRIBE), and its first keyframe (PLAY).

A stream is played over the RTSP connection itself, within bounds of bytes and seconds, and always torn down.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import quote

from iccc import guard
from iccc.city.devices import Device
from iccc.errors import DeviceError, Reason
from iccc.onvif.errors import BadAnswer
from iccc.onvif.services import path_of
from iccc.secrets import Login
from iccc.sessions import digest
from iccc.sessions.reach import Reach
from iccc.sessions.rtp_keyframes import Keyframe, KeyframeFinder
from iccc.sessions.rtsp_connection import RtspConnection, connect
from iccc.sessions.rtsp_messages import Frame, Reply
from iccc.sessions.sdp import StreamDescription, Video, parse_sdp

__all__ = ["Keyframe", "Played", "RtspSession", "StreamDescription", "describe"]

PORT = 554
OCTETS_LIMIT = 64 * 1024 * 1024  # of one stream that is played
SECOND_KEYFRAME_S = 3.0  # a second keyframe, which tells the GOP, is waited for no longer
STALLED_S = 3.0  # a stream that sends nothing for so long has stopped
TEARDOWN_S = 1.0
_SESSION = re.compile(r"[!-~]{1,256}")
_CHANNELS = re.compile(r"interleaved=(\d{1,3})")


@dataclass(frozen=True)
class Played:
    """What came of a stream. ``keyframe`` is None when pictures came all the time and none was a keyframe."""

    keyframe: Keyframe | None
    pictures: int
    watched_s: float


class RtspSession:
    """One stream behind ``uri``, over one connection. Use as ``async with``; :meth:`describe` comes first.

    Of the URI only path and query count; the declared address is dialled. Without a ``login`` only streams that need
    none answer. All raise DeviceError.
    """

    def __init__(self, device: Device, uri: str, login: Login | None, reach: Reach, port: int = PORT) -> None:
        self._device = device
        self._given = uri
        self._login = login
        self._reach = reach
        self._port = port
        self._connection: RtspConnection | None = None
        self._root = ""  # rtsp://host:port as dialled
        self._base = ""  # URI of the whole, that tracks are relative to
        self._session = ""

    async def __aenter__(self) -> RtspSession:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is None:
            return
        try:
            await self._teardown(self._connection)
        finally:
            self._connection.close()

    async def describe(self) -> Video:
        """What the stream is, by its SDP."""
        with self._telling("DESCRIBE"):
            host, dialled = self._reach.dial(self._device.address, self._port)
            self._root = f"rtsp://{host}:{dialled}"
            uri = self._root + path_of(self._given)
            async with asyncio.timeout(self._reach.timeouts.rtsp_s):
                self._connection = await connect(host, dialled, self._login)
                reply = await self._connection.ask("DESCRIBE", uri, {"Accept": "application/sdp"})
            self._check(reply, "DESCRIBE")
            self._base = self._own(reply.header("content-base") or reply.header("content-location"), uri)
            return parse_sdp(reply.body)

    async def play(self, video: Video) -> Played:
        """Play until the first keyframe, and a moment longer for the second; at most ``keyframe_s``."""
        if video.description.codec == "JPEG":
            raise DeviceError(Reason.UNSUPPORTED, self._where("PLAY"), "RTP of JPEG is not read")
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        setup = await self._ask("SETUP", self._own(video.control, self._base), transport)
        self._session = setup.header("session").partition(";")[0].strip()
        with self._telling("SETUP"):
            if not _SESSION.fullmatch(self._session):
                self._session = ""
                raise ValueError("the answer names no session")
        channel = _CHANNELS.search(setup.header("transport"))
        watch = _Watch(video, int(channel[1]) if channel else 0, self._reach.timeouts.keyframe_s)
        assert self._connection is not None
        self._connection.on_frame, self._connection.on_end = watch.frame, watch.end
        try:
            await self._ask("PLAY", self._base, {"Session": self._session, "Range": "npt=0.000-"})
            with self._telling("PLAY"):
                return await watch.result()
        finally:
            self._connection.on_frame = self._connection.on_end = None

    async def _ask(self, method: str, uri: str, headers: dict[str, str]) -> Reply:
        assert self._connection is not None
        with self._telling(method):
            async with asyncio.timeout(self._reach.timeouts.rtsp_s):
                reply = await self._connection.ask(method, uri, headers)
            self._check(reply, method)
        return reply

    async def _teardown(self, connection: RtspConnection) -> None:
        """The device frees the session at once, and not when its time-out has passed."""
        if not self._session:
            return
        with suppress(OSError, ValueError, TimeoutError):
            async with asyncio.timeout(TEARDOWN_S):
                await connection.ask("TEARDOWN", self._base, {"Session": self._session})

    def _own(self, uri: str, base: str) -> str:
        """A URI that the device gave, at the address that is dialled; relative ones follow ``base``."""
        if not uri or uri == "*":
            return base
        if uri.lower().startswith(("rtsp://", "rtspu://", "rtsps://")):
            try:
                return self._root + path_of(uri)
            except BadAnswer:
                return base
        return base + ("" if base.endswith("/") else "/") + quote(uri.lstrip("/"), safe="/?%:@!$&'()*+,;=~[]")

    def _check(self, reply: Reply, method: str) -> None:
        if reply.status == 401:
            login = self._login
            if digest.only_basic(reply.headers.get("www-authenticate", [])):
                text = "it offers Basic alone, which would send the password in the clear: it is never sent"
                raise DeviceError(Reason.UNSUPPORTED, self._where(method), text)
            user = f"the login of {login.user} was refused" if login else "a login is wanted and none was given"
            raise DeviceError(Reason.UNAUTHORISED, self._where(method), user)
        if reply.status == 461:
            raise DeviceError(Reason.UNSUPPORTED, self._where(method), "RTSP 461: it does not stream over TCP")
        if reply.status != 200:
            raise DeviceError(Reason.BAD_ANSWER, self._where(method), f"RTSP {reply.status}")

    def _where(self, method: str) -> str:
        return f"{self._device.name} {self._device.address}:{self._port}  rtsp {method}"

    @contextmanager
    def _telling(self, method: str) -> Iterator[None]:
        """What goes wrong within is a DeviceError."""
        where = self._where(method)
        try:
            yield
        except guard.OutsideLab as error:
            raise DeviceError(Reason.GUARDED, where, str(error)) from None
        except TimeoutError:
            text = f"no answer within {self._reach.timeouts.rtsp_s:g} s"
            raise DeviceError(Reason.NO_ANSWER, where, text) from None
        except ConnectionRefusedError:
            raise DeviceError(Reason.REFUSED, where, "connection refused") from None
        except _Nothing as error:
            raise DeviceError(Reason.NO_ANSWER, where, str(error)) from None
        except OSError:
            text = "the connection was closed before the answer was complete"
            raise DeviceError(Reason.NO_ANSWER, where, text) from None
        except (ValueError, BadAnswer) as error:
            raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None


async def describe(device: Device, uri: str, login: Login | None, reach: Reach, port: int = PORT) -> StreamDescription:
    """What the stream behind ``uri`` is. Raises DeviceError."""
    async with RtspSession(device, uri, login, reach, port) as session:
        return (await session.describe()).description


class _Nothing(Exception):
    """The stream was played and sent too little to say anything of it."""


class _Watch:
    """Watches the packets of one stream."""

    def __init__(self, video: Video, channel: int, limit_s: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._finder = KeyframeFinder(video.description.codec, video.payload_type, self._began)
        self._channel = channel
        self._limit_s = limit_s
        self._octets = 0
        self._error: Exception | None = None
        self._first = self._loop.create_future()  # done when the first keyframe is there, or the connection has ended
        self._second = self._loop.create_future()

    def frame(self, frame: Frame) -> None:
        if frame.channel != self._channel or self._second.done():
            return
        self._octets += len(frame.data)
        try:
            if self._octets > OCTETS_LIMIT:
                raise ValueError(f"more than {OCTETS_LIMIT} bytes without a keyframe")
            self._finder.packet(frame.data, self._loop.time())
        except ValueError as error:
            self.end(error)
            return
        found = self._finder.keyframe()
        if found is not None and not self._first.done():
            self._first.set_result(None)
        if found is not None and found.gop is not None:
            self._second.set_result(None)

    def end(self, error: Exception) -> None:
        """Nothing more will come, or nothing that can be read."""
        self._error = error
        for waited in (self._first, self._second):
            if not waited.done():
                waited.set_result(None)

    async def result(self) -> Played:
        """Raises _Nothing, OSError or ValueError."""
        ends = self._began + self._limit_s
        while not self._first.done():
            now = self._loop.time()
            if now >= ends:
                break
            last = self._finder.last_at or self._began
            if now >= last + STALLED_S:
                raise _Nothing(self._stalled(now - last))
            await asyncio.wait({self._first}, timeout=min(ends, last + STALLED_S) - now)
        found = self._finder.keyframe()
        if found is None and self._error is not None:
            raise self._error
        if found is not None:
            wait_s = min(ends - self._loop.time(), SECOND_KEYFRAME_S)
            await asyncio.wait({self._second}, timeout=max(wait_s, 0))
        elif not self._finder.pictures:
            raise _Nothing(self._stalled(self._limit_s))
        return Played(self._finder.keyframe(), self._finder.pictures, self._loop.time() - self._began)

    def _stalled(self, silent_s: float) -> str:
        if not self._finder.pictures:
            return f"it plays, and nothing came within {silent_s:.1f} s"
        return f"the stream stopped after {self._finder.pictures} pictures, none of them a keyframe"
