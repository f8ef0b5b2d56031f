"""What was found on the network, with no declaration in mind: switches, cameras and recorders, UPS cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from iccc.compare import Unread
from iccc.discover.hanging import Place, hanging, is_edge, ports_of
from iccc.mib.addresses import as_mac
from iccc.onvif.discovery import Match
from iccc.onvif.state import Identity
from iccc.switch.seen import PortFacts, SwitchFacts
from iccc.switch.state import SwitchState
from iccc.ups.seen import UpsFacts


@dataclass(frozen=True)
class FoundSwitch:
    """A switch. ``name`` is its sysName, or made of its address where it tells none, or one that another tells too."""

    address: str
    name: str
    platform: str  # cisco_ios; snmp_only for one that is none of the known
    facts: SwitchFacts
    state: SwitchState | Unread
    told_name: str = ""

    @property
    def chassis_serial(self) -> str | None:
        chassis = self.facts.chassis
        return None if chassis is None or isinstance(chassis, Unread) else chassis.serial

    @property
    def chassis_model(self) -> str | None:
        chassis = self.facts.chassis
        return None if chassis is None or isinstance(chassis, Unread) else chassis.model


@dataclass(frozen=True)
class FoundHost:
    """A camera or recorder. ``parts`` are sections of its state as read; an Unread for one, or for all of them."""

    address: str
    name: str  # under which its login stands in the store
    told_name: str  # its hostname; "" when it tells none
    match: Match | None
    parts: Mapping[str, Any] | Unread
    identity: Identity | None = None

    def part(self, name: str) -> Any:
        """One section, or why it was not read."""
        return self.parts if isinstance(self.parts, Unread) else self.parts.get(name)

    @property
    def endpoint(self) -> str:
        return self.match.endpoint if self.match is not None else ""

    @property
    def serial(self) -> str:
        return self.identity.serial if self.identity is not None else ""

    @property
    def mac(self) -> str | None:
        return as_mac(self.identity.mac) if self.identity is not None else None


@dataclass(frozen=True)
class FoundUps:
    """The card of a UPS."""

    address: str
    name: str
    facts: UpsFacts


@dataclass(frozen=True)
class Found:
    """Everything of one run. ``others`` answered, and are nothing that is known: address and what they said."""

    at: datetime
    asked: int  # addresses
    switches: tuple[FoundSwitch, ...] = ()
    hosts: tuple[FoundHost, ...] = ()
    ups: tuple[FoundUps, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # what is to be said of devices that let nobody in

    @cached_property
    def ports(self) -> Mapping[Place, PortFacts]:
        """Every port of every switch, by the switch's name."""
        return ports_of({switch.name: switch.facts for switch in self.switches})

    @cached_property
    def hanging(self) -> Mapping[str, tuple[Place, ...]]:
        """By hardware address, the edge ports on which it was learned, the likeliest first.

        What LLDP hears hangs there itself, so its port comes before all others.
        """
        found = hanging(self.ports)
        for place, facts in self.ports.items():
            for one in facts.neighbours if is_edge(place[1], facts) else ():
                if (mac := as_mac(one.chassis_id)) is not None:
                    found[mac] = (place, *(at for at in found.get(mac, ()) if at != place))
        return found

    @cached_property
    def heard(self) -> Mapping[str, Place]:
        """Where LLDP heard the device of each management address, where it was heard at one edge port alone."""
        found: dict[str, list[Place]] = defaultdict(list)
        for place, facts in self.ports.items():
            for one in facts.neighbours if is_edge(place[1], facts) else ():
                if one.address:
                    found[one.address].append(place)
        return {address: at[0] for address, at in found.items() if len(at) == 1}

    @cached_property
    def arp(self) -> Mapping[str, str]:
        """Hardware address by IPv4 address, as the switches' ARP tables have it; the first switch that knows wins."""
        found: dict[str, str] = {}
        for switch in self.switches:
            table = switch.facts.arp
            if table is not None and not isinstance(table, Unread):
                for address, entry in table.items():
                    found.setdefault(address, entry.mac)
        return found

    def mac_of(self, host: FoundHost) -> str | None:
        """What it tells itself, else what answers ARP for its address."""
        return host.mac or as_mac(self.arp.get(host.address))

    def place_of(self, mac: str | None) -> Place | None:
        """Where an address hangs; None when it was learned on no edge port, or on two that are as likely."""
        first, *others = self.hanging.get(mac or "", ()) or (None,)
        if first is None or not others or self._is_heard(mac, first):
            return first
        return None if len(self.ports[first].macs) == len(self.ports[others[0]].macs) else first

    def _is_heard(self, mac: str | None, place: Place) -> bool:
        return any(as_mac(one.chassis_id) == mac for one in self.ports[place].neighbours)
