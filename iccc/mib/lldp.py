"""LLDP-MIB (IEEE 802.1AB-2005): the neighbours of each port, and which port LLDP's own number means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from iccc.mib.addresses import as_mac, ipv4_of
from iccc.mib.interfaces import Interface
from iccc.mib.port_names import parts
from iccc.mib.values import Columns, Index, Table, Value, mac, number, text

_LOCAL, _REMOTE = "1.0.8802.1.1.2.1.3.7.1.", "1.0.8802.1.1.2.1.4.1.1."
LOC_ID_SUBTYPE, LOC_ID, LOC_DESC = _LOCAL + "2", _LOCAL + "3", _LOCAL + "4"
CHASSIS_SUBTYPE, CHASSIS_ID, PORT_SUBTYPE, PORT_ID = (_REMOTE + column for column in ("4", "5", "6", "7"))
PORT_DESC, SYS_NAME, CAP_ENABLED = _REMOTE + "8", _REMOTE + "9", _REMOTE + "12"
MAN_ADDR_IF_SUBTYPE = "1.0.8802.1.1.2.1.4.2.1.3"  # index: that of the remote, address subtype, length, octets

LOCAL_PORTS = Table(LOC_ID, (LOC_ID_SUBTYPE, LOC_DESC))
REMOTES = Table(PORT_ID, (PORT_SUBTYPE, CHASSIS_SUBTYPE, CHASSIS_ID, PORT_DESC, SYS_NAME, CAP_ENABLED))
ADDRESSES = Table(MAN_ADDR_IF_SUBTYPE)

_CHASSIS_MAC, _CHASSIS_NETWORK = 4, 5  # LldpChassisIdSubtype
_PORT_ALIAS, _PORT_MAC, _PORT_NETWORK = 1, 3, 4  # LldpPortIdSubtype
_IPV4 = 1  # AddressFamilyNumbers
_BRIDGE = 0x20  # bit 2 of LldpSystemCapabilitiesMap, the first bit of which is the highest of the first octet


@dataclass(frozen=True)
class Remote:
    """One neighbour, heard on the port that LLDP numbers ``local``. Chassis and port: a MAC address, or text."""

    local: int
    chassis_id: str | None = None
    port_id: str | None = None
    port_description: str | None = None
    sys_name: str | None = None
    bridges: bool | None = None  # None when it says nothing of what it is
    address: str | None = None  # IPv4


def parse(columns: Columns) -> list[Remote]:
    """All neighbours, in the order of the table. Indexes of another length than three are left out."""
    addresses = dict(_addresses(columns))
    return [
        Remote(
            local=index[1],
            chassis_id=_id(columns, CHASSIS_ID, CHASSIS_SUBTYPE, index, _CHASSIS_MAC, _CHASSIS_NETWORK),
            port_id=_id(columns, PORT_ID, PORT_SUBTYPE, index, _PORT_MAC, _PORT_NETWORK),
            port_description=_text(columns, PORT_DESC, index),
            sys_name=_text(columns, SYS_NAME, index),
            bridges=_bridges(columns.get(CAP_ENABLED, {}).get(index)),
            address=addresses.get(index),
        )
        for index in columns.get(PORT_ID, {})
        if len(index) == 3
    ]


def local_ports(
    columns: Columns, interfaces: Mapping[int, Interface], by_bridge_port: Mapping[int, int]
) -> Mapping[int, int]:
    """ifIndex by LLDP's number of the port.

    The number need not be ifIndex: what lldpLocPortId and lldpLocPortDesc name comes first, an ifAlias where the
    subtype says that it is one; then the number itself, as an ifIndex, and as a bridge port (``by_bridge_port``), which
    agents without a local table mean; last an ifAlias that no subtype announces.
    """
    ports = {index: interface for index, interface in interfaces.items() if interface.is_port}
    others = {index: interface for index, interface in interfaces.items() if not interface.is_port}
    named, others_named, aliases = _by_key(ports, _own), _by_key(others, _names), _by_key(ports, _alias)
    found: dict[int, int] = {}
    for one in {index[0] for index in columns.get(LOC_ID, {}) if len(index) == 1} | _heard_on(columns):
        said = list(_sayings(columns, (one,)))
        by_alias = next((aliases[word] for word in said if word in aliases), None)
        is_alias = columns.get(LOC_ID_SUBTYPE, {}).get((one,)) == _PORT_ALIAS
        guesses = (
            by_alias if is_alias else None,
            next((named[word] for word in said if word in named), None),
            next((others_named[word] for word in said if word in others_named), None),  # a management port
            one if one in ports else None,
            by_bridge_port.get(one),
            by_alias,
        )
        index = next((guess for guess in guesses if guess is not None), None)
        if index is not None and index in interfaces:
            found[one] = index
    return found


def unplaced(
    columns: Columns, interfaces: Mapping[int, Interface], by_bridge_port: Mapping[int, int]
) -> tuple[str, ...]:
    """The ports on which a neighbour was heard and that are none of the interfaces, as the agent calls them."""
    local = local_ports(columns, interfaces, by_bridge_port)
    lost = (
        f"{one} ({_text(columns, LOC_ID, (one,)) or 'no lldpLocPortId'})"
        for one in sorted(_heard_on(columns) - local.keys())
    )
    bad = (".".join(map(str, index)) + " (no index of three)" for index in columns.get(PORT_ID, {}) if len(index) != 3)
    return (*lost, *bad)


def _heard_on(columns: Columns) -> set[int]:
    """LLDP's numbers of the ports that have a neighbour."""
    return {index[1] for index in columns.get(PORT_ID, {}) if len(index) == 3}


