"""Privacy masks of each make: created once, found again by their corners, others left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Mask, Polygon
from iccc.compare import compare
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.unit.states import bilaspur

WINDOW: Polygon = ((-0.2, 0.1), (0.3, 0.1), (0.3, 0.6), (-0.2, 0.6))
DOOR: Polygon = ((0.51, -0.9), (0.777, -0.9), (0.777, -0.333), (0.51, -0.333))
SLANTED: Polygon = ((-0.9, -0.9), (-0.4, -0.8), (-0.5, -0.3))


def wanted(**polygons: Polygon) -> Mapping[str, Mask]:
    return {name: Mask(polygon, enabled=True) for name, polygon in polygons.items()}


async def put(number: int, **polygons: Polygon) -> list[Outcome]:
    return await driver.apply(camera(number), "masks", CameraState(masks=wanted(**polygons)), reach())


async def covered(number: int, **polygons: Polygon) -> object:
    seen = (await driver.observe(replace(camera(number), masks=polygons), reach(), (), ("masks",))).state
    assert isinstance(seen, CameraState)
    return seen.masks


def masks(lab: LabCamera) -> dict[str, dict[str, object]]:
    found = lab.snapshot()["masks"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("number", "model"), [(111, AXIS), (112, HIKVISION), (113, CPPLUS)])
def test_masks_are_created_once(number: int, model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:  # HIKVISION rounds corners to a grid
            outcomes = await put(number, window=WINDOW, door=DOOR)
            assert [(o.change.path, o.status) for o in outcomes] == [
                ("masks[window]", Status.APPLIED),
                ("masks[door]", Status.APPLIED),
            ]
            assert [(mask["type"], mask["enabled"]) for mask in masks(lab).values()] == [("Color", True)] * 2
            seen = await covered(number, window=WINDOW, door=DOOR)
            assert list(compare(wanted(window=WINDOW, door=DOOR), seen)) == []
            sets = lab.counters.sets
            assert sets == 2
            assert await put(number, window=WINDOW, door=DOOR) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_others_stay_and_are_left_out() -> None:
    async def scenario() -> None:
        async with plugged(114, AXIS) as lab:
            lab.inject("masks.theirs", "-1,-1 -1,0 0,0")
            await put(114, slanted=SLANTED)
            assert await covered(114, slanted=SLANTED) == wanted(slanted=SLANTED)
            assert masks(lab)["theirs"]["points"] == ((-1.0, -1.0), (-1.0, 0.0), (0.0, 0.0))
            assert len(masks(lab)) == 2

    asyncio.run(scenario())


def test_one_that_was_switched_off_is_switched_on_as_it_is() -> None:
    async def scenario() -> None:
        async with plugged(115, AXIS) as lab:
            lab.inject("masks.old", [(x, y) for x, y in reversed(SLANTED)])  # the other way round
            lab.inject("masks.old.type", "Pixelated")
            lab.inject("masks.old.enabled", False)
            (outcome,) = await put(115, slanted=SLANTED)
            assert (outcome.change.path, outcome.status) == ("masks[slanted].enabled", Status.APPLIED)
            assert [(mask["type"], mask["enabled"]) for mask in masks(lab).values()] == [("Pixelated", True)]

    asyncio.run(scenario())


def test_one_that_was_moved_is_put_back_beside() -> None:
    async def scenario() -> None:
        async with plugged(116, HIKVISION) as lab:
            await put(116, window=WINDOW)
            (token,) = masks(lab)
            lab.inject(f"masks.{token}.points", "-0.3,0.1 0.3,0.1 0.3,0.6 -0.2,0.6")
            assert await covered(116, window=WINDOW) == {}
            (outcome,) = await put(116, window=WINDOW)
            assert outcome.status is Status.APPLIED
            assert len(masks(lab)) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("number", "model", "polygon", "words"),
    [
        (117, CPPLUS, SLANTED, "the camera covers only rectangles"),
        (118, CPPLUS, (WINDOW[0], WINDOW[2], WINDOW[1], WINDOW[3]), "the camera covers only rectangles"),
        (119, HIKVISION, (*WINDOW, (-0.4, 0.3)), "the camera takes at most 4 corners"),
        (120, GENERIC, WINDOW, "the camera covers nothing in its picture"),
    ],
)
def test_what_a_camera_cannot_cover_is_said(number: int, model: CameraModel, polygon: Polygon, words: str) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            (outcome,) = await put(number, it=polygon)
            assert (outcome.status, outcome.text) == (Status.UNSUPPORTED, words)
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_a_camera_takes_so_many() -> None:
    async def scenario() -> None:
        async with plugged(121, HIKVISION) as lab:
            for at in range(3):
                lab.inject(f"masks.m{at}", "-1,-1 -1,0 0,0")
            outcomes = await put(121, window=WINDOW, door=DOOR)
            assert [o.status for o in outcomes] == [Status.APPLIED, Status.UNSUPPORTED]
            assert outcomes[1].text == "the camera takes at most 4 masks, and has 4"

    asyncio.run(scenario())


def test_a_camera_that_only_says_so_is_found_out() -> None:
    async def scenario() -> None:
        async with plugged(122, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert [o.status for o in await put(122, window=WINDOW)] == [Status.ACCEPTED_NOT_APPLIED]
            assert masks(lab) == {}

    asyncio.run(scenario())


def test_cameras_without_declared_masks_are_not_asked() -> None:
    async def scenario() -> None:
        async with plugged(123, AXIS) as lab:
            found = await driver.observe_all([camera(123)], reach(), (), lambda _: None, ("hostname", "masks"))
            asked = lab.counters.requests
            await driver.observe_all([camera(123)], reach(), (), lambda _: None, ("hostname",))
            assert lab.counters.requests == 2 * asked
            state = found["c123"].state
            assert isinstance(state, CameraState) and state.masks is None

    asyncio.run(scenario())
    assert not any(one.masks for one in bilaspur().cameras.values())
