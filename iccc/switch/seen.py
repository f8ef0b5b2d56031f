"""What is observed on a switch over SNMP and never declared. Any agent gives it, whatever platform it runs.

``None``: the agent has no such object. An :class:`~iccc.compare.Unread` in the place of a part: it could not be read.
Port names are canonical: the platform's full names, or ``ifName`` where the platform is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from iccc.compare import Unread


@dataclass(frozen=True)
class Neighbour:
    """One neighbour of a port, in LLDP's words (lldpRemTable)."""

    sys_name: str | None = None
    chassis_id: str | None = None  # a MAC address in lower case with colons, or text
    port_id: str | None = None  # an interface name in full, a MAC address, or text
    port_description: str | None = None
    bridges: bool | None = None  # lldpRemSysCapEnabled has the bit of a bridge; None when it says nothing
    address: str | None = None  # lldpRemManAddr, IPv4


@dataclass(frozen=True)
class PortFacts:
    """What a port does now. Sources: IF-MIB, EtherLike-MIB, POWER-ETHERNET-MIB and vendors', LLDP-MIB, the FDB."""

    index: int | None = None  # ifIndex
    admin_up: bool | None = None
    oper_up: bool | None = None
    alias: str | None = None  # ifAlias
    mac: str | None = None  # ifPhysAddress
    aggregate: bool = False  # ifType ieee8023adLag(161): several ports in one
    speed_mbps: int | None = None
    full_duplex: bool | None = None  # dot3StatsDuplexStatus; None when unknown
    packets: int | None = None  # in and out, unicast and other; errors likewise
    errors: int | None = None
    pvid: int | None = None  # VLAN of untagged frames
    poe_admin: bool | None = None
    poe_delivering: bool | None = None  # pethPsePortDetectionStatus deliveringPower(3), or the vendor's word for it
    poe_denied: bool | None = None  # a device asks for power and gets none: budget or class
    poe_w: float | None = None  # 0.0 when it delivers none
    poe_class: int | None = None  # 0 to 8
    rx_dbm: float | None = None  # optical power of the transceiver
    tx_dbm: float | None = None
    rx_low_dbm: float | None = None  # the transceiver's own limit, where it tells one
    blocking: bool | None = None  # spanning tree holds the port back (dot1dStpPortState)
    neighbours: tuple[Neighbour, ...] = ()
    macs: frozenset[tuple[int, str]] = frozenset()  # (VLAN, "02:00:…" in lower case) learned on the port

    @property
    def lldp_rem_sys_name(self) -> str | None:
        return self.neighbours[0].sys_name if self.neighbours else None

    @property
    def lldp_rem_port_id(self) -> str | None:
        return self.neighbours[0].port_id if self.neighbours else None


@dataclass(frozen=True)
class Chassis:
    """The first chassis of ENTITY-MIB."""

    vendor: str | None = None  # entPhysicalMfgName
    model: str | None = None
    serial: str | None = None
    software: str | None = None  # entPhysicalSoftwareRev, or what sysDescr says


@dataclass(frozen=True)
class Arp:
    """One entry of the ARP table: who answers for an address."""

    mac: str
    interface: str | None = None  # canonical name: Vlan110


@dataclass(frozen=True)
class ConfigEvent:
    """Somebody changed the running configuration, at so many seconds of sysUpTime."""

    at_s: float
    user: str  # "" where the switch names none
    by: str  # "iccc from 10.80.0.10 (ssh)"
    number: int = 0  # of the entry in the switch's own list


@dataclass(frozen=True)
class ConfigHistory:
    """When the configuration changed and was saved last, in seconds of sysUpTime, and the last events, by whom.

    Source: CISCO-CONFIG-MAN-MIB, or the vendor's.
    """

    changed_s: float | None = None
    saved_s: float | None = None
    events: tuple[ConfigEvent, ...] = ()


@dataclass(frozen=True)
class Power:
    """The switch's PoE supply (pethMainPseTable): nominal and consumed."""

    budget_w: float | None = None
    used_w: float | None = None


@dataclass(frozen=True)
class SwitchFacts:
    """Everything that SNMP tells of a switch. ``ports`` is Unread when it told nothing at all."""

    sys_name: str | Unread | None = None
    sys_descr: str | Unread | None = None
    uptime_s: float | Unread | None = None
    ports: Mapping[str, PortFacts] | Unread = field(default_factory=dict)
    object_id: str | None = None
    location: str | None = None
    vlans: Mapping[int, str] | Unread | None = None  # number: name
    arp: Mapping[str, Arp] | Unread | None = None  # by IPv4 address
    chassis: Chassis | Unread | None = None
    power: Power | Unread | None = None
    ntp_synchronised: bool | Unread | None = None
    history: ConfigHistory | Unread | None = None
    told_at: datetime | None = None  # when ``uptime_s`` was read: the whole reading may take much longer
    unread: Mapping[str, Unread] = field(default_factory=dict)  # parts of ports: "lldp", "fdb", "poe", "optics", …
