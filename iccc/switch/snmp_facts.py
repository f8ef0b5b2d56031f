"""SNMP columns of a switch to facts. Pure: :mod:`iccc.switch.driver` fetches the columns.

Sources: SNMPv2-MIB, IF-MIB, POWER-ETHERNET-MIB, LLDP-MIB, CISCO-VTP-MIB and, for each VLAN, BRIDGE-MIB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.mib.values import Column, Columns, Value, text
from iccc.switch.platform import Platform
from iccc.switch.seen import Neighbour, PortFacts, SwitchFacts

SYS_DESCR, SYS_UP_TIME, SYS_NAME = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0"
SYSTEM = (SYS_DESCR, SYS_UP_TIME, SYS_NAME)

IF_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8"
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
PSE_DETECTION_STATUS = "1.3.6.1.2.1.105.1.1.1.6"  # index: group, port
LLDP_LOC_PORT_ID = "1.0.8802.1.1.2.1.3.7.1.3"  # index: local port number
LLDP_REM_PORT_ID_SUBTYPE = "1.0.8802.1.1.2.1.4.1.1.6"  # index: time mark, local port number, remote index
LLDP_REM_PORT_ID = "1.0.8802.1.1.2.1.4.1.1.7"
LLDP_REM_SYS_NAME = "1.0.8802.1.1.2.1.4.1.1.9"
LLDP_REM_SYS_CAP_ENABLED = "1.0.8802.1.1.2.1.4.1.1.12"  # LldpSystemCapabilitiesMap
VTP_VLAN_STATE = "1.3.6.1.4.1.9.9.46.1.3.1.1.2"  # index: domain, VLAN
COLUMNS = (
    IF_NAME,
    IF_OPER_STATUS,
    PSE_DETECTION_STATUS,
    LLDP_LOC_PORT_ID,
    LLDP_REM_PORT_ID_SUBTYPE,
    LLDP_REM_PORT_ID,
    LLDP_REM_SYS_NAME,
    VTP_VLAN_STATE,
)

VITAL_COLUMNS = (
    IF_NAME,
    IF_OPER_STATUS,
    LLDP_LOC_PORT_ID,
    LLDP_REM_PORT_ID_SUBTYPE,
    LLDP_REM_PORT_ID,
    LLDP_REM_SYS_NAME,
    LLDP_REM_SYS_CAP_ENABLED,
)

BASE_PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"  # index: six octets of the address
FDB_STATUS = "1.3.6.1.2.1.17.4.3.1.3"
FDB_COLUMNS = (BASE_PORT_IF_INDEX, FDB_PORT, FDB_STATUS)

UP, DELIVERING_POWER, LEARNED = 1, 3, 3
LLDP_MAC_ADDRESS = 3  # LldpPortIdSubtype
LLDP_BRIDGE = 0x20  # bit 2 of BITS, the first bit of which is the highest of the first octet


def unread(reason: Unread) -> SwitchFacts:
    """The facts of a switch whose SNMP gave nothing."""
    return SwitchFacts(reason, reason, reason, reason)


def vlans_to_ask(columns: Columns, declared: Iterable[int]) -> dict[int, bool]:
    """The VLANs whose FDB is worth asking for, and whether the switch is known to have them.

    An agent does not answer at all for a VLAN that it does not have, so CISCO-VTP-MIB is asked first.
    """
    wished = {1, *declared}
    existing = {index[-1] for index in columns[VTP_VLAN_STATE]}
    return {vlan: bool(existing) for vlan in sorted(wished & existing if existing else wished)}


def facts(
    platform: Platform, system: Mapping[str, Value], columns: Columns, fdbs: Mapping[int, Columns]
) -> SwitchFacts:
    """Facts from the system group, :data:`COLUMNS`, and :data:`FDB_COLUMNS` of each VLAN that was read."""
    told = (_said(system, SYS_NAME), _said(system, SYS_DESCR), _uptime_s(system))
    if not columns[IF_NAME]:
        return SwitchFacts(*told, Unread(Reason.BAD_ANSWER, "IF-MIB ifName is empty"))
    return SwitchFacts(*told, port_facts(platform, columns, fdbs))


def port_facts(platform: Platform, columns: Columns, fdbs: Mapping[int, Columns] | None = None) -> dict[str, PortFacts]:
    """By port name, from :data:`COLUMNS` or :data:`VITAL_COLUMNS`: a column that was not asked for gives None."""
    names = platform.canonical
    by_index = {index[0]: name for index, value in columns[IF_NAME].items() if (name := names(text(value)))}
    delivering = _delivering(platform, by_index.values(), columns.get(PSE_DETECTION_STATUS, {}))
    neighbours = _neighbours(platform, by_index, columns)
    macs = _macs(by_index, fdbs or {})
    ports = {}
    for index, name in by_index.items():
        ports[name] = PortFacts(
            oper_up=columns[IF_OPER_STATUS].get((index,)) == UP if columns[IF_OPER_STATUS] else None,
            poe_delivering=delivering.get(name),
            neighbours=(neighbours[name],) if name in neighbours else (),
            macs=frozenset(macs.get(name, ())),
        )
    return ports


def _delivering(platform: Platform, names: Iterable[str], detection: Column) -> dict[str, bool]:
    """By port name. Two ports of one number (Gi1/1, Te1/1) share an index: the first is the one with PoE."""
    found: dict[tuple[int, ...], str] = {}
    for name in names:
        found.setdefault(platform.poe_index(name), name)
    return {found[index]: status == DELIVERING_POWER for index, status in detection.items() if index in found}


def _neighbours(platform: Platform, by_index: Mapping[int, str], columns: Columns) -> dict[str, Neighbour]:
    """The neighbour of each local port; interface names in full."""
    canonical = platform.canonical
    local = _local_ports(platform, columns)
    found: dict[str, Neighbour] = {}
    for index, value in columns[LLDP_REM_PORT_ID].items():
        port = local.get(index[1]) or by_index.get(index[1]) if len(index) == 3 else None
        if port is None:
            continue
        if columns[LLDP_REM_PORT_ID_SUBTYPE].get(index) == LLDP_MAC_ADDRESS and isinstance(value, bytes):
            port_id = value.hex(":")
        else:
            port_id = canonical(text(value)) or text(value)
        name = columns[LLDP_REM_SYS_NAME].get(index)
        found[port] = Neighbour(sys_name=text(name) if name else None, port_id=port_id)
    return found


def bridging(platform: Platform, columns: Columns) -> dict[str, bool]:
    """By local port, whether its neighbour says that it bridges; without those that say nothing of what they are."""
    local = _local_ports(platform, columns)
    found: dict[str, bool] = {}
    for index, value in columns[LLDP_REM_SYS_CAP_ENABLED].items():
        port = local.get(index[1]) if len(index) == 3 else None
        if port is not None and isinstance(value, bytes) and any(value):
            found[port] = found.get(port, False) or bool(value[0] & LLDP_BRIDGE)
    return found


def _local_ports(platform: Platform, columns: Columns) -> dict[int, str | None]:
    """Port names by LLDP's number of the port, which need not be ifIndex."""
    return {index[0]: platform.canonical(text(value)) for index, value in columns[LLDP_LOC_PORT_ID].items()}


def _macs(by_index: Mapping[int, str], fdbs: Mapping[int, Columns]) -> dict[str, set[tuple[int, str]]]:
    found: dict[str, set[tuple[int, str]]] = {}
    for vlan, fdb in fdbs.items():
        bridge_ports = {index[0]: by_index.get(_number(value)) for index, value in fdb[BASE_PORT_IF_INDEX].items()}
        for address, value in fdb[FDB_PORT].items():
            name = bridge_ports.get(_number(value))
            learned = fdb[FDB_STATUS].get(address, LEARNED) == LEARNED
            if name and learned and len(address) == 6 and max(address) < 256:
                found.setdefault(name, set()).add((vlan, bytes(address).hex(":")))
    return found


def _said(system: Mapping[str, Value], oid: str) -> str | None:
    return text(system[oid]) if oid in system else None


def _uptime_s(system: Mapping[str, Value]) -> float | None:
    ticks = system.get(SYS_UP_TIME)
    return ticks / 100 if isinstance(ticks, int) else None


def _number(value: Value) -> int:
    return value if isinstance(value, int) else -1
