"""802.1X is set over HTTPS, with a password of the store that nothing shows, and found again."""

from __future__ import annotations

import asyncio
import logging

import pytest

from iccc.camera import driver
from iccc.camera.state import CameraState, Dot1x
from iccc.compare import Unknown, compare
from iccc.lab.camera_model import AXIS, HIKVISION
from iccc.observed import Status
from iccc.secrets import Secret
from iccc.sessions.reach import Reach
from tests.camera.devices import camera, plugged, reach, stored
from tests.camera.test_tls import WANTED as PROTOCOLS
from tests.camera.test_tls import settled

WANTED = CameraState(dot1x=Dot1x("c220", "peap"))
PASSWORD = "radius-secret-91"


def run_with(number: int, *, password: bool = True) -> Reach:
    credentials = stored(f"c{number}")
    if password:
        credentials.passwords[f"c{number}", "dot1x"] = Secret(PASSWORD)
    return reach(credentials)


async def told(number: int, run: Reach) -> list[tuple[str, Status, str]]:
    outcomes = await driver.apply(camera(number), "dot1x", WANTED, run)
    return [(outcome.change.path, outcome.status, outcome.text) for outcome in outcomes]


def test_the_password_waits_for_https(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        run = run_with(220)
        async with plugged(220, AXIS) as lab:
            refused = await told(220, run)
            assert {status for _, status, _ in refused} == {Status.REFUSED}
            assert "over HTTPS alone" in refused[0][2] and lab.counters.sets == 0
            await driver.apply(camera(220), "protocols", PROTOCOLS, run)
            await settled()
            applied = await told(220, run)
            assert {(path, status) for path, status, _ in applied} == {
                ("dot1x.identity", Status.APPLIED),
                ("dot1x.method", Status.APPLIED),
            }
            assert lab.dot1x.held[0].password == PASSWORD
            seen = await driver.observe(camera(220), run, (), sections=("dot1x",))
            assert list(compare(WANTED, seen.state)) == []
            assert await told(220, run) == []
            assert PASSWORD not in repr((refused, applied, seen)) + caplog.text

    asyncio.run(scenario())


def test_without_a_stored_password_nothing_is_sent() -> None:
    async def scenario() -> None:
        run = run_with(221, password=False)
        async with plugged(221, AXIS) as lab:
            await driver.apply(camera(221), "protocols", PROTOCOLS, run)
            await settled()
            sets = lab.counters.sets
            refused = await told(221, run)
            assert refused[0][1] is Status.REFUSED and "no password is stored" in refused[0][2]
            assert lab.counters.sets == sets

    asyncio.run(scenario())


def test_a_camera_without_it_is_unknown() -> None:
    async def scenario() -> None:
        async with plugged(222, HIKVISION):
            seen = await driver.observe(camera(222), run_with(222), (), sections=("dot1x",))
            (found,) = compare(WANTED, seen.state)
            assert isinstance(found, Unknown) and "ActionNotSupported" in found.unread.text

    asyncio.run(scenario())
