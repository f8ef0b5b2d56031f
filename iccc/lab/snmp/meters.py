"""Counters of ports that move with the real time, and never back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime

from iccc.lab.ios.system import System

WRAPS_IN_S = 3.0  # of a switch whose counters wrap: from the fault to the wrap


@dataclass
class Meter:
    """What passed a port up to ``at``: seconds with a link, and received frames with errors."""

    at: datetime
    up: bool
    up_s: float
    changed: datetime  # the link
    errors: float = 0.0
    since_s: float = 0.0  # ``up_s`` where counting towards a wrap began


@dataclass(frozen=True)
class Traffic:
    """Frames per second of one port, the same for its whole life."""

    in_unicast: float
    out_unicast: float
    in_other: float
    out_other: float
    in_octets: float
    out_octets: float

    @classmethod
    def of(cls, device: str, port: str) -> Traffic:
        dice = zlib.crc32(f"{device} {port}".encode())
        into, out = 120.0 + dice % 400, 20.0 + dice % 61
        return cls(into, out, 0.5, 1.5, into * 1150 + 40, out * 96 + 120)


class Meters:
    """Of one switch. What is between two looks counts as the first of them found it."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._booted = system.booted
        self._meters: dict[str, Meter] = {}
        self._traffic: dict[str, Traffic] = {}
        self.wrapping = False

    def look(self, port: str) -> Meter:
        """The meter of a port, or of an SVI, now."""
        system, now = self._system, self._system.now()
        if system.booted != self._booted:
            self._booted, self._meters = system.booted, {}
        up, meter = system.port_up(port), self._meters.get(port)
        if meter is None:
            up_s = (now - system.booted).total_seconds() if up else 0.0
            meter = self._meters[port] = Meter(now, up, up_s, system.booted)
        passed = max(0.0, (now - meter.at).total_seconds())
        if meter.up:
            meter.up_s += passed
            meter.errors += passed * system.odd(port).errors_per_s
        if up != meter.up:
            meter.up, meter.changed = up, now
        meter.at = now
        return meter

    def traffic(self, port: str) -> Traffic:
        if port not in self._traffic:
            self._traffic[port] = Traffic.of(self._system.name, port)
        return self._traffic[port]

    def count(self, port: str, rate: float) -> int:
        """What comes ``rate`` times a second."""
        meter = self.look(port)
        return int(rate * (meter.up_s - meter.since_s - WRAPS_IN_S if self.wrapping else meter.up_s))

    def wrap(self, on: bool) -> None:
        """Let the 32-bit counters wrap in a few seconds from now, or count as usual again."""
        self.wrapping = on
        for meter in self._meters.values():
            meter.since_s = meter.up_s
