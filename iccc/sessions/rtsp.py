"""RTSP (RFC 2326): DESCRIBE, which shows that a stream is there and what it is, without playing it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from iccc import guard
from iccc.city.devices import Device
from iccc.errors import DeviceError, Reason
from iccc.onvif.errors import BadAnswer
from iccc.onvif.services import path_of
from iccc.secrets import Login
from iccc.sessions import digest
from iccc.sessions.reach import Reach
from iccc.sessions.sdp import StreamDescription, parse_sdp

__all__ = ["StreamDescription", "describe"]

PORT = 554
HEAD_LIMIT = 16 * 1024  # bytes of status line and headers
SDP_LIMIT = 64 * 1024  # bytes


@dataclass(frozen=True)
class _Reply:
    status: int
    headers: dict[str, list[str]]
    body: str


async def describe(device: Device, uri: str, login: Login | None, reach: Reach, port: int = PORT) -> StreamDescription:
    """What the stream behind ``uri`` is. Of the URI only path and query count; the declared address is dialled.

    Without a ``login`` only streams that need none answer. Raises DeviceError.
    """
    where = f"{device.name} {device.address}:{port}  rtsp DESCRIBE"
    try:
        path = path_of(uri)
        host, dialled = reach.dial(device.address, port)
        guard.check(host)
        async with asyncio.timeout(reach.timeouts.rtsp_s):
            reply = await _describe(host, dialled, path, login)
    except guard.OutsideLab as error:
        raise DeviceError(Reason.GUARDED, where, str(error)) from None
    except TimeoutError:
        raise DeviceError(Reason.NO_ANSWER, where, f"no answer within {reach.timeouts.rtsp_s:g} s") from None
    except ConnectionRefusedError:
        raise DeviceError(Reason.REFUSED, where, "connection refused") from None
    except (OSError, asyncio.IncompleteReadError):
        raise DeviceError(Reason.NO_ANSWER, where, "the connection was closed before the answer was complete") from None
    except (ValueError, BadAnswer, asyncio.LimitOverrunError) as error:
        raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None
    if reply.status == 401:
        user = f"the login of {login.user} was refused" if login else "a login is wanted and none was given"
        raise DeviceError(Reason.UNAUTHORISED, where, user)
    if reply.status != 200:
        raise DeviceError(Reason.BAD_ANSWER, where, f"RTSP {reply.status}")
    try:
        return parse_sdp(reply.body)
    except ValueError as error:
        raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None


async def _describe(host: str, port: int, path: str, login: Login | None) -> _Reply:
    """The last answer: to the request as it is, or to the signed one when the device asks for Digest."""
    reader, writer = await asyncio.open_connection(host, port, limit=HEAD_LIMIT)
    uri = f"rtsp://{host}:{port}{path}"
    try:
        reply = await _ask(reader, writer, uri, 1, "")
        challenge = digest.choose(reply.headers.get("www-authenticate", [])) if reply.status == 401 else None
        for sequence in (2, 3):
            if challenge is None or login is None:
                break
            signature = digest.authorization(challenge, login, "DESCRIBE", uri)
            reply = await _ask(reader, writer, uri, sequence, f"Authorization: {signature}\r\n")
            again = digest.choose(reply.headers.get("www-authenticate", [])) if reply.status == 401 else None
            challenge = again if again is not None and again.stale else None
        return reply
    finally:
        writer.transport.abort()


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, uri: str, sequence: int, extra: str
) -> _Reply:
    head = f"DESCRIBE {uri} RTSP/1.0\r\nCSeq: {sequence}\r\nAccept: application/sdp\r\n{extra}\r\n"
    writer.write(head.encode("latin-1", "replace"))
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    match = re.match(r"RTSP/1\.\d (\d{3})(?: |$)", lines[0])
    if match is None:
        raise ValueError("the answer is not RTSP")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers.setdefault(name.strip().lower(), []).append(value.strip())
    length = headers.get("content-length", ["0"])[0]
    if not length.isdecimal() or int(length) > SDP_LIMIT:
        raise ValueError("the answer has no usable Content-Length")
    body = await reader.readexactly(int(length))
    return _Reply(int(match[1]), headers, body.decode("utf-8", "replace"))
