"""Sound of each make: taken out of the streams that shall have none, by either media service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import TR2
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.unit.states import bilaspur, kanpur

SILENT = {"main": False, "sub": False}
MEDIA_ONLY = replace(GENERIC, services=tuple(service for service in GENERIC.services if service.namespace != TR2))


async def put(number: int) -> list[Outcome]:
    return await driver.apply(camera(number), "audio", CameraState(audio=SILENT), reach())


async def heard(number: int) -> object:
    seen = (await driver.observe(camera(number), reach(), (), ("audio",))).state
    assert isinstance(seen, CameraState)
    return seen.audio


@pytest.mark.parametrize(
    ("number", "model", "factory"),
    [
        (91, AXIS, {"main": True, "sub": True}),
        (92, HIKVISION, {"main": True, "sub": False}),
        (93, GENERIC, {"main": True, "sub": True}),
        (94, DOME, {"main": True, "sub": True}),
        (95, MEDIA_ONLY, {"main": True, "sub": True}),
    ],
)
def test_sound_is_taken_out_and_stays_out(number: int, model: CameraModel, factory: Mapping[str, bool]) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            assert await heard(number) == factory
            outcomes = await put(number)
            assert {o.change.path for o in outcomes} == {f"audio[{role}]" for role, on in factory.items() if on}
            assert {o.status for o in outcomes} == {Status.APPLIED}
            nothing = {"source": False, "encoder": False}
            assert lab.snapshot()["audio"] == {"main": nothing, "sub": nothing}
            sets = lab.counters.sets
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


@pytest.mark.parametrize("part", ["source", "encoder"])
def test_half_of_it_is_sound_too(part: str) -> None:
    async def scenario() -> None:
        async with plugged(96, HIKVISION) as lab:
            await put(96)
            lab.inject(f"audio.sub.{part}", True)
            assert await heard(96) == {"main": False, "sub": True}
            assert [(o.change.path, o.status) for o in await put(96)] == [("audio[sub]", Status.APPLIED)]

    asyncio.run(scenario())


def test_a_camera_without_a_microphone_is_off() -> None:
    async def scenario() -> None:
        async with plugged(97, CPPLUS) as lab:
            assert await heard(97) == SILENT
            assert await put(97) == []
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_a_camera_that_only_says_so_is_found_out() -> None:
    async def scenario() -> None:
        async with plugged(98, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(98)} == {Status.ACCEPTED_NOT_APPLIED}

    asyncio.run(scenario())


def test_only_cities_that_say_so_and_cameras_without_audio_are_silent() -> None:
    city = kanpur()
    one = next(iter(city.cameras.values()))
    assert desired(one, city).state.audio == SILENT
    assert desired(one, city).where("audio[main]").file == "cities/kanpur/city.yaml"
    assert desired(replace(one, audio=True), city).state.audio is None
    assert "audio" in driver.declared_sections(city)
    assert "audio" not in driver.declared_sections(bilaspur())
    assert desired(next(iter(bilaspur().cameras.values())), bilaspur()).state.audio is None
