"""Cameras and the channels of their recorder get new passwords together, or keep the old ones together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from iccc.lab.camera import LabCamera
from iccc.lab.device import Fault
from iccc.lab.onvif_soap import Bound, Call
from iccc.lab.recorder_state import Job
from iccc.observed import Status
from iccc.recorder import driver
from iccc.recorder.state import Channel, LoginState, RecorderState
from iccc.rotate.cameras import Rotation
from iccc.rotate.holders import holders_of
from iccc.secrets import OWN_USER, STREAM_USER
from iccc.sessions.reach import USERS_REFUSED
from iccc.settings import Timeouts
from iccc.vault import TAKEN
from tests.rotate.lives import Life
from tests.rotate.rig import RECORDER, Rig, camera, rig


def on(folder: Path, numbers: range, scenario: Callable[[Rig], Awaitable[None]]) -> None:
    async def run() -> None:
        async with rig(folder, *numbers) as one:
            await scenario(one)

    asyncio.run(run())


def test_64_channels_of_which_three_cameras_fail(tmp_path: Path) -> None:
    """The three keep their old password on both sides, all others record with the new one; nobody is locked out."""

    async def scenario(one: Rig) -> None:
        before = one.managed()
        ignores, refuses, streams = "c10", "c30", "c50"
        one.cameras[ignores].fault = Fault.IGNORES
        one.cameras[refuses].fault = Fault.FAULT_IN_200
        stubborn, admit = one.cameras[streams], one.cameras[streams].admit
        # Its RTSP server goes on with the old password: the login over ONVIF is proved, the recording is not.
        stubborn.admit = lambda viewer: viewer.password == before[streams] and admit(viewer)  # type: ignore[method-assign]
        usual = Timeouts()
        cared = await one.rotate(STREAM_USER, password_s=usual.password_s, records_s=usual.records_s)

        after = one.managed()
        failed = {row.device: row.text for row in cared.rows if row.status is not Status.APPLIED}
        assert failed.keys() == {ignores, refuses, streams} and len(cared.rows) == 64 and not cared.stopped
        assert all(text.startswith("recorder: old again everywhere, proved: ") for text in failed.values()), failed
        for name in one.cameras:
            assert one.on_both_sides(name, after[name]), name
            assert (after[name] == before[name]) == (name in failed)
        assert one.failures() == {ignores: 1}, "the proof that it had not taken the new one"
        assert not sum(lab.counters.lockouts for lab in one.cameras.values()) and not one.left_over()
        gaps = one.gaps_s()
        assert len(gaps) >= 64 and max(gaps) <= 10, max(gaps)

    on(tmp_path, range(1, 65), scenario)


def test_killed_after_any_request_and_run_again_both_sides_have_the_new_password(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        lab, requests, left, asked = one.cameras["c1"], 0, 0, [0]
        running: list[asyncio.Task[Any]] = []

        def counted(operation: Callable[..., Any]) -> Callable[..., Any]:
            def counting(*request: Any) -> Any:
                asked[0] += 1
                if asked[0] == left and running:
                    running[0].cancel()  # what was asked for is done, and nobody hears of it
                return operation(*request)

            return counting

        for device in (lab, one.lab):
            device.operation = counted(device.operation)  # type: ignore[method-assign]
        paused = 0
        while True:
            left += 1
            before, asked[0] = one.managed(), 0
            running[:] = [asyncio.create_task(one.rotate(STREAM_USER))]
            with suppress(asyncio.CancelledError):
                assert (await running[0]).rows[0].status is Status.APPLIED
                break
            assert one.failures() == {}
            running.clear()
            paused += one.channels()["c1"]["state"] != "Active"
            (row,) = (await one.rotate(STREAM_USER)).rows
            after = one.managed()
            assert row.status is Status.APPLIED and not one.left_over(), row
            assert one.on_both_sides("c1", after["c1"]) and after != before
            assert one.failures() == {} and lab.counters.lockouts == 0
            requests += 1
        assert requests > 20 and paused > 5

    on(tmp_path, range(1, 2), scenario)


def test_asked_to_end_those_at_work_come_to_their_end_and_no_other_begins(tmp_path: Path) -> None:
    """Of twelve four are changed at once, and every second one is taken back."""

    async def scenario(one: Rig) -> None:
        stop, sent = asyncio.Event(), [0]

        def ask(what: str) -> None:
            sent[0] += what == TAKEN
            if sent[0] == 3:  # the second one after the canary
                stop.set()

        before = one.managed()
        for number in range(2, 13, 2):
            one.cameras[f"c{number}"].fault = Fault.FAULT_IN_200
        rows = {row.device: row for row in (await one.rotate(STREAM_USER, life=Life(then=ask), stop=stop)).rows}
        after = one.managed()
        new = {name for name in rows if after[name] != before[name]}
        old = {name for name in rows if "old again everywhere, proved" in rows[name].text}
        assert new == {name for name, row in rows.items() if row.status is Status.APPLIED}, rows
        assert 3 <= len(new | old) <= 6, rows
        for name in rows.keys() - new - old:
            assert "Ctrl-C has ended the run" in rows[name].text and "unfinished" not in rows[name].text, rows[name]
        await one.records(*rows)
        assert all(one.on_both_sides(name, after[name]) for name in rows)
        assert one.failures() == {} and not one.left_over()
        rows = {row.device: row for row in (await one.rotate(STREAM_USER, only=["c9", "c11"])).rows}
        assert {row.status for row in rows.values()} == {Status.APPLIED}

    on(tmp_path, range(1, 13), scenario)


def test_a_recorder_that_goes_away_leaves_the_camera_with_its_old_password(tmp_path: Path) -> None:
    """What stands where is said; when the recorder is back the same command goes on."""

    async def scenario(one: Rig) -> None:
        def cut(what: str) -> None:
            if what == TAKEN:  # the camera is about to get it
                one.lab.fault = Fault.SILENT

        before = one.managed()
        (row,) = (await one.rotate(STREAM_USER, life=Life(then=cut))).rows
        assert row.status is Status.FAILED, row
        assert row.text.startswith("recorder: unfinished: c1 has old, rec01 channel 1 has one of the two"), row
        assert one.cameras["c1"].has_login(STREAM_USER, before["c1"])
        assert one.left_over() == ["next/device/c1/recorder"]
        one.lab.fault = Fault.NONE
        (row,) = (await one.rotate(STREAM_USER)).rows
        after = one.managed()
        assert row.status is Status.APPLIED and " channel 1 records " in row.text, row
        assert one.on_both_sides("c1", after["c1"]) and after != before and not one.left_over()

    on(tmp_path, range(1, 2), scenario)


def test_a_channel_that_claims_to_have_taken_it_is_taken_back(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        before = one.managed()
        one.lab.fault = Fault.IGNORES  # it does not even pause
        (row,) = (await one.rotate(STREAM_USER)).rows
        one.lab.fault = Fault.NONE
        assert row.status is Status.FAILED and row.text.startswith("recorder: old again everywhere, proved: "), row
        await one.records("c1")
        assert one.on_both_sides("c1", before["c1"]) and not one.left_over()

    on(tmp_path, range(1, 2), scenario)


def alter(lab: LabCamera, user: str) -> None:
    """From now on the camera stores something else than what is sent as this user's password."""
    operation = lab.operation

    def altered(namespace: str, name: str) -> Bound | None:
        bound = operation(namespace, name)

        def run(call: Call) -> str:
            assert bound is not None
            answer = bound.run(call)
            users = lab.state.users
            lab.state.users = tuple(replace(one, password="altered") if one.name == user else one for one in users)
            return answer

        return replace(bound, run=run) if bound is not None and name == "SetUser" else bound

    lab.operation = altered  # type: ignore[method-assign]


