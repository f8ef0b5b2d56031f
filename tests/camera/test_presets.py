"""PTZ presets of each make: stored where they are declared, the camera turned back, and left alone where it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.presets import write_presets
from iccc.camera.state import CameraState, Preset
from iccc.city.model.site import PresetPosition
from iccc.clock import FixedClock
from iccc.compare import ABSENT, Near, compare, managed, plain
from iccc.effects import effect
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, DOME, GENERIC
from iccc.lab.device import Fault
from iccc.observed import Outcome, Status
from iccc.onvif.call import Call, Context
from tests.camera.devices import camera, plugged, reach
from tests.onvif.replay import CASES, Case, replay
from tests.support import NOW
from tests.unit.states import bilaspur


def at(pan: float, tilt: float, zoom: float) -> Preset:
    return Preset(Near(pan, 0.01), Near(tilt, 0.01), Near(zoom, 0.01))


GATE = {"gate": at(0.5, -0.1, 0.3)}
WANTED: Mapping[str, Any] = {"home": at(0.0, -0.2, 0.0), **GATE}


async def put(number: int, wanted: Mapping[str, Any] = WANTED) -> list[Outcome]:
    return await driver.apply(camera(number), "presets", CameraState(presets=wanted), reach())


async def seen(number: int) -> Mapping[str, Preset]:
    state = (await driver.observe(camera(number), reach(), (), ("presets",))).state
    assert isinstance(state, CameraState) and isinstance(state.presets, Mapping)
    return state.presets


def ptz(lab: LabCamera) -> Any:
    return lab.snapshot()["ptz"]


def test_presets_are_stored_home_is_set_and_the_camera_looks_again_where_it_did() -> None:
    async def scenario() -> None:
        async with plugged(121, AXIS) as lab:
            lab.inject("ptz.position", [0.7, 0.1, 0.2])
            assert {outcome.status for outcome in await put(121)} == {Status.APPLIED}
            assert list(compare(WANTED, await seen(121))) == []
            assert ptz(lab)["position"] == [0.7, 0.1, 0.2]
            assert ptz(lab)["home"] == [0.0, -0.2, 0.0]
            assert ptz(lab)["presets"]["1"]["name"] == "Home", "the maker's own stays"
            sets = lab.counters.sets
            assert await put(121) == []
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_a_preset_that_was_moved_is_put_back_and_others_are_left_alone() -> None:
    async def scenario() -> None:
        async with plugged(122, AXIS) as lab:
            lab.inject("ptz.presets.7", "gate")
            lab.inject("ptz.presets.7.position", [0.5, 0.4, 0.3])
            lab.inject("ptz.presets.9", "of somebody else")
            (outcome,) = await put(122, GATE)
            assert (outcome.change.path, outcome.status) == ("presets[gate].tilt", Status.APPLIED)
            assert ptz(lab)["presets"]["7"] == {"name": "gate", "position": [0.5, -0.1, 0.3]}
            assert ptz(lab)["presets"]["9"]["name"] == "of somebody else"
            assert ptz(lab)["home"] == [0.0, 0.0, 0.0]
            sets = lab.counters.sets
            (gone,) = await put(122, {"gate": ABSENT, "never": ABSENT})
            assert gone.status is Status.APPLIED and "7" not in ptz(lab)["presets"]
            assert lab.counters.sets == sets + 1, "nothing is turned to remove one"

    asyncio.run(scenario())


def test_a_dome_keeps_positions_in_steps_and_its_home() -> None:
    wanted = {**WANTED, "gate": at(0.504, -0.1, 0.3)}

    async def scenario() -> None:
        async with plugged(123, DOME) as lab:
            outcomes = {outcome.change.path: outcome for outcome in await put(123, wanted)}
            assert outcomes["presets[gate]"].status is Status.APPLIED
            home = outcomes["presets[home]"]
            assert (home.status, home.text) == (Status.UNSUPPORTED, "the home position of the camera is fixed")
            sets = lab.counters.sets
            assert [outcome.change.path for outcome in await put(123, wanted)] == ["presets[home]"]
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_a_camera_that_says_yes_and_does_not_move_stores_nothing() -> None:
    async def scenario() -> None:
        async with plugged(124, AXIS) as lab:
            lab.fault = Fault.IGNORES
            before = ptz(lab)
            (first, second) = await put(124, {**GATE, "market": at(-0.5, 0.1, 0.1)})
            assert (first.status, second.status) == (Status.FAILED, Status.REFUSED)
            assert "did not arrive" in first.text and "not tried" in second.text
            assert ptz(lab) == before

    asyncio.run(scenario())


def test_a_fixed_camera_says_so() -> None:
    async def scenario() -> None:
        async with plugged(126, GENERIC) as lab:
            assert await seen(126) == {}
            assert {outcome.status for outcome in await put(126)} == {Status.UNSUPPORTED}
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_the_sweep_reads_presets_of_those_cameras_that_declare_any() -> None:
    async def scenario() -> None:
        with_presets = replace(camera(127), presets={"gate": PresetPosition(pan=0.5, tilt=-0.1, zoom=0.3)})
        async with plugged(127, AXIS), plugged(128, AXIS):
            rows = await driver.observe_all([with_presets, camera(128)], reach(), (), lambda _: None, ("presets",))
        assert rows["c127"].state.presets == {"Home": Preset(0.0, 0.0, 0.0)}  # type: ignore[union-attr]
        assert rows["c128"].state.presets is None  # type: ignore[union-attr]

    asyncio.run(scenario())


class Slow(FixedClock):
    """Twenty seconds go by between two looks at it."""

    def monotonic(self) -> float:
        self.seconds += 20
        return self.seconds


def test_a_camera_is_not_turned_without_end() -> None:
    """What is left is for the next run: the way back has to be taken within the time of one write."""
    context = Context(Slow(NOW))
    case = Case(CASES / "write_presets_slow")
    wanted = {**GATE, "market": at(0.1, 0.1, 0.1)}
    calls: list[Call] = []
    written = replay(write_presets(context, wanted, {}), case.replies, calls)
    assert written.guarded == {"presets[market]": "left for the next run: the camera has been turned long enough"}
    assert [call.action for call in calls if call.write] == ["AbsoluteMove", "SetPreset", "AbsoluteMove"]


def test_what_a_city_declares() -> None:
    city = bilaspur()
    known = next(iter(city.cameras.values()))
    declared = {"gate": PresetPosition(pan=0.5, tilt=-0.1, zoom=0.3), "old": None}
    wanted = desired(replace(known, presets=declared), city)
    assert wanted.state.presets == {**GATE, "old": ABSENT}
    assert desired(known, city).state.presets is None
    assert effect(known.kind, "presets[gate].pan") == "the camera turns for a moment"


def test_a_number_near_the_wanted_one_is_in_sync_and_so_is_one_that_is_not_told() -> None:
    for seen_pan, changes in ((0.5, 0), (0.509, 0), (0.52, 1), (None, 0), (float("nan"), 1)):
        now = {"gate": Preset(seen_pan, -0.1, 0.3)}
        assert len(list(compare(GATE, now))) == changes
        assert managed(GATE, now)["gate"]["pan"] is not bool(changes)
    assert [change.path for change in compare(GATE, {}, "presets")] == ["presets[gate]"]
    assert plain(GATE) == {"gate": {"pan": 0.5, "tilt": -0.1, "zoom": 0.3}}
