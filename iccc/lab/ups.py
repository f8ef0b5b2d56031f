"""A UPS: battery, mains, and its card on the network."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address

from iccc.lab.device import Fault, LabDevice, UdpPort
from iccc.lab.ios.config import SnmpUser
from iccc.lab.ios.system import Timer, on_loop
from iccc.lab.snmp.agent import Agent
from iccc.lab.snmp.traps import UPS_ON_BATTERY, Receiver, Sender
from iccc.lab.snmp.ups_mib import UpsMib
from iccc.lab.switch import Bootstrap
from iccc.sessions.dial import LAB_PORT_OFFSET

SNMP_PORT = LAB_PORT_OFFSET + 161
RUNTIME_MIN = 30.0  # of full batteries, where the device type has no table
RECHARGE = 4.0  # minutes of charging for one of running


@dataclass
class Battery:
    """What is left, in minutes of running; counted from the last change between mains and battery."""

    runtime_min: float = RUNTIME_MIN
    minute_s: float = 60.0  # how long a minute takes: tests make it short
    running: bool = False
    left_min: float = RUNTIME_MIN  # at ``since``
    since: datetime = datetime.min.replace(tzinfo=UTC)

    def left(self, now: datetime) -> float:
        passed = max(0.0, (now - self.since).total_seconds()) / self.minute_s
        if self.running:
            return max(0.0, self.left_min - passed)
        return min(self.runtime_min, self.left_min + passed / RECHARGE)

    def seconds_running(self, now: datetime) -> float:
        """Since mains went away, in seconds of ``minute_s`` / 60."""
        return (now - self.since).total_seconds() / self.minute_s * 60 if self.running else 0.0

    def run(self, running: bool, now: datetime) -> None:
        if running != self.running:
            self.left_min, self.since, self.running = self.left(now), now, running

    def fill(self, now: datetime) -> None:
        self.running, self.left_min, self.since = False, self.runtime_min, now


class LabUps(LabDevice):
    """A declared UPS, played. :class:`iccc.lab.mains.Cabinet` tells it of the mains."""

    def __init__(
        self,
        name: str,
        address: str,
        bootstrap: Bootstrap,
        users: dict[str, SnmpUser],
        runtime_min: float,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(name, address)
        self.now = now
        self.later: Callable[[float, Callable[[], None]], Timer] = on_loop
        self.emptied: Callable[[], None] = lambda: None
        self._made = (runtime_min, 60.0)
        self.battery = Battery(*self._made, left_min=runtime_min)
        self._timer: Timer | None = None
        self.told_to: list[Receiver] = []
        self.mib = UpsMib(self, bootstrap.communities, users)
        self.factory_reset()
        self.agent = Agent(self.mib, self.counters, lambda: self.fault)
        port = UdpPort(self.address, SNMP_PORT, self._snmp, lambda: self.fault is Fault.SNMP_ELSEWHERE)
        self.udp = [port]
        self.sender = Sender(port, self.mib.up_ticks)
        self._community = bootstrap.read_community

    def _snmp(self, request: bytes, peer: str, reply: Callable[[bytes], None]) -> None:
        answer = None if self.sender.acknowledged(request) else self.agent.answer(request, peer)
        if answer is None:
            return
        if self.fault is Fault.SLOW:
            self.later(self.delay_s, lambda: reply(answer))
        else:
            reply(answer)

    @property
    def lasts(self) -> bool:
        """Whether it feeds what hangs on it without mains."""
        return self.fault is not Fault.DEAD and self.battery.left(self.now()) > 0

    def fed_by_mains(self, on: bool) -> None:
        """Mains went away, or came back."""
        if not on and not self.battery.running:
            self.sender.tell(self.told_to, UPS_ON_BATTERY, self.mib.on_battery())
        self.battery.run(not on, self.now())
        self._wind()

    def _wind(self) -> None:
        """Set the timer that rings when the battery is empty."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self.battery.running:
            self._timer = self.later(self.battery.left(self.now()) * self.battery.minute_s + 0.001, self.emptied)

    async def close(self) -> None:
        await super().close()
        if self._timer is not None:
            self._timer.cancel()

    def power_on(self) -> None:
        self.mib.restart(self.now())

    def factory_reset(self) -> None:
        """Full batteries, mains, half a load."""
        self.load_percent = 30 + zlib.crc32(self.name.encode()) % 25
        self.bypass = self.bad_battery = False
        self.told_to = []
        self.battery.runtime_min, self.battery.minute_s = self._made
        self.battery.fill(self.now())
        self._wind()
        self.mib.restart(self.now())

    def inject(self, path: str, value: object) -> None:
        """Paths: ``minute_s``: length of a minute; ``runtime_min``: of full batteries, which it fills.

        ``load_percent``: a number. ``bypass`` and ``bad_battery``: true or false.
        ``traps_to``, ``informs_to``: the address that is told.
        """
        if path in ("bypass", "bad_battery") and isinstance(value, bool):
            setattr(self, path, value)
        elif path in ("traps_to", "informs_to") and isinstance(value, str):
            self.told_to = [Receiver(str(IPv4Address(value)), self._community, path == "informs_to")]
        elif isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            super().inject(path, value)
        elif path == "load_percent":
            self.load_percent = int(value)
        elif path == "minute_s":
            self.battery.left_min = self.battery.left(self.now())
            self.battery.since, self.battery.minute_s = self.now(), float(value)
            self._wind()
        elif path == "runtime_min":
            self.battery.runtime_min = self.battery.left_min = float(value)
            self.battery.since = self.now()
            self._wind()
        else:
            super().inject(path, value)
