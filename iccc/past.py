"""What earlier runs knew of a device: counters to subtract from, what is usual there, and which hardware it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from iccc.switch.seen import PortFacts
from iccc.usual import Usual

WRAP_S = 2**32 / 100  # sysUpTime is a TimeTicks of 32 bits: 497 days (RFC 3418)
ENDPOINT = "endpoint"  # learned: of a device's WS-Discovery, as last heard in its place
_LAG_S = 60.0  # an answer takes a while, and clocks are set
CLOCK_DRIFT = 0.001  # of the time that passed: how far the clock of a switch may be off


@dataclass(frozen=True)
class PortPast:
    """A port when it was last read; counters as IF-MIB has them, None where the agent has none."""

    packets: int | None = None  # in and out, unicast and other
    errors: int | None = None  # in and out
    power: Usual | None = None  # what it delivers, in W
    macs: frozenset[str] = frozenset()  # learned there when nothing told which ones belong there

    def after(self, facts: PortFacts, macs: frozenset[str], at: datetime) -> PortPast:
        """The port after one more reading. ``macs`` are kept only where none were known before."""
        # A port that delivers nothing says nothing of what is usual when it does.
        watts = facts.poe_w if facts.poe_delivering is not False else None
        return replace(
            self,
            packets=facts.packets,
            errors=facts.errors,
            power=(self.power or Usual()).after(watts, at) if watts else self.power,
            macs=self.macs or macs,
        )


@dataclass(frozen=True)
class Past:
    """A device when it was last read."""

    read_at: datetime  # of a switch: when ``uptime_s`` was
    uptime_s: float | None = None
    serial: str | None = None
    firmware: str | None = None
    mac: str | None = None  # that the device told of itself
    on_battery: bool | None = None  # of a UPS
    written: tuple[tuple[datetime, datetime], ...] = ()  # from when to when iccc itself has written to it since
    ports: Mapping[str, PortPast] = field(default_factory=dict)


def ran_through(past: Past, uptime_s: float | None, at: datetime) -> bool:
    """Whether what the device counts may be subtracted: it is up for as long as it was, and what has passed since.

    ``at`` is when ``uptime_s`` was read. 32 bits of sysUpTime may have overflowed in between.
    """
    if past.uptime_s is None or uptime_s is None:
        return False
    elapsed = _elapsed(past, at)
    off = abs(past.uptime_s + elapsed - uptime_s) % WRAP_S
    return min(off, WRAP_S - off) <= _slack(elapsed)


def rebooted(past: Past, uptime_s: float, at: datetime) -> bool:
    """Whether the device started after ``past`` was read: it says that it is up for less time than has passed.

    A restart within a minute after another one cannot be told from a clock that is a minute off.
    """
    if past.uptime_s is None or ran_through(past, uptime_s, at):
        return False
    elapsed = _elapsed(past, at)
    return uptime_s < past.uptime_s + elapsed and uptime_s <= elapsed + _slack(elapsed)


def went_back(past: Past, uptime_s: float, at: datetime) -> bool:
    """Whether sysUpTime is smaller than it was, though the device says that it was up all the time since."""
    if past.uptime_s is None or uptime_s >= past.uptime_s - _LAG_S or ran_through(past, uptime_s, at):
        return False
    return not rebooted(past, uptime_s, at)


def _elapsed(past: Past, at: datetime) -> float:
    return max(0.0, (at - past.read_at).total_seconds())


def _slack(elapsed_s: float) -> float:
    """How far two clocks may be apart after this time."""
    return _LAG_S + elapsed_s * CLOCK_DRIFT
