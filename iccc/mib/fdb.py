"""Where addresses were learned: Q-BRIDGE-MIB dot1qTpFdbTable (RFC 4363), or BRIDGE-MIB dot1dTpFdbTable (RFC 4188).

Cisco IOS has BRIDGE-MIB only, one for each VLAN in a context of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iccc.mib.addresses import mac_of
from iccc.mib.values import Columns, Table, number
from iccc.mib.vlans import Vlans

BASE_PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"
Q_PORT, Q_STATUS = "1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.7.1.2.2.1.3"  # index: FDB, six octets
D_PORT, D_STATUS = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.4.3.1.3"  # index: six octets

BASE_PORTS = Table(BASE_PORT_IF_INDEX)
Q_FDB = Table(Q_PORT, (Q_STATUS,))
D_FDB = Table(D_PORT, (D_STATUS,))

_LEARNED = 3

Learned = tuple[int, int, str]  # bridge port, VLAN (0: not told), MAC address


def base_ports(columns: Columns) -> dict[int, int]:
    """ifIndex by bridge port."""
    return {
        index[0]: value
        for index, value in columns.get(BASE_PORT_IF_INDEX, {}).items()
        if len(index) == 1 and isinstance(value, int)
    }


def q_bridge(columns: Columns, vlans: Vlans) -> Iterator[Learned]:
    """From :data:`Q_FDB`. The FDB is named by its own number, which dot1qVlanFdbId tells for each VLAN.

    Where the agent does not tell it, the number is the VLAN. Where several VLANs learn in one, it is the port's PVID if
    it is among them, and else not told.
    """
    statuses = columns.get(Q_STATUS, {})
    for index, value in columns.get(Q_PORT, {}).items():
        port, address = number(value), mac_of(index[1:])
        if port and address and statuses.get(index, _LEARNED) == _LEARNED:
            yield port, _vlan(index[0], port, vlans), address


def d_bridge(columns: Columns, vlan: int | None, vlans: Vlans) -> Iterator[Learned]:
    """From :data:`D_FDB`, of the context of ``vlan``; None: of an agent with one FDB for all VLANs.

    Then the VLAN is told only of a port that has no other.
    """
    statuses = columns.get(D_STATUS, {})
    for index, value in columns.get(D_PORT, {}).items():
        port, address = number(value), mac_of(index)
        if port and address and statuses.get(index, _LEARNED) == _LEARNED:
            yield port, _only(port, vlans) if vlan is None else vlan, address


def _vlan(fdb: int, port: int, vlans: Vlans) -> int:
    among = vlans.of_fdb.get(fdb, frozenset())
    if len(among) == 1:
        return next(iter(among))
    pvid = vlans.pvid.get(port, 0)
    if among:
        return pvid if pvid in among else 0
    return fdb if 0 < fdb < 4095 else 0


def _only(port: int, vlans: Vlans) -> int:
    of_port = vlans.of_port(port)
    return next(iter(of_port)) if len(of_port) == 1 else 0


def by_interface(learned: Iterator[Learned], ports: Mapping[int, int]) -> Iterator[tuple[int, int, str]]:
    """The same with ifIndex for the bridge port; an agent without dot1dBasePortTable numbers both alike."""
    for port, vlan, address in learned:
        index = ports.get(port) if ports else port
        if index is not None:
            yield index, vlan, address
