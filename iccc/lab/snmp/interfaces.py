"""IF-MIB (RFC 2863) and EtherLike-MIB (RFC 3635) of a switch: what is configured, what is sensed, what is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from iccc.lab.hardware import HwPort
from iccc.lab.ios import names
from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import COUNTER32, COUNTER64, GAUGE32, TICKS, Oid, integer, octets
from iccc.lab.snmp.meters import Traffic
from iccc.lab.snmp.oids import DOWN, ETHERLIKE, FALSE, IF_ENTRY, IF_NUMBER, IFX, TRUE, UP
from iccc.lab.snmp.view import Cell

if TYPE_CHECKING:
    from iccc.lab.snmp.switch_mib import SwitchMib

Row = tuple[Oid, "Cell[SwitchMib]"]
PORT_INDEX = 10_000  # ifIndex of port n is 10000 + n; an SVI's is its VLAN number
GIGABIT, TEN_GIGABIT = 1_000, 10_000  # Mb/s
UNKNOWN, HALF, FULL = 1, 2, 3  # dot3StatsDuplexStatus
ETHERNET, SVI = 6, 53  # IANAifType

# Column: what comes a second. In ifTable 32 bits, in ifXTable 32 (2–5) and 64.
COUNTED: dict[int, Callable[[Traffic], float]] = {
    10: lambda t: t.in_octets,
    11: lambda t: t.in_unicast,
    12: lambda t: t.in_other,
    16: lambda t: t.out_octets,
    17: lambda t: t.out_unicast,
    18: lambda t: t.out_other,
}
COUNTED_IFX: dict[int, Callable[[Traffic], float]] = {
    2: lambda t: t.in_other * 0.75,
    3: lambda t: t.in_other * 0.25,
    4: lambda t: t.out_other * 0.75,
    5: lambda t: t.out_other * 0.25,
    6: lambda t: t.in_octets,
    7: lambda t: t.in_unicast,
    8: lambda t: t.in_other * 0.75,
    9: lambda t: t.in_other * 0.25,
    10: lambda t: t.out_octets,
    11: lambda t: t.out_unicast,
    12: lambda t: t.out_other * 0.75,
    13: lambda t: t.out_other * 0.25,
}


def if_index(port: HwPort) -> int:
    return PORT_INDEX + port.index


def name_of(system: System, index: int) -> str:
    """The port or SVI with this ifIndex."""
    return system.hardware[index - PORT_INDEX - 1].name if index > PORT_INDEX else f"Vlan{index}"


def rows(system: System, wide: bool = True) -> Iterator[Row]:
    """All interfaces. ``wide``: with 64-bit counters."""
    yield IF_NUMBER, integer(len(system.hardware) + len(system.running.svis))
    for port in system.hardware:
        config = system.running.ports[port.name]
        mac = bytes.fromhex(system.port_mac(port.name).replace(":", ""))
        yield from _interface(if_index(port), port.name, config.description, not config.shutdown, ETHERNET, mac, wide)
        yield (*ETHERLIKE, 1, if_index(port)), integer(if_index(port))
        yield (*ETHERLIKE, 19, if_index(port)), _duplex
    mac = bytes.fromhex(system.mac.replace(":", ""))
    for number, svi in system.running.svis.items():
        yield from _interface(number, f"Vlan{number}", svi.description, not svi.shutdown, SVI, mac, wide)


def _interface(index: int, name: str, alias: str, admin: bool, sort: int, mac: bytes, wide: bool) -> Iterator[Row]:
    yield (*IF_ENTRY, 1, index), integer(index)
    yield (*IF_ENTRY, 2, index), octets(name)
    yield (*IF_ENTRY, 3, index), integer(sort)
    yield (*IF_ENTRY, 4, index), integer(1500)
    yield (*IF_ENTRY, 5, index), _speed
    yield (*IF_ENTRY, 6, index), octets(mac)
    yield (*IF_ENTRY, 7, index), integer(UP if admin else DOWN)
    yield (*IF_ENTRY, 8, index), _oper
    yield (*IF_ENTRY, 9, index), _last_change
    yield (*IFX, 1, index), octets(names.short(name))
    yield (*IFX, 15, index), _high_speed
    yield (*IFX, 17, index), integer(TRUE if sort == ETHERNET else FALSE)
    yield (*IFX, 18, index), octets(alias)
    if sort == ETHERNET:
        for column, cell in _COUNTERS.items():
            yield (*IF_ENTRY, column, index), cell
        for column, cell in _IFX_COUNTERS.items():
            if wide or column < 6:
                yield (*IFX, column, index), cell


def _oper(mib: SwitchMib, oid: Oid) -> bytes:
    return integer(UP if mib.system.port_up(name_of(mib.system, oid[-1])) else DOWN)


def _mbps(mib: SwitchMib, oid: Oid) -> int:
    name = name_of(mib.system, oid[-1])
    if not mib.system.port_up(name):
        return 10
    config = mib.system.running.ports.get(name)
    built = TEN_GIGABIT if name.startswith("TenGigabit") else GIGABIT
    configured = int(config.speed) if config is not None and config.speed.isdecimal() else built
    return mib.system.odd(name).speed_mbps or configured


def _speed(mib: SwitchMib, oid: Oid) -> bytes:
    return integer(min(_mbps(mib, oid) * 1_000_000, 0xFFFFFFFF), GAUGE32)


def _high_speed(mib: SwitchMib, oid: Oid) -> bytes:
    return integer(_mbps(mib, oid), GAUGE32)


def _last_change(mib: SwitchMib, oid: Oid) -> bytes:
    changed = mib.meters.look(name_of(mib.system, oid[-1])).changed
    return integer(int((changed - mib.system.booted).total_seconds() * 100) & 0xFFFFFFFF, TICKS)


def _duplex(mib: SwitchMib, oid: Oid) -> bytes:
    name = name_of(mib.system, oid[-1])
    if not mib.system.port_up(name):
        return integer(UNKNOWN)
    half = mib.system.odd(name).half_duplex or mib.system.running.ports[name].duplex == "half"
    return integer(HALF if half else FULL)


def _counter(rate: Callable[[Traffic], float], tag: int) -> Callable[[SwitchMib, Oid], bytes]:
    bits = 64 if tag == COUNTER64 else 32

    def cell(mib: SwitchMib, oid: Oid) -> bytes:
        name = name_of(mib.system, oid[-1])
        return integer(mib.meters.count(name, rate(mib.meters.traffic(name))) % (1 << bits), tag)

    return cell


def _in_errors(mib: SwitchMib, oid: Oid) -> bytes:
    return integer(int(mib.meters.look(name_of(mib.system, oid[-1])).errors) % (1 << 32), COUNTER32)


def _none(mib: SwitchMib, oid: Oid) -> bytes:  # noqa: ARG001
    return integer(0, COUNTER32)


_COUNTERS: dict[int, Callable[[SwitchMib, Oid], bytes]] = {
    **{column: _counter(rate, COUNTER32) for column, rate in COUNTED.items()},
    13: _none,
    14: _in_errors,
    19: _none,
    20: _none,
}
_IFX_COUNTERS = {column: _counter(rate, COUNTER32 if column < 6 else COUNTER64) for column, rate in COUNTED_IFX.items()}
