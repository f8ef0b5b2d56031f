"""UPS-MIB (RFC 1628), and what cards of APC and Eaton tell in its place where they lack it.

- PowerNet-MIB of APC (1.3.6.1.4.1.318.1.1.1) has a serial number and a replacement indicator besides.
- XUPS-MIB of Eaton (1.3.6.1.4.1.534.1), which cards of MGE (enterprise 705) answer as well.
- Cards of Vertiv (Liebert IntelliSlot) have UPS-MIB; LIEBERT-GP-POWER-MIB adds nothing that is needed here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from iccc.mib.system import System
from iccc.mib.values import Columns, Table, Value, number, text

_UPS, _APC, _EATON = "1.3.6.1.2.1.33.1.", "1.3.6.1.4.1.318.1.1.1.", "1.3.6.1.4.1.534.1."
INPUT_VOLTAGE = _UPS + "3.3.1.3"  # upsInputVoltage, RMS volts of each line
OUTPUT_LOAD = _UPS + "4.4.1.5"  # upsOutputPercentLoad of each line
ALARM = _UPS + "6.2.1.2"  # upsAlarmDescr: the OID of what is the matter
EATON_INPUT_VOLTAGE = _EATON + "3.4.1.2"
_WELL_KNOWN = _UPS + "6.3."
_HIGHEST_V = 1000  # RFC 1628 has volts; a UPS5000 of Huawei sends tenths, which nothing tells apart below

INPUTS, EATON_INPUTS, OUTPUTS, ALARMS = map(Table, (INPUT_VOLTAGE, EATON_INPUT_VOLTAGE, OUTPUT_LOAD, ALARM))


class Output(StrEnum):
    """What feeds the load (upsOutputSource)."""

    NONE = "none"
    NORMAL = "normal"
    BYPASS = "bypass"
    BATTERY = "battery"
    BOOSTER = "booster"
    REDUCER = "reducer"


class Battery(StrEnum):
    """upsBatteryStatus."""

    NORMAL = "normal"
    LOW = "low"  # remaining runtime is at or below what the UPS is set to warn at
    DEPLETED = "depleted"  # the load would drop at once if the mains failed
    FAULT = "fault"  # APC's batteryInFaultCondition


BATTERY_BAD, ON_BATTERY, LOW, DEPLETED, INPUT_BAD = (f"upsAlarm{name}" for name in (
    "BatteryBad", "OnBattery", "LowBattery", "DepletedBattery", "InputBad",
))  # fmt: skip
ON_BYPASS, OVERLOAD, TESTING = "upsAlarmOnBypass", "upsAlarmOutputOverload", "upsAlarmTestInProgress"
_ALARMS = {
    1: BATTERY_BAD, 2: ON_BATTERY, 3: LOW, 4: DEPLETED, 5: "upsAlarmTempBad", 6: INPUT_BAD, 7: "upsAlarmOutputBad",
    8: OVERLOAD, 9: ON_BYPASS, 10: "upsAlarmBypassBad", 13: "upsAlarmChargerFailed", 14: "upsAlarmUpsOutputOff",
    15: "upsAlarmUpsSystemOff", 16: "upsAlarmFanFailure", 17: "upsAlarmFuseFailure", 18: "upsAlarmGeneralFault",
    19: "upsAlarmDiagnosticTestFailed", 20: "upsAlarmCommunicationsLost", 22: "upsAlarmShutdownPending",
    23: "upsAlarmShutdownImminent", 24: TESTING,
}  # fmt: skip


@dataclass(frozen=True)
class Ups:
    """What a card tells of its UPS. None: it does not. ``said`` is what was read for each field: object and value."""

    vendor: str | None = None
    model: str | None = None
    software: str | None = None
    serial: str | None = None
    output: Output | None = None
    battery: Battery | None = None
    seconds_on_battery: int | None = None
    minutes_left: float | None = None  # as the UPS estimates it, at the present load
    charge_percent: int | None = None
    load_percent: int | None = None  # of the line that carries most
    input_v: int | None = None  # of the line that has least; cards list lines that are not connected, with 0
    needs_replacement: bool | None = None
    test: bool | None = None  # of the battery, going on now
    alarms: frozenset[str] | None = None  # well-known ones, by name
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def on_battery(self) -> bool | None:
        """Whether the load lives on the battery because the mains are gone; a test of the battery is none."""
        alarms = self.alarms or frozenset()
        if self.output is Output.BATTERY or ON_BATTERY in alarms:
            return not (self.test or TESTING in alarms) or INPUT_BAD in alarms
        if self.output is not None:
            return False
        return self.seconds_on_battery > 0 if self.seconds_on_battery is not None else None

    @property
    def on_bypass(self) -> bool | None:
        """Whether the load hangs on the mains directly: the first failure drops it."""
        if ON_BYPASS in (self.alarms or ()):
            return True
        return self.output is Output.BYPASS if self.output is not None else None

    @property
    def battery_low(self) -> bool | None:
        if (self.alarms or frozenset()) & {LOW, DEPLETED}:
            return True
        return self.battery in (Battery.LOW, Battery.DEPLETED) if self.battery is not None else None

    @property
    def battery_bad(self) -> bool | None:
        """Whether the battery has to be replaced, or is broken."""
        if BATTERY_BAD in (self.alarms or ()) or self.battery is Battery.FAULT:
            return True
        return self.needs_replacement if self.needs_replacement is not None else None


@dataclass(frozen=True)
class _Object:
    field: str
    name: str
    oid: str
    read: Callable[[Value], Any]


def _text(value: Value) -> str | None:
    return text(value) or None if isinstance(value, bytes) else None


def _of(words: Mapping[int, Any]) -> Callable[[Value], Any]:
    return lambda value: words.get(value) if isinstance(value, int) else None


def _left(parts: int) -> Callable[[Value], float | None]:
    """Minutes left. RFC 1628 has a positive number: 0 with the mains there is what cards say that cannot tell."""
    return lambda value: value / parts if isinstance(value, int) and value > 0 else None


def _parts(parts: int) -> Callable[[Value], float | None]:
    return lambda value: value / parts if isinstance(value, int) and value >= 0 else None


def _count(value: Value) -> int | None:
    """-1 is what cards say for what they do not know."""
    return value if isinstance(value, int) and value >= 0 else None


def _percent(value: Value) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= 100 else None


_OUTPUT = {
    2: Output.NONE, 3: Output.NORMAL, 4: Output.BYPASS, 5: Output.BATTERY, 6: Output.BOOSTER, 7: Output.REDUCER,
}  # fmt: skip
# XUPS-MIB: parallelCapacity, parallelRedundant, highEfficiencyMode, maintenanceBypass, essMode besides.
_EATON_OUTPUT = _OUTPUT | {
    8: Output.NORMAL, 9: Output.NORMAL, 10: Output.NORMAL, 11: Output.BYPASS, 12: Output.NORMAL,
}  # fmt: skip
# onLine, onBattery, onSmartBoost, timedSleeping, softwareBypass, off, rebooting, switchedBypass, hardwareFailureBypass,
# sleepingUntilPowerReturn, onSmartTrim, ecoMode, hotStandby, onBatteryTest, emergencyStaticBypass
_APC_OUTPUT = {
    2: Output.NORMAL, 3: Output.BATTERY, 4: Output.BOOSTER, 5: Output.NONE, 6: Output.BYPASS, 7: Output.NONE,
    8: Output.NONE, 9: Output.BYPASS, 10: Output.BYPASS, 11: Output.NONE, 12: Output.REDUCER, 13: Output.NORMAL,
    14: Output.NORMAL, 15: Output.BATTERY, 16: Output.BYPASS,
}  # fmt: skip
_APC_TEST = dict.fromkeys(_APC_OUTPUT, False) | {15: True}
_TEST_RESULTS = {1: False, 2: False, 3: False, 4: False, 5: True, 6: False}  # upsTestResultsSummary: inProgress(5)
_BATTERY = {2: Battery.NORMAL, 3: Battery.LOW, 4: Battery.DEPLETED}
_APC_BATTERY = {2: Battery.NORMAL, 3: Battery.LOW, 4: Battery.FAULT}

_STANDARD = (
    _Object("vendor", "UPS-MIB upsIdentManufacturer", _UPS + "1.1.0", _text),
    _Object("model", "UPS-MIB upsIdentModel", _UPS + "1.2.0", _text),
    _Object("software", "UPS-MIB upsIdentUPSSoftwareVersion", _UPS + "1.3.0", _text),
    _Object("battery", "UPS-MIB upsBatteryStatus", _UPS + "2.1.0", _of(_BATTERY)),
    _Object("seconds_on_battery", "UPS-MIB upsSecondsOnBattery", _UPS + "2.2.0", _count),
    _Object("minutes_left", "UPS-MIB upsEstimatedMinutesRemaining", _UPS + "2.3.0", _left(1)),
    _Object("charge_percent", "UPS-MIB upsEstimatedChargeRemaining", _UPS + "2.4.0", _percent),
    _Object("output", "UPS-MIB upsOutputSource", _UPS + "4.1.0", _of(_OUTPUT)),
    _Object("test", "UPS-MIB upsTestResultsSummary", _UPS + "7.3.0", _of(_TEST_RESULTS)),
)
_APC_OBJECTS = (
    _Object("model", "PowerNet-MIB upsBasicIdentModel", _APC + "1.1.1.0", _text),
    _Object("software", "PowerNet-MIB upsAdvIdentFirmwareRevision", _APC + "1.2.1.0", _text),
    _Object("serial", "PowerNet-MIB upsAdvIdentSerialNumber", _APC + "1.2.3.0", _text),
    _Object("battery", "PowerNet-MIB upsBasicBatteryStatus", _APC + "2.1.1.0", _of(_APC_BATTERY)),
    _Object("seconds_on_battery", "PowerNet-MIB upsBasicBatteryTimeOnBattery", _APC + "2.1.2.0", _parts(100)),
    _Object("charge_percent", "PowerNet-MIB upsAdvBatteryCapacity", _APC + "2.2.1.0", _percent),
    _Object("minutes_left", "PowerNet-MIB upsAdvBatteryRunTimeRemaining", _APC + "2.2.3.0", _left(6000)),
    _Object(
        "needs_replacement", "PowerNet-MIB upsAdvBatteryReplaceIndicator", _APC + "2.2.4.0", _of({1: False, 2: True})
    ),
    _Object("input_v", "PowerNet-MIB upsAdvInputLineVoltage", _APC + "3.2.1.0", _count),
    _Object("output", "PowerNet-MIB upsBasicOutputStatus", _APC + "4.1.1.0", _of(_APC_OUTPUT)),
    _Object("test", "PowerNet-MIB upsBasicOutputStatus", _APC + "4.1.1.0", _of(_APC_TEST)),
    _Object("load_percent", "PowerNet-MIB upsAdvOutputLoad", _APC + "4.2.3.0", _count),
)
_EATON_OBJECTS = (
    _Object("model", "XUPS-MIB xupsIdentModel", _EATON + "1.2.0", _text),
    _Object("software", "XUPS-MIB xupsIdentSoftwareVersion", _EATON + "1.3.0", _text),
    _Object("minutes_left", "XUPS-MIB xupsBatTimeRemaining", _EATON + "2.1.0", _left(60)),
    _Object("charge_percent", "XUPS-MIB xupsBatCapacity", _EATON + "2.4.0", _percent),
    _Object("load_percent", "XUPS-MIB xupsOutputLoad", _EATON + "4.1.0", _count),
    _Object("output", "XUPS-MIB xupsOutputSource", _EATON + "4.5.0", _of(_EATON_OUTPUT)),
)
_VENDORS = {318: _APC_OBJECTS, 534: _EATON_OBJECTS, 705: _EATON_OBJECTS}

SCALARS = tuple(one.oid for one in _STANDARD)


def vendor_scalars(object_id: str | None) -> tuple[str, ...]:
    """What to ask a card of this sysObjectID for besides :data:`SCALARS`."""
    return tuple(dict.fromkeys(one.oid for one in _vendor(object_id)))


def input_tables(object_id: str | None) -> tuple[Table, ...]:
    """Where the voltage of the mains stands, the standard's first."""
    return (INPUTS, EATON_INPUTS) if _vendor(object_id) is _EATON_OBJECTS else (INPUTS,)


