"""Cameras on channels: put there, read back, put right, and what is somebody else's left alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from iccc.compare import Change, Unread, compare
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import Call, SoapFault
from iccc.lab.recorder_state import ChannelOptions
from iccc.observed import Status
from iccc.recorder.state import Channel, LoginState, RecorderState
from iccc.secrets import STREAM_USER
from iccc.sessions.reach import STREAM_LOGIN_KEY, STREAMS_KEY
from tests.recorder.rig import PATH, SUB, password, rig


def changed(state: RecorderState, channels: dict[str, Channel]) -> list[str]:
    return [found.path for found in compare(channels, state.channels, "channels") if isinstance(found, Change)]


def test_what_is_missing_is_bound_and_records() -> None:
    async def scenario() -> None:
        async with rig(201, 31, 32) as one:
            assert changed(await one.read(), one.wanted()) == ["channels[c31]", "channels[c32]"]
            outcomes = await one.put()
            assert [(o.change.path, o.status) for o in outcomes] == [
                ("channels[c31]", Status.APPLIED),
                ("channels[c32]", Status.APPLIED),
            ]
            await one.records(1, 2)
            state = await one.read()
            assert state.channels == {
                f"c{number}": Channel(at, f"10.77.3.{number}", 554, "main", STREAM_USER, LoginState.PROVED, True)
                for at, number in ((1, 31), (2, 32))
            }
            assert changed(state, one.wanted()) == []
            told = one.lab.snapshot()["channels"]
            assert [channel["name"] for channel in told.values()] == ["c31", "c32"]  # type: ignore[attr-defined]
            sets = one.lab.counters.sets
            assert await one.put() == []
            assert one.lab.counters.sets == sets == 6
            assert all(camera.counters.failures == 0 for camera in one.cameras.values())

    asyncio.run(scenario())


def numbers(state: RecorderState) -> dict[str, int | None]:
    assert isinstance(state.channels, dict)
    return {camera: channel.number for camera, channel in state.channels.items()}


def test_a_channel_follows_its_camera() -> None:
    async def scenario() -> None:
        async with rig(202, 31, 32, 33) as one:
            await one.put({"c32": one.wanted()["c32"]})
            assert [o.status for o in await one.put()] == [Status.APPLIED] * 2
            assert numbers(await one.read()) == {"c31": 2, "c32": 1, "c33": 3}

    asyncio.run(scenario())


def test_a_declared_number_is_kept_free_and_moves_nothing() -> None:
    async def scenario() -> None:
        async with rig(202, 31, 32, 33) as one:
            wanted = one.wanted(c33=1)
            await one.put({name: wanted[name] for name in ("c31", "c33")})
            assert numbers(await one.read(wanted)) == {"c33": 1, "c31": 2}
            moved = one.wanted(c33=9, c32=2)
            free, number = await one.put(moved)
            assert (free.change.path, free.status) == ("channels[c32]", Status.REFUSED)
            assert free.text == "channel 2 is not free: c31 records on it"
            assert (number.change.path, number.status) == ("channels[c33].number", Status.REFUSED)
            assert "moved by hand" in number.text

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("uri", f"rtsp://10.77.3.99:554{PATH}", "channels[c31].address"),
        ("uri", f"rtsp://10.77.3.31:8554{PATH}", "channels[c31].port"),
        ("uri", f"rtsp://10.77.3.31:554{SUB}", "channels[c31].stream"),
        ("user", "admin", "channels[c31].user"),
        ("mode", "NeverConnect", "channels[c31].records"),
        ("job", "Idle", "channels[c31].records"),
    ],
)
def test_what_somebody_changed_is_seen_and_put_right(field: str, value: str, path: str) -> None:
    async def scenario() -> None:
        async with rig(203, 31) as one:
            await one.put()
            one.lab.inject(f"channels.1.{field}", value)
            assert path in changed(await one.read(), one.wanted())
            assert {o.status for o in await one.put()} == {Status.APPLIED}
            await one.records(1)
            assert changed(await one.read(), one.wanted()) == []

    asyncio.run(scenario())


def test_a_refused_login_is_a_change_and_a_silent_camera_is_none() -> None:
    async def scenario() -> None:
        async with rig(204, 31, 32) as one:
            await one.put()
            await one.records(1, 2)
            one.lab.inject("channels.1.password", "somebody's")
            one.cameras[32].fault = Fault.SILENT
            one.cameras[32].faulted()
            await one.until(lambda: one.cameras[31].counters.failures == 1)
            await one.records()
            state = await one.read()
            assert changed(state, one.wanted()) == ["channels[c31].login"]
            assert [o.status for o in await one.put()] == [Status.APPLIED]
            await one.records(1)
            assert one.cameras[31].counters.failures == 1

    asyncio.run(scenario())


def test_a_login_that_is_right_again_is_tried_at_once() -> None:
    """The camera's user was gone, and is back with its password: the recorder would wait for its next try."""

    async def scenario() -> None:
        async with rig(214, 31) as one:
            await one.put()
            await one.records(1)
            one.cameras[31].inject(f"users.{STREAM_USER}", None)
            await one.until(lambda: one.cameras[31].counters.failures == 1)
            one.cameras[31].inject(f"users.{STREAM_USER}", "User")
            one.cameras[31].inject(f"users.{STREAM_USER}.password", password(31))
            assert changed(await one.read(), one.wanted()) == ["channels[c31].login"]
            assert [o.status for o in await one.put()] == [Status.APPLIED]
            await one.records(1)

    asyncio.run(scenario())


