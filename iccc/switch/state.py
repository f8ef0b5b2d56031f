"""The state of a switch: one type for what is wanted and what is seen.

``None`` in a wanted value: not declared. ``ABSENT`` in a wanted mapping: declared not to exist. An
:class:`~iccc.compare.Unread` in a seen value: the platform does not show it, or it could not be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from iccc.compare import Unread, _Absent
from iccc.secrets import Secret

ALL_VLANS = frozenset(range(1, 4095))
ANYWHERE = frozenset({"0.0.0.0/0"})  # of `access_from`: no address is kept out

Absent: TypeAlias = _Absent


class PortMode(StrEnum):
    ACCESS = "access"
    TRUNK = "trunk"
    DYNAMIC = "dynamic"  # seen on ports that nobody configured; never wanted


@dataclass(frozen=True)
class Vlan:
    """An entry of the VLAN database."""

    name: str | None = None


@dataclass(frozen=True)
class Port:
    """One physical port, by its full name as the platform prints it (``GigabitEthernet1/3``)."""

    description: str | Unread | None = None  # IF-MIB ifAlias; "" when none is set
    mode: PortMode | None = None
    access_vlan: int | None = None
    allowed_vlans: frozenset[int] | None = None  # of a trunk; ALL_VLANS when it is not restricted
    poe: bool | Unread | None = None  # False when power is administratively off; None on a port without PoE
    native_vlan: int | None = None  # of a trunk: the VLAN that it carries untagged
    shutdown: bool | None = None
    speed: str | Unread | None = None  # "auto", or Mb/s: "100"
    duplex: str | Unread | None = None  # auto | full | half
    max_macs: int | Unread | None = None  # port security: addresses that may be learned; 0 when it is off
    storm_pct: float | Unread | None = None  # broadcast storm control, per cent of the line; 0 when it is off
    edge: bool | Unread | None = None  # spanning tree: a device hangs there, no switch (portfast)
    bpdu_guard: bool | Unread | None = None


@dataclass(frozen=True)
class Switching:
    """Which VLANs pass a port: the four settings that belong together, and that no platform lets one change apart."""

    mode: PortMode | None
    access_vlan: int | None
    native_vlan: int | None
    allowed_vlans: frozenset[int] | None

    @classmethod
    def of(cls, port: Port) -> Switching:
        return cls(port.mode, port.access_vlan, port.native_vlan, port.allowed_vlans)


@dataclass(frozen=True)
class Svi:
    """A layer-3 interface of a VLAN: the switch's own address there."""

    address: str | None = None  # "10.81.1.11/24"; "" when it has none
    shutdown: bool | None = None


@dataclass(frozen=True)
class User:
    """A local user. ``level`` 15 has all rights, 1 looks only; passwords cannot be read, and so are not compared."""

    level: int | None = None
    password: Secret | None = field(default=None, compare=False, repr=False)  # wanted: filled in just before it is set
    digest: Secret | None = field(default=None, compare=False, repr=False)  # seen: what takes its removal back


@dataclass(frozen=True)
class SnmpUser:
    """An SNMPv3 user (RFC 3414) with privacy, who reads what its view shows (RFC 3415)."""

    view: str | None = None
    password: Secret | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class SpanningTree:
    """Spanning tree of the whole switch."""

    mode: str | None = None  # in the platform's word: rapid-pvst, rstp, mstp
    priority: int | None = None  # IEEE 802.1D bridge priority, in steps of 4096


@dataclass(frozen=True)
class SwitchState:
    """Settings that iccc manages on a switch. Sections may be :class:`~iccc.compare.Unread` when seen."""

    hostname: str | Unread | None = None
    vlans: Mapping[int, Vlan | Absent] | Unread | None = None
    ports: Mapping[str, Port] | Unread | None = None
    interfaces: Mapping[int, Svi | Absent] | Unread | None = None  # by VLAN
    gateway: str | Unread | None = None  # "" when there is none
    access_from: frozenset[str] | Unread | None = None  # prefixes whence one may log in: the ACL of the VTY lines
    ntp_servers: frozenset[str] | Unread | None = None
    syslog_hosts: frozenset[str] | Unread | None = None
    lldp: bool | Unread | None = None
    communities: Mapping[Secret, str | Absent] | Unread | None = None  # SNMP v2c: "ro" or "rw"
    snmp_views: Mapping[str, frozenset[str] | Absent] | Unread | None = None  # included subtrees
    snmp_users: Mapping[str, SnmpUser | Absent] | Unread | None = None
    users: Mapping[str, User | Absent] | Unread | None = None
    logins: tuple[str, ...] | Unread | None = None  # AAA: methods in turn: ("tacacs+", "local")
    spanning_tree: SpanningTree | Unread | None = None
    saved: bool | Unread | None = None  # the running configuration is the startup configuration
    revision: str | None = None  # seen: SHA-256 of the configuration without volatile lines; never wanted
