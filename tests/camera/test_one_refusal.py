"""At most one refused login of a camera in a run, however many passwords are wrong and whatever its clock tells."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from iccc.camera import driver
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC
from iccc.lab.device import Fault
from iccc.lab.onvif_state import User
from iccc.observed import Status
from iccc.onvif.state import Password
from iccc.sessions.onvif_login import LOCAL_TIME_KEY
from iccc.sessions.reach import Reach
from tests.camera.devices import USERS, WANTED, camera, plugged, reach, stored

WSSE_ONLY = replace(GENERIC, digest=(), time_zone="IST-5:30")


async def deployed(lab: LabCamera, number: int) -> Reach:
    """Its users are as declared; then somebody changes the passwords of two."""
    run = replace(reach(stored(f"c{number}")), since=datetime.now(UTC))
    for section in ("time", "users"):
        await driver.apply(camera(number), section, WANTED, run)
    for name, level in (("viewer", "User"), ("operator", "Operator")):
        lab.state.put_user(User(name, level, "somebody-elses"))
    lab.counters.failures = 0
    return run


def test_two_wrong_passwords_cost_one_refused_login_of_a_whole_run() -> None:
    async def scenario() -> None:
        async with plugged(151, AXIS) as lab:
            run, one = await deployed(lab, 151), camera(151)
            for _ in range(2):  # the plan and the deploy both look
                seen = (await driver.observe(one, run, USERS, ("users",))).state
                assert not isinstance(seen, Unread) and isinstance(seen.users, dict)
                assert seen.users["operator"].password is Password.REFUSED
                untried = seen.users["viewer"].password
                assert isinstance(untried, Unread) and untried.reason is Reason.BACK_OFF
            assert lab.counters.failures == 1
            lab.inject("hostname", "other")
            assert await driver.apply(one, "hostname", WANTED, run)
            outcomes = await driver.apply(one, "users", WANTED, run)
            assert [(o.change.path, o.status) for o in outcomes] == [("users[operator].password", Status.APPLIED)]
            assert lab.has_login("operator", "managed-operator")
            await driver.observe(one, run, USERS, ("users",))
            assert lab.counters.failures == 1
            run = replace(run, since=datetime.now(UTC))
            outcomes = await driver.apply(one, "users", WANTED, run)
            assert [(o.change.path, o.status) for o in outcomes] == [("users[viewer].password", Status.APPLIED)]
            assert lab.counters.failures == 2

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", [Fault.NONE, Fault.LOCAL_AS_UTC])
def test_a_wrong_password_beside_a_clock_of_local_time_costs_one(fault: Fault) -> None:
    async def scenario() -> None:
        async with plugged(152, WSSE_ONLY) as lab:
            lab.state.put_user(User("admin", "Administrator", "somebody-elses"))
            lab.fault = fault
            if fault is Fault.NONE:
                lab.state.skew_s = 19_800.0
            found = (await driver.observe(camera(152), reach(stored("c152")), (), ("hostname",))).state
            assert isinstance(found, Unread) and found.reason is Reason.UNAUTHORISED
            assert "h off, which may be its time zone" in found.text
            assert lab.counters.failures == 1

    asyncio.run(scenario())


def test_what_the_clock_means_is_seen_from_what_it_tells() -> None:
    """One that tells local time as UTC and one that is really off are both let in at once, and it is kept."""

    async def scenario() -> None:
        for number, fault, skew_s in ((153, Fault.LOCAL_AS_UTC, 3.0), (154, Fault.NONE, 19_803.0)):
            async with plugged(number, replace(CPPLUS, digest=())) as lab:
                lab.state.skew_s, lab.fault = skew_s, fault
                run = reach(stored(f"c{number}"))
                assert not isinstance((await driver.observe(camera(number), run, (), ("hostname",))).state, Unread)
                assert lab.counters.failures == 0
                assert run.learned.get(f"c{number}", LOCAL_TIME_KEY) is (True if number == 153 else None)

    asyncio.run(scenario())


def test_the_other_reading_of_the_clock_is_tried_the_next_time() -> None:
    async def scenario() -> None:
        async with plugged(155, WSSE_ONLY) as lab:
            lab.fault = Fault.LOCAL_AS_UTC
            run = reach(stored("c155"))
            run.learned.put("c155", LOCAL_TIME_KEY, False)  # from before
            rows = [(await driver.observe(camera(155), run, (), ("hostname",))).state for _ in range(2)]
            assert isinstance(rows[0], Unread) and not isinstance(rows[1], Unread)
            assert lab.counters.failures == 1 and run.learned.get("c155", LOCAL_TIME_KEY) is True

    asyncio.run(scenario())
