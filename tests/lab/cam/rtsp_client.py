"""An RTSP client of one connection, with Digest and interleaved packets, that shares nothing with lab or product."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from types import TracebackType

from tests.lab.cam.client import Answer, digest

LOGIN = ("admin", "factory-1")


@dataclass(frozen=True)
class Packet:
    """One RTP packet."""

    channel: int
    marker: bool
    sequence: int
    timestamp: int
    payload: bytes


class Player:
    """``play()`` sets one track up over the connection; then packets come."""

    def __init__(self, address: str, url: str, timeout_s: float = 5.0) -> None:
        self._sock = socket.create_connection((address, 20554), timeout_s)
        self._buffer = b""
        self._sequence = 0
        self._packets: list[Packet] = []
        self.url = url
        self.session = ""

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sock.close()

    def ask(self, method: str, url: str | None = None, login: tuple[str, str] = LOGIN, **headers: str) -> Answer:
        """One request; signed when it is asked for."""
        url = url or self.url
        answer = self._exchange(method, url, headers)
        if answer.status == 401:
            signed = digest(answer.challenge(), *login, method, url)
            answer = self._exchange(method, url, {**headers, "Authorization": signed})
        return answer

    def play(self) -> None:
        setup = self.ask("SETUP", f"{self.url}/trackID=1", Transport="RTP/AVP/TCP;unicast;interleaved=4-5")
        assert setup.status == 200, setup
        self.session = dict(setup.headers)["Session"].partition(";")[0]
        assert self.ask("PLAY", Session=self.session).status == 200

    def packet(self) -> Packet:
        """The next RTP packet; RTCP is checked and passed over."""
        while True:
            channel, data = self._interleaved()
            if channel == 5:
                assert data[1] == 200 and len(data) == 28
                continue
            first, second, sequence, timestamp, _ = struct.unpack(">BBHII", data[:12])
            assert (first, second & 0x7F) == (0x80, 96)
            return Packet(channel, bool(second & 0x80), sequence, timestamp, data[12:])

    def teardown(self) -> Answer:
        return self.ask("TEARDOWN", Session=self.session)

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def _exchange(self, method: str, url: str, headers: dict[str, str]) -> Answer:
        self._sequence += 1
        lines = [f"{method} {url} RTSP/1.0", f"CSeq: {self._sequence}", *(f"{k}: {v}" for k, v in headers.items())]
        self._sock.sendall("\r\n".join([*lines, "", ""]).encode())
        while self._more(1).startswith(b"$"):
            self._interleaved()
        while b"\r\n\r\n" not in self._buffer:
            self._more(len(self._buffer) + 1)
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status, *rest = head.decode().split("\r\n")
        pairs = [(name, value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        assert dict(pairs)["CSeq"] == str(self._sequence)
        length = int(dict(pairs).get("Content-Length", "0"))
        body = self._more(length)[:length]
        self._buffer = self._buffer[length:]
        return Answer(int(status.split()[1]), pairs, body)

    def _interleaved(self) -> tuple[int, bytes]:
        head = self._more(4)
        assert head[:1] == b"$", head[:40]
        end = 4 + int.from_bytes(head[2:4])
        data = self._more(end)[4:end]
        self._buffer = self._buffer[end:]
        return head[1], data

    def _more(self, count: int) -> bytes:
        while len(self._buffer) < count:
            data = self._sock.recv(65536)
            if not data:
                raise ConnectionError("closed")
            self._buffer += data
        return self._buffer
