"""Reads many cameras as cheaply as asyncio can: prebuilt envelopes, one protocol each, and no kind of care.

Without arguments each answer is parsed with lxml and its values are taken by local name: what reading costs at least.
``blind``: of an answer only the status is looked at: what asking costs. Standard input:
``{"hosts": {name: [address, port]}, "digest": [name], "user", "password", "at_once"}``, where ``digest`` are the
cameras that take HTTP Digest.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta

from lxml import etree

from tests.peers.camera_reads import CLOCK, DEVICE, MEDIA2, READS, Measured

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_HEAD = (
    f'<s:Header><w:Security s:mustUnderstand="1" xmlns:w="{_OASIS}-wssecurity-secext-1.0.xsd" '
    f'xmlns:u="{_OASIS}-wssecurity-utility-1.0.xsd"><w:UsernameToken><w:Username>%s</w:Username>'
    f'<w:Password Type="{_OASIS}-username-token-profile-1.0#PasswordDigest">%s</w:Password>'
    f'<w:Nonce EncodingType="{_OASIS}-soap-message-security-1.0#Base64Binary">%s</w:Nonce>'
    "<u:Created>%s</u:Created></w:UsernameToken></w:Security></s:Header>"
)
_SOAP = '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")
_UTC = re.compile(rb"UTCDateTime><tt:Time><tt:Hour>(\d+)\D+(\d+)\D+(\d+)\D+(\d+)\D+(\d+)\D+(\d+)")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_NONCE = re.compile(rb'realm="([^"]*)".*?nonce="([^"]*)"')


def _request(service: str, action: str) -> tuple[str, str, str, str]:
    """Path, the request line with the headers that never change, the body, and the operation."""
    path = "/onvif/device_service" if service == DEVICE else "/onvif/media2_service"
    kinds = ("VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder") if action == "GetProfiles" else ()
    types = "".join(f"<q:Type>{kind}</q:Type>" for kind in kinds)
    start = f"POST {path} HTTP/1.1\r\nContent-Type: application/soap+xml; charset=utf-8\r\n"
    body = f'<s:Body><q:{action} xmlns:q="{service}">{types}</q:{action}></s:Body></s:Envelope>'
    return path, start, body, action


REQUESTS = [_request(DEVICE, CLOCK), *(_request(MEDIA2 if one == "GetProfiles" else DEVICE, one) for one in READS)]


class Camera(asyncio.Protocol):
    """Sends one request after the other; ``done`` is set to whether all were answered with 200."""

    def __init__(
        self, host: str, user: str, password: str, with_digest: bool, blind: bool, done: asyncio.Future[bool]
    ) -> None:
        self._host, self._user, self._password, self._done = host, user, password, done
        self._with_digest, self._blind = with_digest, blind
        self.values: dict[str, list[tuple[str, str]]] = {}  # by operation: local names and texts, as they come
        self._challenge: tuple[str, str] | None = None  # realm, nonce
        self._count = 0
        self._skew = timedelta()
        self._next = 0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        found = _LENGTH.search(self._buffer, 0, end + 2) if end >= 0 else None
        if found is None or len(self._buffer) < end + 4 + int(found[1]):
            return
        if self._buffer.startswith(b"HTTP/1.1 401") and self._with_digest and not self._challenge:
            realm, nonce = _NONCE.search(self._buffer).groups()  # type: ignore[union-attr]
            self._challenge = realm.decode(), nonce.decode()
        elif self._buffer.startswith(b"HTTP/1.1 200"):
            if self._next == 0:
                self._take_clock()
            if not self._blind:
                self._take_values(self._buffer[end + 4 :])
            self._next += 1
        else:
            self._transport.abort()
            return
        self._buffer = b""
        if self._next == len(REQUESTS):
            self._done.set_result(True)
            self._transport.abort()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self._done.done():
            self._done.set_result(False)

    def _send(self) -> None:
        path, start, body, _ = REQUESTS[self._next]
        token = extra = ""
        if self._next and not self._with_digest:
            token = self._token()
        elif self._next and self._challenge:
            extra = self._authorization(path)
        message = f"{_SOAP}{token}{body}"
        head = f"{start}Host: {self._host}\r\n{extra}Content-Length: {len(message)}\r\n\r\n"
        self._transport.write((head + message).encode())

    def _take_clock(self) -> None:
        """The one thing that is looked at: without the camera's own time it refuses what is signed."""
        found = _UTC.search(self._buffer)
        if found is not None:
            hour, minute, second, year, month, day = map(int, found.groups())
            self._skew = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - datetime.now(UTC)

    def _take_values(self, body: bytes) -> None:
        response = etree.fromstring(body, _PARSER)[-1][0]
        asked = REQUESTS[self._next][3]
        if etree.QName(response).localname != f"{asked}Response":
            raise ValueError(f"{etree.QName(response).localname} to {asked}")
        found = ((one.tag.rpartition("}")[2], one.text) for one in response.iter() if one.text)
        self.values[asked] = list(found)

    def _token(self) -> str:
        nonce, created = os.urandom(16), (datetime.now(UTC) + self._skew).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = hashlib.sha1(nonce + created.encode() + self._password.encode(), usedforsecurity=False).digest()
        return _HEAD % (self._user, base64.b64encode(made).decode(), base64.b64encode(nonce).decode(), created)

    def _authorization(self, path: str) -> str:
        assert self._challenge is not None
        realm, nonce = self._challenge
        self._count += 1
        first = _md5(f"{self._user}:{realm}:{self._password}")
        response = _md5(f"{first}:{nonce}:{self._count:08x}:00:auth:{_md5(f'POST:{path}')}")
        return (
            f'Authorization: Digest username="{self._user}", realm="{realm}", nonce="{nonce}", uri="{path}", '
            f'algorithm=MD5, qop=auth, nc={self._count:08x}, cnonce="00", response="{response}"\r\n'
        )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


async def read(asked: dict[str, object], blind: bool, measured: Measured) -> None:
    loop = asyncio.get_running_loop()
    hosts, digest = asked["hosts"], set(asked["digest"])  # type: ignore[call-overload]
    left = iter(hosts.items())  # type: ignore[attr-defined]

    async def lane() -> None:
        for name, (address, port) in left:
            done: asyncio.Future[bool] = loop.create_future()
            made = Camera(f"{address}:{port}", asked["user"], asked["password"], name in digest, blind, done)  # type: ignore[arg-type]
            await loop.create_connection(lambda made=made: made, address, port)
            measured.count(await done)

    await asyncio.gather(*(lane() for _ in range(asked["at_once"])))  # type: ignore[call-overload]


if __name__ == "__main__":
    told = json.load(sys.stdin)
    with Measured() as run:
        asyncio.run(read(told, sys.argv[1:] == ["blind"], run))
    print(run.told())
