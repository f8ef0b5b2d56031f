"""The MIB of a switch, made from its state: system, interfaces, VLANs, PoE, LLDP, chassis."""

from __future__ import annotations

from collections.abc import Iterator

from iccc.lab.hardware import HwPort
from iccc.lab.ios import names, vlanlist
from iccc.lab.ios.system import SOFTWARE, System
from iccc.lab.snmp.ber import COUNTER32, COUNTER64, GAUGE32, TICKS, Oid, integer, octets, oid

MIB2: Oid = (1, 3, 6, 1, 2, 1)
CISCO: Oid = (1, 3, 6, 1, 4, 1, 9)
SYSTEM = (*MIB2, 1)
INTERFACES = (*MIB2, 2)
IFX = (*MIB2, 31, 1, 1, 1)
BRIDGE = (*MIB2, 17)
ENTITY = (*MIB2, 47, 1, 1, 1, 1)
PSE_PORT = (*MIB2, 105, 1, 1, 1)
PSE_MAIN = (*MIB2, 105, 1, 3, 1, 1)
LLDP: Oid = (1, 0, 8802, 1, 1, 2, 1)
CONFIG_HISTORY = (*CISCO, 9, 43, 1, 1)
VTP_VLAN = (*CISCO, 9, 46, 1, 3, 1, 1)
VTP_TRUNK = (*CISCO, 9, 46, 1, 6, 1, 1)
VM_MEMBER = (*CISCO, 9, 68, 1, 2, 2, 1)

PORT_INDEX = 10_000  # ifIndex of port n is 10000 + n; an SVI's is its VLAN number
UP, DOWN = 1, 2
TRUE, FALSE = 1, 2
DELIVERING, SEARCHING, DISABLED = 3, 2, 1

Row = tuple[Oid, bytes]


def if_index(port: HwPort) -> int:
    return PORT_INDEX + port.index


def common(system: System) -> dict[Oid, bytes]:
    """Everything that does not depend on the VLAN of the community."""
    values: dict[Oid, bytes] = {}
    for part in (_system, _ports, _svis, _history, _chassis, _vlans, _members, _poe, _lldp_local, _lldp_remote):
        values.update(part(system))
    return values


def ticks(system: System) -> bytes:
    """sysUpTime."""
    return integer(int(system.uptime().total_seconds() * 100) & 0xFFFFFFFF, TICKS)


def _system(system: System) -> Iterator[Row]:
    config = system.running
    yield (*SYSTEM, 1, 0), octets(SOFTWARE.replace("\n", "\r\n"))
    yield (*SYSTEM, 2, 0), oid((*CISCO, 1, 2685))
    yield (*SYSTEM, 4, 0), octets(config.snmp_contact)
    yield (*SYSTEM, 5, 0), octets(config.hostname)
    yield (*SYSTEM, 6, 0), octets(config.snmp_location)
    yield (*SYSTEM, 7, 0), integer(6)
    yield (*INTERFACES, 1, 0), integer(len(system.hardware) + len(config.svis))


def _ports(system: System) -> Iterator[Row]:
    base = b"\x06" + bytes.fromhex(system.mac.replace(":", ""))[1:5]  # apart from the addresses of devices
    for port in system.hardware:
        config = system.running.ports[port.name]
        up = system.port_up(port.name)
        mac = base + bytes([port.index])
        yield from _interface(
            if_index(port), port.name, config.description, not config.shutdown, up, 6, mac, 1000 if up else 10
        )


def _svis(system: System) -> Iterator[Row]:
    mac = bytes.fromhex(system.mac.replace(":", ""))
    for number, svi in system.running.svis.items():
        up = system.port_up(f"Vlan{number}")
        yield from _interface(number, f"Vlan{number}", svi.description, not svi.shutdown, up, 53, mac, 1000)


