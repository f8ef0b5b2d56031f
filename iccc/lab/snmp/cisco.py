"""What Cisco has in MIBs of its own: VLANs and trunks (VTP, VLAN-MEMBERSHIP), configuration history, NTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from iccc.lab.ios import vlanlist
from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import TICKS, address, integer, octets
from iccc.lab.snmp.interfaces import Row, if_index
from iccc.lab.snmp.oids import CONFIG_HISTORY, NTP_STATUS, VM_MEMBER, VTP_TRUNK, VTP_VLAN

NOT_SYNCHRONISED, REMOTE_SERVER, NOT_RUNNING = 3, 6, 2  # cntpSysSrvStatus
BY_COMMAND, BY_SNMP = 1, 2  # ccmHistoryEventCommandSource


def vlans(system: System) -> Iterator[Row]:
    """CISCO-VTP-MIB vtpVlanTable of domain 1."""
    known = {number: system.running.vlan_name(number) for number in system.running.vlans}
    for number, name in {**known, **vlanlist.RESERVED}.items():
        reserved = number in vlanlist.RESERVED
        yield (*VTP_VLAN, 2, 1, number), integer(1)  # operational
        yield (*VTP_VLAN, 3, 1, number), integer(number - 1000 if reserved else 1)  # fddi(2) … or ethernet(1)
        yield (*VTP_VLAN, 4, 1, number), octets(name)


def trunks(system: System) -> Iterator[Row]:
    """CISCO-VTP-MIB vlanTrunkPortTable, as configured."""
    for port in system.hardware:
        config = system.running.ports[port.name]
        index = if_index(port)
        for column, first in ((4, 0), (17, 1024), (18, 2048), (19, 3072)):
            yield (*VTP_TRUNK, column, index), octets(_bitmap(config.allowed, first))
        yield (*VTP_TRUNK, 5, index), integer(config.native_vlan)
        # vlanTrunkPortDynamicState on(1), off(2), auto(4)
        yield (*VTP_TRUNK, 13, index), integer({"trunk": 1, "access": 2}.get(config.mode, 4))


def members(system: System) -> Iterator[Row]:
    """VLAN of access ports (CISCO-VLAN-MEMBERSHIP-MIB), and which ports work as trunks."""
    for port in system.hardware:
        index, trunking = if_index(port), system.trunking(port.name)
        if not trunking:
            yield (*VM_MEMBER, 1, index), integer(1)  # static
            yield (*VM_MEMBER, 2, index), integer(system.running.ports[port.name].access_vlan)
        yield (*VTP_TRUNK, 14, index), integer(1 if trunking else 2)  # trunking(1), notTrunking(2)


@lru_cache(maxsize=4096)  # most trunks of a city carry all VLANs, or the same few
def _bitmap(numbers: frozenset[int], first: int) -> bytes:
    """128 octets: one bit for each VLAN from ``first`` on, highest bit first."""
    bits = bytearray(128)
    for number in numbers:
        if first <= number < first + 1024:
            bits[(number - first) // 8] |= 0x80 >> (number - first) % 8
    return bytes(bits)


def history(system: System) -> Iterator[Row]:
    """CISCO-CONFIG-MAN-MIB: when the configurations changed, in ticks since the start, and the last events."""
    changed, saved = _ticks(system, system.changed), _ticks(system, system.saved)
    yield (*CONFIG_HISTORY, 1, 0), integer(changed, TICKS)
    yield (*CONFIG_HISTORY, 2, 0), integer(saved, TICKS)
    yield (*CONFIG_HISTORY, 3, 0), integer(saved, TICKS)
    entry = (*CONFIG_HISTORY, 6, 1)
    for event in system.history.events:
        source = event.source
        yield (*entry, 2, event.number), integer(_ticks(system, event.at), TICKS)
        yield (*entry, 3, event.number), integer(BY_SNMP if source.snmp else BY_COMMAND)
        yield (*entry, 4, event.number), integer(event.taken_from)
        yield (*entry, 5, event.number), integer(event.went_to)
        yield (*entry, 6, event.number), integer(source.terminal)
        yield (*entry, 7, event.number), integer(0)
        yield (*entry, 8, event.number), octets(source.user)
        yield (*entry, 10, event.number), address(source.address or "0.0.0.0")  # noqa: S104  no address


def _ticks(system: System, moment: datetime) -> int:
    return max(0, int((moment - system.booted).total_seconds() * 100))


def ntp(system: System) -> Iterator[Row]:
    """CISCO-NTP-MIB cntpSysSrvStatus."""
    status = REMOTE_SERVER if system.synchronised else NOT_SYNCHRONISED if system.running.ntp else NOT_RUNNING
    yield NTP_STATUS, integer(status)