def parse(scalars: Mapping[str, Value], columns: Columns, object_id: str | None) -> Ups | None:
    """None when the card tells nothing of a UPS. UPS-MIB counts before the maker's own.

    ``columns`` may lack :data:`INPUTS`, :data:`OUTPUTS` or :data:`ALARMS`: then that is not told.
    """
    found: dict[str, Any] = {}
    said: dict[str, tuple[str, str]] = {}
    _lines(columns, found, said)
    for one in (*_STANDARD, *_vendor(object_id)):
        value = scalars.get(one.oid)
        told = one.read(value) if value is not None else None
        if told is not None and one.field not in found:
            found[one.field] = told
            shown = text(value) if value is not None else ""
            said[one.field] = (one.name, f"{told}({shown})" if isinstance(told, StrEnum) else shown)
    if not found.keys() - {"alarms"}:
        return None
    seconds = found.get("seconds_on_battery")
    return Ups(**found | {"seconds_on_battery": None if seconds is None else int(seconds)}, said=said)


def _lines(columns: Columns, found: dict[str, Any], said: dict[str, tuple[str, str]]) -> None:
    """What stands in tables: a row for each line, and one for each alarm."""
    loads = {
        index: load for index, value in columns.get(OUTPUT_LOAD, {}).items() if (load := _count(value)) is not None
    }
    if loads:
        at = max(loads, key=lambda index: loads[index])
        found["load_percent"] = loads[at]
        said["load_percent"] = (f"UPS-MIB upsOutputPercentLoad.{'.'.join(map(str, at))}", str(loads[at]))
    for mib, column in (
        ("UPS-MIB upsInputVoltage", INPUT_VOLTAGE),
        ("XUPS-MIB xupsInputVoltage", EATON_INPUT_VOLTAGE),
    ):
        volts = [volt for value in columns.get(column, {}).values() if (volt := number(value)) is not None]
        if volts and all(0 <= volt <= _HIGHEST_V for volt in volts):
            found.setdefault("input_v", min((volt for volt in volts if volt), default=0))
            said.setdefault("input_v", (f"{mib} of {len(volts)} lines", ", ".join(map(str, volts))))
    if ALARM in columns:
        named = [value.removeprefix(_WELL_KNOWN) for value in columns[ALARM].values() if isinstance(value, str)]
        numbers = [int(rest) for rest in named if rest.isascii() and rest.isdecimal() and len(rest) < 4]
        found["alarms"] = frozenset(_ALARMS[one] for one in numbers if one in _ALARMS)


def _vendor(object_id: str | None) -> tuple[_Object, ...]:
    return _VENDORS.get(System(object_id=object_id).enterprise or 0, ())