def _names(interface: Interface) -> Iterator[object]:
    """ifName and ifDescr, as text and in parts."""
    for said in filter(None, (interface.name, interface.descr)):
        yield said
        yield parts(said)


def _own(interface: Interface) -> Iterator[object]:
    """The names, and the MAC address; an aggregate has that of one of its ports, and hears no LLDP itself."""
    yield from _names(interface)
    yield None if interface.is_aggregate else interface.mac


def _alias(interface: Interface) -> Iterator[object]:
    yield interface.alias


def _by_key(interfaces: Mapping[int, Interface], keys: Callable[[Interface], Iterator[object]]) -> dict[object, int]:
    """ifIndex by everything that means one interface alone."""
    found: dict[object, int] = {}
    twice: set[object] = set()
    for index, interface in interfaces.items():
        for key in filter(None, keys(interface)):
            if found.setdefault(key, index) != index:
                twice.add(key)
    return {key: index for key, index in found.items() if key not in twice}


def _sayings(columns: Columns, index: Index) -> Iterator[object]:
    for said in (
        _id(columns, LOC_ID, LOC_ID_SUBTYPE, index, _PORT_MAC, _PORT_NETWORK),
        _text(columns, LOC_DESC, index),
    ):
        if said:
            yield said
            yield parts(said)


def _id(columns: Columns, column: str, subtype: str, index: Index, mac_type: int, network: int) -> str | None:
    """An identity by its subtype. Some agents write a MAC address as text: it is told as one all the same."""
    value, kind = columns.get(column, {}).get(index), number(columns.get(subtype, {}).get(index))
    if value is None:
        return None
    if kind == mac_type and (address := mac(value)):
        return address
    if kind == network and isinstance(value, bytes) and value[:1] == bytes([_IPV4]):
        return ipv4_of(value[1:]) or text(value)
    said = text(value)
    return (as_mac(said) or said) if kind == mac_type else said


def _bridges(value: Value | None) -> bool | None:
    return bool(value[0] & _BRIDGE) if isinstance(value, bytes) and any(value) else None


def _addresses(columns: Columns) -> Iterator[tuple[Index, str]]:
    """The first IPv4 address of each neighbour; dict() keeps the last, hence from the end."""
    for index in reversed(columns.get(MAN_ADDR_IF_SUBTYPE, {})):
        if len(index) == 9 and index[3:5] == (_IPV4, 4) and (address := ipv4_of(index[5:])):
            yield index[:3], address


def _text(columns: Columns, column: str, index: Index) -> str | None:
    value = columns.get(column, {}).get(index)
    return text(value) or None if value is not None else None
