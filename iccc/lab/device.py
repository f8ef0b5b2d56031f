"""What all simulated devices share: power, faults, counters, and sockets that go really dead."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What can be wrong with a simulated device. ``NONE`` is healthy."""

    NONE = "none"
    DEAD = "dead"  # no electricity: SYNs and datagrams are dropped
    SILENT = "silent"  # accepts connections, never answers
    SLOW = "slow"  # answers after a delay
    WRONG_PASSWORD = "wrong-password"  # noqa: S105  somebody changed it: every login is refused
    WRONG_CLOCK = "wrong-clock"  # the clock went back to 2000-01-01 at the last power cut and ticks from there
    IGNORES = "accepts-and-ignores"  # answers OK to every Set and changes nothing
    # of cameras and recorders only (ONVIF)
    AFTER_REBOOT = "after-reboot"  # answers OK to a Set, and tells the old value until it restarts
    EMPTY = "empty-response"  # HTTP 200 without a body
    CLOSES = "close-on-unknown"  # ends the connection at an operation that it does not have
    NO_SERVICES = "no-get-services"  # does not have GetServices
    SOAP11 = "soap11"  # speaks SOAP 1.1 alone
    WRONG_NAMESPACE = "wrong-namespace"  # children of answers are in another namespace
    FOREIGN_XADDR = "foreign-xaddr"  # tells addresses of another network
    FAULT_IN_200 = "fault-in-200"  # every fault comes with HTTP 200, and every Set is such a fault
    LOCAL_AS_UTC = "local-as-utc"  # tells its local time as UTC
    IMPOSSIBLE_DATES = "impossible-dates"  # 30 February, 25 o'clock
    DIGEST_ONLY = "digest-only"  # takes HTTP Digest and no WS-UsernameToken
    LOCK_OUT = "lock-out"  # one wrong password locks the account
    HTML_401 = "html-401"  # HTTP 401 with a page and Basic, whatever the login
    BUSY = "busy"  # connections are used up: every second login is answered 401, and all beside another connection
    UPLOAD_REFUSED = "upload-refused"  # HTTP 500 to every file that is sent to it
    ACTS_UNANSWERED = "acts-unanswered"  # restarts when it is asked to, and hangs up instead of an answer
    NO_RETURN = "no-return"  # does not come back from a restart, until it is healed or loses its mains
    INVALID_XML = "invalid-xml"  # answers are not well-formed
    NEEDS_ACTION = "needs-action"  # an empty answer unless the Content-Type names the action and the XML is compact
    REFUSES_ACTION = "refuses-action"  # a fault when the Content-Type names the action
    STALE_NONCE = "stale-nonce"  # takes HTTP Digest alone, and every nonce for one request
    MISSING_PARTS = "missing-parts"  # leaves parts out of its answers that the standard wants in them
    HUGE = "huge-answer"  # answers of 5 MiB
    ENTITIES = "entity-bomb"  # answers with a document type whose entities grow to gigabytes
    TLS_SILENT = "tls-silent"  # takes connections for HTTPS, and never answers a handshake
    TLS_PLAIN = "tls-plain"  # speaks HTTP without TLS where HTTPS should be
    # of cameras only: streams and pictures
    RTSP_SILENT = "rtsp-silent"  # accepts RTSP connections and never answers; ONVIF goes on
    RTSP_BASIC = "rtsp-basic"  # RTSP asks for Basic, and for nothing else
    NO_KEYFRAME = "no-keyframe"  # streams frames that build on others, never one that stands alone
    WRONG_CODEC = "wrong-codec"  # sends another codec than its SDP says
    STREAM_STOPS = "stream-stops"  # three frames from amid a group of pictures, and then not a byte more
    BLACK = "black-picture"  # the lens is covered: streams go on, and show nothing
    FROZEN = "frozen-picture"  # snapshots are the same bytes again and again
    DEFOCUSED = "defocused-picture"  # somebody turned the lens
    # of call boxes, and of the telephones that answer them
    SIP_BUSY = "sip-busy"  # 486 to every call, and to the question whether it is there
    SIP_RINGS = "sip-rings"  # rings, and nobody picks up
    SIP_ERROR = "sip-error"  # 503
    SIP_MOVED = "sip-moved"  # 302 to an address of another network
    SIP_GARBAGE = "sip-garbage"  # answers are no SIP
    # of switches only
    CUT = "cut-mid-change"  # the session dies in the middle of a change; what was typed stands
    REFUSES = "refuses"  # some lines are no commands there
    SAVE_LIES = "save-lies"  # says that it saved, and did not
    ASKS = "asks"  # a question before it saves
    PAGER = "pager"  # pages whatever it is told
    WRONG_ENABLE = "wrong-enable"  # noqa: S105  logins start below, and no password leads up
    # of SNMP only: the command line goes on
    SNMP_SILENT = "snmp-silent"  # no agent answers
    SNMP_COMMUNITY = "snmp-wrong-community"  # somebody changed communities and passwords
    SNMP_NO_USER = "snmp-no-user"  # the v3 users are gone; communities go on
    SNMP_WRONG_TIME = "snmp-wrong-time"  # the engine's time is never the one that it told
    SNMP_ELSEWHERE = "snmp-from-elsewhere"  # answers come from another address
    SNMP_TRUNCATED = "snmp-truncated"  # ifNumber says more than there are rows
    SNMP_LOOPS = "snmp-not-increasing"  # a walk comes back to where it has been
    SNMP_ENDLESS = "snmp-endless"  # a column of ifTable goes on for ever, with rows that increase
    SNMP_TOO_BIG = "snmp-too-big"  # tooBig to whatever asks for more than four values
    SNMP_LONG = "snmp-long"  # replies as long as is asked, up to what a datagram holds
    SNMP_ODD_TEXT = "snmp-odd-text"  # ifAlias with octets that are no UTF-8, and control characters
    SNMP_WRAPS = "snmp-wraps"  # 32-bit counters only, and these wrap three seconds from now
    SNMP_UPTIME = "snmp-uptime-back"  # sysUpTime runs backwards


