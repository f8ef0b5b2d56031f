"""A factory device, everything applied, reads back as wanted; and a second time nothing is sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from iccc.camera import driver
from iccc.camera.settings import SECTIONS
from iccc.camera.state import CameraState, Codec, Encoder
from iccc.compare import Change, Unread, compare
from iccc.lab.camera import LabCamera
from iccc.observed import Status
from iccc.onvif.state import Password, User, UserLevel
from iccc.recorder import driver as recorder_driver
from iccc.recorder.state import RecorderState
from iccc.secrets import Login
from iccc.sessions.reach import Reach
from tests.camera.devices import (
    MODELS,
    USERS,
    WANTED,
    camera,
    plugged,
    plugged_recorder,
    reach,
    recorder,
    stored,
)  # fmt: skip
from tests.support import MemoryCredentials


async def apply_all(number: int, run: Reach, wanted: CameraState = WANTED) -> list[Status]:
    outcomes = []
    for section in SECTIONS:
        outcomes += await driver.apply(camera(number), section, wanted, run)
    return [outcome.status for outcome in outcomes]


async def read(number: int, run: Reach) -> CameraState:
    seen = await driver.observe(camera(number), run, USERS)
    assert isinstance(seen.state, CameraState)
    return seen.state


@pytest.mark.parametrize("make", MODELS)
def test_factory_camera_becomes_as_wanted(make: str) -> None:
    async def scenario() -> None:
        run = reach(stored("c11"))
        async with plugged(11, MODELS[make]) as lab:
            before = list(compare(WANTED, await read(11, run)))
            assert {found.path.split(".")[0].split("[")[0] for found in before} >= {"time", "hostname", "users"}
            statuses = await apply_all(11, run)
            assert set(statuses) == {Status.APPLIED}
            assert list(compare(WANTED, await read(11, run))) == []
            sets = lab.counters.sets
            assert await apply_all(11, run) == []
            assert lab.counters.sets == sets
            assert lab.counters.failures == 0
            assert lab.has_login("admin", "bootstrap"), "users that are not declared are left alone"

    asyncio.run(scenario())


def test_recorder_becomes_as_wanted() -> None:
    async def scenario() -> None:
        credentials = MemoryCredentials()
        credentials.ensure([("r13", "iccc"), ("r13", "viewer")])
        users = {name: WANTED.users[name] for name in ("iccc", "viewer")}  # type: ignore[index]
        wanted = RecorderState(time=WANTED.time, users=users)
        run = reach(credentials)
        async with plugged_recorder(13) as lab:
            for section in ("time", "users"):
                outcomes = await recorder_driver.apply(recorder(13), section, wanted, run)
                assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
            read = recorder_driver.observe_all(
                [recorder(13)], run, [*users], lambda _: None, {"r13": None}, {"r13": {}}
            )
            seen = (await read)["r13"]
            assert list(compare(wanted, seen.state)) == []
            assert seen.facts is not None and seen.facts.identity is not None
            assert seen.facts.identity.mac == "02:00:0a:4d:03:0d"
            assert lab.counters.sets == 5

    asyncio.run(scenario())


DRIFTS = [
    ("hostname", "other", "hostname"),
    ("time_zone", "UTC0", "time.utc_offset_min"),
    ("ntp_servers", ["10.9.9.9"], "time.ntp_servers"),
    ("time_mode", "Manual", "time.mode"),
    ("location.city", "Elsewhere", "location[city]"),
    ("users.viewer", None, "users[viewer]"),
    ("users.viewer.level", "Administrator", "users[viewer].level"),
    ("users.viewer.password", "changed-1", "users[viewer].password"),
    ("encoders.main.bitrate_kbps", 900, "encoders[main].bitrate_kbps"),
    ("encoders.sub.codec", "JPEG", "encoders[sub].codec"),
    ("protocols.https.enabled", True, "protocols[https].enabled"),
    ("protocols.rtsp.port", 8554, "protocols[rtsp].port"),
]


def test_each_drift_is_found_alone_and_undone() -> None:
    async def scenario() -> None:
        run = reach(stored("c14"))
        async with plugged(14, MODELS["axis"]) as lab:
            await apply_all(14, run)
            for path, value, expected in DRIFTS:
                lab.inject(path, value)
                found = list(compare(WANTED, await read(14, run)))
                paths = [change.path for change in found if isinstance(change, Change)]
                # JPEG has no GOP, and a user that is gone is one change.
                assert paths in ([expected], [expected, "encoders[sub].gop"]), path
                assert set(await apply_all(14, run)) == {Status.APPLIED}, path
            assert list(compare(WANTED, await read(14, run))) == []

    asyncio.run(scenario())


def test_own_login_is_used_after_it_was_made() -> None:
    """The bootstrap login may go away at once: what was made is proved first, and reported."""

    async def scenario() -> None:
        credentials = stored("c15")
        run = reach(credentials)
        wanted = replace(WANTED, users={**WANTED.users, "admin": User(UserLevel.ADMINISTRATOR, Password.PROVED)})  # type: ignore[dict-item]
        credentials.ensure([("c15", "admin")])
        async with plugged(15) as lab:
            outcomes = await driver.apply(camera(15), "users", wanted, run)
            assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
            assert not lab.has_login("admin", "bootstrap")
            assert ("proved", "c15 iccc") in credentials.events
            secret = credentials.passwords["c15", "iccc"]
            credentials.default = [Login("iccc", secret, managed=True)]
            seen = await driver.observe(camera(15), run, (*USERS, "admin"), sections=("users",))
            assert list(compare(CameraState(users=wanted.users), seen.state)) == []

    asyncio.run(scenario())


def test_what_a_camera_does_not_offer_is_clamped_and_not_sent_again() -> None:
    async def scenario() -> None:
        run = reach(stored("c16"))
        wanted = replace(WANTED, encoders={"sub": Encoder(Codec.H264, 800, 450, 17, 9000, 500)})
        async with plugged(16) as lab:
            first = await driver.apply(camera(16), "encoders", wanted, run)
            assert {outcome.change.path.rpartition(".")[2]: outcome.status for outcome in first} == {
                "width_px": Status.CLAMPED, "height_px": Status.CLAMPED, "fps": Status.CLAMPED,
                "bitrate_kbps": Status.CLAMPED, "gop": Status.CLAMPED,
            }  # fmt: skip
            sets = lab.counters.sets
            second = await driver.apply(camera(16), "encoders", wanted, run)
            assert {outcome.status for outcome in second} == {Status.CLAMPED}
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_wrong_clock_is_survived_and_set_right() -> None:
    async def scenario() -> None:
        run = reach(stored("c17"))
        async with plugged(17, MODELS["cpplus"]) as lab:
            await apply_all(17, run)
            lab.inject("skew_s", -800_000_000)
            state = await read(17, run)
            assert [found.path for found in compare(WANTED, state)] == ["time.skew_s"]
            assert [outcome.status for outcome in await driver.apply(camera(17), "time", WANTED, run)] == [
                Status.APPLIED
            ]
            assert lab.counters.failures == 0
            assert list(compare(WANTED, await read(17, run))) == []

    asyncio.run(scenario())


def test_sections_that_are_not_asked_for_stay_empty() -> None:
    async def scenario() -> None:
        async with plugged(18) as lab:
            seen = await driver.observe(camera(18), reach(), (), sections=("hostname",))
            assert seen.state == CameraState(hostname="camera")
            assert isinstance(lab, LabCamera) and lab.counters.requests <= 6
            assert not isinstance(seen.state, Unread)

    asyncio.run(scenario())
