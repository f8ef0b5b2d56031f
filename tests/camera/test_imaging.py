"""Imaging of each make: what is set, snapped, refused and left alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Imaging
from iccc.compare import Unread, compare
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach

STREET = Imaging(wdr="on", ir_cut="auto")
PLATES = Imaging(wdr="off", ir_cut="auto", exposure="auto", max_exposure_us=2000)
MAKES = [(101, AXIS), (102, HIKVISION), (103, CPPLUS), (104, GENERIC), (105, DOME)]


async def put(number: int, wanted: Imaging) -> list[Outcome]:
    return await driver.apply(camera(number), "imaging", CameraState(imaging=wanted), reach())


async def read(number: int) -> Imaging:
    seen = (await driver.observe(camera(number), reach(), (), ("imaging",))).state
    assert isinstance(seen, CameraState) and isinstance(seen.imaging, Imaging)
    return seen.imaging


def lab_imaging(lab: LabCamera) -> Any:
    return lab.snapshot()["imaging"]


@pytest.mark.parametrize(("number", "model"), MAKES, ids=lambda value: getattr(value, "model", ""))
def test_a_profile_on_each_make(number: int, model: CameraModel) -> None:
    filtered = "ir_cut_filter" in model.imaging.offered
    wanted = replace(PLATES, wdr="on", contrast=60.0, ir_cut="on" if filtered else None)

    async def scenario() -> None:
        async with plugged(number, model) as lab:
            before = lab_imaging(lab)
            assert {outcome.status for outcome in await put(number, wanted)} == {Status.APPLIED}
            assert list(compare(wanted, await read(number))) == []
            after = lab_imaging(lab)
            assert after["exposure"] == {**before["exposure"], "max_exposure_time_us": 2000.0}
            assert (after["contrast"], after["brightness"]) == (60.0, 50.0)
            assert lab.counters.sets == 1
            assert await put(number, wanted) == []
            assert lab.counters.sets == 1
            lab.power_cut()
            assert lab_imaging(lab) == after  # ForcePersistence

    asyncio.run(scenario())


def test_what_a_camera_does_not_have_is_told_and_the_rest_is_set() -> None:
    async def scenario() -> None:
        async with plugged(106, GENERIC) as lab:  # no IR cut filter
            told = {o.change.path: (o.status, o.text) for o in await put(106, STREET)}
            assert told["imaging.wdr"][0] is Status.APPLIED
            assert told["imaging.ir_cut"] == (Status.UNSUPPORTED, "the camera has no IrCutFilter")
            sets = lab.counters.sets
            (again,) = await put(106, STREET)
            assert (again.status, lab.counters.sets) == (Status.UNSUPPORTED, sets)
        async with plugged(107, AXIS) as lab:  # automatic exposure alone, WDR without a level
            manual = Imaging(wdr="off", wdr_level=40.0, exposure="manual", exposure_us=1000.0)
            told = {o.change.path: (o.status, o.text) for o in await put(107, manual)}
            assert told == {
                "imaging.wdr_level": (Status.UNSUPPORTED, "the camera has no WideDynamicRange Level"),
                "imaging.exposure": (Status.UNSUPPORTED, "the camera offers auto"),
                "imaging.exposure_us": (Status.UNSUPPORTED, "the camera has no Exposure ExposureTime"),
            }
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_numbers_are_snapped_to_what_is_offered() -> None:
    async def scenario() -> None:
        async with plugged(108, AXIS) as lab:
            wanted = Imaging(brightness=250.0, exposure="auto", max_exposure_us=10.0)
            told = {o.change.path: (o.status, o.seen) for o in await put(108, wanted)}
            assert told == {
                "imaging.brightness": (Status.CLAMPED, 100.0),
                "imaging.max_exposure_us": (Status.CLAMPED, 33.0),
            }
            sets = lab.counters.sets
            assert {o.status for o in await put(108, wanted)} == {Status.CLAMPED}
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_the_shortest_exposure_goes_down_with_the_longest() -> None:
    async def scenario() -> None:
        async with plugged(109, HIKVISION) as lab:
            lab.inject("imaging.exposure.min_exposure_time_us", 5000)
            lab.inject("imaging.exposure.mode", "MANUAL")
            assert {o.status for o in await put(109, PLATES)} == {Status.APPLIED}
            exposure = lab_imaging(lab)["exposure"]
            assert (exposure["mode"], exposure["min_exposure_time_us"]) == ("AUTO", 2000.0)
            assert exposure["max_exposure_time_us"] == 2000.0

    asyncio.run(scenario())


def test_drift_is_put_right_and_what_is_not_declared_stays() -> None:
    async def scenario() -> None:
        async with plugged(110, CPPLUS) as lab:
            await put(110, STREET)
            lab.inject("imaging.wide_dynamic_range.mode", "OFF")
            lab.inject("imaging.sharpness", 80)
            (found,) = await put(110, STREET)
            assert (found.change.path, found.change.seen, found.status) == ("imaging.wdr", "off", Status.APPLIED)
            assert lab_imaging(lab)["sharpness"] == 80.0
            manual = Imaging(exposure="manual", exposure_us=1000.0, wdr="on", wdr_level=70.0, backlight="on")
            assert {o.status for o in await put(110, manual)} == {Status.APPLIED}
            assert await put(110, manual) == []

    asyncio.run(scenario())


def test_a_camera_that_only_says_so() -> None:
    async def scenario() -> None:
        async with plugged(111, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(111, STREET)} == {Status.ACCEPTED_NOT_APPLIED}
        services = tuple(service for service in GENERIC.services if "imaging" not in service.namespace)
        async with plugged(112, replace(GENERIC, services=services)) as lab:
            assert await read(112) == Imaging()
            outcomes = await put(112, STREET)
            assert {outcome.status for outcome in outcomes} == {Status.UNSUPPORTED}
            assert "no imaging service" in outcomes[0].text
            assert lab.counters.sets == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", [Fault.NO_SERVICES, Fault.FOREIGN_XADDR, Fault.DIGEST_ONLY])
def test_sick_firmware_is_still_set(fault: Fault) -> None:
    async def scenario() -> None:
        async with plugged(113, HIKVISION) as lab:
            lab.fault = fault
            outcomes = await put(113, PLATES)
            assert {outcome.status for outcome in outcomes} == {Status.APPLIED}, outcomes

    asyncio.run(scenario())


def test_a_silent_camera_is_unread_and_never_off() -> None:
    async def scenario() -> None:
        async with plugged(114, HIKVISION) as lab:
            lab.fault = Fault.EMPTY
            seen = (await driver.observe(camera(114), reach(), (), ("imaging",))).state
            assert isinstance(seen, Unread) or isinstance(seen.imaging, Unread)

    asyncio.run(scenario())