SNMP_FAULTS = frozenset(fault for fault in Fault if fault.value.startswith("snmp-"))
ONVIF_FAULTS = frozenset(
    {
        Fault.AFTER_REBOOT, Fault.EMPTY, Fault.CLOSES, Fault.NO_SERVICES, Fault.SOAP11, Fault.WRONG_NAMESPACE,
        Fault.FOREIGN_XADDR, Fault.FAULT_IN_200, Fault.LOCAL_AS_UTC, Fault.IMPOSSIBLE_DATES, Fault.DIGEST_ONLY,
        Fault.LOCK_OUT, Fault.HTML_401, Fault.BUSY, Fault.UPLOAD_REFUSED, Fault.NO_RETURN, Fault.ACTS_UNANSWERED,
        Fault.INVALID_XML, Fault.NEEDS_ACTION, Fault.REFUSES_ACTION,
        Fault.STALE_NONCE, Fault.MISSING_PARTS, Fault.HUGE, Fault.ENTITIES, Fault.TLS_SILENT, Fault.TLS_PLAIN,
    }
)  # fmt: skip
SIP_FAULTS = frozenset(fault for fault in Fault if fault.value.startswith("sip-"))
STREAM_FAULTS = frozenset(
    {
        Fault.RTSP_SILENT, Fault.RTSP_BASIC, Fault.NO_KEYFRAME, Fault.WRONG_CODEC, Fault.STREAM_STOPS, Fault.BLACK,
        Fault.FROZEN, Fault.DEFOCUSED,
    }
)  # fmt: skip
SWITCH_FAULTS = frozenset({Fault.CUT, Fault.REFUSES, Fault.SAVE_LIES, Fault.ASKS, Fault.PAGER, Fault.WRONG_ENABLE})


@dataclass
class Counters:
    """What the device saw since the last reset of its counters."""

    logins: int = 0
    failures: int = 0
    sets: int = 0
    requests: int = 0
    restarts: int = 0  # asked for over ONVIF
    lockouts: int = 0  # accounts locked after wrong passwords
    plays: int = 0  # streams that were begun
    teardowns: int = 0  # streams that their client has ended in order
    activations: int = 0  # first users that were made on a device out of its box
    calls: int = 0  # that rang at a telephone
    calls_at_once: int = 0  # the most of them
    hangups: int = 0  # of them ended in order by who called
    collisions: int = 0  # connections to a maker's address while another device held it, too


At = Callable[[str, int], tuple[str, int]]


def as_it_is(address: str, port: int) -> tuple[str, int]:
    """Devices listen on loopback. A lab in a network of its own has another one of these: see :class:`LabDevice`."""
    return address, port


@dataclass(slots=True)
class TcpPort:
    """One listening TCP port that can be made dead: SYNs are then dropped, as by a device without power.

    What is set here may be changed; the next :meth:`open` acts on it.
    """

    address: str  # 127.a.b.c
    port: int  # 20000 + p
    factory: Callable[[], asyncio.BaseProtocol]
    on: bool = True  # False: connections are refused
    tls: ssl.SSLContext | None = None
    at: At = as_it_is
    _server: asyncio.Server | None = None
    _listens: tuple[object, ...] = ()
    _hole: list[socket.socket] = field(default_factory=list)

    async def open(self) -> None:
        """Answer connections (again)."""
        self._close_hole()
        wanted = (self.address, self.port, self.factory, self.tls)
        if self._server is not None and (not self.on or self._listens != wanted):
            self._close()
        if self._server is None and self.on:
            self._listens = wanted
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                self.factory, *self.at(self.address, self.port), backlog=64, reuse_address=True, ssl=self.tls
            )

    async def drop(self) -> None:
        """Drop every SYN from now on."""
        self.shut()

    def shut(self) -> None:
        """The same, before anything else happens: a listener whose queue is full and never emptied."""
        self._close()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self.at(self.address, self.port))
        listener.listen(0)
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex(self.at(self.address, self.port))
        self._hole = [listener, filler]

    async def close(self) -> None:
        self._close()

    def _close(self) -> None:
        self._close_hole()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _close_hole(self) -> None:
        for sock in self._hole:
            sock.close()
        self._hole = []


