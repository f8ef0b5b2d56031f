"""The MIB of a switch, made from its state. What no change of configuration or cables makes other is made once."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence

from iccc.lab.ios.config import SnmpUser
from iccc.lab.ios.history import Source
from iccc.lab.ios.system import System
from iccc.lab.snmp import bridge, cisco, entity, interfaces, lldp, poe
from iccc.lab.snmp.ber import TICKS, Oid, Value, address, integer, octets, oid
from iccc.lab.snmp.interfaces import Row
from iccc.lab.snmp.meters import Meters
from iccc.lab.snmp.mib import Refused
from iccc.lab.snmp.oids import CISCO, MEDIA, SYSTEM, UP_TIME
from iccc.lab.snmp.view import Cell, View, Views
from iccc.lab.snmp.writable import write

WRITERS = "write"


class SwitchMib:
    """The tables of a Cisco switch, its communities and users (:class:`iccc.lab.snmp.mib.Mib`)."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.meters = Meters(system)
        self.wide = True  # 64-bit counters
        self._configured_for: int | None = None
        self._configured: dict[Oid, Cell[SwitchMib]] = {}
        self._made_for: tuple[int, int, bool] | None = None
        self._common = View[SwitchMib](self, {})
        self._bridges: dict[int, View[SwitchMib]] = {}

    @property
    def communities(self) -> Mapping[str, str]:
        return self.system.running.communities

    @property
    def users(self) -> Mapping[str, SnmpUser]:
        return self.system.running.snmp_users

    @property
    def engine_id(self) -> bytes:
        return bytes.fromhex(self.system.engine_id)

    @property
    def boots(self) -> int:
        return self.system.boots

    def up_ticks(self) -> int:
        return int(self.system.uptime().total_seconds() * 100)

    def view(self, context: str) -> Views[SwitchMib] | None:
        """Of a VLAN, ``"20"``, or of the default one; None for a VLAN that there is not."""
        if context and not (context.isdecimal() and len(context) < 5):
            return None
        vlan = int(context or 1)
        if vlan not in self.system.running.vlans:
            return None
        self._make()
        if vlan not in self._bridges:
            self._bridges[vlan] = self.bridge(vlan)
        return Views(self._common, self._bridges[vlan])

    def _make(self) -> None:
        made_for = (self.system.surroundings.revision, self.system.revision, self.wide)
        if made_for == self._made_for:
            return
        if self.system.revision != self._configured_for:
            self._configured, self._configured_for = dict(self.fixed()), self.system.revision
        values = {**self._configured, **dict(interfaces.rows(self.system, self.wide)), **dict(self.sensed())}
        self._common, self._bridges, self._made_for = View(self, values), {}, made_for

    def bridge(self, vlan: int) -> View[SwitchMib]:
        """The tables of one VLAN."""
        return View(self, dict(bridge.rows(self.system, vlan)))

    def fixed(self) -> Iterator[Row]:
        """What the configuration alone decides."""
        system = self.system
        for part in (cisco.vlans, cisco.trunks, poe.rows, poe.cisco):
            yield from part(system)

    def sensed(self) -> Iterator[Row]:
        """What cables, neighbours and oddities decide too."""
        system = self.system
        yield from head(system, oid((*CISCO, 1, 2685)))
        for part in (cisco.members, cisco.history, cisco.ntp, entity.rows, lldp.local, lldp.remote, arp):
            yield from part(system)

    def may_write(self, user: str) -> bool:
        """A v3 user of a group with a write view; of one that is not configured, if it is called ``write``."""
        group = self.system.running.snmp_users[user].group
        views = [rest for head, rest in self.system.running.snmp_groups.items() if head.split()[0] == group]
        return any("write" in rest.split() for rest in views) if views else group == WRITERS

    def set(self, varbinds: Sequence[tuple[Oid, Value]], peer: str, ignore: bool) -> None:
        """All or nothing: on a copy first, so that a later refusal undoes the earlier varbinds. Raises Refused."""
        draft = copy.deepcopy(self.system.running)
        for index, (name, value) in enumerate(varbinds, start=1):
            try:
                write(self.system, draft, name, value)
            except Refused as refusal:
                raise Refused(refusal.status, index) from None
        if not ignore:
            self.system.running = draft
            self.system.touch(Source(address=peer, snmp=True))


def head(system: System, object_id: bytes) -> Iterator[Row]:
    """The system group (RFC 3418)."""
    config = system.running
    yield (*SYSTEM, 1, 0), octets(system.software.replace("\n", "\r\n"))
    yield (*SYSTEM, 2, 0), object_id
    yield UP_TIME, _up_time
    yield (*SYSTEM, 4, 0), octets(config.snmp_contact)
    yield (*SYSTEM, 5, 0), octets(system.sys_name)
    yield (*SYSTEM, 6, 0), octets(config.snmp_location)
    yield (*SYSTEM, 7, 0), integer(6)


def _up_time(mib: SwitchMib, name: Oid) -> bytes:  # noqa: ARG001
    return integer(mib.up_ticks() & 0xFFFFFFFF, TICKS)


def arp(system: System) -> Iterator[Row]:
    """ipNetToMediaTable of a gateway: who answers in which VLAN. The ifIndex is that of the VLAN's interface."""
    for told, (vlan, mac) in system.arp().items():
        at = (vlan, *map(int, told.split(".")))
        yield (*MEDIA, 1, *at), integer(vlan)
        yield (*MEDIA, 2, *at), octets(bytes.fromhex(mac.replace(":", "")))
        yield (*MEDIA, 3, *at), address(told)
        yield (*MEDIA, 4, *at), integer(3)  # dynamic
