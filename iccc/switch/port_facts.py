"""What SNMP tells of the ports of a switch, put together by their canonical names. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from iccc.mib import fdb, interfaces, lldp
from iccc.mib.interfaces import Interface
from iccc.mib.port_names import same_port
from iccc.mib.values import Columns
from iccc.switch.platform import Platform
from iccc.switch.seen import Neighbour, PortFacts

Names = Callable[[Interface], str | None]
"""The canonical name of an interface; None for what is no port."""
PoeIndex = Callable[[str], tuple[int, int]]

PSE_DETECTION = "1.3.6.1.2.1.105.1.1.1.6"  # pethPsePortDetectionStatus; index: group, port
_DELIVERING = 3


def names_of(platform: Platform) -> Names:
    """The platform's full names, from ifName or else ifDescr."""
    return lambda interface: platform.canonical(interface.name) or platform.canonical(interface.descr or "")


def names_among(declared: Iterable[str]) -> Names:
    """For a switch of no known platform: the declared name of the port that the agent means, or else its ifName."""
    known = tuple(declared)

    def name(interface: Interface) -> str | None:
        if not interface.is_port:
            return None
        said = [one for one in (interface.name, interface.descr) if one]
        alike = {own for own in known for one in said if same_port(own, one)}
        return alike.pop() if len(alike) == 1 else interface.name

    return name


def by_index(found: Mapping[int, Interface], names: Names) -> dict[int, str]:
    """Port names by ifIndex. Of two interfaces with one name, the first is meant."""
    named: dict[str, int] = {}
    for index, interface in found.items():
        if name := names(interface):
            named.setdefault(name, index)
    return {index: name for name, index in named.items()}


def of_interface(interface: Interface) -> PortFacts:
    """What IF-MIB and EtherLike-MIB tell."""
    return PortFacts(
        index=interface.index,
        admin_up=interface.admin_up,
        oper_up=interface.oper_up,
        alias=interface.alias,
        mac=interface.mac,
        speed_mbps=interface.speed_mbps,
        full_duplex=interface.full_duplex,
        packets=interface.packets,
        errors=interface.errors,
    )


def neighbours(
    columns: Columns, found: Mapping[int, Interface], bridge_ports: Mapping[int, int], names: Names
) -> dict[int, tuple[Neighbour, ...]]:
    """By ifIndex, every neighbour that LLDP heard there; a port that is named is told by its canonical name."""
    local = lldp.local_ports(columns, found, bridge_ports)
    heard: dict[int, list[Neighbour]] = defaultdict(list)
    for remote in lldp.parse(columns):
        index = local.get(remote.local)
        if index is None:
            continue
        port_id = remote.port_id
        heard[index].append(
            Neighbour(
                sys_name=remote.sys_name,
                chassis_id=remote.chassis_id,
                port_id=(names(Interface(0, port_id)) or port_id) if port_id else None,
                port_description=remote.port_description,
                bridges=remote.bridges,
                address=remote.address,
            )
        )
    return {index: tuple(all_) for index, all_ in heard.items()}


def delivering(columns: Columns, named: Mapping[int, str], poe_index: PoeIndex) -> dict[int, bool]:
    """By ifIndex. Two ports of one number (Gi1/1, Te1/1) share an index: the first is the one with PoE."""
    found: dict[tuple[int, ...], int] = {}
    for index, name in named.items():
        found.setdefault(poe_index(name), index)
    detection = columns.get(PSE_DETECTION, {})
    return {found[index]: status == _DELIVERING for index, status in detection.items() if index in found}


def macs(learned: Iterable[fdb.Learned], bridge_ports: Mapping[int, int]) -> dict[int, frozenset[tuple[int, str]]]:
    """By ifIndex, the addresses learned there with their VLAN (0: the agent does not tell it)."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for index, vlan, address in fdb.by_interface(iter(learned), bridge_ports):
        found[index].add((vlan, address))
    return {index: frozenset(all_) for index, all_ in found.items()}


def vital(columns: Columns, names: Names) -> dict[str, PortFacts]:
    """Links and neighbours alone, from the columns of :data:`~iccc.switch.snmp_reader.VITAL`."""
    found = interfaces.parse(columns)
    heard = neighbours(columns, found, {}, names)
    return {
        name: replace(of_interface(found[index]), neighbours=heard.get(index, ()))
        for index, name in by_index(found, names).items()
    }
