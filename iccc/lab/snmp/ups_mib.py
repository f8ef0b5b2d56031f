"""UPS-MIB (RFC 1628) of a UPS with one line in and one out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from iccc.lab.ios.config import SnmpUser
from iccc.lab.snmp.ber import GAUGE32, TICKS, Oid, Value, integer, octets, oid
from iccc.lab.snmp.mib import Refused
from iccc.lab.snmp.oids import SYSTEM, UP_TIME, UPS
from iccc.lab.snmp.view import View

if TYPE_CHECKING:
    from iccc.lab.ups import LabUps

NOT_WRITABLE = 17
NORMAL_BATTERY, LOW_BATTERY, DEPLETED = 2, 3, 4  # upsBatteryStatus
NORMAL, BYPASS, ON_BATTERY = 3, 4, 5  # upsOutputSource
LOW_MIN = 2  # upsConfigLowBattTime, minutes
WELL_KNOWN_ALARMS = (*UPS, 6, 3)
BATTERY_BAD, ALARM_ON_BATTERY, ALARM_LOW, ALARM_BYPASS = 1, 2, 3, 9
OUTPUT_W = 2000


class UpsMib:
    """The tables of a UPS card, and its communities (:class:`iccc.lab.snmp.mib.Mib`)."""

    def __init__(self, ups: LabUps, communities: Mapping[str, str], users: Mapping[str, SnmpUser]) -> None:
        self._ups = ups
        self.communities = communities
        self.users = users
        self.boots = 0
        self.booted: datetime = ups.now()

    @property
    def engine_id(self) -> bytes:
        return bytes.fromhex("8000013E04") + self._ups.name.encode()  # format 4: text (RFC 3411)

    def restart(self, now: datetime) -> None:
        """The card started anew."""
        self.boots, self.booted = self.boots + 1, now

    def up_ticks(self) -> int:
        return int((self._ups.now() - self.booted).total_seconds() * 100)

    def view(self, context: str) -> View[UpsMib] | None:
        return None if context else View(self, dict(self._rows()))

    def may_write(self, user: str) -> bool:  # noqa: ARG002
        return False

    def set(self, varbinds: Sequence[tuple[Oid, Value]], peer: str, ignore: bool) -> None:  # noqa: ARG002
        raise Refused(NOT_WRITABLE)

    def _rows(self) -> Iterator[tuple[Oid, bytes]]:
        yield (*SYSTEM, 1, 0), octets("UPS card, firmware 2.4")
        yield (*SYSTEM, 2, 0), oid((1, 3, 6, 1, 2, 1, 33))
        yield UP_TIME, integer(self.up_ticks() & 0xFFFFFFFF, TICKS)
        yield (*SYSTEM, 5, 0), octets(self._ups.name)
        yield (*SYSTEM, 6, 0), octets("")
        for column, text in ((1, "Example"), (2, "Online 2 kVA"), (3, "1.8"), (4, "2.4"), (5, self._ups.name), (6, "")):
            yield (*UPS, 1, column, 0), octets(text)
        yield from self._battery()
        yield from self._lines()
        yield from self._alarms()

    def _battery(self) -> Iterator[tuple[Oid, bytes]]:
        battery, now = self._ups.battery, self._ups.now()
        left = battery.left(now)
        status = DEPLETED if left <= 0 else LOW_BATTERY if left <= LOW_MIN else NORMAL_BATTERY
        charge = round(100 * left / battery.runtime_min)
        values = ((1, status), (2, int(battery.seconds_running(now))), (3, int(left)), (4, charge), (5, 410), (7, 31))
        for column, number in values:
            yield (*UPS, 2, column, 0), integer(number)

    def _lines(self) -> Iterator[tuple[Oid, bytes]]:
        """Input, output, bypass: volts, tenths of a hertz, tenths of an ampere, watts."""
        running = self._ups.battery.running
        volts = 0 if running else 231
        watts = OUTPUT_W * self._ups.load_percent // 100
        yield (*UPS, 3, 2, 0), integer(1)
        for column, number in ((2, 0 if running else 500), (3, volts), (4, 0 if running else watts * 10 // 231)):
            yield (*UPS, 3, 3, 1, column, 1), integer(number)
        source = ON_BATTERY if running else BYPASS if self._ups.bypass else NORMAL
        yield (*UPS, 4, 1, 0), integer(source)
        yield (*UPS, 4, 2, 0), integer(500)
        yield (*UPS, 4, 3, 0), integer(1)
        for column, number in ((2, 230), (3, watts * 10 // 230), (4, watts), (5, self._ups.load_percent)):
            yield (*UPS, 4, 4, 1, column, 1), integer(number)
        yield (*UPS, 9, 7, 0), integer(LOW_MIN)

    def on_battery(self) -> list[tuple[Oid, bytes]]:
        """The objects of upsTrapOnBattery: minutes remaining, seconds on battery, minutes that are few."""
        battery, now = self._ups.battery, self._ups.now()
        return [
            ((*UPS, 2, 3, 0), integer(int(battery.left(now)))),
            ((*UPS, 2, 2, 0), integer(int(battery.seconds_running(now)))),
            ((*UPS, 9, 7, 0), integer(LOW_MIN)),
        ]

    def _alarms(self) -> Iterator[tuple[Oid, bytes]]:
        battery, now = self._ups.battery, self._ups.now()
        standing = {
            BATTERY_BAD: self._ups.bad_battery,
            ALARM_ON_BATTERY: battery.running,
            ALARM_LOW: battery.left(now) <= LOW_MIN,
            ALARM_BYPASS: self._ups.bypass and not battery.running,
        }
        alarms = [number for number, stands in standing.items() if stands]
        yield (*UPS, 6, 1, 0), integer(len(alarms), GAUGE32)
        for at, number in enumerate(alarms, start=1):
            yield (*UPS, 6, 2, 1, 2, at), oid((*WELL_KNOWN_ALARMS, number))
            yield (*UPS, 6, 2, 1, 3, at), integer(0, TICKS)
