"""What ``iccc verify --pictures`` sees of simulated cameras."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from iccc.camera.snapshot import read_snapshot_path
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.lab.device import Fault
from iccc.observed import Observed
from iccc.onvif.call import Call
from iccc.onvif.errors import OnvifFault
from iccc.pictures import Doubt, Hint
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach
from iccc.usual import SETTLED_DAYS
from iccc.verify.pictures import PictureSeen, look
from tests.camera.devices import MODELS, camera, plugged, reach
from tests.oracle.xsd import validate

NUMBER = 81


async def seen(way: Reach, state: object = None) -> PictureSeen | Unread:
    one = camera(NUMBER)
    return (await look([one], {one.name: Observed(one.name, state, None, way.clock.now())}, way))[one.name]


def quick(**times: float) -> Reach:
    return reach(**{"pictures_apart_s": 1.1, **times})


@pytest.mark.parametrize("make", MODELS)
def test_a_healthy_camera_of_any_make_has_no_hint_and_is_learned(make: str) -> None:
    async def scenario() -> None:
        way = quick()
        async with plugged(NUMBER, MODELS[make]) as lab:
            found = await seen(way)
            assert isinstance(found, PictureSeen), found
            assert (found.black, found.frozen) == (None, None)
            assert isinstance(found.defocused, Doubt), "nothing is usual yet"
            assert way.learned.get("c81", "sharpness")["day_low"] > 0
            assert lab.counters.failures == 0 and lab.counters.sets == 0

    asyncio.run(scenario())


def test_no_more_at_once_behind_one_uplink_than_a_sweep_reads() -> None:
    async def scenario() -> None:
        way = quick()
        way = replace(way, limits=replace(way.limits, onvif_per_site=1))
        async with plugged(NUMBER), plugged(NUMBER + 1):
            cameras = [camera(NUMBER), camera(NUMBER + 1)]
            silent = Observed("", None, None, way.clock.now())
            loop = asyncio.get_running_loop()
            began = loop.time()
            found = await look(cameras, {one.name: silent for one in cameras}, way)
            assert all(isinstance(one, PictureSeen) for one in found.values()), found
            assert loop.time() - began > 2 * way.timeouts.pictures_apart_s

    asyncio.run(scenario())


@pytest.mark.parametrize("make", MODELS)
def test_requests_are_as_the_schema_has_them(make: str) -> None:
    calls: list[Call] = []

    async def scenario() -> str:
        async with plugged(NUMBER, MODELS[make]), OnvifSession(camera(NUMBER), reach()) as session:
            await session.open()
            procedure = read_snapshot_path()

            def noted():  # the same procedure, with its calls written down
                call = next(procedure)
                try:
                    while True:
                        calls.append(call)
                        try:
                            reply = yield call
                        except OnvifFault as fault:
                            call = procedure.throw(fault)
                        else:
                            call = procedure.send(reply)
                except StopIteration as done:
                    return done.value

            return await session.run(noted())

    path = asyncio.run(scenario())
    assert path.startswith("/onvif/snapshot?profile=")
    assert any(call.action == "GetSnapshotUri" for call in calls)
    for call in calls:
        assert validate(call.body.encode()) == []


def test_black_and_frozen_are_hints_that_tell_their_figures() -> None:
    async def scenario() -> None:
        async with plugged(NUMBER) as lab:
            lab.fault = Fault.BLACK
            found = await seen(quick())
            assert isinstance(found, PictureSeen) and isinstance(found.black, Hint)
            assert found.black.text.startswith("black: brightness ")
            assert not isinstance(found.frozen, Hint), "it is dark"
            lab.fault = Fault.FROZEN
            found = await seen(quick())
            assert isinstance(found, PictureSeen) and found.black is None
            assert found.frozen == Hint("frozen: 0.00% of the pixels differ after 1.1 s")

    asyncio.run(scenario())


def test_out_of_focus_after_days_of_what_is_usual() -> None:
    async def scenario() -> None:
        way = quick()
        async with plugged(NUMBER) as lab:
            sharp = (await seen(way)).defocused  # type: ignore[union-attr]
            assert isinstance(sharp, Doubt)
            kept = way.learned.get("c81", "sharpness")
            ago = way.clock.now() - timedelta(days=1)
            usual = {"low": kept["day_low"], "high": kept["day_high"], "days": SETTLED_DAYS}
            way.learned.put("c81", "sharpness", {**kept, **usual, "since": ago.isoformat(), "at": ago.isoformat()})
            assert (await seen(way)).defocused is None  # type: ignore[union-attr]
            lab.fault = Fault.DEFOCUSED
            found = (await seen(way)).defocused  # type: ignore[union-attr]
            assert isinstance(found, Hint) and "usually at least" in found.text

    asyncio.run(scenario())


def test_what_gives_no_picture_is_unread() -> None:
    silent = Unread(Reason.NO_ANSWER, "c81 does not answer")

    async def scenario() -> None:
        assert await seen(quick(), state=silent) is silent
        refused = await seen(quick())
        assert isinstance(refused, Unread) and refused.reason is Reason.REFUSED
        async with plugged(NUMBER) as lab:
            lab.fault = Fault.SILENT
            late = await seen(replace(quick(device_s=0.3, http_s=5.0)))
            assert isinstance(late, Unread) and late.reason is Reason.NO_ANSWER

    asyncio.run(scenario())
