"""What earlier runs knew of a device: counters to subtract from, and what is usual there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class PortPast:
    """A port when it was last read; counters as IF-MIB has them, None where the agent has none."""

    packets: int | None = None  # in and out, unicast and other
    errors: int | None = None  # in and out
    poe_w: float | None = None  # moving mean of what it delivered
    poe_deviation_w: float = 0.0  # moving mean of the distance from that mean
    poe_readings: int = 0  # that the mean rests on
    macs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Past:
    """A device when it was last read."""

    read_at: datetime
    uptime_s: float | None = None
    serial: str | None = None
    firmware: str | None = None
    on_battery: bool | None = None  # of a UPS
    ports: Mapping[str, PortPast] = field(default_factory=dict)
