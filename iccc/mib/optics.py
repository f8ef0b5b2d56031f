"""Optical power of transceivers, in dBm.

- ENTITY-SENSOR-MIB (RFC 3433) entPhySensorTable: watts, or dBm(14) as some agents say.
- CISCO-ENTITY-SENSOR-MIB (revision 2003-11-07): dBm(14) or watts, and the limits of the transceiver.
- HUAWEI-ENTITY-EXTENT-MIB hwOpticalModuleInfoTable: microwatts where positive, else 0.01 dBm; limits in 0.01 dBm.
- HH3C-TRANSCEIVER-INFO-MIB: 0.01 dBm; limits in 0.1 microwatts (as recorded of a Comware 7: 1023 is -9.9 dBm).
- HP-ICF-TRANSCEIVER-MIB hpicfXcvrInfoTable: 0.001 dBm; limits in 0.1 microwatts.

Where a transceiver has several lanes, the weakest is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from iccc.mib.entity import Entities, Entity
from iccc.mib.port_names import same_port
from iccc.mib.system import System
from iccc.mib.values import Columns, Table, Value

_SENSOR, _CISCO, _LIMIT = "1.3.6.1.2.1.99.1.1.1.", "1.3.6.1.4.1.9.9.91.1.1.1.1.", "1.3.6.1.4.1.9.9.91.1.2.1.1."
SENSOR = tuple(_SENSOR + column for column in "12345")  # type, scale, precision, value, operStatus
CISCO = tuple(_CISCO + column for column in "12345")
CISCO_RELATION, CISCO_LIMIT = _LIMIT + "3", _LIMIT + "4"  # index: entPhysicalIndex, number of the limit
_HUAWEI = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1."
HUAWEI_RX, HUAWEI_TX, HUAWEI_LOW = _HUAWEI + "8", _HUAWEI + "9", _HUAWEI + "13"
_H3C = "1.3.6.1.4.1.25506.2.70.1.1.1."
H3C_TX, H3C_RX, H3C_LOW_ALARM, H3C_LOW_WARN = (_H3C + column for column in ("9", "12", "35", "37"))
_HPE = "1.3.6.1.4.1.11.2.14.11.5.1.82.1.1.1.1."
HPE_TX, HPE_RX, HPE_LOW_ALARM, HPE_LOW_WARN = (_HPE + column for column in ("14", "15", "35", "37"))

SENSORS = Table(SENSOR[0], SENSOR[1:])
CISCO_SENSORS = Table(CISCO[0], CISCO[1:])
CISCO_LIMITS = Table(CISCO_LIMIT, (CISCO_RELATION,))
HUAWEI_MODULES = Table(HUAWEI_RX, (HUAWEI_TX, HUAWEI_LOW))
H3C_TRANSCEIVERS = Table(H3C_RX, (H3C_TX, H3C_LOW_ALARM, H3C_LOW_WARN))
HPE_TRANSCEIVERS = Table(HPE_RX, (HPE_TX, HPE_LOW_ALARM, HPE_LOW_WARN))

_VENDORS = {
    9: (CISCO_SENSORS, CISCO_LIMITS),
    11: (HPE_TRANSCEIVERS,),
    2011: (HUAWEI_MODULES,),
    25506: (H3C_TRANSCEIVERS,),
}

_WATTS, _DBM = 6, 14  # EntitySensorDataType; dBm is Cisco's
_OK = 1  # EntitySensorStatus
_UNITS = 9  # EntitySensorDataScale: units(9), milli(8), micro(7), …, kilo(10)
_LESS = (1, 2)  # SensorThresholdRelation: lessThan, lessOrEqual
_FOUR = 4  # limits of a transceiver: to alarm and to warn at, high and low
_NONE = frozenset({-1, 2**31 - 1, -(2**31), -99_999_999})  # what agents say for a value that there is not
_DARK_DBM = -40.0  # "no light": SFF-8472 counts in 0.1 microwatts, so that 0 has no dBm
_BRIGHTEST_DBM = 30.0  # a watt: no transceiver has it, what is above is no reading
_RX, _TX = (
    re.compile(r"\b(rx|receive\w*|input)\b", re.IGNORECASE),
    re.compile(r"\b(tx|transmit\w*|output)\b", re.IGNORECASE),
)


@dataclass(frozen=True)
class Light:
    """Of one port. ``rx_low_dbm``: below it the transceiver itself warns; alarms where it has no limit to warn at."""

    rx_dbm: float | None = None
    tx_dbm: float | None = None
    rx_low_dbm: float | None = None


def tables_for(object_id: str | None) -> tuple[Table, ...]:
    """What to ask an agent of this sysObjectID for, besides ENTITY-MIB."""
    return _VENDORS.get(System(object_id=object_id).enterprise or 0, (SENSORS,))


def parse(columns: Columns, entities: Entities, names: Mapping[int, str]) -> dict[int, Light]:
    """By ifIndex. ``names`` are ifName (or ifDescr) by ifIndex, for sensors that only tell their port by its name.

    A sensor belongs to the interface that it, or what contains it, is mapped to (entAliasMappingIdentifier), or else to
    the one interface that its own text, or that of what contains it, names.
    """
    ports = _ports(entities, names)
    found: dict[int, Light] = {}
    for port, light in (*_sensors(columns, entities, ports), *_huawei(columns, ports), *_by_interface(columns)):
        if port in names and light != Light():
            found[port] = _weaker(found.get(port, Light()), light)
    return found


def dbm(microwatts: float) -> float:
    """Power in dBm; no light at all is -40."""
    return max(_DARK_DBM, 10 * math.log10(microwatts / 1000)) if microwatts > 0 else _DARK_DBM


def _sensors(columns: Columns, entities: Entities, ports: Callable[[int], int | None]) -> Iterator[tuple[int, Light]]:
    for told in (CISCO, SENSOR):
        for index in columns.get(told[0], {}):
            entity = entities.by_index.get(index[0]) if len(index) == 1 else None
            type_, scale, precision, value, status = (columns.get(column, {}).get(index) for column in told)
            if entity is None or type_ not in (_WATTS, _DBM) or status not in (_OK, None):
                continue
            rx = _receives(entity)
            port = ports(entity.index) if rx is not None else None
            if port is None:
                continue
            power = _scaled(value, type_, scale, precision)
            if not rx:
                yield port, Light(tx_dbm=power)
                continue
            limits = (_scaled(limit, type_, scale, precision) for limit in _low_limits(columns, entity.index))
            yield port, Light(rx_dbm=power, rx_low_dbm=max((one for one in limits if one is not None), default=None))


def _receives(entity: Entity) -> bool | None:
    """Whether a sensor of power is the receiver's; None when it is neither end's."""
    said = f"{entity.name or ''} {entity.descr or ''}"
    rx, tx = bool(_RX.search(said)), bool(_TX.search(said))
    return rx if rx != tx else None


def _low_limits(columns: Columns, sensor: int) -> list[int]:
    """The limits that a value has to stay above.

    N5K-C5548UP, 6.0(2)N2(3): lessThan(1) stands beside all four limits, the high ones too; of these the lower half.
    """
    relations = columns.get(CISCO_RELATION, {})
    told = {at: limit for at, limit in columns.get(CISCO_LIMIT, {}).items() if at[:1] == (sensor,)}
    low = sorted(limit for at, limit in told.items() if relations.get(at) in _LESS and isinstance(limit, int))
    return low[: len(low) // 2] if len(low) == _FOUR else low


def _scaled(raw: Value | None, type_: Value, scale: Value | None, precision: Value | None) -> float | None:
    """A value of a sensor in dBm: ``raw`` has ``precision`` decimals and is in units of 1000 ** (scale - 9)."""
    if not isinstance(raw, int) or raw in _NONE:
        return None
    places = precision if isinstance(precision, int) and -8 <= precision <= 9 else 0
    power = (scale if isinstance(scale, int) and 1 <= scale <= 17 else _UNITS) - _UNITS
    told = raw * 10.0 ** (3 * power - places)
    return _plausible(told if type_ == _DBM else dbm(told * 1e6))


def _huawei(columns: Columns, ports: Callable[[int], int | None]) -> Iterator[tuple[int, Light]]:
    def power(value: Value | None) -> float | None:
        said = _number(value)
        return None if said is None else _plausible(dbm(said) if said > 0 else said / 100)

    for index, rx in columns.get(HUAWEI_RX, {}).items():
        port = ports(index[0]) if len(index) == 1 else None
        if port is not None:
            low, tx = _number(columns.get(HUAWEI_LOW, {}).get(index)), power(columns.get(HUAWEI_TX, {}).get(index))
            yield port, Light(power(rx), tx, _plausible(low / 100) if low else None)


def _by_interface(columns: Columns) -> Iterator[tuple[int, Light]]:
    """Of H3C and HPE, whose tables are indexed by ifIndex."""
    for rx, tx, limits, parts in (
        (H3C_RX, H3C_TX, (H3C_LOW_WARN, H3C_LOW_ALARM), 100),
        (HPE_RX, HPE_TX, (HPE_LOW_WARN, HPE_LOW_ALARM), 1000),
    ):
        for index, said in columns.get(rx, {}).items():
            if len(index) != 1:
                continue
            told = (_number(columns.get(limit, {}).get(index)) for limit in limits)
            low = next((limit for limit in told if limit and limit > 0), None)
            yield (
                index[0],
                Light(
                    rx_dbm=_parts(said, parts),
                    tx_dbm=_parts(columns.get(tx, {}).get(index), parts),
                    rx_low_dbm=_plausible(dbm(low / 10)) if low else None,
                ),
            )


def _parts(value: Value | None, parts: int) -> float | None:
    said = _number(value)
    return _plausible(said / parts) if said is not None else None


def _number(value: Value | None) -> int | None:
    return value if isinstance(value, int) and value not in _NONE else None


def _plausible(power: float) -> float | None:
    return round(max(power, _DARK_DBM), 2) if power <= _BRIGHTEST_DBM else None


def _weaker(one: Light, other: Light) -> Light:
    def least(*values: float | None) -> float | None:
        return min((value for value in values if value is not None), default=None)

    return Light(
        least(one.rx_dbm, other.rx_dbm),
        least(one.tx_dbm, other.tx_dbm),
        least(one.rx_low_dbm, other.rx_low_dbm),
    )


def _ports(entities: Entities, names: Mapping[int, str]) -> Callable[[int], int | None]:
    """The ifIndex that an entity belongs to."""

    def port(index: int) -> int | None:
        mapped = entities.port_of(index)
        return mapped if mapped is not None else _named(entities, index, names)

    return port


def _named(entities: Entities, index: int, names: Mapping[int, str]) -> int | None:
    """By the words of its text: ``DOM RX Power Sensor for Ethernet5``, ``Gi1/0/1 Receive Power Sensor``."""
    for entity in entities.within(index):
        words = [word for word in f"{entity.name or ''} {entity.descr or ''}".split() if word[-1].isdigit()]
        meant = {at for at, name in names.items() for word in words if not word.isdigit() and same_port(name, word)}
        if len(meant) == 1:
            return meant.pop()
    return None
