"""The state of a switch: one type for what is wanted and what is seen. ``None`` in a wanted value: not declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from iccc.compare import Unread

ALL_VLANS = frozenset(range(1, 4095))


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

    description: str | None = None  # IF-MIB ifAlias; "" when none is set
    mode: PortMode | None = None
    access_vlan: int | None = None
    allowed_vlans: frozenset[int] | None = None  # of a trunk; ALL_VLANS when it is not restricted
    poe: bool | None = None  # False when power is administratively off; None on a port without PoE


@dataclass(frozen=True)
class SwitchState:
    """Settings that iccc manages on a switch. Sections may be :class:`~iccc.compare.Unread` when seen."""

    hostname: str | Unread | None = None
    vlans: Mapping[int, Vlan] | Unread | None = None
    ports: Mapping[str, Port] | Unread | None = None
    ntp_servers: frozenset[str] | Unread | None = None
    syslog_hosts: frozenset[str] | Unread | None = None
    saved: bool | Unread | None = None  # the running configuration is the startup configuration


@dataclass(frozen=True)
class PortFacts:
    """What a port does now. Sources: IF-MIB, POWER-ETHERNET-MIB, LLDP-MIB, the FDB."""

    oper_up: bool | None = None
    poe_delivering: bool | None = None  # pethPsePortDetectionStatus deliveringPower(3)
    lldp_rem_sys_name: str | None = None
    lldp_rem_port_id: str | None = None
    macs: frozenset[tuple[int, str]] = frozenset()  # (VLAN, "02:00:…" in lower case) learned on the port


@dataclass(frozen=True)
class SwitchFacts:
    """What is observed on a switch and never declared. ``ports`` is Unread when SNMP gave nothing."""

    sys_name: str | Unread | None = None
    sys_descr: str | Unread | None = None
    uptime_s: float | Unread | None = None
    ports: Mapping[str, PortFacts] | Unread = field(default_factory=dict)
