"""BRIDGE-MIB (RFC 4188) of one VLAN: Cisco keeps one for each, behind ``community@vlan`` or the context ``vlan-N``."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.lab.hardware import HwPort
from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import Oid, integer, octets
from iccc.lab.snmp.interfaces import Row, if_index
from iccc.lab.snmp.oids import BRIDGE

LEARNED = 3  # dot1dTpFdbStatus
OFF, BLOCKING, FORWARDING = 1, 2, 5  # dot1dStpPortState
STP_PORT = (*BRIDGE, 2, 15, 1)
FDB = (*BRIDGE, 4, 3, 1)


def rows(system: System, vlan: int) -> Iterator[Row]:
    """The ports that carry the VLAN, their spanning tree, and what was learned in it."""
    members = [
        port
        for port in system.hardware
        if (system.trunking(port.name) and vlan in system.running.ports[port.name].allowed)
        or (not system.trunking(port.name) and system.running.ports[port.name].access_vlan == vlan)
    ]
    yield from base(system, members)
    yield from spanning_tree(system, members, system.blocked(vlan))
    for mac, name in system.fdb(vlan).items():
        address = bytes.fromhex(mac.replace(":", ""))
        yield (*FDB, 1, *address), octets(address)
        yield (*FDB, 2, *address), integer(system.by_name[name].index)
        yield (*FDB, 3, *address), integer(LEARNED)


def base(system: System, members: list[HwPort]) -> Iterator[Row]:
    yield (*BRIDGE, 1, 1, 0), octets(bytes.fromhex(system.mac.replace(":", "")))
    yield (*BRIDGE, 1, 2, 0), integer(len(members))
    yield (*BRIDGE, 1, 3, 0), integer(2)  # transparent-only
    for port in members:
        yield (*BRIDGE, 1, 4, 1, 1, port.index), integer(port.index)  # dot1dBasePort
        yield (*BRIDGE, 1, 4, 1, 2, port.index), integer(if_index(port))  # dot1dBasePortIfIndex


def spanning_tree(system: System, members: list[HwPort], blocked: frozenset[str]) -> Iterator[Row]:
    yield (*BRIDGE, 2, 1, 0), integer(3)  # ieee8021d
    for port in members:
        state = BLOCKING if port.name in blocked else FORWARDING
        at: Oid = (port.index,)
        yield (*STP_PORT, 1, *at), integer(port.index)
        yield (*STP_PORT, 2, *at), integer(128)
        yield (*STP_PORT, 3, *at), integer(state if system.port_up(port.name) else OFF)