@dataclass
class UdpPort:
    """One UDP port that can be made dead. It stays bound then, or the kernel would answer "port unreachable"."""

    address: str  # 127.a.b.c
    port: int  # 20000 + p
    answer: Callable[[bytes, str, Callable[[bytes], None]], None]  # datagram, who sent it, how to reply
    elsewhere: Callable[[], bool] = lambda: False  # whether answers come from another address now
    at: At = as_it_is
    _transport: asyncio.DatagramTransport | None = None
    _open: bool = False
    _bound: str = ""

    async def open(self) -> None:
        """Answer (again), where ``address`` says now."""
        self._open = True
        await self._bind()

    async def drop(self) -> None:
        """Read datagrams and forget them from now on."""
        self.shut()
        await self._bind()

    def shut(self) -> None:
        """The same, before anything else happens."""
        self._open = False

    async def close(self) -> None:
        self._open = False
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def _bind(self) -> None:
        if self._transport is not None and self._bound != self.address:
            self._transport.close()
            self._transport = None
        if self._transport is None:
            self._bound = self.address
            loop = asyncio.get_running_loop()
            self._transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=self.at(self.address, self.port)
            )

    def received(self, data: bytes, sender: tuple[str, int]) -> None:
        """One datagram came in; an answer may be given later (a slow device)."""
        if self._open:
            self.answer(data, sender[0], lambda reply: self.send(reply, sender))

    def send(self, data: bytes, to: tuple[str, int]) -> None:
        """One datagram from this port, or from another address of the device; nothing while it is dead."""
        if not self._open or self._transport is None:
            return
        if self.elsewhere():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                other.bind((self.at(f"127.254.{self.address.split('.', 2)[2]}", 0)[0], 0))
                other.sendto(data, to)
        else:
            self._transport.sendto(data, to)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, port: UdpPort) -> None:
        self._port = port

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._port.received(data, addr)


class LabDevice:
    """Base of the simulated devices.

    The fabric calls :meth:`plug` and :meth:`unplug` when the device gains or loses its path to the
    control centre (mains, PoE, VLAN, a cut fibre). Subclasses consult ``fault`` when they answer.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address  # 127.a.b.c
        self.at: At = as_it_is  # where its sockets really listen
        self.fault = Fault.NONE
        self.delay_s = 0.0  # of Fault.SLOW
        self.latency_s = 0.0  # of the way there and back: every answer over HTTP and RTSP comes so much later
        self.counters = Counters()
        self.tcp: list[TcpPort] = []
        self.udp: list[UdpPort] = []
        self.mains = True  # what feeds it: its plug, or for a PoE device its own cable
        self.fed = True  # whether the cabinet that it stands in has electricity
        self.on_wire = False

    @property
    def electric(self) -> bool:
        """Whether the device would run if its supply (mains or PoE port) gives power."""
        return self.mains and self.fed and self.fault is not Fault.DEAD

    @property
    def told_address(self) -> str:
        """The address that it answers ARP for: 10.a.b.c for 127.a.b.c."""
        return f"10.{self.address.partition('.')[2]}"

    def _ports(self) -> list[TcpPort | UdpPort]:
        ports: list[TcpPort | UdpPort] = [*self.tcp, *self.udp]
        for port in ports:
            port.at = self.at
        return ports

    async def plug(self) -> None:
        """Open the device's sockets."""
        for port in self._ports():
            await port.open()
        self.on_wire = True

    async def unplug(self) -> None:
        """Drop all packets to the device. Open connections die without a FIN when subclasses abort them."""
        for port in self._ports():
            await port.drop()
        self.on_wire = False

    async def close(self) -> None:
        """Give all sockets back: the end of the lab."""
        for port in self._ports():
            await port.close()
        self.on_wire = False

    def power_cut(self) -> None:
        """Electricity went away: what lives in volatile memory is lost. Called once per cut, before unplug."""

    def power_on(self) -> None:
        """Electricity came back. Called once, before plug."""

    def faulted(self) -> None:
        """``fault`` was changed from outside; a device may end its open connections here."""

    def inject(self, path: str, value: object) -> None:
        """Change the device's state as somebody with another tool would. KeyError or ValueError when it cannot."""
        raise KeyError(f"{self.name} has no {path} to set to {value!r}")

    def factory_reset(self) -> None:
        """Back to what a technician leaves: management address and bootstrap login, everything else default."""
        raise NotImplementedError