def test_a_camera_that_alters_passwords_is_left_alone_and_its_channel_stays_paused(tmp_path: Path) -> None:
    """The next one is refused, and the old one that was set again: nobody tries a third time, nor does the next run."""

    async def scenario(one: Rig) -> None:
        lab, before = one.cameras["c1"], one.managed()
        operation = lab.operation
        alter(lab, STREAM_USER)
        (row,) = (await one.rotate(STREAM_USER)).rows
        said = "recorder: unfinished: c1 took no login that was tried, rec01 channel 1 stays paused; both are stored; "
        assert row.status is Status.FAILED and row.text.startswith(f"{said}set one of the two at it by hand"), row
        await asyncio.sleep(1.0)  # in which a channel that goes on tries twice
        assert one.failures() == {"c1": 2} and one.left_over() == ["next/device/c1/recorder"]
        (row,) = (await one.rotate(STREAM_USER)).rows
        assert row.status is Status.FAILED and row.text.startswith("recorder: unfinished, both are stored: "), row
        assert "refused the stored password of recorder lately" in row.text and one.failures() == {}
        assert lab.counters.lockouts == 0 and one.channels()["c1"]["state"] != "Active"

        lab.inject("users.recorder.password", before["c1"])  # a person gives up on it
        vault, way = one.reach()
        assert vault.remove("next/device/c1/recorder")
        wanted = Channel(None, camera(1).address, 554, "main", STREAM_USER, LoginState.PROVED, True)
        await driver.apply(RECORDER, "channels", RecorderState(channels={"c1": wanted}), way)
        await one.records("c1")
        assert one.on_both_sides("c1", before["c1"]) and one.failures() == {}

        lab.operation = operation  # type: ignore[method-assign]
        way.learned.put("c1", USERS_REFUSED, None)  # half an hour later
        (row,) = (await one.rotate(STREAM_USER)).rows
        assert row.status is Status.APPLIED and one.on_both_sides("c1", one.managed()["c1"]), row
        assert one.failures() == {} and not one.left_over()

    on(tmp_path, range(1, 2), scenario)


