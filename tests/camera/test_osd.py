"""The on-screen display of each make: names in Devanagari where they are kept, the clock, and what has no OSD."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Osd, Shows
from iccc.compare import ABSENT, AnyOf, compare
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach

HINDI, LATIN, BARE = "bsp-j01-c01 नेहरू चौक", "bsp-j01-c01 Nehru Chowk", "bsp-j01-c01"
NAME = Osd(Shows.TEXT, AnyOf((HINDI, LATIN, BARE)))
WANTED: Mapping[str, Any] = {"lower_left": NAME, "upper_right": Osd(Shows.CLOCK)}


async def put(number: int, wanted: Mapping[str, Any] = WANTED) -> list[Outcome]:
    return await driver.apply(camera(number), "osd", CameraState(osd=wanted), reach())


async def shown(number: int) -> Mapping[str, Osd]:
    seen = (await driver.observe(camera(number), reach(), (), ("osd",))).state
    assert isinstance(seen, CameraState) and isinstance(seen.osd, Mapping)
    return seen.osd


def texts(lab: LabCamera) -> list[str]:
    osds: dict[str, dict[str, str]] = lab.snapshot()["osd"]  # type: ignore[assignment]
    return [osd["text"] for osd in osds.values() if osd["type"] == "Plain"]


@pytest.mark.parametrize(
    ("number", "model", "kept"), [(81, AXIS, HINDI), (82, HIKVISION, HINDI), (83, CPPLUS, LATIN)]
)  # CP PLUS draws "?" for Devanagari, and says nothing
def test_a_camera_shows_its_name_in_the_first_script_that_it_keeps(number: int, model: CameraModel, kept: str) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            assert {outcome.status for outcome in await put(number)} == {Status.APPLIED}
            seen = await shown(number)
            assert seen["lower_left"] == Osd(Shows.TEXT, kept)
            assert seen["upper_right"].shows is Shows.CLOCK
            assert list(compare(WANTED, seen)) == []
            sets = lab.counters.sets
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_what_is_too_long_for_a_camera_is_cut_to_the_camera_alone() -> None:
    long = Osd(Shows.TEXT, AnyOf((f"{HINDI} {'x' * 40}", f"{LATIN} {'x' * 40}", BARE)))

    async def scenario() -> None:
        for number, model in ((84, CPPLUS), (85, HIKVISION)):  # the one refuses, the other cuts
            async with plugged(number, model) as lab:
                assert {o.status for o in await put(number, {"upper_left": long})} == {Status.APPLIED}
                assert BARE in texts(lab)

    asyncio.run(scenario())


def test_a_corner_is_patched_and_others_are_left_alone() -> None:
    async def scenario() -> None:
        async with plugged(86, HIKVISION) as lab:
            await put(86)
            token = next(t for t, o in lab.snapshot()["osd"].items() if o["text"] == HINDI)  # type: ignore[attr-defined]
            lab.inject(f"osd.{token}.text", "scrawled")
            lab.inject("osd.note", "of somebody else")
            lab.inject("osd.note.at", "0.2,0.2")  # a position of its own
            (found,) = await put(86)
            assert (found.change.path, found.status) == ("osd[lower_left].text", Status.APPLIED)
            assert "of somebody else" in texts(lab) and "scrawled" not in texts(lab)
            gone = await put(86, {"lower_left": ABSENT})
            assert [outcome.status for outcome in gone] == [Status.APPLIED]
            assert "lower_left" not in await shown(86)

    asyncio.run(scenario())


def test_a_camera_that_cannot_says_so() -> None:
    async def scenario() -> None:
        async with plugged(87, GENERIC) as lab:
            assert await shown(87) == {}
            assert {outcome.status for outcome in await put(87)} == {Status.UNSUPPORTED}
            assert lab.counters.sets == 0
        async with plugged(88, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(88)} == {Status.ACCEPTED_NOT_APPLIED}

    asyncio.run(scenario())
