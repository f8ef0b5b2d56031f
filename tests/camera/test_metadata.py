"""Metadata of each make's streams: switched on and off, given to streams that have none, by either media service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState, Metadata
from iccc.compare import compare
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, CameraModel
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import TR2, TRT
from iccc.observed import Outcome, Status
from tests.camera.devices import camera, plugged, reach
from tests.unit.states import bilaspur, kanpur

BOTH = ("main", "sub")
EVENTS = dict.fromkeys(BOTH, Metadata(events=True, analytics=False))


def without(model: CameraModel, namespace: str) -> CameraModel:
    return replace(model, services=tuple(service for service in model.services if service.namespace != namespace))


async def put(number: int, wanted: Mapping[str, Metadata] = EVENTS) -> list[Outcome]:
    return await driver.apply(camera(number), "metadata", CameraState(metadata=wanted), reach())


async def read(number: int) -> Mapping[str, Metadata]:
    seen = (await driver.observe(camera(number), reach(), (), ("metadata",))).state
    assert isinstance(seen, CameraState) and isinstance(seen.metadata, Mapping)
    return seen.metadata


def kept(lab: LabCamera) -> Any:
    return lab.snapshot()["metadata"]


@pytest.mark.parametrize(
    ("number", "model", "sets"),
    [
        (121, AXIS, 1),
        (122, HIKVISION, 1),
        (123, CPPLUS, 1),  # the sub stream gets the configuration
        (124, GENERIC, 3),  # both get it, and it is set
        (125, without(HIKVISION, TRT), 1),
        (126, without(GENERIC, TR2), 3),
        (127, without(AXIS, TR2), 1),
    ],
)
def test_events_go_along_on_each_make(number: int, model: CameraModel, sets: int) -> None:
    async def scenario() -> None:
        async with plugged(number, model) as lab:
            assert {outcome.status for outcome in await put(number)} == {Status.APPLIED}
            assert list(compare(EVENTS, await read(number))) == []
            assert (kept(lab)["events"], kept(lab)["analytics"], kept(lab)["streams"]) == (True, False, ["main", "sub"])
            assert lab.counters.sets == sets
            assert await put(number) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_ptz_status_where_there_is_ptz() -> None:
    wanted = dict.fromkeys(BOTH, Metadata(ptz_status=True))

    async def scenario() -> None:
        async with plugged(128, AXIS) as lab:
            assert {outcome.status for outcome in await put(128, wanted)} == {Status.APPLIED}
            assert (kept(lab)["ptz_status"], kept(lab)["ptz_position"], lab.counters.sets) == (True, False, 1)
        async with plugged(129, HIKVISION) as lab:
            told = {outcome.change.path: (outcome.status, outcome.text) for outcome in await put(129, wanted)}
            assert told == {
                f"metadata[{role}].ptz_status": (
                    Status.UNSUPPORTED,
                    "the camera tells nothing of pan, tilt and zoom",
                )
                for role in BOTH
            }
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_a_camera_without_metadata_says_so_and_has_none() -> None:
    async def scenario() -> None:
        async with plugged(130, DOME) as lab:
            assert await read(130) == dict.fromkeys(BOTH, Metadata(False, False, False))
            outcomes = await put(130)
            assert {(o.status, o.text) for o in outcomes} == {
                (Status.UNSUPPORTED, "the camera has no metadata for this stream")
            }
            assert await put(130, dict.fromkeys(BOTH, Metadata(False, False))) == []
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_drift_is_put_right_and_a_filter_of_events_stays() -> None:
    async def scenario() -> None:
        async with plugged(131, HIKVISION) as lab:
            await put(131)
            lab.media.metadata.settings = replace(lab.media.metadata.settings, topics="tns1:RuleEngine//.")
            lab.inject("metadata.analytics", True)
            lab.inject("metadata.sub", False)
            assert {o.change.path: o.status for o in await put(131)} == {
                "metadata[main].analytics": Status.APPLIED,
                "metadata[sub].events": Status.APPLIED,
            }
            assert kept(lab)["topics"] == "tns1:RuleEngine//."

    asyncio.run(scenario())


def test_what_a_camera_keeps_for_itself_is_found_out() -> None:
    async def scenario() -> None:
        async with plugged(132, CPPLUS):  # sends events whatever is set
            off = {"main": Metadata(events=False)}
            assert [o.status for o in await put(132, off)] == [Status.ACCEPTED_NOT_APPLIED]
        async with plugged(133, AXIS) as lab:
            lab.fault = Fault.IGNORES
            assert {outcome.status for outcome in await put(133)} == {Status.ACCEPTED_NOT_APPLIED}

    asyncio.run(scenario())


def test_only_what_a_city_declares_is_wanted() -> None:
    city = kanpur()
    one = next(iter(city.cameras.values()))
    wanted = desired(one, city)
    assert wanted.state.metadata == EVENTS
    assert wanted.where("metadata[sub].analytics").file == "cities/kanpur/city.yaml"
    assert "metadata" in driver.declared_sections(city)
    assert "metadata" not in driver.declared_sections(bilaspur())
    assert desired(next(iter(bilaspur().cameras.values())), bilaspur()).state.metadata is None
