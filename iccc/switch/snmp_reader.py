"""Reads everything that SNMP tells of a switch: what is asked, in which order, and what becomes of a part that fails.

A part that could not be read is an :class:`~iccc.compare.Unread` in its place, or in ``SwitchFacts.unread``; the others
stand. Nothing is skipped because a change hint (entLastChangeTime and the like) has not moved: agents differ in what
they count, and a change that a hint misses would be hidden.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.mib import arp, entity, fdb, history, interfaces, lldp, ntp, optics, poe, spanning_tree, system, vlans
from iccc.mib.entity import Entities
from iccc.mib.interfaces import Interface
from iccc.mib.system import System
from iccc.mib.values import Column, Columns, Table, Value
from iccc.mib.vlans import Vlans
from iccc.sessions.snmp import SnmpSession
from iccc.switch import port_facts
from iccc.switch.port_facts import Names, PoeIndex
from iccc.switch.seen import Arp, ConfigEvent, ConfigHistory, Neighbour, Power, SwitchFacts

VITAL = (interfaces.STATUS, lldp.LOCAL_PORTS, lldp.REMOTES)

_CISCO = 9  # enterprise number at IANA
_NO_ANSWERS = 2  # parts that may go unanswered; an agent that is silent once more is not asked the rest

Session = Callable[[int | None], SnmpSession]
"""A session with the agent, in the context of a VLAN or in none."""
Got = TypeVar("Got")


def unread(reason: Unread) -> SwitchFacts:
    """The facts of a switch whose SNMP gave nothing."""
    return SwitchFacts(reason, reason, reason, reason)


async def read_tables(session: SnmpSession, *tables: Table) -> dict[str, Column]:
    """The columns of all ``tables``. Raises DeviceError."""
    columns: dict[str, Column] = {}
    for table in tables:
        columns |= await session.table(table)
    return columns


async def read(
    session: Session, names: Names, poe_index: PoeIndex | None, declared: Iterable[int], patience_s: float
) -> SwitchFacts:
    """The facts of one switch. ``declared`` are the VLANs whose FDB is looked at where each has its own.

    ``patience_s`` is for each part: an agent that answers, and has much to tell or a busy reader, is not cut off in the
    middle of it; one that lets three parts go is not asked the rest. Raises DeviceError, or TimeoutError, when the
    agent gives not even its system group.
    """
    agent = session(None)
    async with asyncio.timeout(patience_s):
        scalars = await agent.get(*system.SCALARS, ntp.CURRENT_MODE)
    reading = _Reading(
        session, agent, names, poe_index, frozenset(declared), patience_s, system.parse(scalars), scalars
    )
    return await reading.everything()


@dataclass
class _Reading:
    """What was read so far. Each method reads one part."""

    session: Session
    agent: SnmpSession
    names: Names
    poe_index: PoeIndex | None
    declared: frozenset[int]
    patience_s: float
    system: System
    scalars: dict[str, Value]
    failed: dict[str, Unread] = field(default_factory=dict)
    silent: int = 0
    interfaces: Mapping[int, Interface] = field(default_factory=dict)
    bridge_ports: Mapping[int, int] = field(default_factory=dict)
    vlans: Vlans = field(default_factory=Vlans)
    supply: Power | None = None
    per_vlan: bool = False  # IOS: VLANs are numbered by VTP, and each has its own BRIDGE-MIB

    async def everything(self) -> SwitchFacts:
        told = SwitchFacts(
            sys_name=self.system.name,
            sys_descr=self.system.descr,
            uptime_s=self.system.uptime_s,
            object_id=self.system.object_id,
            location=self.system.location,
        )
        found = await self.part("interfaces", self._interfaces)
        if not found:
            nothing = Unread(Reason.BAD_ANSWER, "IF-MIB ifTable and ifXTable are empty")
            return replace(told, ports=self.failed.get("interfaces", nothing))
        self.interfaces = found
        self.bridge_ports = await self.part("bridge", self._bridge) or {}
        self.vlans = await self.part("vlans", self._vlans) or Vlans()
        heard = await self.part("lldp", self._neighbours) or {}
        learned, blocking = await self._learned()
        named = port_facts.by_index(found, self.names)
        parts = await self.part("chassis", self._entities) or Entities()
        power = await self.part("poe", lambda: self._poe(named, parts)) or {}
        light = await self.part("optics", lambda: self._optics(parts)) or {}
        known = await self.part("arp", self._arp)
        changed = await self.part("history", self._history)
        ports = {
            name: port_facts.complete(
                port_facts.of_interface(found[index]),
                power.get(index),
                light.get(index),
                pvid=self._pvid(index),
                blocking=blocking.get(index),
                neighbours=heard.get(index, ()),
                macs=learned.get(index, frozenset()),
            )
            for index, name in named.items()
        }
        return replace(
            told,
            ports=ports,
            vlans=self.failed.pop("vlans", self.vlans.names or None),
            arp=self.failed.pop("arp", known or None),
            chassis=self.failed.pop("chassis", port_facts.chassis(parts)),
            power=self.supply,
            history=self.failed.pop("history", changed),
            ntp_synchronised=ntp.synchronised(self.scalars),
            unread=self.failed,
        )

    async def part(self, name: str, read: Callable[[], Awaitable[Got]]) -> Got | None:
        """What ``read`` gives; None, and the reason in ``failed``, when it gave nothing."""
        try:
            if self.silent > _NO_ANSWERS:
                raise DeviceError(Reason.NOT_TRIED, name, f"{self.silent} parts before it were not answered")
            async with asyncio.timeout(self.patience_s):
                return await read()
        except DeviceError as error:
            self.silent += error.reason is Reason.NO_ANSWER
            self.failed[name] = Unread.of(error)
        except TimeoutError:
            self.silent += 1
            self.failed[name] = Unread(Reason.NO_ANSWER, f"{name}: not read within {self.patience_s:g} s")
        return None

    @property
    def cisco(self) -> bool:
        """Whether Cisco's MIBs are worth asking for; an agent that does not say who made it may have them."""
        return self.system.enterprise in (_CISCO, None)

    async def tables(self, *tables: Table) -> dict[str, Column]:
        return await read_tables(self.agent, *tables)

    async def _interfaces(self) -> dict[int, Interface]:
        columns = await self.tables(interfaces.IF_TABLE, interfaces.IFX_TABLE, interfaces.DUPLEX_TABLE)
        if interfaces.needs_old(columns):
            columns |= await self.tables(interfaces.OLD_TABLE)
        listed = interfaces.rows(columns)
        if interfaces.truncated(listed, self.system.interfaces):
            text = f"ifTable has {listed} rows where ifNumber is {self.system.interfaces}"
            self.failed["interfaces"] = Unread(Reason.BAD_ANSWER, text)
        return interfaces.parse(columns)

    async def _bridge(self) -> dict[int, int]:
        return fdb.base_ports(await self.tables(fdb.BASE_PORTS))

    async def _vlans(self) -> Vlans:
        """IOS has no Q-BRIDGE-MIB, so VTP is asked first there; other switches of Cisco have nothing in VTP."""
        if self.cisco:
            found = vlans.cisco(await self.tables(vlans.VTP_VLANS, vlans.CISCO_TRUNKS, vlans.CISCO_ACCESS))
            self.per_vlan = bool(found.names)
            if self.per_vlan:
                return found
        return vlans.q_bridge(await self.tables(vlans.Q_CURRENT, vlans.Q_STATIC, vlans.Q_PORTS))

    async def _neighbours(self) -> dict[int, tuple[Neighbour, ...]]:
        columns = await self.tables(lldp.REMOTES)
        if not columns[lldp.PORT_ID]:
            return {}
        columns |= await self.tables(lldp.LOCAL_PORTS, lldp.ADDRESSES)
        if (lost := port_facts.unplaced(columns, self.interfaces, self.bridge_ports)) is not None:
            self.failed["lldp"] = lost
        return port_facts.neighbours(columns, self.interfaces, self.bridge_ports, self.names)

    async def _learned(self) -> tuple[Mapping[int, frozenset[tuple[int, str]]], Mapping[int, bool]]:
        """What was learned, and what spanning tree holds back, by ifIndex."""
        if self.per_vlan:
            return await self._learned_per_vlan()
        learned = await self.part("fdb", self._fdb) or {}
        states = await self.part("spanning_tree", self._spanning_tree) or {}
        return learned, states

    async def _fdb(self) -> Mapping[int, frozenset[tuple[int, str]]]:
        columns = await self.tables(fdb.Q_FDB)
        learned: Iterator[fdb.Learned] = fdb.q_bridge(columns, self.vlans)
        if not columns[fdb.Q_PORT]:
            learned = fdb.d_bridge(await self.tables(fdb.D_FDB), None, self.vlans)
        return port_facts.macs(learned, self.bridge_ports)

    async def _spanning_tree(self) -> dict[int, bool]:
        return _by_interface(await self.tables(spanning_tree.PORTS), self.bridge_ports)

    async def _learned_per_vlan(self) -> tuple[Mapping[int, frozenset[tuple[int, str]]], Mapping[int, bool]]:
        """Of the declared VLANs that the switch has: an agent does not answer at all for one that it lacks."""
        asked = sorted((self.declared | {1}) & set(self.vlans.names))
        learned: dict[int, frozenset[tuple[int, str]]] = {}
        held: dict[int, bool] = {}
        for vlan in asked:  # one after the other: an agent keeps few requests, and drops the rest
            columns = await self.part(f"fdb of VLAN {vlan}", partial(self._of_vlan, vlan))
            if columns is None:
                self.failed.setdefault("fdb", self.failed.pop(f"fdb of VLAN {vlan}"))
                continue
            ports = fdb.base_ports(columns)
            for index, addresses in port_facts.macs(fdb.d_bridge(columns, vlan, self.vlans), ports).items():
                learned[index] = learned.get(index, frozenset()) | addresses
            for index, blocked in _by_interface(columns, ports).items():
                held[index] = held.get(index, False) or blocked
        return learned, held

    async def _of_vlan(self, vlan: int) -> Columns:
        return await read_tables(self.session(vlan), fdb.BASE_PORTS, fdb.D_FDB, spanning_tree.PORTS)

    async def _entities(self) -> Entities:
        columns = await self.tables(entity.PHYSICAL)
        if columns[entity.CLASS]:
            columns |= await self.tables(entity.ALIASES)
        return entity.parse(columns)

    async def _poe(self, named: Mapping[int, str], parts: Entities) -> dict[int, poe.PoePort]:
        """An agent of no known platform numbers its PSE ports by ifIndex, or as most do."""
        columns = await self.tables(*poe.tables_for(self.system.object_id))
        if (told := poe.supply(columns)) is not None:
            self.supply = Power(told.budget_w, told.used_w)
        ports = frozenset(named)
        if self.poe_index is not None:
            return poe.parse(columns, port_facts.numbered(named, self.poe_index), ports, parts)
        usual = port_facts.numbered(named, port_facts.usual_poe_index)
        return poe.parse(columns, {}, ports, parts) or poe.parse(columns, usual, ports, parts)

    async def _optics(self, parts: Entities) -> dict[int, optics.Light]:
        columns = await self.tables(*optics.tables_for(self.system.object_id))
        return optics.parse(columns, parts, {index: one.name for index, one in self.interfaces.items()})

    async def _arp(self) -> dict[str, Arp]:
        columns = await self.tables(arp.MEDIA_TABLE)
        if not columns[arp.MEDIA]:
            columns = await self.tables(arp.PHYSICAL_TABLE)
        found = arp.parse(columns)
        return {address: Arp(entry.mac, self._named(entry.if_index)) for address, entry in found.items()}

    async def _history(self) -> ConfigHistory | Unread | None:
        if not self.cisco:
            return None
        self.scalars |= await self.agent.get(*history.SCALARS, ntp.CISCO_STATUS)
        told = history.parse(self.scalars, {})
        if isinstance(told, history.History):
            told = history.parse(self.scalars, await self.tables(history.EVENTS))
        if not isinstance(told, history.History):
            return told
        events = tuple(ConfigEvent(one.at_s, one.user, one.by, one.number) for one in told.events)
        return ConfigHistory(told.changed_s, told.saved_s, events)

    def _pvid(self, index: int) -> int | None:
        """Cisco numbers the ports by ifIndex, Q-BRIDGE-MIB by bridge port."""
        if self.per_vlan:
            return self.vlans.pvid.get(index)
        numbers = [port for port, own in self.bridge_ports.items() if own == index] if self.bridge_ports else [index]
        return next((self.vlans.pvid[number] for number in numbers if number in self.vlans.pvid), None)

    def _named(self, index: int) -> str | None:
        interface = self.interfaces.get(index)
        return None if interface is None else self.names(interface) or interface.descr or interface.name


def _by_interface(columns: Columns, ports: Mapping[int, int]) -> dict[int, bool]:
    """What spanning tree holds back, by ifIndex; an agent without dot1dBasePortTable numbers both alike."""
    states = spanning_tree.blocking(columns)
    return {ports[port]: held for port, held in states.items() if port in ports} if ports else states