def _interface(
    index: int, name: str, alias: str, admin: bool, up: bool, sort: int, mac: bytes, speed_mbps: int
) -> Iterator[Row]:
    entry = (*INTERFACES, 2, 1)
    yield (*entry, 1, index), integer(index)
    yield (*entry, 2, index), octets(name)
    yield (*entry, 3, index), integer(sort)
    yield (*entry, 4, index), integer(1500)
    yield (*entry, 5, index), integer(speed_mbps * 1_000_000, GAUGE32)
    yield (*entry, 6, index), octets(mac)
    yield (*entry, 7, index), integer(UP if admin else DOWN)
    yield (*entry, 8, index), integer(UP if up else DOWN)
    yield (*entry, 9, index), integer(0, TICKS)
    yield (*entry, 14, index), integer(0, COUNTER32)
    yield (*entry, 20, index), integer(0, COUNTER32)
    yield (*IFX, 1, index), octets(names.short(name))
    yield (*IFX, 6, index), integer(0, COUNTER64)
    yield (*IFX, 10, index), integer(0, COUNTER64)
    yield (*IFX, 15, index), integer(speed_mbps, GAUGE32)
    yield (*IFX, 17, index), integer(TRUE if up and sort == 6 else FALSE)
    yield (*IFX, 18, index), octets(alias)


def _history(system: System) -> Iterator[Row]:
    """CISCO-CONFIG-MAN-MIB: when the configurations changed, in ticks since the start."""
    changed = int((system.changed - system.booted).total_seconds() * 100)
    saved = max(0, int((system.saved - system.booted).total_seconds() * 100))
    yield (*CONFIG_HISTORY, 1, 0), integer(changed, TICKS)
    yield (*CONFIG_HISTORY, 2, 0), integer(saved, TICKS)
    yield (*CONFIG_HISTORY, 3, 0), integer(saved, TICKS)


def _chassis(system: System) -> Iterator[Row]:
    texts = {2: system.model, 7: "1", 8: "V01", 9: "ROMMON", 10: "15.2(7)E4", 11: system.serial, 12: "Cisco"}
    for column, text in {**texts, 13: system.model}.items():
        yield (*ENTITY, column, 1), octets(text)
    yield (*ENTITY, 4, 1), integer(0)
    yield (*ENTITY, 5, 1), integer(3)  # chassis
    yield (*ENTITY, 6, 1), integer(-1)
    yield (*ENTITY, 16, 1), integer(TRUE)


def _vlans(system: System) -> Iterator[Row]:
    """CISCO-VTP-MIB vtpVlanTable of domain 1."""
    known = {number: system.running.vlan_name(number) for number in system.running.vlans}
    for number, name in {**known, **vlanlist.RESERVED}.items():
        reserved = number in vlanlist.RESERVED
        yield (*VTP_VLAN, 2, 1, number), integer(1)  # operational
        yield (*VTP_VLAN, 3, 1, number), integer(number - 1000 if reserved else 1)  # fddi(2) … or ethernet(1)
        yield (*VTP_VLAN, 4, 1, number), octets(name)


def _members(system: System) -> Iterator[Row]:
    """VLAN of access ports (CISCO-VLAN-MEMBERSHIP-MIB) and allowed VLANs of trunks (CISCO-VTP-MIB)."""
    for port in system.hardware:
        config = system.running.ports[port.name]
        index = if_index(port)
        trunking = system.trunking(port.name)
        if not trunking:
            yield (*VM_MEMBER, 1, index), integer(1)  # static
            yield (*VM_MEMBER, 2, index), integer(config.access_vlan)
        for column, first in ((4, 0), (17, 1024), (18, 2048), (19, 3072)):
            yield (*VTP_TRUNK, column, index), octets(_bitmap(config.allowed, first))
        yield (*VTP_TRUNK, 5, index), integer(config.native_vlan)
        # vlanTrunkPortDynamicState on(1), off(2), auto(4); Status trunking(1), notTrunking(2)
        yield (*VTP_TRUNK, 13, index), integer({"trunk": 1, "access": 2}.get(config.mode, 4))
        yield (*VTP_TRUNK, 14, index), integer(1 if trunking else 2)


