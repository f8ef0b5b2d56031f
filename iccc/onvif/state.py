"""Settings of the ONVIF device service that cameras and recorders share. ``None`` when wanted: not declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from iccc.compare import Unread, Within


class TimeMode(StrEnum):
    NTP = "NTP"
    MANUAL = "Manual"


class UserLevel(StrEnum):
    """ONVIF user levels (tt:UserLevel)."""

    ADMINISTRATOR = "Administrator"
    OPERATOR = "Operator"
    USER = "User"
    ANONYMOUS = "Anonymous"
    EXTENDED = "Extended"


class Password(StrEnum):
    """A password is never compared as text: it is proved by a login."""

    PROVED = "proved"  # the managed password logs in
    REFUSED = "refused"  # it does not


@dataclass(frozen=True)
class ClockReading:
    """GetSystemDateAndTime. ``zone`` as the device writes it, "" if it does not; ``skew_s`` device minus real time.

    ``local_as_utc``: it gives one time as both the local one and UTC, and is off by what its zone means.
    """

    mode: TimeMode
    zone: str
    daylight_savings: bool
    utc_offset_min: int | Unread
    skew_s: float | Unread
    local_as_utc: bool = False


@dataclass(frozen=True)
class Time:
    """Clock settings. ``utc_offset_min`` is what the device's time zone means, in minutes (IST: 330)."""

    mode: TimeMode | None = None
    utc_offset_min: int | Unread | None = None
    ntp_servers: frozenset[str] | Unread | None = None
    skew_s: float | Within | Unread | None = None  # device minus real time; wanted as a tolerance


@dataclass(frozen=True)
class Dns:
    """DNS servers set by hand, first asked first. ``from_dhcp``: those that DHCP gives hold instead."""

    from_dhcp: bool | None = None
    servers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class User:
    level: UserLevel | None = None
    password: Password | Unread | None = None


@dataclass(frozen=True)
class Identity:
    """GetDeviceInformation and the interface's hardware address: observed, never declared here."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    mac: str | None = None  # lower case, colons
    certificate_ends: datetime | None = None  # of the one that it has shown for HTTPS
