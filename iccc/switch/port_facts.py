"""What SNMP tells of the ports of a switch, put together by their canonical names. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.mib import fdb, interfaces, lldp
from iccc.mib.entity import Entities
from iccc.mib.interfaces import Interface
from iccc.mib.optics import Light
from iccc.mib.poe import PoePort
from iccc.mib.port_names import same_port
from iccc.mib.values import Columns, Index
from iccc.switch.platform import Platform
from iccc.switch.seen import Chassis, Neighbour, PortFacts

Names = Callable[[Interface], str | None]
"""The canonical name of an interface; None for what is no port."""
PoeIndex = Callable[[str], tuple[int, int]]
"""pethPsePortGroupIndex and pethPsePortIndex of a port."""

LISTED = 6  # ports in a sentence


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
        aggregate=interface.is_aggregate,
        speed_mbps=interface.speed_mbps,
        full_duplex=interface.full_duplex,
        packets=interface.packets,
        errors=interface.errors,
    )


def neighbours(
    columns: Columns, found: Mapping[int, Interface], bridge_ports: Mapping[int, int], names: Names
) -> dict[int, tuple[Neighbour, ...]]:
    """By ifIndex, every neighbour that LLDP heard there; a port that is named is told by its canonical name.

    A neighbour that was heard on a port that is not found is not among them: :func:`unplaced` tells of it.
    """
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


def unplaced(columns: Columns, found: Mapping[int, Interface], bridge_ports: Mapping[int, int]) -> Unread | None:
    """Which neighbours of LLDP are on a port that is not found: of no port can be said that it hears nobody then."""
    lost = lldp.unplaced(columns, found, bridge_ports)
    if not lost:
        return None
    more = f" and {len(lost) - LISTED} more" if len(lost) > LISTED else ""
    ports = ", ".join(lost[:LISTED]) + more
    return Unread(Reason.BAD_ANSWER, f"lldpRemTable has neighbours on ports that no interface is: {ports}")


def numbered(named: Mapping[int, str], poe_index: PoeIndex) -> dict[Index, int]:
    """ifIndex by (group, port) of RFC 3621. Two ports of one number (Gi1/1, Te1/1) share it: the first is the PSE."""
    found: dict[Index, int] = {}
    for index, name in named.items():
        found.setdefault(poe_index(name), index)
    return found


def usual_poe_index(name: str) -> tuple[int, int]:
    """As most agents number them: member and port."""
    numbers = [int(number) for number in re.findall(r"\d+", name)]
    return (max(1, numbers[0]) if len(numbers) > 1 else 1, numbers[-1]) if numbers else (0, 0)


def macs(learned: Iterable[fdb.Learned], bridge_ports: Mapping[int, int]) -> dict[int, frozenset[tuple[int, str]]]:
    """By ifIndex, the addresses learned there with their VLAN (0: the agent does not tell it)."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for index, vlan, address in fdb.by_interface(iter(learned), bridge_ports):
        found[index].add((vlan, address))
    return {index: frozenset(all_) for index, all_ in found.items()}


def complete(
    facts: PortFacts,
    power: PoePort | None,
    light: Light | None,
    pvid: int | None,
    blocking: bool | None,
    neighbours: tuple[Neighbour, ...],
    macs: frozenset[tuple[int, str]],
) -> PortFacts:
    """The facts of one port with what the other MIBs tell of it."""
    power, light = power or PoePort(), light or Light()
    return replace(
        facts,
        pvid=pvid,
        poe_admin=power.admin,
        poe_delivering=power.delivering,
        poe_denied=power.denied,
        poe_w=power.watts,
        poe_class=power.class_,
        rx_dbm=light.rx_dbm,
        tx_dbm=light.tx_dbm,
        rx_low_dbm=light.rx_low_dbm,
        blocking=blocking,
        neighbours=neighbours,
        macs=macs,
    )


def chassis(parts: Entities) -> Chassis | None:
    """None when the agent has no ENTITY-MIB."""
    found = parts.chassis
    return Chassis(found.vendor, found.model, found.serial, found.software) if found else None


def vital(columns: Columns, names: Names) -> dict[str, PortFacts]:
    """Links and neighbours alone, from the columns of :data:`~iccc.switch.snmp_reader.VITAL`."""
    found = interfaces.parse(columns)
    heard = neighbours(columns, found, {}, names)
    return {
        name: replace(of_interface(found[index]), neighbours=heard.get(index, ()))
        for index, name in by_index(found, names).items()
    }