def _bitmap(numbers: frozenset[int], first: int) -> bytes:
    """128 octets: one bit for each VLAN from ``first`` on, highest bit first."""
    bits = bytearray(128)
    for number in range(first, first + 1024):
        if number in numbers:
            bits[(number - first) // 8] |= 0x80 >> (number - first) % 8
    return bytes(bits)


def _poe(system: System) -> Iterator[Row]:
    ports = [port for port in system.hardware if port.poe]
    if not ports:
        return
    used = 0.0
    for port in ports:
        config = system.running.ports[port.name]
        draw = system.powered(port.name)
        used += draw.watts if draw else 0.0
        on = config.poe and not config.shutdown
        entry = {
            3: TRUE if config.poe else FALSE,  # pethPsePortAdminEnable
            4: FALSE,
            5: 1,
            6: DELIVERING if draw else SEARCHING if on else DISABLED,  # pethPsePortDetectionStatus
            7: 3,
            10: draw.poe_class + 1 if draw else 1,  # pethPsePortPowerClassifications: class0(1) … class4(5)
        }
        for column, number in entry.items():
            yield (*PSE_PORT, column, 1, port.index), integer(number)
    yield (*PSE_MAIN, 2, 1), integer(int(system.poe_budget_w), GAUGE32)
    yield (*PSE_MAIN, 3, 1), integer(1)  # pethMainPseOperStatus on
    yield (*PSE_MAIN, 4, 1), integer(round(used), GAUGE32)


def _lldp_local(system: System) -> Iterator[Row]:
    yield (*LLDP, 3, 1, 0), integer(4)
    yield (*LLDP, 3, 2, 0), octets(bytes.fromhex(system.mac.replace(":", "")))
    yield (*LLDP, 3, 3, 0), octets(system.running.hostname)
    for port in system.hardware:
        yield (*LLDP, 3, 7, 1, 2, port.index), integer(5)  # interfaceName
        yield (*LLDP, 3, 7, 1, 3, port.index), octets(port.short)
        yield (*LLDP, 3, 7, 1, 4, port.index), octets(port.name)


def _lldp_remote(system: System) -> Iterator[Row]:
    for port in system.hardware:
        peer = system.neighbour(port.name)
        if peer is None:
            continue
        at = (0, port.index, 1)  # time mark, local port, index
        entry = (*LLDP, 4, 1, 1)
        yield (*entry, 4, *at), integer(4)  # macAddress
        yield (*entry, 5, *at), octets(bytes.fromhex(peer.mac.replace(":", "")))
        yield (*entry, 6, *at), integer(5)  # interfaceName
        yield (*entry, 7, *at), octets(peer.port)
        yield (*entry, 8, *at), octets(peer.port_description)
        yield (*entry, 9, *at), octets(peer.hostname)
        yield (*entry, 10, *at), octets(SOFTWARE.replace("\n", "\r\n"))
        yield (*entry, 11, *at), octets(b"\x20")
        yield (*entry, 12, *at), octets(b"\x20")
        address = tuple(map(int, peer.address.split(".")))
        yield (*LLDP, 4, 2, 1, 3, *at, 1, 4, *address), integer(2)  # lldpRemManAddrIfSubtype ifIndex


def bridge(system: System, vlan: int) -> dict[Oid, bytes]:
    """BRIDGE-MIB of one VLAN: Cisco keeps one for each, behind ``community@vlan``."""
    values: dict[Oid, bytes] = {(*BRIDGE, 1, 1, 0): octets(bytes.fromhex(system.mac.replace(":", "")))}
    members = [
        port
        for port in system.hardware
        if system.trunking(port.name) or system.running.ports[port.name].access_vlan == vlan
    ]
    values[(*BRIDGE, 1, 2, 0)] = integer(len(members))
    values[(*BRIDGE, 1, 3, 0)] = integer(2)  # transparent-only
    for port in members:
        values[(*BRIDGE, 1, 4, 1, 1, port.index)] = integer(port.index)  # dot1dBasePort
        values[(*BRIDGE, 1, 4, 1, 2, port.index)] = integer(if_index(port))  # dot1dBasePortIfIndex
    numbers = {port.name: port.index for port in system.hardware}
    for mac, name in system.fdb(vlan).items():
        address = bytes.fromhex(mac.replace(":", ""))
        values[(*BRIDGE, 4, 3, 1, 1, *address)] = octets(address)
        values[(*BRIDGE, 4, 3, 1, 2, *address)] = integer(numbers[name])  # dot1dTpFdbPort
        values[(*BRIDGE, 4, 3, 1, 3, *address)] = integer(3)  # dot1dTpFdbStatus learned
    return values
