"""What earlier runs knew of a device: counters to subtract from, what is usual there, and which hardware it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from iccc.switch.seen import PortFacts

SETTLED = 5  # readings from which on a mean says what is usual
_LONGEST = 16  # readings that the moving means look back over: about a fortnight of daily runs

WRAP_S = 2**32 / 100  # sysUpTime is a TimeTicks of 32 bits: 497 days (RFC 3418)
_LAG_S = 60.0  # a reading takes a while, and clocks drift


@dataclass(frozen=True)
class PortPast:
    """A port when it was last read; counters as IF-MIB has them, None where the agent has none."""

    packets: int | None = None  # in and out, unicast and other
    errors: int | None = None  # in and out
    poe_w: float | None = None  # moving mean of what it delivered
    poe_deviation_w: float = 0.0  # moving mean of the distance from that mean
    poe_readings: int = 0  # that the mean rests on
    macs: frozenset[str] = frozenset()  # learned there when nothing told which ones belong there

    def after(self, facts: PortFacts, macs: frozenset[str]) -> PortPast:
        """The port after one more reading. ``macs`` are kept only where none were known before."""
        return replace(
            self._metered(facts.poe_w if facts.poe_delivering is not False else None),
            packets=facts.packets,
            errors=facts.errors,
            macs=self.macs or macs,
        )

    def _metered(self, watts: float | None) -> PortPast:
        """A port that delivers nothing says nothing of what is usual when it does."""
        if not watts:
            return self
        if self.poe_w is None:
            return replace(self, poe_w=watts, poe_deviation_w=0.0, poe_readings=1)
        readings = min(self.poe_readings + 1, _LONGEST)
        off = watts - self.poe_w
        return replace(
            self,
            poe_w=self.poe_w + off / readings,
            poe_deviation_w=self.poe_deviation_w + (abs(off) - self.poe_deviation_w) / readings,
            poe_readings=readings,
        )


@dataclass(frozen=True)
class Past:
    """A device when it was last read."""

    read_at: datetime
    uptime_s: float | None = None
    serial: str | None = None
    firmware: str | None = None
    mac: str | None = None  # that the device told of itself
    on_battery: bool | None = None  # of a UPS
    written_at: datetime | None = None  # when iccc itself wrote to it last
    ports: Mapping[str, PortPast] = field(default_factory=dict)


def wrapped(past: Past, uptime_s: float, at: datetime) -> bool:
    """Whether sysUpTime stands where 32 bits that overflowed since ``past`` would stand."""
    if past.uptime_s is None:
        return False
    elapsed = _elapsed(past, at)
    expected = past.uptime_s + elapsed
    return expected >= WRAP_S - _slack(elapsed) and abs(expected % WRAP_S - uptime_s) <= _slack(elapsed)


def rebooted(past: Past, uptime_s: float, at: datetime) -> bool:
    """Whether the device started after ``past`` was read: it says that it is up for less time than has passed."""
    if past.uptime_s is None or uptime_s >= past.uptime_s or wrapped(past, uptime_s, at):
        return False
    elapsed = _elapsed(past, at)
    return uptime_s <= elapsed + _slack(elapsed)


def went_back(past: Past, uptime_s: float, at: datetime) -> bool:
    """Whether sysUpTime is smaller than it was, though the device says that it was up all the time since."""
    if past.uptime_s is None or uptime_s >= past.uptime_s - _LAG_S or wrapped(past, uptime_s, at):
        return False
    return not rebooted(past, uptime_s, at)


def ran_through(past: Past, uptime_s: float | None) -> bool:
    """Whether what the device counts may be subtracted: it says that it ran on since ``past``."""
    return past.uptime_s is not None and uptime_s is not None and uptime_s >= past.uptime_s


def _elapsed(past: Past, at: datetime) -> float:
    return max(0.0, (at - past.read_at).total_seconds())


def _slack(elapsed_s: float) -> float:
    return _LAG_S + elapsed_s / 1000
