"""The MIB of a switch that is not Cisco's: Q-BRIDGE-MIB (RFC 4363) and nothing of any maker's own.

The filtering databases have numbers of their own, which dot1qVlanFdbId tells. There is one spanning tree for all VLANs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iccc.lab.hardware import HwPort
from iccc.lab.ios.system import System
from iccc.lab.snmp import bridge, entity, lldp, poe
from iccc.lab.snmp.ber import GAUGE32, integer, octets, oid
from iccc.lab.snmp.interfaces import Row
from iccc.lab.snmp.oids import Q_BRIDGE
from iccc.lab.snmp.switch_mib import SwitchMib, arp, head
from iccc.lab.snmp.view import View, Views

OBJECT_ID = (1, 3, 6, 1, 4, 1, 32473, 1, 1)  # 32473 is the enterprise number for examples (RFC 5612)
SOLD_AS = ("Example Networks", "Managed PoE switch", "3.1.7")
PERMANENT, ACTIVE = 2, 1  # dot1qVlanStatus, RowStatus
FIRST_FDB = 7
FDB, CURRENT, STATIC, PORTS = (*Q_BRIDGE, 2, 2, 1), (*Q_BRIDGE, 4, 2, 1), (*Q_BRIDGE, 4, 3, 1), (*Q_BRIDGE, 4, 5, 1)


class ForeignMib(SwitchMib):
    """As :class:`SwitchMib`, without contexts and without Cisco's tables."""

    def view(self, context: str) -> Views[SwitchMib] | None:
        return super().view("") if not context else None

    def bridge(self, vlan: int) -> View[SwitchMib]:  # noqa: ARG002  one for all VLANs
        return View(self, dict(_bridge(self.system)))

    def fixed(self) -> Iterator[Row]:
        yield from poe.rows(self.system)

    def sensed(self) -> Iterator[Row]:
        yield from head(self.system, oid(OBJECT_ID))
        yield from entity.rows(self.system, light=False)
        for part in (lldp.local, lldp.remote, arp):
            yield from part(self.system)


def fdb_ids(system: System) -> dict[int, int]:
    """The number of each VLAN's filtering database."""
    return {vlan: FIRST_FDB + at for at, vlan in enumerate(sorted(system.running.vlans))}


def _bridge(system: System) -> Iterator[Row]:
    members = list(system.hardware)
    management = [vlan for vlan, svi in system.running.svis.items() if svi.address and not svi.shutdown]
    yield from bridge.base(system, members)
    yield from bridge.spanning_tree(system, members, system.blocked(management[0] if management else 1))
    for vlan, number in fdb_ids(system).items():
        sent = [port for port in members if vlan in _carried(system, port)]
        untagged = [port for port in sent if vlan == _pvid(system, port)]
        yield (*CURRENT, 3, 0, vlan), integer(number, GAUGE32)
        yield (*CURRENT, 4, 0, vlan), octets(port_list(sent))
        yield (*CURRENT, 5, 0, vlan), octets(port_list(untagged))
        yield (*CURRENT, 6, 0, vlan), integer(PERMANENT)
        yield (*STATIC, 1, vlan), octets(system.running.vlan_name(vlan))
        yield (*STATIC, 2, vlan), octets(port_list(sent))
        yield (*STATIC, 4, vlan), octets(port_list(untagged))
        yield (*STATIC, 5, vlan), integer(ACTIVE)
        for mac, name in system.fdb(vlan).items():
            at = (number, *bytes.fromhex(mac.replace(":", "")))
            yield (*FDB, 2, *at), integer(system.by_name[name].index)
            yield (*FDB, 3, *at), integer(bridge.LEARNED)
    for port in members:
        yield (*PORTS, 1, port.index), integer(_pvid(system, port), GAUGE32)


def _pvid(system: System, port: HwPort) -> int:
    config = system.running.ports[port.name]
    return config.native_vlan if system.trunking(port.name) else config.access_vlan


def _carried(system: System, port: HwPort) -> frozenset[int]:
    config = system.running.ports[port.name]
    return config.allowed if system.trunking(port.name) else frozenset({config.access_vlan})


def port_list(ports: Iterable[HwPort]) -> bytes:
    """PortList: one bit for each bridge port from 1 on, the highest first."""
    bits = bytearray(8)
    for port in ports:
        bits[(port.index - 1) // 8] |= 0x80 >> (port.index - 1) % 8
    return bytes(bits)
