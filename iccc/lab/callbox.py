"""A telephone that speaks SIP: a call box of the city, or the one at a control room where its calls are answered."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from iccc.lab import http_digest
from iccc.lab.device import Fault, LabDevice, TcpPort, UdpPort
from iccc.lab.sheet import Login
from iccc.sessions.dial import LAB_PORT_OFFSET

Send = Callable[[bytes], None]
Lines = list[tuple[str, str]]

AGAIN_S = (0.5, 1.0, 2.0, 4.0, 4.0)  # a 200 to an INVITE, until its ACK
_REASONS = {
    100: "Trying", 180: "Ringing", 200: "OK", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized",
    405: "Method Not Allowed", 481: "Call/Transaction Does Not Exist", 486: "Busy Here", 487: "Request Terminated",
    503: "Service Unavailable",
}  # fmt: skip
METHODS = "INVITE, ACK, CANCEL, BYE, OPTIONS"


@dataclass
class Ringing:
    """One call, from its INVITE to its end."""

    heard: Lines
    send: Send
    tag: str
    ear: tuple[str, int] | None = None  # where the caller hears
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    picked_up: bool = False
    acknowledged: bool = False

    def stop(self) -> None:
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()


class LabTelephone(LabDevice):
    """Rings, picks up after ``picks_up_s``, and lets itself be hung up. With ``login`` it asks callers for it."""

    def __init__(self, name: str, address: str, port: int, login: Login) -> None:
        super().__init__(name, address)
        self.software = "Lab-Telephone/1.4.2"
        self._login = login
        self._calls: dict[str, Ringing] = {}
        self._phone = LAB_PORT_OFFSET + port
        self.udp = [UdpPort(address, self._phone, lambda data, _peer, reply: self._heard(data, reply))]
        self.tcp = [TcpPort(address, self._phone, lambda: _Connection(self._heard))]
        self.factory_reset()

    def factory_reset(self) -> None:
        self.asks_login = False
        self.picks_up_s = 0.1
        self.speaks = False
        self._hang_up_all()

    def power_cut(self) -> None:
        self._hang_up_all()

    async def close(self) -> None:
        self._hang_up_all()
        await super().close()

    def inject(self, path: str, value: object) -> None:
        """Paths: ``asks_login``, ``speaks`` (who picks up): true or false. ``picks_up_s``: how long it rings."""
        if path in ("asks_login", "speaks") and isinstance(value, bool):
            setattr(self, path, value)
        elif path == "picks_up_s" and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            self.picks_up_s = float(value)
        else:
            super().inject(path, value)

    def _hang_up_all(self) -> None:
        for call in self._calls.values():
            call.stop()
        self._calls.clear()

    def _heard(self, data: bytes, send: Send) -> None:
        if self.fault in (Fault.SILENT, Fault.DEAD):
            return
        if self.fault is Fault.SLOW:
            asyncio.get_running_loop().call_later(self.delay_s, self._act, data, send)
        else:
            self._act(data, send)

    def _act(self, data: bytes, send: Send) -> None:
        first, lines = _parted(data)
        method = first.split(" ")[0]
        self.counters.requests += 1
        if self.fault is Fault.SIP_GARBAGE:
            send(b"SIP/2.0 200 \x00\xff\r\n\x01\x02: \r\n" + b"Via: " + b"A" * 900 + b"\r\n\r\n")
            return
        if method == "ACK":
            self._acknowledged(lines)
        elif method == "CANCEL":
            self._cancelled(lines, send)
        elif method == "BYE":
            self._hung_up(lines, send)
        elif method in ("INVITE", "OPTIONS"):
            if self._lets_in(first, method, lines, send):
                self._rung(lines, send, data) if method == "INVITE" else self._asked(lines, send)
        else:
            send(self._said(405, lines, secrets.token_hex(4)))

    def _lets_in(self, first: str, method: str, lines: Lines, send: Send) -> bool:
        wrong = self.fault is Fault.WRONG_PASSWORD
        if not (self.asks_login or wrong):
            return True
        given = http_digest.parse(_of(lines, "authorization"))
        uri = first.split(" ")[1]
        user, password = self._login
        if (
            given is not None
            and given.username == user
            and given.uri == uri
            and not wrong
            and given.proves(password, method)
        ):
            self.counters.logins += 1
            return True
        if given is not None:
            self.counters.failures += 1
        challenge = f'Digest realm="lab", nonce="{secrets.token_hex(8)}", algorithm=MD5, qop="auth"'
        send(self._said(401, lines, secrets.token_hex(4), [("WWW-Authenticate", challenge)]))
        return False

    def _asked(self, lines: Lines, send: Send) -> None:
        status = {Fault.SIP_BUSY: 486, Fault.SIP_ERROR: 503}.get(self.fault, 200)
        extra = [("Allow", METHODS), ("Accept", "application/sdp"), ("Server", self.software)]
        send(self._said(status, lines, secrets.token_hex(4), extra))

    def _rung(self, lines: Lines, send: Send, data: bytes) -> None:
        name = _of(lines, "call-id") + _of(lines, "cseq")
        if name in self._calls:  # the same INVITE once more
            send(self._said(180, lines, self._calls[name].tag))
            return
        call = Ringing(lines, send, secrets.token_hex(4), _ear_of(data))
        end = {Fault.SIP_BUSY: 486, Fault.SIP_ERROR: 503, Fault.SIP_MOVED: 302}.get(self.fault)
        if end is not None:
            to = [("Contact", "<sip:elsewhere@203.0.113.9:5060>")] if end == 302 else []
            send(self._said(end, lines, call.tag, to))
            return
        self._calls[name] = call
        self.counters.calls += 1
        self.counters.calls_at_once = max(self.counters.calls_at_once, len(self._calls))
        send(self._said(100, lines, ""))
        send(self._said(180, lines, call.tag))
        if self.fault is not Fault.SIP_RINGS:
            call.timers.append(asyncio.get_running_loop().call_later(self.picks_up_s, self._picks_up, call))

    def _picks_up(self, call: Ringing) -> None:
        call.picked_up = True
        answer = self._said(200, call.heard, call.tag, [("Contact", f"<sip:phone@{self.told_address}>")], _SOUND)
        loop, after = asyncio.get_running_loop(), 0.0
        call.send(answer)
        for wait in AGAIN_S:
            after += wait
            call.timers.append(loop.call_later(after, call.send, answer))

    def _speak(self, call: Ringing) -> None:
        """A fifth of a second of silence in G.711, as RTP packets of 20 ms, all at once."""
        if call.ear is None:
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
            mouth.bind((self.at(self.address, 0)[0], 0))
            for number in range(10):
                mouth.sendto(b"\x80\x00" + number.to_bytes(2) + bytes(8) + b"\xff" * 160, call.ear)

    def _acknowledged(self, lines: Lines) -> None:
        for name, call in list(self._calls.items()):
            if name.startswith(_of(lines, "call-id")):
                if self.speaks and not call.acknowledged:
                    self._speak(call)
                call.acknowledged = True
                call.stop()

    def _hung_up(self, lines: Lines, send: Send) -> None:
        name = next((name for name in self._calls if name.startswith(_of(lines, "call-id"))), None)
        if name is None:
            send(self._said(481, lines, secrets.token_hex(4)))
            return
        call = self._calls.pop(name)
        call.stop()
        self.counters.hangups += call.acknowledged
        send(self._said(200, lines, call.tag))

    def _cancelled(self, lines: Lines, send: Send) -> None:
        name = _of(lines, "call-id") + _of(lines, "cseq").replace("CANCEL", "INVITE")
        call = self._calls.get(name)
        if call is None or call.picked_up:
            send(self._said(200 if call else 481, lines, secrets.token_hex(4)))
            return
        self._calls.pop(name).stop()
        self.counters.hangups += 1
        send(self._said(200, lines, call.tag))
        call.send(self._said(487, call.heard, call.tag))

    def _said(self, status: int, lines: Lines, tag: str, extra: Lines | None = None, body: str = "") -> bytes:
        copied = [(key, value) for key, value in lines if key in ("via", "from", "call-id", "cseq")]
        to = _of(lines, "to")
        said = [*copied, ("to", f"{to};tag={tag}" if tag and "tag=" not in to else to), *(extra or [])]
        if body:
            said.append(("Content-Type", "application/sdp"))
        text = "".join(f"{key}: {value}\r\n" for key, value in said)
        return f"SIP/2.0 {status} {_REASONS[status]}\r\n{text}Content-Length: {len(body)}\r\n\r\n{body}".encode()


_SOUND = "v=0\r\no=lab 1 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n"


class _Connection(asyncio.Protocol):
    """One caller over TCP."""

    def __init__(self, heard: Callable[[bytes, Send], None]) -> None:
        self._heard = heard
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            told = re.search(rb"(?i)content-length: *(\d{1,6})", self._buffer[:end])
            whole = end + 4 + (int(told[1]) if told else 0)
            if len(self._buffer) < whole:
                return
            message, self._buffer = self._buffer[:whole], self._buffer[whole:]
            self._heard(message, self._send)

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


def _ear_of(data: bytes) -> tuple[str, int] | None:
    """By the SDP of an INVITE."""
    host, port = re.search(rb"c=IN IP4 ([\d.]{7,15})", data), re.search(rb"m=audio (\d{1,5}) ", data)
    return (host[1].decode(), int(port[1])) if host and port else None


def _parted(data: bytes) -> tuple[str, Lines]:
    """First line, and headers with small letters. The lab is asked by well-behaved callers."""
    first, *rest = data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    pairs = (line.partition(":") for line in rest if ":" in line)
    return first, [(key.strip().lower(), value.strip()) for key, _, value in pairs]


def _of(lines: Lines, name: str) -> str:
    return next((value for key, value in lines if key == name), "")
