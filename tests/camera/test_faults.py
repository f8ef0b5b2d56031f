"""What a sick device looks like: a row with its reason, never a traceback, never "in sync"."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Protocol
from iccc.compare import Change, Unknown, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.lab.camera import LabCamera
from iccc.lab.device import Fault
from iccc.observed import Status
from iccc.onvif.state import Password, User, UserLevel
from iccc.secrets import Login, Secret
from iccc.sessions.onvif_login import AUTH_KEY
from tests.camera.devices import MODELS, USERS, WANTED, camera, plugged, reach, scripted, stored
from tests.support import MemoryCredentials


def reason(state: object) -> Reason:
    assert isinstance(state, Unread), state
    return state.reason


def break_it(lab: LabCamera, fault: Fault, delay_s: float = 0.0) -> None:
    lab.fault, lab.delay_s = fault, delay_s
    lab.faulted()


def test_dead_silent_and_closed_devices_are_rows_beside_the_others() -> None:
    async def scenario() -> None:
        run = reach(stored(), connect_s=0.3, http_s=0.2)
        async with plugged(31) as dead, plugged(32) as silent, plugged(33):
            await dead.unplug()
            break_it(silent, Fault.SILENT)
            heard: list[str] = []
            rows = await driver.observe_all([camera(n) for n in (31, 32, 33, 34)], run, USERS, heard.append)
            assert list(rows) == ["c31", "c32", "c33", "c34"] and sorted(heard) == list(rows)
            assert reason(rows["c31"].state) is Reason.NO_ANSWER
            assert reason(rows["c32"].state) is Reason.NO_ANSWER
            assert isinstance(rows["c33"].state, CameraState)
            assert reason(rows["c34"].state) is Reason.REFUSED
            assert str(rows["c31"].state.text) == (  # type: ignore[union-attr]
                "c31 10.77.3.31:80  onvif GetSystemDateAndTime: no connection within 0.3 s"
            )
            assert str(rows["c32"].state.text) == (  # type: ignore[union-attr]
                "c32 10.77.3.32:80  onvif GetSystemDateAndTime: no answer within 0.2 s, 2 tries"
            )

    asyncio.run(scenario())


def test_slow_device_gives_what_it_can_within_the_deadline() -> None:
    async def scenario() -> None:
        run = reach(stored(), device_s=0.8)
        async with plugged(35) as lab:
            break_it(lab, Fault.SLOW, 0.12)
            state = (await driver.observe(camera(35), run, ())).state
            assert isinstance(state, CameraState)
            assert not isinstance(state.time, Unread)
            assert reason(state.protocols) is Reason.NO_ANSWER
            unknown = [found for found in compare(WANTED, state) if isinstance(found, Unknown)]
            assert any(found.path == "protocols" for found in unknown)

    asyncio.run(scenario())


@pytest.mark.parametrize("make", MODELS)
def test_wrong_password_costs_one_failed_login_for_each_stored_one(make: str) -> None:
    async def scenario() -> None:
        credentials = stored("c36")
        run = reach(credentials)
        async with plugged(36, MODELS[make]) as lab:
            break_it(lab, Fault.WRONG_PASSWORD)
            state = (await driver.observe(camera(36), run, USERS)).state
            assert reason(state) is Reason.UNAUTHORISED
            assert lab.counters.failures == 1
            assert credentials.events == [("refused", "c36")]
            credentials.default = []
            assert reason((await driver.observe(camera(36), run, USERS)).state) is Reason.BACK_OFF
            assert lab.counters.failures == 1

    asyncio.run(scenario())


def test_second_stored_login_is_tried_and_the_first_one_known_as_refused() -> None:
    async def scenario() -> None:
        credentials = stored("c37")
        own = credentials.passwords["c37", "iccc"]
        run = reach(credentials)
        async with plugged(37) as lab:
            await driver.apply(camera(37), "users", WANTED, run)
            lab.inject("users.iccc.password", "changed-1")
            before = lab.counters.failures
            credentials.default = [Login("iccc", own, managed=True), *MemoryCredentials().default]
            state = (await driver.observe(camera(37), run, USERS)).state
            assert isinstance(state, CameraState) and isinstance(state.users, dict)
            assert state.users["iccc"].password is Password.REFUSED
            assert reason(state.users["viewer"].password) is Reason.BACK_OFF
            assert lab.counters.failures == before + 1
            outcomes = await driver.apply(camera(37), "users", WANTED, run)
            assert [(o.change.path, o.status) for o in outcomes] == [("users[iccc].password", Status.APPLIED)]
            assert lab.has_login("iccc", own.reveal())

    asyncio.run(scenario())


def test_two_changed_passwords_cost_one_refused_login() -> None:
    async def scenario() -> None:
        run = reach(stored("c38"))
        async with plugged(38) as lab:
            await driver.apply(camera(38), "users", WANTED, run)
            lab.inject("users.viewer.password", "changed-1")
            lab.inject("users.operator.password", "changed-2")
            before = lab.counters.failures
            found = list(compare(WANTED, (await driver.observe(camera(38), run, USERS)).state))
            users = [(type(entry), entry.path) for entry in found if entry.path.startswith("users")]
            assert users == [(Change, "users[operator].password"), (Unknown, "users[viewer].password")]
            assert lab.counters.failures == before + 1

    asyncio.run(scenario())


def test_a_changed_password_is_tried_once_however_often_the_device_is_read() -> None:
    async def scenario() -> None:
        run = reach(stored("c58"))
        async with plugged(58) as lab:
            await driver.apply(camera(58), "users", WANTED, run)
            lab.inject("users.viewer.password", "changed-1")
            before = lab.counters.failures
            for _ in range(5):
                found = list(compare(WANTED, (await driver.observe(camera(58), run, USERS)).state, ""))
                assert "users[viewer].password" in [entry.path for entry in found if isinstance(entry, Change)]
            await driver.apply(camera(58), "users", WANTED, run)
            assert lab.counters.failures == before + 1
            state = (await driver.observe(camera(58), run, USERS)).state
            assert isinstance(state, CameraState) and isinstance(state.users, dict)
            assert state.users["viewer"].password is Password.PROVED
            assert lab.counters.failures == before + 1

    asyncio.run(scenario())


def test_lying_device_is_found_out() -> None:
    async def scenario() -> None:
        run = reach(stored("c39", "c40"))
        async with plugged(39) as one, plugged(40) as other:
            for lab in (one, other):
                break_it(lab, Fault.IGNORES)
            results = await asyncio.gather(
                driver.apply(camera(39), "hostname", WANTED, run), driver.apply(camera(40), "users", WANTED, run)
            )
            assert [o.status for o in results[0]] == [Status.ACCEPTED_NOT_APPLIED]
            assert results[0][0].seen == "camera"
            # Our administrator was accepted and cannot log in: nobody else was touched.
            assert {o.status for o in results[1]} == {Status.FAILED}
            assert other.counters.sets == 1

    asyncio.run(scenario())


def test_third_partys_camera_is_read_and_never_written() -> None:
    async def scenario() -> None:
        run = reach(stored("c41"))
        theirs = camera(41, owner="traders-association")
        async with plugged(41) as lab:
            assert isinstance((await driver.observe(theirs, run, ())).state, CameraState)
            for section in driver.SECTIONS:
                with pytest.raises(DeviceError) as refused:
                    await driver.apply(theirs, section, WANTED, run)
                assert refused.value.reason is Reason.NOT_OWNED
            assert lab.counters.sets == 0

    asyncio.run(scenario())


def test_http_is_not_switched_off_beneath_ourselves() -> None:
    async def scenario() -> None:
        run = reach(stored("c42"))
        async with plugged(42) as lab:
            wanted = replace(WANTED, protocols={"http": Protocol(False, 80), "https": Protocol(False, 443)})
            outcomes = {o.change.path: o.status for o in await driver.apply(camera(42), "protocols", wanted, run)}
            assert outcomes == {
                "protocols[http].enabled": Status.REFUSED,
            }
            assert lab.snapshot()["protocols"]["http"] == {"enabled": True, "port": 80}  # type: ignore[index]

    asyncio.run(scenario())


def test_password_that_the_camera_refuses_is_a_failed_row_without_the_password() -> None:
    async def scenario() -> None:
        credentials = stored("c43")
        credentials.passwords["c43", "viewer"] = Secret("short")
        run = reach(credentials)
        async with plugged(43, MODELS["hikvision"]) as lab:
            assert isinstance(lab, LabCamera)
            outcomes = {o.change.path: o for o in await driver.apply(camera(43), "users", WANTED, run)}
            assert outcomes["users[viewer]"].status is Status.FAILED
            assert outcomes["users[iccc]"].status is Status.APPLIED
            assert "short" not in repr(outcomes)

    asyncio.run(scenario())


SOAP = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><%(name)sResponse>%(inner)s'
    b"</%(name)sResponse></s:Body></s:Envelope>"
)
REFUSAL = (  # ipycam's: no subcode says what is wrong
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver'
    b'</s:Value></s:Code><s:Reason><s:Text xml:lang="en">Sender not authorized</s:Text></s:Reason></s:Fault></s:Body>'
    b"</s:Envelope>"
)


@pytest.mark.parametrize(
    ("answer", "wanted_reason"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n<html>please log in</html>", Reason.BAD_ANSWER),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", Reason.BAD_ANSWER),
        (b"HTTP/1.1 302 Found\r\nLocation: http://10.1.2.3/\r\nContent-Length: 0\r\n\r\n", Reason.BAD_ANSWER),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Reason.UNAUTHORISED),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%b" % (len(REFUSAL), REFUSAL), Reason.UNAUTHORISED),
        (b"SSH-2.0-dropbear\r\n", Reason.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", Reason.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Reason.BAD_ANSWER),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", Reason.BAD_ANSWER),
    ],
)
def test_answers_that_are_not_onvif(answer: bytes, wanted_reason: Reason) -> None:
    """Whatever stands at the address: the login cannot be proved, or what is read is Unread with its reason."""

    async def scenario() -> None:
        async def reply(_number: int, _request: bytes, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)

        async with scripted(44, reply):
            state = (await driver.observe(camera(44), reach(http_s=0.5), (), sections=("hostname",))).state
            assert reason(state.hostname if isinstance(state, CameraState) else state) is wanted_reason

    asyncio.run(scenario())


def test_read_is_repeated_on_a_new_connection_and_a_write_is_not() -> None:
    """The camera drops the connection at every first request of a kind, without an answer."""
    seen: list[str] = []

    async def reply(_number: int, request: bytes, writer: asyncio.StreamWriter) -> None:
        name = next(n for n in ACTIONS if f"{n} xmlns".encode() in request)
        seen.append(name)
        if seen.count(name) == 1 and name in ("GetHostname", "SetHostname"):
            writer.close()
            return
        body = SOAP % {b"name": name.encode(), b"inner": ACTIONS[name]}
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))

    async def scenario() -> None:
        async with scripted(45, reply):
            outcomes = await driver.apply(camera(45), "hostname", WANTED, reach(stored("c45")))
            assert [outcome.status for outcome in outcomes] == [Status.FAILED]
            assert "closed before the answer" in outcomes[0].text
            assert seen.count("SetHostname") == 1
            assert seen.count("GetHostname") >= 3

    asyncio.run(scenario())


ACTIONS = {
    "GetSystemDateAndTime": b"",
    "GetDeviceInformation": b"<Manufacturer>M</Manufacturer><Model>X</Model>",
    "GetHostname": b"<HostnameInformation><Name>cam</Name></HostnameInformation>",
    "SetHostname": b"",
}


def test_learned_authentication_saves_the_question() -> None:
    async def scenario() -> None:
        run = reach(stored("c46"))
        async with plugged(46, MODELS["cpplus"]) as lab:
            await driver.observe(camera(46), run, (), sections=("hostname",))
            first = lab.counters.requests
            assert run.learned.get("c46", AUTH_KEY) == "wsse"
            await driver.observe(camera(46), run, (), sections=("hostname",))
            assert lab.counters.requests == 2 * first - 1

    asyncio.run(scenario())


@pytest.mark.parametrize("make", ["cpplus", "hikvision"])
def test_a_busy_camera_does_not_make_a_password_wrong(make: str) -> None:
    """Its connections are used up: it answers 401 to every second login, whoever it is."""

    async def scenario() -> None:
        run = reach(stored("c49"), device_s=60.0)
        async with plugged(49, MODELS[make]) as lab:
            await driver.apply(camera(49), "users", WANTED, run)
            proved = 0
            for _ in range(2):  # the one that is refused is not always the same
                break_it(lab, Fault.BUSY)
                state = (await driver.observe(camera(49), run, USERS, ("hostname", "location", "users"))).state
                break_it(lab, Fault.NONE)
                if isinstance(state, CameraState) and isinstance(state.users, dict):
                    passwords = [state.users[name].password for name in USERS]
                    assert Password.REFUSED not in passwords
                    proved += passwords.count(Password.PROVED)
                    assert all("it is busy" in one.text for one in passwords if isinstance(one, Unread))
            assert proved
            assert lab.counters.failures == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("learned", ["wsse", "digest"])
def test_another_way_of_logging_in_than_was_learned_costs_no_failed_login(learned: str) -> None:
    """After an update of the firmware: one that wanted a token wants Digest, and the other way round."""

    async def scenario() -> None:
        run = reach(stored("c48"))
        run.learned.put("c48", AUTH_KEY, learned)
        async with plugged(48, MODELS["cpplus" if learned == "digest" else "hikvision"]) as lab:
            state = (await driver.observe(camera(48), run, ())).state
            assert isinstance(state, CameraState) and state.hostname
            assert lab.counters.failures == 0
            assert run.learned.get("c48", AUTH_KEY) != learned

    asyncio.run(scenario())


def test_level_of_an_existing_user_is_set_without_touching_others() -> None:
    async def scenario() -> None:
        run = reach(stored("c47"))
        async with plugged(47) as lab:
            await driver.apply(camera(47), "users", WANTED, run)
            lab.inject("users.viewer.level", "Operator")
            sets = lab.counters.sets
            wanted = CameraState(users={"viewer": User(UserLevel.USER, Password.PROVED)})
            outcomes = await driver.apply(camera(47), "users", wanted, run)
            assert [(o.change.path, o.status) for o in outcomes] == [("users[viewer].level", Status.APPLIED)]
            assert lab.counters.sets == sets + 1

    asyncio.run(scenario())
