"""SIP (RFC 3261) with one peer over UDP or TCP: who is there (OPTIONS), and a call that is answered and hung up.

Every message goes to the declared address and port, and nothing is taken from any other. No sound is sent: what the
other side sends is counted and forgotten.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.secrets import Login, not_tried, rests
from iccc.sessions import digest
from iccc.sessions.reach import Reach
from iccc.sessions.sip_call import Call, Called, Outcome
from iccc.sessions.sip_exchange import Line, Machine, Question, Timing, token
from iccc.sessions.sip_messages import Message, Reader, Reply, parse

__all__ = ["Called", "Outcome", "Peer", "Reply", "call", "options"]

_MOST_MESSAGES = 2000  # of one exchange: who sends more is cut off
_WAITING = 256  # messages that were not looked at yet
_SIGNING = {401: ("www-authenticate", "Authorization"), 407: ("proxy-authenticate", "Proxy-Authorization")}


@dataclass(frozen=True)
class Peer:
    """A call box or an answer point. ``name`` is what its login is stored for."""

    name: str
    address: str
    port: int
    transport: str  # udp | tcp
    user: str = ""

    def where(self, what: str) -> str:
        return f"{self.name} {self.address}:{self.port}/{self.transport}  SIP {what}"


async def options(peer: Peer, reach: Reach) -> Reply:
    """The answer to OPTIONS, whatever its status; signed where that is asked for and a login is stored.

    DeviceError: nobody answers, the answer is not SIP, or the login was refused.
    """
    where = peer.where("OPTIONS")
    async with _line(peer, where, reach) as (wire, line):
        call_id = token()
        first = Question(line, "OPTIONS", _timing(reach), call_id)
        answer = await _final(first, wire, where, reach)
        if answer.status not in _SIGNING:
            return answer
        login = next(iter(reach.credentials.logins(peer.name)), None)
        if login is None:
            return answer  # it is there
        for number in (2, 3):
            signature = _signed(answer, login, "OPTIONS", line.uri)
            if signature is None:
                return answer
            header, value = signature
            again = Question(line, "OPTIONS", _timing(reach), call_id, number, value, header)
            answer = await _final(again, wire, where, reach)
            if answer.status not in _SIGNING:
                reach.credentials.proved(peer.name, login)
                return answer
            if not _stale(answer):
                break
        reach.credentials.refused(peer.name, login)
        text = f"login as {login.user} refused ({answer.status}){rests(reach.credentials, peer.name)}"
        raise DeviceError(Reason.UNAUTHORISED, where, text)


async def call(peer: Peer, caller: str, shown: str, limit_s: float, hold_s: float, reach: Reach) -> tuple[Called, int]:
    """Call, wait for an answer until the limit, hang up after ``hold_s``. With it how many packets of sound came.

    DeviceError where nothing is listening, or what comes is not SIP.
    """
    where = peer.where("INVITE")
    login = next(iter(reach.credentials.logins(peer.name)), None)

    def sign(answer: Reply, method: str, uri: str) -> tuple[str, str] | None:
        return _signed(answer, login, method, uri) if login is not None else None

    async with _line(peer, where, reach) as (wire, line), _ear(wire) as ear:
        own = replace(line, caller=caller, said=shown)
        machine = Call(own, limit_s, hold_s, _offer(wire.host, ear.port), sign, _timing(reach))
        await _drive(machine, wire)
        called = machine.called
        if machine.login_taken and login is not None:
            reach.credentials.proved(peer.name, login)
        if called.outcome is Outcome.SILENT:
            _raise_for(wire, where)
        if called.outcome is Outcome.UNAUTHORISED:
            if machine.login_refused and login is not None:
                reach.credentials.refused(peer.name, login)
                text = f"login as {login.user} refused ({called.status}){rests(reach.credentials, peer.name)}"
            else:
                text = f"it asks for a login ({called.status}); {not_tried(reach.credentials, peer.name)}"
            raise DeviceError(Reason.UNAUTHORISED, where, text)
        return called, ear.packets


def _timing(reach: Reach) -> Timing:
    return Timing(patience_s=reach.timeouts.sip_s)


def _signed(answer: Reply, login: Login, method: str, uri: str) -> tuple[str, str] | None:
    """Name and value of the header; None when no challenge is understood, or it is Basic."""
    asked, header = _SIGNING[answer.status]
    challenge = digest.choose(answer.headers.get(asked, []))
    return (header, digest.authorization(challenge, login, method, uri)) if challenge is not None else None


def _stale(answer: Reply) -> bool:
    challenge = digest.choose(answer.headers.get(_SIGNING[answer.status][0], []))
    return challenge is not None and challenge.stale


async def _final(question: Question, wire: _Wire, where: str, reach: Reach) -> Reply:
    await _drive(question, wire)
    if question.answer is None:
        _raise_for(wire, where)
        tries = f", sent {question.times} times" if question.times > 1 else ""
        raise DeviceError(Reason.NO_ANSWER, where, f"no answer within {reach.timeouts.sip_s:g} s{tries}")
    return question.answer


def _raise_for(wire: _Wire, where: str) -> None:
    """Why nothing came that could be understood, where that is known."""
    if isinstance(wire.ended, ConnectionRefusedError):
        raise DeviceError(Reason.REFUSED, where, "the port is closed")
    if wire.wrong:
        raise DeviceError(Reason.BAD_ANSWER, where, wire.wrong)
    if wire.ended is not None:
        raise DeviceError(Reason.NO_ANSWER, where, str(wire.ended) or type(wire.ended).__name__)


async def _drive(machine: Machine, wire: _Wire) -> None:
    """Until the machine is over. Whoever gives up meanwhile ends the call."""
    try:
        wire.send(machine.start(time.monotonic()))
        for _ in range(_MOST_MESSAGES):
            due = machine.due
            if due is None:
                return
            message = await wire.next(due)
            now = time.monotonic()
            if message is not None:
                wire.send(machine.received(message, now))
            elif wire.ended is not None:
                return
            else:
                wire.send(machine.tick(now))
    finally:
        if machine.due is not None:
            wire.send(machine.abandon())


class _Wire(asyncio.Protocol, asyncio.DatagramProtocol):
    """One socket, connected to one address. ``wrong``: why the last thing that came was not understood."""

    def __init__(self, reliable: bool) -> None:
        self.ended: Exception | None = None
        self.wrong = ""
        self.host, self.port = "", 0  # of this end
        self.peer = ""  # address of the other end
        self._reader = Reader() if reliable else None
        self._transport: Any = None  # of a stream, or of datagrams
        self._come: asyncio.Queue[Message | None] = asyncio.Queue(_WAITING)

    def send(self, messages: list[bytes]) -> None:
        for data in messages:
            if self._transport is None or self._transport.is_closing():
                return
            if self._reader is not None:
                self._transport.write(data)
            else:
                self._transport.sendto(data)

    async def next(self, until: float) -> Message | None:
        """None when nothing came until then, or nothing will."""
        if self.ended is not None and self._come.empty():
            return None
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                return await self._come.get()
        except TimeoutError:
            return None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.host, self.port = transport.get_extra_info("sockname")[:2]
        self.peer = transport.get_extra_info("peername")[0]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:  # noqa: ARG002
        try:
            self._put(parse(data))
        except ValueError as error:
            self.wrong = str(error)

    def data_received(self, data: bytes) -> None:
        if self._reader is None or self.ended is not None:
            return
        try:
            for message in self._reader.feed(data):
                self._put(message)
        except ValueError as error:
            self.wrong = str(error)
            self._end(error)
            self.close()

    def error_received(self, exc: Exception) -> None:
        self._end(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the connection was closed before there was an answer"))

    def _put(self, message: Message | None) -> None:
        with suppress(asyncio.QueueFull):
            self._come.put_nowait(message)

    def _end(self, error: Exception) -> None:
        if self.ended is None:
            self.ended = error
            self._put(None)  # who waits shall not wait on


@asynccontextmanager
async def _line(peer: Peer, where: str, reach: Reach) -> AsyncIterator[tuple[_Wire, Line]]:
    host, port = reach.dial(peer.address, peer.port)
    loop = asyncio.get_running_loop()
    wire = _Wire(peer.transport == "tcp")
    try:
        guard.check(host)
        if peer.transport == "tcp":
            async with asyncio.timeout(reach.timeouts.connect_s):
                await loop.create_connection(lambda: wire, host, port)
        else:
            await loop.create_datagram_endpoint(lambda: wire, remote_addr=(host, port), family=socket.AF_INET)
    except guard.OutsideLab as error:
        raise DeviceError(Reason.GUARDED, where, error.strerror or str(error)) from None
    except TimeoutError:
        raise DeviceError(Reason.NO_ANSWER, where, f"no connection within {reach.timeouts.connect_s:g} s") from None
    except ConnectionRefusedError:
        raise DeviceError(Reason.REFUSED, where, "the port is closed") from None
    except OSError as error:
        raise DeviceError(Reason.NO_ANSWER, where, error.strerror or str(error)) from None
    try:
        yield wire, Line(f"{wire.host}:{wire.port}", f"{peer.address}:{peer.port}", peer.transport, peer.user)
    finally:
        wire.close()


class _Ear(asyncio.DatagramProtocol):
    """Where the other side may send its sound: packets of the called address are counted, and nothing is kept."""

    def __init__(self) -> None:
        self.port = 0
        self.packets = 0
        self.of = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        if addr[0] == self.of and len(data) >= 12 and data[0] >> 6 == 2:  # RTP (RFC 3550, 5.1)
            self.packets += 1


@asynccontextmanager
async def _ear(wire: _Wire) -> AsyncIterator[_Ear]:
    ear = _Ear()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: ear, local_addr=(wire.host, 0), family=socket.AF_INET)
    ear.of = wire.peer
    try:
        yield ear
    finally:
        transport.close()


def _offer(host: str, port: int) -> bytes:
    """SDP (RFC 4566) that hears G.711 and says nothing."""
    number = int(time.time())
    lines = (
        "v=0", f"o=iccc {number} {number} IN IP4 {host}", "s=test call", f"c=IN IP4 {host}", "t=0 0",
        f"m=audio {port} RTP/AVP 0 8", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=recvonly", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()