def test_after_a_camera_has_altered_our_own_password_it_is_not_written_to_again(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        lab = one.cameras["c1"]
        alter(lab, OWN_USER)
        (row,) = (await one.rotate(OWN_USER)).rows
        assert row.status is Status.FAILED and "c1 took no login that was tried; both are stored" in row.text, row
        assert one.failures() == {"c1": 2}, "next at its proof, and old when it was to be set again"
        (row,) = (await one.rotate(OWN_USER)).rows
        assert row.status is Status.FAILED and one.failures() == {} and lab.counters.lockouts == 0, row
        assert one.left_over() == ["next/device/c1/iccc"]

    on(tmp_path, range(1, 2), scenario)


def test_a_camera_that_does_not_take_its_stored_password_is_asked_once_and_then_rests(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        one.cameras["c1"].inject("users.admin.password", "somebody-2")
        for refused in (1, 0):
            (row,) = (await one.rotate("admin")).rows
            assert row.status is Status.FAILED and row.text.startswith("admin: not touched: "), row
            assert sum(one.failures().values()) == refused
        assert row.text.endswith("it has refused the stored password of admin lately: not tried again so soon")
        assert one.cameras["c1"].has_login("admin", "somebody-2") and not one.left_over()

    on(tmp_path, range(1, 2), scenario)


def test_a_channel_that_does_not_tell_its_user_goes_on_when_another_users_password_is_changed(tmp_path: Path) -> None:
    """It keeps the login of the streams' user, whoever's password is changed at the camera."""

    async def scenario(one: Rig) -> None:
        one.lab.channels.options = replace(one.lab.channels.options, tells="none")
        one.lab.inject("channels.1.user", "admin")  # somebody has bound it so
        one.lab.inject("channels.1.password", one.password("c1", "admin"))
        await one.records("c1")
        streams, admin = one.managed(), one.managed("admin")
        (row,) = (await one.rotate("admin")).rows
        assert row.status is Status.APPLIED and " channel 1 records " in row.text, row
        assert one.managed("admin") != admin and one.managed() == streams
        assert one.on_both_sides("c1", streams["c1"]) and not one.failures() and not one.left_over()
        (row,) = (await one.rotate("admin", STREAM_USER)).rows
        assert row.status is Status.APPLIED and one.on_both_sides("c1", one.password("c1", STREAM_USER)), row
        assert not one.failures() and not one.left_over()

    on(tmp_path, range(1, 2), scenario)


def test_a_channel_that_logs_in_as_our_own_user_is_a_holder_of_its_password(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        one.lab.inject("channels.1.user", "iccc")
        one.lab.inject("channels.1.password", one.password("c1", "iccc"))
        await one.records("c1")
        (row,) = (await one.rotate("iccc")).rows
        assert row.status is Status.NEEDS_HUMAN and "it logs in as iccc" in row.text, row
        assert one.channels()["c1"]["state"] == "Active" and not one.failures()

    on(tmp_path, range(1, 2), scenario)


def test_a_channel_that_pulls_another_camera_by_now_is_not_written(tmp_path: Path) -> None:
    """Channels are read when the run begins, and a person may work at the recorder while it lasts."""

    async def scenario(one: Rig) -> None:
        before = one.managed()
        vault, way = one.reach()
        holders = await holders_of(one.city(), [camera(1)], way)
        first, second = one.lab.channels.receivers
        one.lab.inject("channels.1.uri", second.uri)
        one.lab.inject("channels.1.password", second.password)
        await one.records("c1", "c2")
        done = await Rotation(vault, way, (STREAM_USER,), holders).act(camera(1))
        assert done.status is Status.FAILED and "recorder: not touched: " in done.text, done
        assert "channel 1 pulls something else than when it was read" in done.text
        now = {receiver.token: receiver.uri for receiver in one.lab.channels.receivers}
        assert now == {first.token: second.uri, second.token: second.uri}
        assert one.cameras["c1"].has_login(STREAM_USER, before["c1"]) and not one.left_over()

    on(tmp_path, range(1, 3), scenario)


def test_a_recorder_that_does_not_tell_what_it_records_is_a_holder(tmp_path: Path) -> None:
    """Over ONVIF one that is bound by hand may show no channel, or a job from a source that is none of a receiver."""

    async def scenario(one: Rig) -> None:
        _, way = one.reach()
        city, own = one.city(), replace(camera(1), recorder="rec01")
        by_hand = replace(city.recorders["rec01"], channels_by="hand")
        one.lab.inject("channels.1.job", None)
        assert (await holders_of(city, [own], way))["c1"] == [], "it is not bound"
        (held,) = (await holders_of(replace(city, recorders={"rec01": by_hand}), [own], way))["c1"]
        assert held.open is None and held.by_hand.startswith("cameras are put on its channels by hand")
        one.lab.channels.new_job(Job("", one.lab.channels.recordings[0].token, "Active", receiver="RCV99"))
        (held,) = (await holders_of(city, [own], way))["c1"]
        assert held.open is None and "what it records is not told" in held.by_hand and held.holds("admin")

    on(tmp_path, range(1, 2), scenario)


def test_a_recorder_that_a_camera_was_moved_away_from_is_asked_too(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        _, way = one.reach()
        moved = replace(camera(1), recorder="another")
        (held,) = (await holders_of(one.city(), [moved], way))["c1"]
        assert held.name == "rec01 channel 1" and held.open is not None
        one.lab.fault = Fault.SILENT
        assert await holders_of(one.city(), [moved], way) == {"c1": []}, "it is not known to pull that camera"

    on(tmp_path, range(1, 2), scenario)


def test_where_a_recorder_cannot_be_asked_or_written_a_person_decides(tmp_path: Path) -> None:
    async def scenario(one: Rig) -> None:
        one.lab.inject("channels.2.user", "admin")  # somebody has bound c2 with another user
        rows = {row.device: row for row in (await one.rotate("admin")).rows}
        assert (rows["c1"].status, rows["c2"].status) == (Status.APPLIED, Status.NEEDS_HUMAN)
        assert rows["c2"].text.startswith(
            "rec01 channel 2: it logs in as admin, and iccc binds channels as recorder only"
        )
        assert (await one.rotate("iccc", only=["c2"])).rows[0].status is Status.APPLIED, "nobody else has that"

        one.lab.fault = Fault.SILENT
        (row,) = (await one.rotate(STREAM_USER, only=["c1"])).rows
        assert row.status is Status.NEEDS_HUMAN and "rec01: its channels were not read" in row.text, row
        (row,) = (await one.rotate(STREAM_USER, only=["c1"], by_hand=True)).rows
        assert row.status is Status.APPLIED and "recorder: new; rec01: its channels were not read" in row.text, row
        one.lab.fault = Fault.NONE

        _, way = one.reach()
        city = one.city()
        for other, why in (
            (replace(city.recorders["rec01"], recorder_type="server"), "its software has its own list of cameras"),
            (replace(city.recorders["rec01"], owner="police"), "its owner is police; only project is written"),
        ):
            held = await holders_of(replace(city, recorders={"rec01": other}), [camera(1)], way)
            assert [(one.open, why in one.by_hand) for one in held["c1"]] == [(None, True)], held

    on(tmp_path, range(1, 3), scenario)
