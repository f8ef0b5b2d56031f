"""A recorder's way into a camera: RTSP DESCRIBE with HTTP Digest (RFC 2326, RFC 2069), over a real connection."""

from __future__ import annotations

import asyncio
import hashlib
import re
from contextlib import suppress
from urllib.parse import urlsplit

TIMEOUT_S = 4.0
LAB_PORTS = 20_000
_PARAM = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_STATUS = re.compile(rb"RTSP/1\.0 (\d{3})")


class Refused(Exception):
    """The camera takes no login with this user and password."""


async def describe(uri: str, user: str, password: str) -> str:
    """Ask the camera for its stream as this user: "" when it is given, else why not. Raises Refused.

    Addresses are those of the city, 10.a.b.c; the lab has them at 127.a.b.c with ports 20,000 higher.
    """
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await _described(uri, user, password)
    except TimeoutError:
        return "no answer"
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        return f"no connection: {type(error).__name__}"


async def _described(uri: str, user: str, password: str) -> str:
    parts = urlsplit(uri)
    host = f"127.{(parts.hostname or '').partition('.')[2]}"
    reader, writer = await asyncio.open_connection(host, LAB_PORTS + (parts.port or 554))
    try:
        status, challenge = await _asked(reader, writer, uri, 1, "")
        if status == 401 and user:
            proof = _digest(challenge, uri, user, password)
            status, _ = await _asked(reader, writer, uri, 2, f"Authorization: {proof}\r\n")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    if status == 401:
        raise Refused
    return "" if status == 200 else f"RTSP {status}"


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, uri: str, number: int, header: str
) -> tuple[int, dict[str, str]]:
    """The status of the answer and its challenge by MD5."""
    writer.write(f"DESCRIBE {uri} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\n{header}\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    found = _STATUS.match(head)
    if found is None:
        raise ValueError("no RTSP")
    challenge: dict[str, str] = {}
    length = 0
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
        if name.lower() == "www-authenticate" and value.strip().lower().startswith("digest") and not challenge:
            challenge = {key.lower(): quoted or bare for key, quoted, bare in _PARAM.findall(value)}
    await reader.readexactly(length)
    return int(found[1]), challenge


def _digest(challenge: dict[str, str], uri: str, user: str, password: str) -> str:
    realm, nonce = challenge.get("realm", ""), challenge.get("nonce", "")
    response = _md5(f"{_md5(f'{user}:{realm}:{password}')}:{nonce}:{_md5(f'DESCRIBE:{uri}')}")
    return f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}"'


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324