def test_what_is_not_the_citys_is_left_alone() -> None:
    async def scenario() -> None:
        async with rig(205, 31) as one:
            one.lab.inject("channels.1.uri", "rtsp://10.99.9.9:554/live")
            channels = (await one.read()).channels
            assert isinstance(channels, dict)
            assert channels["channel-1"] == Channel(1, "10.99.9.9", 554, "/live", "", LoginState.UNKNOWN, True)
            await one.put()
            channels = (await one.read()).channels
            assert isinstance(channels, dict)
            assert {name: channel.number for name, channel in channels.items()} == {"c31": 2, "channel-1": 1}

    asyncio.run(scenario())


def test_nothing_is_guessed() -> None:
    """A camera whose streams nobody has read, whose password is not stored or was never taken, is not bound."""

    async def scenario() -> None:
        async with rig(206, 31, 32, 33) as one:
            one.reach.learned.put("c31", STREAMS_KEY, None)
            del one.reach.credentials.passwords["c32", STREAM_USER]  # type: ignore[attr-defined]
            one.reach.learned.put("c33", STREAM_LOGIN_KEY, None)
            outcomes = await one.put()
            assert [(o.status, o.text.partition(":")[0]) for o in outcomes] == [
                (Status.REFUSED, "the camera's stream addresses were never read"),
                (Status.REFUSED, "no password of the streams of c32 is stored"),
                (Status.REFUSED, "c33 has not been seen to take the login of recorder"),
            ]
            assert one.lab.counters.sets == 0

    asyncio.run(scenario())


def test_a_recorder_without_receivers_says_so_and_one_that_only_says_yes_is_found_out() -> None:
    async def scenario() -> None:
        async with rig(207, 31) as one:
            one.lab._channels = ChannelOptions(receivers=False)
            channels = (await one.read()).channels
            assert isinstance(channels, Unread)
            assert "on its own page" in channels.text
        async with rig(207, 31) as one:
            one.lab.fault = Fault.IGNORES
            assert [o.status for o in await one.put()] != [Status.APPLIED]
            assert one.states() == {}

    asyncio.run(scenario())


@pytest.mark.parametrize("tells", ["none", "user", "password"])
def test_no_password_comes_back(tells: str) -> None:
    async def scenario() -> None:
        async with rig(208, 31) as one:
            one.lab.channels.options = ChannelOptions(tells=tells)
            assert [o.status for o in await one.put()] == [Status.APPLIED]
            state = await one.read()
            assert changed(state, one.wanted()) == []
            assert password(31) not in repr(state)

    asyncio.run(scenario())


def test_fields_of_the_declared_channel_alone_are_compared() -> None:
    async def scenario() -> None:
        async with rig(210, 31) as one:
            await one.put()
            state = await one.read()
            bare = {"c31": replace(one.wanted()["c31"], login=None, user=None, stream=None)}
            assert changed(state, bare) == []

    asyncio.run(scenario())


