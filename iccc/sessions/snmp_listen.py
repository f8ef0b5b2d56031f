"""Listens to SNMP traps and informs (v2c, v3), and acknowledges informs. What one says is a hint, never the truth."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyasn1.error import PyAsn1Error  # type: ignore[import-untyped]
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import ntfrcv

from iccc import guard
from iccc.errors import UsageError
from iccc.mib.values import Value
from iccc.secrets import SnmpLogin, UsmUser
from iccc.sessions.reach import Reach
from iccc.sessions.snmp_pysnmp import AUTH, PRIVACY, plain

TRAP_PORT = 162
MOST_WAITING = 1000  # traps that nobody has taken yet; more are dropped, for each only says: look there
MOST_STRANGERS = 100  # remembered
TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"  # SNMPv2-MIB snmpTrapOID.0, the second of every trap's values (RFC 3416)


@dataclass(frozen=True)
class Trap:
    """What ``device`` sent. ``oid`` is snmpTrapOID, "" when it said none."""

    device: str
    oid: str
    values: Mapping[str, Value]
    at: datetime


@dataclass
class Traps:
    """Traps as they come. ``dropped`` were too many at once; ``strangers`` are addresses of no device that sent one."""

    waiting: queue.Queue[Trap] = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    dropped: int = 0
    strangers: set[str] = field(default_factory=set)

    def next(self, wait_s: float) -> Trap | None:
        """The next one; None when none comes in time."""
        try:
            return self.waiting.get(timeout=wait_s)
        except queue.Empty:
            return None


@contextmanager
def listening(reach: Reach, address: str, devices: Mapping[str, str], logins: Iterable[SnmpLogin]) -> Iterator[Traps]:
    """Listen on ``address`` until the block ends. ``devices``: declared address to name. UsageError: it cannot be had.

    An inform of v3 comes with the engine id that the sender found here; a trap of v3 comes with the sender's own, which
    is not known here, so it is dropped: let devices send informs where they can.
    """
    host, port = reach.dial(address, TRAP_PORT)
    try:
        guard.check(host)
    except guard.OutsideLab as error:
        raise UsageError(f"traps_to {address}: {error}") from None
    names = {reach.dial(declared, TRAP_PORT)[0]: name for declared, name in devices.items()}
    traps, ready, listener = Traps(), threading.Event(), _Listener(reach, (host, port), names, list(logins))
    thread = threading.Thread(target=listener.run, args=(traps, ready), name="traps", daemon=True)
    thread.start()
    ready.wait()
    try:
        if listener.trouble:
            raise UsageError(f"traps_to {address}: port {port} cannot be listened on: {listener.trouble}")
        yield traps
    finally:
        listener.stop()
        thread.join(5)


@dataclass
class _Listener:
    reach: Reach
    endpoint: tuple[str, int]
    names: Mapping[str, str]
    logins: list[SnmpLogin]
    trouble: str = ""

    def run(self, traps: Traps, ready: threading.Event) -> None:
        asyncio.run(self._run(traps, ready))

    def stop(self) -> None:
        if not self.trouble:
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _run(self, traps: Traps, ready: threading.Event) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        # A datagram that pysnmp chokes on must neither end the listening nor fill the screen.
        self._loop.set_exception_handler(lambda _loop, _what: None)
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.setblocking(False)
        try:
            door.bind(self.endpoint)
        except OSError as error:
            door.close()
            self.trouble = error.strerror or str(error)
            ready.set()
            return
        engine = SnmpEngine()
        config.add_transport(
            engine, udp.DOMAIN_NAME, udp.UdpAsyncioTransport(loop=self._loop).open_server_mode(sock=door)
        )
        for number, login in enumerate(self.logins):
            _let_in(engine, number, login)

        def received(engine: Any, state: Any, _engine_id: Any, _context: Any, values: Any, _cb: Any) -> None:
            _, source = engine.message_dispatcher.get_transport_info(state)
            self._take(traps, source[0], values)

        ntfrcv.NotificationReceiver(engine, received)
        ready.set()
        await self._stopped.wait()
        engine.close_dispatcher()

    def _take(self, traps: Traps, source: str, values: Any) -> None:
        name = self.names.get(source)
        if name is None:
            if len(traps.strangers) < MOST_STRANGERS:
                traps.strangers.add(source)
            return
        try:
            told = {str(oid): plain(value) for oid, value in values}
        except (PyAsn1Error, ValueError):
            told = {}
        said = {oid: value for oid, value in told.items() if value is not None}
        try:
            traps.waiting.put_nowait(Trap(name, str(said.get(TRAP_OID, "")), said, self.reach.clock.now()))
        except queue.Full:
            traps.dropped += 1


def _let_in(engine: Any, number: int, login: SnmpLogin) -> None:
    if isinstance(login, UsmUser):
        config.add_v3_user(
            engine,
            login.name,
            AUTH[login.auth],
            login.auth_password.reveal(),
            PRIVACY[login.privacy],
            login.privacy_password.reveal(),
        )
    else:
        config.add_v1_system(engine, f"community{number}", login.name.reveal())
