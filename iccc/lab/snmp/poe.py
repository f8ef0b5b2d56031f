"""POWER-ETHERNET-MIB (RFC 3621), and the watts of each port in CISCO-POWER-ETHERNET-EXT-MIB (revision 2013-07-10)."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import COUNTER32, GAUGE32, Oid, integer, octets
from iccc.lab.snmp.interfaces import Row
from iccc.lab.snmp.oids import FALSE, PSE_MAIN, PSE_PORT, PSE_PORT_CISCO, TRUE

if TYPE_CHECKING:
    from iccc.lab.snmp.switch_mib import SwitchMib

DISABLED, SEARCHING, DELIVERING, OTHER_FAULT = 1, 2, 3, 6  # pethPsePortDetectionStatus
NOISE = 0.015  # of the watts that a device draws, up and down
PERIOD_S = 37.0
DENY = b"\x80"  # cpeExtPsePortAdditionalStatus, bit 0


def rows(system: System) -> Iterator[Row]:
    """The standard tables; nothing of a switch without PoE."""
    ports = [port for port in system.hardware if port.poe]
    for port in ports:
        config = system.running.ports[port.name]
        at = (1, port.index)
        yield (*PSE_PORT, 3, *at), integer(TRUE if config.poe else FALSE)  # pethPsePortAdminEnable
        yield (*PSE_PORT, 4, *at), integer(FALSE)
        yield (*PSE_PORT, 5, *at), integer(1)
        yield (*PSE_PORT, 6, *at), _detection
        yield (*PSE_PORT, 7, *at), integer(3)
        yield (*PSE_PORT, 10, *at), _class
        yield (*PSE_PORT, 12, *at), _denials
    if ports:
        yield (*PSE_MAIN, 2, 1), integer(int(system.poe_budget_w), GAUGE32)
        yield (*PSE_MAIN, 3, 1), integer(1)  # pethMainPseOperStatus on
        yield (*PSE_MAIN, 4, 1), _used


def cisco(system: System) -> Iterator[Row]:
    """Cisco's own table: milliwatts."""
    for port in system.hardware:
        if port.poe:
            at = (1, port.index)
            yield (*PSE_PORT_CISCO, 1, *at), integer(1 if system.running.ports[port.name].poe else 4)  # auto, disable
            yield (*PSE_PORT_CISCO, 3, *at), _detected
            yield (*PSE_PORT_CISCO, 5, *at), _additional
            yield (*PSE_PORT_CISCO, 6, *at), integer(60_000, GAUGE32)
            yield (*PSE_PORT_CISCO, 7, *at), _allocated
            yield (*PSE_PORT_CISCO, 9, *at), _consumption


def watts(system: System, port: str) -> float:
    """What a device draws now: a little more or less than usual."""
    draw = system.powered(port)
    if draw is None:
        return 0.0
    phase = zlib.crc32(f"{system.name} {port}".encode()) % 628 / 100
    return draw.watts * (1 + NOISE * math.sin(system.now().timestamp() / PERIOD_S + phase))


def _name(mib: SwitchMib, oid: Oid) -> str:
    return mib.system.hardware[oid[-1] - 1].name


def _detection(mib: SwitchMib, oid: Oid) -> bytes:
    name = _name(mib, oid)
    config = mib.system.running.ports[name]
    if mib.system.powered(name) is not None:
        return integer(DELIVERING)
    if mib.system.denied(name):
        return integer(OTHER_FAULT)
    return integer(SEARCHING if config.poe and not config.shutdown else DISABLED)


def _class(mib: SwitchMib, oid: Oid) -> bytes:
    draw = mib.system.powered(_name(mib, oid))
    return integer(draw.poe_class + 1 if draw else 1)  # class0(1) … class4(5)


def _denials(mib: SwitchMib, oid: Oid) -> bytes:
    """A device that is denied asks again and again."""
    seconds = mib.system.uptime().total_seconds() if mib.system.denied(_name(mib, oid)) else 0.0
    return integer(1 + int(seconds / 5) if seconds else 0, COUNTER32)


def _used(mib: SwitchMib, oid: Oid) -> bytes:  # noqa: ARG001
    return integer(round(sum(watts(mib.system, port.name) for port in mib.system.hardware if port.poe)), GAUGE32)


def _detected(mib: SwitchMib, oid: Oid) -> bytes:
    name = _name(mib, oid)
    return integer(TRUE if mib.system.powered(name) is not None or mib.system.denied(name) else FALSE)


def _additional(mib: SwitchMib, oid: Oid) -> bytes:
    return octets(DENY if mib.system.denied(_name(mib, oid)) else b"\x00")


def _allocated(mib: SwitchMib, oid: Oid) -> bytes:
    draw = mib.system.powered(_name(mib, oid))
    return integer((15_400, 4_000, 7_000, 15_400, 30_000)[draw.poe_class] if draw else 0, GAUGE32)


def _consumption(mib: SwitchMib, oid: Oid) -> bytes:
    return integer(round(watts(mib.system, _name(mib, oid)) * 1000), GAUGE32)
