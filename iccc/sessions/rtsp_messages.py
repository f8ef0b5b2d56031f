"""Messages of RTSP (RFC 2326) and the packets between them, out of a stream of bytes. Sans I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEAD_LIMIT = 16 * 1024  # bytes of status line and headers
BODY_LIMIT = 64 * 1024  # bytes
_STATUS = re.compile(r"RTSP/1\.\d (\d{3})(?: |$)")


@dataclass(frozen=True, slots=True)
class Reply:
    """``headers`` by lower-case name, each with all its values."""

    status: int
    headers: Mapping[str, list[str]]
    body: str

    def header(self, name: str) -> str:
        """The first value of a header, or ""."""
        return self.headers.get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Frame:
    """An RTP or RTCP packet (RFC 2326, 10.12)."""

    channel: int
    data: bytes


def request(method: str, uri: str, sequence: int, headers: Mapping[str, str]) -> bytes:
    """A request without a body."""
    lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {sequence}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class Reader:
    """Takes bytes in and gives what is complete."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Reply | Frame]:
        """What ``data`` completes, in order. Raises ValueError where it is not RTSP, or is too long."""
        self._buffer += data
        found: list[Reply | Frame] = []
        while self._buffer:
            one = self._frame() if self._buffer[0] == 0x24 else self._reply()
            if one is None:
                break
            found.append(one)
        return found

    def _frame(self) -> Frame | None:
        if len(self._buffer) < 4:
            return None
        end = 4 + int.from_bytes(self._buffer[2:4])
        if len(self._buffer) < end:
            return None
        frame = Frame(self._buffer[1], bytes(self._buffer[4:end]))
        del self._buffer[:end]
        return frame

    def _reply(self) -> Reply | None:
        end = self._buffer.find(b"\r\n\r\n", 0, HEAD_LIMIT)
        if end < 0:
            if len(self._buffer) >= HEAD_LIMIT or not b"RTSP/".startswith(self._buffer[:5]):
                raise ValueError("the answer is not RTSP")
            return None
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        match = _STATUS.match(lines[0])
        if match is None:
            raise ValueError("the answer is not RTSP")
        headers: dict[str, list[str]] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        length = headers.get("content-length", ["0"])[0]
        if not length.isdecimal() or len(length) > 9 or int(length) > BODY_LIMIT:
            raise ValueError("the answer has no usable Content-Length")
        start, end = end + 4, end + 4 + int(length)
        if len(self._buffer) < end:
            return None
        body = self._buffer[start:end].decode("utf-8", "replace")
        del self._buffer[:end]
        return Reply(int(match[1]), headers, body)