def test_what_is_recorded_is_told_with_real_times() -> None:
    """The recorder's clock is off, as it comes out of its box; the oldest picture that was ever seen is remembered."""

    async def scenario() -> None:
        async with rig(211, 31, 32) as one:
            await one.put()
            await one.records(1, 2)
            one.lab.inject("channels.1.days", 40)
            one.lab.inject("channels.2.job", "Idle")
            footage = await one.footage()
            now = one.reach.clock.now()
            assert (footage["c31"].number, footage["c31"].trouble(now)) == (1, "")
            days = footage["c31"].days(now)
            assert days is not None
            assert abs(days - 40) * 86_400 < 3  # its clock is 7 s off at least
            assert footage["c32"].trouble(now).startswith("its recording job is idle, and its newest")  # type: ignore[union-attr]
            assert footage["c31"].began is None
            one.lab.inject("channels.1.days", 30)
            footage = await one.footage()
            days = footage["c31"].days(now)
            assert days is not None
            assert round(days) == 30
            assert footage["c31"].began is not None

    asyncio.run(scenario())


def test_with_a_clock_that_is_off_nobody_knows_when_footage_is_from() -> None:
    """What was remembered as the oldest picture stays, and is compared with again when the clock is right."""

    async def scenario() -> None:
        async with rig(214, 31) as one:
            await one.put()
            await one.records(1)
            one.lab.inject("channels.1.days", 40)
            before = (await one.footage())["c31"].oldest
            right_s = one.lab.state.skew_s
            one.lab.state.skew_s = -26 * 365 * 86_400.0
            found = (await one.footage())["c31"]
            assert (found.state, found.days(one.reach.clock.now())) == ("active", None)
            trouble = found.trouble(one.reach.clock.now())
            assert isinstance(trouble, Unread)
            assert "its clock is -8199" in trouble.text
            one.lab.state.skew_s = right_s
            found = (await one.footage())["c31"]
            assert isinstance(before, datetime) and isinstance(found.oldest, datetime)
            assert abs((found.oldest - before).total_seconds()) < 60
            assert found.began is None

    asyncio.run(scenario())


def test_where_it_is_played() -> None:
    async def scenario() -> None:
        async with rig(212, 31) as one:
            assert (await one.facts()).replay is None
            await one.put()
            await one.records(1)
            assert (await one.facts()).replay == "/replay/REC001"

    asyncio.run(scenario())


def test_a_sweep_puts_few_questions() -> None:
    """Whatever the number of channels that record: 110 recorders of 64 are read in seconds."""

    async def scenario() -> None:
        async with rig(213, 31, 32, 33, 34) as one:
            await one.put()
            await one.records(1, 2, 3, 4)
            await one.read()
            before = one.lab.counters.requests
            await one.read()
            assert one.lab.counters.requests - before <= 14  # of these a login for each service

    asyncio.run(scenario())


def test_a_password_that_a_recorder_tells_or_quotes_is_shown_nowhere() -> None:
    """Some makes of cameras have the login in the path; some recorders quote in a fault what they were sent."""

    async def scenario() -> None:
        async with rig(203, 31) as one:
            one.lab.inject("channels.7.uri", "rtsp://10.9.9.9/live?user=admin&password=Hunter-2&channel=1")
            state = await one.read()
            assert isinstance(state.channels, dict)
            assert state.channels["channel-7"].stream == "/live?user=admin&password=***&channel=1"
            facts = await one.facts()
            assert "Hunter-2" not in repr((state, facts))

            as_it_is = one.lab.operation
            quoted: list[str] = []

            def quoting(namespace: str, name: str) -> Any:
                if name != "CreateReceiver":
                    return as_it_is(namespace, name)

                def refused(call: Call) -> str:
                    uri = call.element.findtext(".//{*}MediaUri") or ""
                    quoted.append(uri)
                    raise SoapFault(f"MediaUri {uri} is not valid", "ter:InvalidArgVal", "ter:BadConfiguration")

                return replace(as_it_is(namespace, name), run=refused, rehearse=refused)

            one.lab.operation = quoting  # type: ignore[method-assign]
            (outcome,) = await one.put()
            assert outcome.status is Status.FAILED and "rtsp://recorder:***@10.77.3.31" in outcome.text, outcome
            assert password(31) in quoted[0] and password(31) not in repr(outcome)

    asyncio.run(scenario())
