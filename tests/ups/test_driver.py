"""UPS cards read over SNMP: what is told, what is not, and that no failure is an exception."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pysnmp.proto.rfc1902 import Gauge32, Integer32, ObjectIdentifier, OctetString, TimeTicks

from iccc.city.devices import Equipment, Kind
from iccc.city.load import load_city
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.mib import ups as mib
from iccc.mib.ups import Output
from iccc.settings import SnmpReader
from iccc.ups import driver
from iccc.ups.desired import desired
from iccc.ups.state import UpsState
from tests.sessions.readers import each_reader
from tests.sessions.snmp_agent import Agent, Oid, oid, serve
from tests.support import READER, reach

ADDRESS, DECLARED, PORT = "127.78.1.11", "10.78.1.11", 20161
ROOT = Path(__file__).parents[2]
CARD = replace(next(iter(load_city(ROOT, "jhansi").ups.values())), address=DECLARED)
UPS = "1.3.6.1.2.1.33.1."
TABLE: Mapping[str, Any] = {
    "1.3.6.1.2.1.1.1.0": OctetString("UPS card"),
    "1.3.6.1.2.1.1.2.0": ObjectIdentifier("1.3.6.1.4.1.705.1"),
    "1.3.6.1.2.1.1.3.0": TimeTicks(360_000),
    "1.3.6.1.2.1.1.5.0": OctetString("knp-j01-ups1"),
    UPS + "1.1.0": OctetString("EATON"),
    UPS + "1.2.0": OctetString("93E"),
    UPS + "2.1.0": Integer32(2),
    UPS + "2.2.0": Integer32(420),
    UPS + "2.3.0": Integer32(95),
    UPS + "2.4.0": Integer32(88),
    UPS + "3.3.1.3.1": Integer32(0),
    UPS + "4.1.0": Integer32(5),
    UPS + "4.4.1.5.1": Integer32(21),
    UPS + "4.4.1.5.2": Integer32(34),
    UPS + "6.1.0": Gauge32(1),
    UPS + "6.2.1.2.7": ObjectIdentifier("1.3.6.1.2.1.33.1.6.3.2"),
    UPS + "7.3.0": Integer32(6),
}


class Repeating(Agent):
    """Answers a GETBULK for the column of ``repeats`` with the same row, for ever."""

    repeats: Oid | None = None

    def _bulk(self, table: dict[Oid, Any], asked: list[Oid], repetitions: int) -> list[tuple[Oid, Any]]:
        at = self.repeats
        if at is not None and asked[0] in (at, at[:-1]):
            return [(at, table[at])] * repetitions
        return super()._bulk(table, asked, repetitions)


def observe(
    table: Mapping[str, Any], reader: SnmpReader = READER, repeats: Oid | None = None, drop: int = 0, **times: float
) -> driver.Seen:
    agent = Repeating({"public": {oid(name): value for name, value in table.items()}})
    agent.repeats, agent.drop_next = repeats, drop
    run = reach(reader=reader, **{"snmp_s": 0.3} | times)
    done: list[str] = []

    async def read() -> dict[str, driver.Seen]:
        transport = await serve(agent, ADDRESS, PORT)
        try:
            return await driver.observe_all([CARD], run, done.append)
        finally:
            transport.close()

    found = asyncio.run(read())
    assert done == [CARD.name]
    return found[CARD.name]


@each_reader
def test_a_card_tells_its_ups(reader: SnmpReader) -> None:
    seen = observe(TABLE, reader)
    facts = seen.facts
    assert seen.state == UpsState() == desired(CARD).state
    assert facts is not None
    assert (facts.output, facts.on_battery, facts.on_bypass, facts.battery_low) == (Output.BATTERY, True, False, False)
    assert (facts.load_percent, facts.minutes_left, facts.charge_percent, facts.input_v) == (34, 95, 88, 0)
    assert (facts.vendor, facts.sys_name, facts.uptime_s) == ("EATON", "knp-j01-ups1", 3600)
    assert facts.alarms == {mib.ON_BATTERY}
    assert facts.said["output"] == ("UPS-MIB upsOutputSource", "battery(5)")
    assert not facts.unread


@each_reader
def test_an_uptime_that_is_no_time_leaves_the_rest_standing(reader: SnmpReader) -> None:
    facts = observe({**TABLE, "1.3.6.1.2.1.1.3.0": Integer32(-5)}, reader).facts
    assert facts is not None
    assert facts.uptime_s is None
    assert {part: unread.reason for part, unread in facts.unread.items()} == {"uptime_s": Reason.BAD_ANSWER}
    assert facts.output is Output.BATTERY


def test_a_table_that_fails_leaves_the_rest_standing() -> None:
    facts = observe(TABLE, repeats=oid(UPS + "6.2.1.2.7")).facts
    assert facts is not None
    assert set(facts.unread) == {"battery"}
    assert (facts.alarms, facts.on_battery, facts.load_percent) == (None, True, 34)


def test_an_agent_that_is_no_ups_is_not_known() -> None:
    state = observe({name: value for name, value in TABLE.items() if not name.startswith(UPS)}).state
    assert isinstance(state, Unread)
    assert state.reason is Reason.UNSUPPORTED
    assert "705" in state.text


def test_what_nobody_thought_of_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumbles(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(driver, "_facts", stumbles)
    seen = asyncio.run(driver.observe_all([CARD], reach(), lambda _name: None))[CARD.name]
    assert isinstance(seen.state, Unread) and seen.state.text.endswith(f"{DECLARED}: not understood (KeyError)")


def test_a_silent_card_is_a_row() -> None:
    run = reach(snmp_s=0.05)
    silent = replace(CARD, address="10.78.1.12")
    found = asyncio.run(driver.observe_all([silent], run, lambda _name: None))[CARD.name]
    assert isinstance(found.state, Unread)
    assert found.state.reason in (Reason.NO_ANSWER, Reason.REFUSED)
    assert found.facts is None


def test_a_card_that_drops_everything_is_given_up_at_the_deadline() -> None:
    begun = time.monotonic()
    state = observe(TABLE, drop=10_000, device_s=0.3, snmp_s=5.0).state
    assert isinstance(state, Unread)
    assert state.reason is Reason.NO_ANSWER
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("key", ["jhansi", "sagar"])
def test_ups_cards_call_boxes_and_servers_are_devices_and_other_equipment_is_not(key: str) -> None:
    town = load_city(ROOT, key)
    read = [device for device in town.devices() if isinstance(device, Equipment)]
    assert read
    assert {device.kind for device in read} <= {Kind.UPS, Kind.CALL_BOX, Kind.SERVER}
    assert {device.kind for device in read if not device.unwritten} <= {Kind.SERVER}
    names = [device.name for device in town.inventory()]
    assert len(names) == len(set(names))
