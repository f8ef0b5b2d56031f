"""Multicast of each make: off, and addresses and everything else of the encoder as they were."""

from __future__ import annotations

import asyncio

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.unit.states import bilaspur, kanpur

OFF = {"main": False, "sub": False}


async def put(number: int) -> list[Outcome]:
    return await driver.apply(camera(number), "multicast", CameraState(multicast=OFF), reach())


async def sent(number: int) -> object:
    seen = (await driver.observe(camera(number), reach(), (), ("multicast",))).state
    assert isinstance(seen, CameraState)
    return seen.multicast


def start(lab: LabCamera, role: str) -> None:
    lab.inject(f"encoders.{role}.multicast.address", "239.1.2.3")
    lab.inject(f"encoders.{role}.multicast.auto_start", True)


@pytest.mark.parametrize(
    ("number", "model"), [(101, AXIS), (102, HIKVISION), (103, CPPLUS), (104, GENERIC), (105, DOME)]
)  # AXIS takes AutoStart in a Set and keeps what it had
def test_what_is_sent_is_stopped_and_nothing_else_changes(number: int, model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            start(lab, "main")
            start(lab, "sub")
            before = lab.snapshot()["encoders"]
            assert await sent(number) == {"main": True, "sub": True}
            outcomes = await put(number)
            assert [(o.change.path, o.status) for o in outcomes] == [
                ("multicast[main]", Status.APPLIED),
                ("multicast[sub]", Status.APPLIED),
            ]
            assert await sent(number) == OFF
            assert lab.snapshot()["encoders"] == stopped(before)
            sets = lab.counters.sets
            assert sets == 2
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def stopped(encoders: object) -> object:
    assert isinstance(encoders, dict)
    return {
        role: {**encoder, "multicast": {**encoder["multicast"], "auto_start": False}}
        for role, encoder in encoders.items()
    }


def test_one_make_sends_out_of_the_box() -> None:
    async def scenario() -> None:
        async with plugged(106, CPPLUS):
            assert await sent(106) == {"main": True, "sub": False}

    asyncio.run(scenario())


def test_a_camera_that_only_says_so_is_found_out() -> None:
    async def scenario() -> None:
        async with plugged(107, CPPLUS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(107)} == {Status.ACCEPTED_NOT_APPLIED}

    asyncio.run(scenario())


def test_only_cities_that_say_so_have_none() -> None:
    city = kanpur()
    wanted = desired(next(iter(city.cameras.values())), city)
    assert wanted.state.multicast == OFF
    assert wanted.where("multicast[sub]") == city.wheres["multicast"]
    assert "multicast" in driver.declared_sections(city)
    assert "multicast" not in driver.declared_sections(bilaspur())
    assert desired(next(iter(bilaspur().cameras.values())), bilaspur()).state.multicast is None
