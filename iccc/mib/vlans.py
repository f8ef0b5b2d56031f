"""VLANs and their ports: Q-BRIDGE-MIB (RFC 4363), or what IOS has instead: CISCO-VTP-MIB, CISCO-VLAN-MEMBERSHIP-MIB.

Ports of Q-BRIDGE-MIB are bridge ports (dot1dBasePort), those of Cisco's are ifIndex.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iccc.mib.values import Columns, Table, Value, text

_CURRENT, _STATIC = "1.3.6.1.2.1.17.7.1.4.2.1.", "1.3.6.1.2.1.17.7.1.4.3.1."
FDB_ID, EGRESS, UNTAGGED = _CURRENT + "3", _CURRENT + "4", _CURRENT + "5"  # index: time mark, VLAN
STATIC_NAME, STATIC_EGRESS, STATIC_UNTAGGED = _STATIC + "1", _STATIC + "2", _STATIC + "4"  # index: VLAN
PVID = "1.3.6.1.2.1.17.7.1.4.5.1.1"  # index: bridge port
_VTP, _TRUNK = "1.3.6.1.4.1.9.9.46.1.3.1.1.", "1.3.6.1.4.1.9.9.46.1.6.1.1."
VTP_STATE, VTP_TYPE, VTP_NAME = _VTP + "2", _VTP + "3", _VTP + "4"  # index: domain, VLAN
TRUNK_NATIVE, TRUNK_STATUS = _TRUNK + "5", _TRUNK + "14"  # index: ifIndex
VM_VLAN = "1.3.6.1.4.1.9.9.68.1.2.2.1.2"  # index: ifIndex

Q_CURRENT = Table(EGRESS, (FDB_ID, UNTAGGED))
Q_STATIC = Table(STATIC_NAME, (STATIC_EGRESS, STATIC_UNTAGGED))
Q_PORTS = Table(PVID)
VTP_VLANS = Table(VTP_STATE, (VTP_TYPE, VTP_NAME))
CISCO_TRUNKS = Table(TRUNK_STATUS, (TRUNK_NATIVE,))
CISCO_ACCESS = Table(VM_VLAN)

_ETHERNET, _TRUNKING = 1, 1
_LAST = 4094


@dataclass(frozen=True)
class Vlans:
    """``names`` has every VLAN, with "" for one without a name; the ports are numbered as the MIB does."""

    names: Mapping[int, str] = field(default_factory=dict)
    pvid: Mapping[int, int] = field(default_factory=dict)
    egress: Mapping[int, frozenset[int]] = field(default_factory=dict)  # by VLAN: the ports that send it
    untagged: Mapping[int, frozenset[int]] = field(default_factory=dict)  # those that send it without a tag
    of_fdb: Mapping[int, frozenset[int]] = field(default_factory=dict)  # VLANs that learn in one filtering database

    def of_port(self, port: int) -> frozenset[int]:
        """The VLANs that a port sends, tagged or not."""
        return frozenset(vlan for vlan, ports in self.egress.items() if port in ports)


def q_bridge(columns: Columns) -> Vlans:
    """From :data:`Q_CURRENT`, :data:`Q_STATIC` and :data:`Q_PORTS`. Static ports count where nothing is current."""
    names = {vlan: text(value) for (vlan,), value in _single(columns, STATIC_NAME).items() if 0 < vlan <= _LAST}
    egress, untagged = _current(columns, EGRESS), _current(columns, UNTAGGED)
    if not egress:
        egress, untagged = _static(columns, STATIC_EGRESS), _static(columns, STATIC_UNTAGGED)
    of_fdb: dict[int, set[int]] = {}
    for index, value in columns.get(FDB_ID, {}).items():
        if isinstance(value, int) and _is_current(index):
            of_fdb.setdefault(value, set()).add(index[1])
    return Vlans(
        names={vlan: names.get(vlan, "") for vlan in sorted({*names, *egress})},
        pvid=_untagged(_single(columns, PVID)),
        egress=egress,
        untagged=untagged,
        of_fdb={fdb: frozenset(vlans) for fdb, vlans in of_fdb.items()},
    )


def cisco(columns: Columns) -> Vlans:
    """From :data:`VTP_VLANS`, :data:`CISCO_TRUNKS` and :data:`CISCO_ACCESS`; without those reserved for FDDI and so on.

    A trunk's PVID is its native VLAN, another port's its access VLAN.
    """
    kinds, names = columns.get(VTP_TYPE, {}), columns.get(VTP_NAME, {})
    found = {
        index[1]: text(names.get(index, b""))
        for index in columns.get(VTP_STATE, {})
        if len(index) == 2 and 0 < index[1] <= _LAST and kinds.get(index, _ETHERNET) == _ETHERNET
    }
    native = _single(columns, TRUNK_NATIVE)
    trunks = {index for index, status in _single(columns, TRUNK_STATUS).items() if status == _TRUNKING}
    untagged = {**_single(columns, VM_VLAN), **{index: native[index] for index in trunks if index in native}}
    return Vlans(names=found, pvid=_untagged(untagged))


def bits(value: Value | None) -> frozenset[int]:
    """The numbers of a PortList, from 1 on, the highest bit of the first octet being 1; nothing for another type."""
    if not isinstance(value, bytes):
        return frozenset()
    return frozenset(
        octet * 8 + bit + 1 for octet, byte in enumerate(value) if byte for bit in range(8) if byte & 0x80 >> bit
    )


def _current(columns: Columns, column: str) -> dict[int, frozenset[int]]:
    return {index[1]: bits(value) for index, value in columns.get(column, {}).items() if _is_current(index)}


def _static(columns: Columns, column: str) -> dict[int, frozenset[int]]:
    return {vlan: bits(value) for (vlan,), value in _single(columns, column).items() if 0 < vlan <= _LAST}


def _single(columns: Columns, column: str) -> dict[tuple[int], Value]:
    return {(index[0],): value for index, value in columns.get(column, {}).items() if len(index) == 1}


def _is_current(index: tuple[int, ...]) -> bool:
    return len(index) == 2 and 0 < index[1] <= _LAST


def _untagged(by_port: Mapping[tuple[int], Value]) -> dict[int, int]:
    return {port: vlan for (port,), vlan in by_port.items() if isinstance(vlan, int) and 0 < vlan <= _LAST}
