"""Power over Ethernet: POWER-ETHERNET-MIB (RFC 3621), and the vendors' MIBs for watts and denial, which it lacks.

- CISCO-POWER-ETHERNET-EXT-MIB cpeExtPsePortTable: indexed as pethPsePortTable; tells the port's entPhysicalIndex.
- CISCOSB-POE-MIB rlPethPsePortTable (Cisco Small Business): indexed as pethPsePortTable, by ifIndex.
- HUAWEI-POE-MIB hwPoePortTable, in the place of the standard one: indexed by ifIndex; states are words.
- TPLINK-POWER-OVER-ETHERNET-MIB tpPoePortConfigTable (2013-07-03), in its place too: indexed by the number of the port.

A port's number is the vendor's own in RFC 3621: see :func:`parse` for how it becomes an ifIndex.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iccc.mib.entity import Entities
from iccc.mib.system import System
from iccc.mib.values import Columns, Index, Table, Value, number, text

_PSE, _MAIN = "1.3.6.1.2.1.105.1.1.1.", "1.3.6.1.2.1.105.1.3.1.1."
ADMIN, DETECTION, CLASSIFICATION = (_PSE + column for column in ("3", "6", "10"))
MAIN_POWER, MAIN_CONSUMPTION = _MAIN + "2", _MAIN + "4"  # watts
_CISCO = "1.3.6.1.4.1.9.9.402.1.2.1."
CISCO_STATUS, CISCO_CONSUMPTION, CISCO_ENTITY = (_CISCO + column for column in ("5", "9", "11"))
SB_OUTPUT = "1.3.6.1.4.1.9.6.1.101.108.1.1.5"  # rlPethPsePortOutputPower, mW
_HUAWEI, _HUAWEI_SLOT = "1.3.6.1.4.1.2011.5.25.195.3.1.", "1.3.6.1.4.1.2011.5.25.195.2.1."
HUAWEI_ENABLE, HUAWEI_ON, HUAWEI_STATUS = (_HUAWEI + column for column in ("3", "6", "7"))
HUAWEI_CLASS, HUAWEI_CONSUMING = _HUAWEI + "8", _HUAWEI + "10"
HUAWEI_SLOT_MAXIMUM, HUAWEI_SLOT_CONSUMING = _HUAWEI_SLOT + "2", _HUAWEI_SLOT + "5"  # mW
_TPLINK, _TPLINK_GLOBAL = "1.3.6.1.4.1.11863.6.56.1.1.2.1.1.", "1.3.6.1.4.1.11863.6.56.1.1.1."
TPLINK_ADMIN, TPLINK_POWER, TPLINK_CLASS, TPLINK_STATUS = (_TPLINK + column for column in ("2", "7", "10", "11"))
TPLINK_LIMIT, TPLINK_CONSUMPTION = _TPLINK_GLOBAL + "1", _TPLINK_GLOBAL + "3"  # scalars, tenths of a watt

PORTS = Table(DETECTION, (ADMIN, CLASSIFICATION))
SUPPLIES = Table(MAIN_POWER, (MAIN_CONSUMPTION,))
CISCO_PORTS = Table(CISCO_CONSUMPTION, (CISCO_STATUS, CISCO_ENTITY))
SB_PORTS = Table(SB_OUTPUT)
HUAWEI_PORTS = Table(HUAWEI_ENABLE, (HUAWEI_ON, HUAWEI_STATUS, HUAWEI_CLASS, HUAWEI_CONSUMING))
HUAWEI_SLOTS = Table(HUAWEI_SLOT_MAXIMUM, (HUAWEI_SLOT_CONSUMING,))
TPLINK_PORTS = Table(TPLINK_STATUS, (TPLINK_ADMIN, TPLINK_POWER, TPLINK_CLASS))
TPLINK_SUPPLY = Table(TPLINK_LIMIT, (TPLINK_CONSUMPTION,))

_SMALL_BUSINESS = "1.3.6.1.4.1.9.6."
_VENDORS = {
    9: (PORTS, SUPPLIES, CISCO_PORTS),
    2011: (HUAWEI_PORTS, HUAWEI_SLOTS, PORTS, SUPPLIES),
    11863: (TPLINK_PORTS, TPLINK_SUPPLY, PORTS, SUPPLIES),
}

_TRUE, _FALSE = 1, 2  # TruthValue; HUAWEI-POE-MIB's EnabledStatus has the same numbers
_DELIVERING = 3  # pethPsePortDetectionStatus deliveringPower
_HIGHEST_CLASS = 8
_TPLINK_ON, _TPLINK_OVERLOAD = 2, 3  # tpPoePowerStatus
_DENY, _OVERDRAW = 0x80, 0x40  # cpeExtPsePortAdditionalStatus, BITS: deny(0), overdraw(1), overdrawLog(2)


@dataclass(frozen=True)
class PoePort:
    """One PSE port. None: the agent does not tell it.

    ``denied``: a device is there, asks for power and gets none. RFC 3621 alone tells no such state, only how often it
    was entered since the agent started (pethPsePortPowerDeniedCounter, which is not read).
    ``class_`` is valid only while power is delivered (pethPsePortPowerClassifications).
    """

    admin: bool | None = None
    delivering: bool | None = None
    denied: bool | None = None
    watts: float | None = None  # 0.0 when it delivers none
    class_: int | None = None


@dataclass(frozen=True)
class Supply:
    """All PSEs of a switch together, in watts."""

    budget_w: float | None = None
    used_w: float | None = None


def tables_for(object_id: str | None) -> tuple[Table, ...]:
    """What to ask an agent of this sysObjectID for; the standard tables where the maker is not known."""
    if (object_id or "").startswith(_SMALL_BUSINESS):
        return (PORTS, SUPPLIES, SB_PORTS)
    return _VENDORS.get(System(object_id=object_id).enterprise or 0, (PORTS, SUPPLIES))


def parse(
    columns: Columns, numbered: Mapping[Index, int], ports: frozenset[int], entities: Entities | None = None
) -> dict[int, PoePort]:
    """By ifIndex. ``numbered`` is the platform's own (group, port) → ifIndex, ``ports`` the ifIndexes of all ports.

    A (group, port) of RFC 3621 is, in this order: the port that the agent's own ENTITY-MIB names for it (Cisco), what
    the platform says, or the port with that ifIndex where all numbers of the table are such (HPE ProCurve, Cisco Small
    Business). A number that means no port by any of these is left out. ``numbered`` has TP-Link's ports as (1, port).
    """
    found = {index: port for index, port in _huawei(columns) if index in ports}
    found |= {numbered[1, at]: port for at, port in _tplink(columns) if (1, at) in numbered}
    rows = {index: port for index, port in _standard(columns) if len(index) == 2}
    are_if_index = {port for _, port in rows} <= ports
    for index, port in rows.items():
        entity = number(columns.get(CISCO_ENTITY, {}).get(index))
        own = entities.port_of(entity) if entities and entity else None
        at = own or numbered.get(index) or (index[1] if are_if_index and not numbered else None)
        if at is not None:
            found.setdefault(at, port)
    return found


def supply(columns: Columns) -> Supply | None:
    """The sum over all supplies (one for each unit of a stack); None when the agent tells nothing."""
    budget = _sum(columns, ((MAIN_POWER, 1), (HUAWEI_SLOT_MAXIMUM, 1000), (TPLINK_LIMIT, 10)))
    used = _sum(columns, ((MAIN_CONSUMPTION, 1), (HUAWEI_SLOT_CONSUMING, 1000), (TPLINK_CONSUMPTION, 10)))
    return None if budget is None and used is None else Supply(budget, used)


def _standard(columns: Columns) -> Iterator[tuple[Index, PoePort]]:
    """Of pethPsePortTable, with what Cisco adds at the same index."""
    for index, said in columns.get(DETECTION, {}).items():
        delivering = said == _DELIVERING
        milliwatts = number(columns.get(CISCO_CONSUMPTION, {}).get(index))
        if milliwatts is None:
            milliwatts = number(columns.get(SB_OUTPUT, {}).get(index))
        class_ = number(columns.get(CLASSIFICATION, {}).get(index))
        yield (
            index,
            PoePort(
                admin=_truth(columns.get(ADMIN, {}).get(index)),
                delivering=delivering,
                denied=_denied(columns.get(CISCO_STATUS, {}).get(index), delivering),
                watts=_watts(milliwatts, 1000, delivering),
                class_=_class(class_ - 1, delivering) if class_ else None,
            ),
        )


def _huawei(columns: Columns) -> Iterator[tuple[int, PoePort]]:
    for index, said in columns.get(HUAWEI_ENABLE, {}).items():
        if len(index) != 1:
            continue
        on = columns.get(HUAWEI_ON, {}).get(index)
        delivering = text(on).lower() == "on" if on is not None else None
        status = columns.get(HUAWEI_STATUS, {}).get(index, b"")
        class_ = number(columns.get(HUAWEI_CLASS, {}).get(index))
        yield (
            index[0],
            PoePort(
                admin=_truth(said),
                delivering=delivering,
                denied="deny" in text(status).lower() or (False if delivering else None),
                watts=_watts(number(columns.get(HUAWEI_CONSUMING, {}).get(index)), 1000, delivering),
                class_=_class(class_, delivering),
            ),
        )


def _tplink(columns: Columns) -> Iterator[tuple[int, PoePort]]:
    for index, said in columns.get(TPLINK_STATUS, {}).items():
        if len(index) != 1:
            continue
        admin, delivering = columns.get(TPLINK_ADMIN, {}).get(index), said == _TPLINK_ON
        class_ = number(columns.get(TPLINK_CLASS, {}).get(index))
        yield (
            index[0],
            PoePort(
                admin=bool(admin) if isinstance(admin, int) else None,
                delivering=delivering,
                denied=said == _TPLINK_OVERLOAD,
                watts=_watts(number(columns.get(TPLINK_POWER, {}).get(index)), 10, delivering),
                class_=_class(class_ if class_ != 7 else None, delivering),  # class-not-defined
            ),
        )


def _denied(status: Value | None, delivering: bool) -> bool | None:
    """By Cisco's additional status; a port that delivers denies nothing, whoever made it."""
    if isinstance(status, bytes):
        return bool(status) and bool(status[0] & (_DENY | _OVERDRAW))
    return False if delivering else None


def _truth(value: Value | None) -> bool | None:
    return {_TRUE: True, _FALSE: False}.get(value) if isinstance(value, int) else None


def _watts(said: int | None, parts: int, delivering: bool | None) -> float | None:
    return None if said is None or said < 0 else said / parts if delivering is not False else 0.0


def _class(class_: int | None, delivering: bool | None) -> int | None:
    return class_ if delivering and class_ is not None and 0 <= class_ <= _HIGHEST_CLASS else None


def _sum(columns: Columns, which: tuple[tuple[str, int], ...]) -> float | None:
    """Of the first column that has values."""
    for column, parts in which:
        told = [value for value in columns.get(column, {}).values() if isinstance(value, int) and value >= 0]
        if told:
            return sum(told) / parts
    return None
