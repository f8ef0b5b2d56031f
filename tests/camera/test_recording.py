"""Recording on the camera's own storage: switched, made where there is no job, and a card that does not take it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState, EdgeRecording
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import TR2, TRC
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.camera.test_metadata import without
from tests.unit.states import bilaspur, kanpur

ON, OFF = EdgeRecording(active=True), EdgeRecording(active=False)


async def put(number: int, wanted: EdgeRecording = ON) -> list[Outcome]:
    return await driver.apply(camera(number), "edge_recording", CameraState(edge_recording=wanted), reach())


async def read(number: int) -> EdgeRecording:
    seen = (await driver.observe(camera(number), reach(), (), ("edge_recording",))).state
    assert isinstance(seen, CameraState) and isinstance(seen.edge_recording, EdgeRecording)
    return seen.edge_recording


def jobs(lab: LabCamera) -> Any:
    return lab.snapshot()["recording"]["jobs"]  # type: ignore[index]


@pytest.mark.parametrize(("number", "model"), [(161, AXIS), (162, HIKVISION), (163, without(AXIS, TR2))])
def test_on_and_off_again(number: int, model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            assert await read(number) == OFF
            assert [(o.change.path, o.status) for o in await put(number)] == [("edge_recording.active", Status.APPLIED)]
            assert await read(number) == EdgeRecording(active=True, state="active")
            assert ([job["source"] for job in jobs(lab).values()], lab.counters.sets) == (
                [model.encoders[0].profile_token],
                1,
            )
            assert await put(number) == []
            assert [o.status for o in await put(number, OFF)] == [Status.APPLIED]
            assert {job["mode"] for job in jobs(lab).values()} == {"Idle"}
            assert [o.status for o in await put(number)] == [Status.APPLIED]
            assert (len(jobs(lab)), lab.counters.sets) == (1, 3)  # the job that is there is taken again

    asyncio.run(scenario())


@pytest.mark.parametrize(("card", "why"), [("dead", "write error on storage"), ("none", "no storage")])
def test_a_card_that_does_not_take_it_is_seen(card: str, why: str) -> None:
    async def scenario() -> None:
        async with plugged(164, HIKVISION) as lab:
            lab.inject("recording.card", card)
            (told,) = await put(164)
            assert (told.status, told.text) == (Status.APPLIED, f"the camera says that it cannot: {why}")
            assert await read(164) == EdgeRecording(active=True, state="error", error=why)
            assert await put(164) == []

    asyncio.run(scenario())


@pytest.mark.parametrize("model", [GENERIC, CPPLUS, without(AXIS, TRC)], ids=["generic", "cpplus", "no-service"])
def test_a_camera_without_storage_says_so(model: CameraModel) -> None:
    async def scenario() -> None:
        async with plugged(165, model) as lab:
            (told,) = await put(165)
            assert (told.status, told.text) == (
                Status.UNSUPPORTED,
                "the camera records nothing itself (no recording service)",
            )
            assert await put(165, OFF) == []
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_jobs_that_record_another_camera_are_left_alone() -> None:
    async def scenario() -> None:
        async with plugged(166, HIKVISION) as lab:
            lab.inject("recording.receiver", "Active")
            assert await read(166) == OFF
            assert await put(166, OFF) == []
            assert [o.status for o in await put(166)] == [Status.APPLIED]
            assert [o.status for o in await put(166, OFF)] == [Status.APPLIED]
            assert jobs(lab)["RecordingJob_9"]["mode"] == "Active"

    asyncio.run(scenario())


def test_a_camera_that_only_says_so_and_one_that_is_sick() -> None:
    async def scenario() -> None:
        async with plugged(167, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert [outcome.status for outcome in await put(167)] == [Status.ACCEPTED_NOT_APPLIED]
        for fault in (Fault.NO_SERVICES, Fault.FOREIGN_XADDR):
            async with plugged(168, HIKVISION) as lab:
                lab.fault = fault
                assert [outcome.status for outcome in await put(168)] == [Status.APPLIED], fault

    asyncio.run(scenario())


def test_only_what_a_layer_says_is_wanted() -> None:
    city = kanpur()
    by_group = {one.group: one for one in city.cameras.values()}
    assert desired(by_group["anpr"], city).state.edge_recording == ON
    assert desired(by_group["anpr"], city).where("edge_recording.active").file == "cities/kanpur/city.yaml"
    assert desired(by_group["fixed"], city).state.edge_recording is None
    assert "edge_recording" in driver.declared_sections(city)
    assert "edge_recording" not in driver.declared_sections(bilaspur())
