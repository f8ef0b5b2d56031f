"""LLDP-MIB (IEEE 802.1AB-2005): what the switch says of itself, and what it hears."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import integer, octets
from iccc.lab.snmp.interfaces import Row
from iccc.lab.snmp.oids import LLDP

MAC_CHASSIS, MAC_PORT, INTERFACE_NAME = 4, 3, 5  # LldpChassisIdSubtype, LldpPortIdSubtype
BRIDGE = b"\x20"  # LldpSystemCapabilitiesMap, bit 2


def local(system: System) -> Iterator[Row]:
    yield (*LLDP, 3, 1, 0), integer(MAC_CHASSIS)
    yield (*LLDP, 3, 2, 0), octets(bytes.fromhex(system.mac.replace(":", "")))
    yield (*LLDP, 3, 3, 0), octets(system.sys_name)
    for port in system.hardware:
        subtype, said = system.announced(port.name)
        yield (*LLDP, 3, 7, 1, 2, port.index), integer(subtype)
        yield (*LLDP, 3, 7, 1, 3, port.index), _port_id(subtype, said)
        yield (*LLDP, 3, 7, 1, 4, port.index), octets(port.name)


def remote(system: System) -> Iterator[Row]:
    for port in system.hardware:
        peer = system.neighbour(port.name)
        if peer is None:
            continue
        at = (0, port.index, 1)  # time mark, local port, index
        entry = (*LLDP, 4, 1, 1)
        yield (*entry, 4, *at), integer(MAC_CHASSIS)
        yield (*entry, 5, *at), octets(bytes.fromhex(peer.mac.replace(":", "")))
        yield (*entry, 6, *at), integer(peer.port_subtype)
        yield (*entry, 7, *at), _port_id(peer.port_subtype, peer.port)
        yield (*entry, 8, *at), octets(peer.port_description)
        yield (*entry, 9, *at), octets(peer.hostname)
        yield (*entry, 10, *at), octets(peer.software.replace("\n", "\r\n"))
        yield (*entry, 11, *at), octets(BRIDGE)
        yield (*entry, 12, *at), octets(BRIDGE)
        address = tuple(map(int, peer.address.split(".")))
        yield (*LLDP, 4, 2, 1, 3, *at, 1, 4, *address), integer(2)  # lldpRemManAddrIfSubtype ifIndex


def _port_id(subtype: int, said: str) -> bytes:
    return octets(bytes.fromhex(said.replace(".", "")) if subtype == MAC_PORT else said)
