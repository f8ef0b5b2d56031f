"""Cabinets: what stands in one lives and dies with its mains, and with its UPS where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from pysnmp.hlapi.v3arch.asyncio import CommunityData

from iccc.city.devices import City, Equipment, Kind
from iccc.lab.lab import Lab
from tests.lab.net.foreign import ask
from tests.lab.net.town import COMMON, GI, MANAGEMENT, bulb, town

UPS_MIB = "1.3.6.1.2.1.33.1"
STATUS, SECONDS, MINUTES, CHARGE = (f"{UPS_MIB}.2.{number}.0" for number in range(1, 5))
SOURCE, ALARMS, ALARM = f"{UPS_MIB}.4.1.0", f"{UPS_MIB}.6.1.0", f"{UPS_MIB}.6.2.1.2.1"
NORMAL, ON_BATTERY = 3, 5
MINE = {"sw3", "cam5", "cam6", "ups1"}  # what the cabinet with the UPS feeds


def with_cabinets() -> City:
    """sw3 and a UPS in cabinet 1 of site j2, sw4 in its cabinet 2 without one; on addresses of their own."""
    city = town(140)
    switches = {
        **city.switches,
        "sw3": replace(city.switches["sw3"], site="j2", cabinet=1),
        "sw4": replace(city.switches["sw4"], site="j2", cabinet=2),
    }
    ups = Equipment(
        name="ups1", kind=Kind.UPS, address="10.77.1.139", site="j2", device_type="none", number=1,
        switch="sw3", port=f"{GI}3", vlan=MANAGEMENT, cabinet=1, **COMMON,
    )  # fmt: skip
    return replace(city, switches=switches, equipment={"ups1": ups})


def played(work: Callable[[Lab], Awaitable[None]]) -> None:
    async def run() -> None:
        lab = Lab(with_cabinets(), bulb)
        try:
            await lab.settle()
            await work(lab)
        finally:
            await lab.close()

    asyncio.run(run())


async def told(lab: Lab, *oids: str, version: int = 1) -> list[Any]:
    """What the UPS card says; [] when it is silent."""
    login = CommunityData(lab.logins.read_community, mpModel=version)
    wrong, found = await ask("127.77.1.139", login, *oids, wait=0.3)
    return [] if wrong else [value for _, value in found]


@pytest.mark.parametrize("version", [0, 1])
def test_a_ups_on_mains_is_content(version: int) -> None:
    async def work(lab: Lab) -> None:
        assert list(map(int, await told(lab, STATUS, SECONDS, MINUTES, CHARGE, SOURCE, ALARMS, version=version))) == [
            2, 0, 30, 100, NORMAL, 0,
        ]  # fmt: skip

    played(work)


def test_battery_first_then_the_dark_then_everything_back() -> None:
    async def work(lab: Lab) -> None:
        await lab.inject("ups1", "minute_s", 0.04)
        await lab.set_power("ups1", False)
        assert lab.unreachable() == []
        source, alarms, alarm, status = await told(lab, SOURCE, ALARMS, ALARM, STATUS)
        assert (int(source), int(alarms), str(alarm), int(status)) == (ON_BATTERY, 1, f"{UPS_MIB}.6.3.2", 2)
        await asyncio.sleep(0.4)
        seconds, minutes, charge = map(int, await told(lab, SECONDS, MINUTES, CHARGE))
        assert seconds > 300
        assert minutes < 25
        assert charge < 85
        await asyncio.sleep(1.0)
        await lab.settle()
        assert set(lab.unreachable()) == MINE
        assert await told(lab, SOURCE) == []
        await lab.set_power("ups1", True)
        assert lab.unreachable() == []
        (source,) = await told(lab, SOURCE)
        assert int(source) == NORMAL

    played(work)


def test_the_network_goes_the_other_way_round_while_a_cabinet_is_dark() -> None:
    async def work(lab: Lab) -> None:
        await lab.set_mains("j2", 2, False)
        assert set(lab.unreachable()) == {"sw4", "cam7", "cam8"}
        await lab.set_mains("j2", None, True)
        assert lab.unreachable() == []

    played(work)


def test_what_was_without_power_counts_from_when_it_came_back() -> None:
    async def work(lab: Lab) -> None:
        await lab.set_mains("j2", 2, False)
        system, boots = lab.switches["sw4"].system, lab.switches["sw4"].system.boots
        await asyncio.sleep(0.5)
        back = system.now()
        await lab.set_mains("j2", 2, True)
        assert (system.booted >= back, system.boots) == (True, boots)

    played(work)


def test_a_battery_takes_up_again_where_it_was() -> None:
    async def work(lab: Lab) -> None:
        await lab.inject("ups1", "minute_s", 0.05)
        await lab.set_power("ups1", False)
        await asyncio.sleep(0.5)
        await lab.set_power("ups1", True)
        (minutes,) = await told(lab, MINUTES)
        assert 10 < int(minutes) < 25
        await lab.reset("ups1")
        assert list(map(int, await told(lab, MINUTES))) == [30]

    played(work)


@pytest.mark.parametrize(
    ("path", "value", "oid", "wanted"),
    [("bypass", True, SOURCE, "4"), ("bad_battery", True, ALARM, f"{UPS_MIB}.6.3.1"),
     ("load_percent", 96, f"{UPS_MIB}.4.4.1.5.1", "96")],
)  # fmt: skip
def test_what_can_be_the_matter_with_a_ups(path: str, value: Any, oid: str, wanted: str) -> None:
    async def work(lab: Lab) -> None:
        before = [str(said) for said in await told(lab, oid)]
        await lab.inject("ups1", path, value)
        assert [str(said) for said in await told(lab, oid)] == [wanted] != before

    played(work)


def test_there_are_no_other_cabinets() -> None:
    lab = Lab(with_cabinets(), bulb)
    with pytest.raises(KeyError, match="j2 cabinet 7"):
        lab.mains.at("j2", 7)
