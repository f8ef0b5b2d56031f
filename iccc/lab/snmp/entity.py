"""ENTITY-MIB (RFC 6933): the chassis, the fibre modules of trunks, and their light in CISCO-ENTITY-SENSOR-MIB.

A module stands in a container of the chassis and holds its port and two sensors, as Catalyst switches have it.
entSensorValue is in tenths of a dBm: precision 1.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from iccc.lab.hardware import HwPort
from iccc.lab.ios.system import System
from iccc.lab.snmp.ber import Oid, integer, octets, oid
from iccc.lab.snmp.interfaces import Row, if_index
from iccc.lab.snmp.oids import ENTITY, ENTITY_ALIAS, FALSE, IF_ENTRY, SENSOR, SENSOR_THRESHOLD, TRUE

if TYPE_CHECKING:
    from iccc.lab.snmp.switch_mib import SwitchMib

CHASSIS, CONTAINER, SENSOR_CLASS, MODULE, PORT = 3, 5, 8, 9, 10  # PhysicalClass
DBM, UNITS = 14, 9  # SensorDataType, SensorDataScale
TX, RX = 1, 2
# Severity, relation, tenths of a dBm: low warning and low alarm of reception; minor(10), critical(30), lessThan(1).
LIMITS = ((10, 1, -195), (30, 1, -230))
DARK_DBM = -40.0


def rows(system: System, light: bool = True) -> Iterator[Row]:
    """Every entity. ``light``: with the sensors of the modules, which are in Cisco's own MIB."""
    texts = {2: system.model, 7: "1", 8: "V01", 9: "ROMMON", 10: system.firmware, 11: system.serial, 12: system.maker}
    yield from _entity(1, 0, CHASSIS, 1, {**texts, 13: system.model}, TRUE)
    for port in system.hardware:
        if system.optical(port.name):
            yield from _module(port)
            if light:
                yield from _sensors(port)


def _entity(index: int, within: int, sort: int, position: int, texts: dict[int, str], field: int) -> Iterator[Row]:
    for column in (2, 7, 8, 9, 10, 11, 12, 13):
        yield (*ENTITY, column, index), octets(texts.get(column, ""))
    yield (*ENTITY, 4, index), integer(within)
    yield (*ENTITY, 5, index), integer(sort)
    yield (*ENTITY, 6, index), integer(position)
    yield (*ENTITY, 16, index), integer(field)


def _module(port: HwPort) -> Iterator[Row]:
    first = 1000 + 10 * port.index
    serial = f"FNS{zlib.crc32(port.name.encode()):08X}"
    yield from _entity(
        first, 1, CONTAINER, port.index, {2: f"{port.name} Container", 7: f"{port.name} Container"}, FALSE
    )
    module = {2: "1000BaseLX SFP", 7: f"{port.short} Transceiver", 11: serial, 12: "CISCO", 13: "GLC-LH-SMD"}
    yield from _entity(first + 1, first, MODULE, 1, module, TRUE)
    yield from _entity(first + 2, first + 1, PORT, 1, {2: "1000BaseLX SFP", 7: port.name}, FALSE)
    yield (*ENTITY_ALIAS, first + 2, 0), oid((*IF_ENTRY, 1, if_index(port)))


def _sensors(port: HwPort) -> Iterator[Row]:
    first = 1000 + 10 * port.index
    for number, text in ((TX, "Transmit Power Sensor"), (RX, "Receive Power Sensor")):
        sensor = first + 4 + number
        name = f"{port.short} {text}"
        yield from _entity(sensor, first + 1, SENSOR_CLASS, number, {2: name, 7: name}, FALSE)
        yield (*SENSOR, 1, sensor), integer(DBM)
        yield (*SENSOR, 2, sensor), integer(UNITS)
        yield (*SENSOR, 3, sensor), integer(1)
        yield (*SENSOR, 4, sensor), _transmitted if number == TX else _received
        yield (*SENSOR, 5, sensor), integer(1)  # ok
        yield (*SENSOR, 8, sensor), integer(first + 1)
        if number == RX:
            for at, (severity, relation, value) in enumerate(LIMITS, start=1):
                yield (*SENSOR_THRESHOLD, 2, sensor, at), integer(severity)
                yield (*SENSOR_THRESHOLD, 3, sensor, at), integer(relation)
                yield (*SENSOR_THRESHOLD, 4, sensor, at), integer(value)
                yield (*SENSOR_THRESHOLD, 5, sensor, at), _BELOW[value]


def _port(mib: SwitchMib, sensor: int) -> str:
    return mib.system.hardware[(sensor - 1000) // 10 - 1].name


def _tremble(mib: SwitchMib, name: str) -> float:
    return 0.1 * math.sin(mib.system.now().timestamp() / 41 + zlib.crc32(name.encode()) % 7)


def _rx(mib: SwitchMib, sensor: int) -> int:
    """Tenths of a dBm. Without a link there is no light."""
    name = _port(mib, sensor)
    usual = -6.0 - zlib.crc32(f"{mib.system.name} {name}".encode()) % 60 / 10
    told = mib.system.odd(name).rx_dbm
    dbm = told if told is not None else usual + _tremble(mib, name) if mib.system.port_up(name) else DARK_DBM
    return round(dbm * 10)


def _received(mib: SwitchMib, at: Oid) -> bytes:
    return integer(_rx(mib, at[-1]))


def _transmitted(mib: SwitchMib, at: Oid) -> bytes:
    name = _port(mib, at[-1])
    off = mib.system.running.ports[name].shutdown
    return integer(round((DARK_DBM if off else -5.5 + _tremble(mib, name)) * 10))


def _below(limit: int) -> Callable[[SwitchMib, Oid], bytes]:
    """entSensorThresholdEvaluation: whether the received power is below a limit."""
    return lambda mib, at: integer(TRUE if _rx(mib, at[-2]) < limit else FALSE)


_BELOW = {value: _below(value) for _, _, value in LIMITS}
