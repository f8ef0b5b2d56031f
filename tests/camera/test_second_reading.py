"""onvif-zeep and the fast reader give the same states of every make, for what onvif-zeep can read."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from iccc.camera import driver, second_reading
from iccc.camera.settings import SECTIONS
from iccc.camera.state import CameraState, Codec, Encoder
from iccc.compare import Change, Unread, Within, compare
from iccc.errors import Reason
from iccc.lab.camera_model import CameraModel
from iccc.lab.device import Fault
from iccc.observed import Observed
from iccc.settings import CameraReader
from tests.camera.devices import MODELS, USERS, WANTED, camera, plugged, reach, stored

NOT_READ = {name for name in SECTIONS if name not in second_reading.READS}


async def both(
    number: int, model: CameraModel, wanted: CameraState | None, fault: Fault = Fault.NONE
) -> list[Observed[CameraState, object]]:
    run = reach(stored(f"c{number}"))
    async with plugged(number, model) as lab:
        for section in SECTIONS if wanted is not None else ():
            if getattr(wanted, section) is None:
                continue
            await driver.apply(camera(number), section, wanted, run)
        lab.fault = fault
        lab.faulted()
        found = []
        for reader in CameraReader:
            run = replace(run, camera_reader=reader)
            rows = await driver.observe_all([camera(number)], run, USERS, lambda _name: None)
            found.append(rows[f"c{number}"])
        assert lab.counters.failures == 0
        return found


def agreed(fast: Observed[CameraState, object], slow: Observed[CameraState, object]) -> set[str]:
    """The paths that the slow one did not read; what it did read is the same."""
    assert isinstance(fast.state, CameraState)
    assert not isinstance(fast.state.time, Unread | None)
    wanted = replace(fast.state, time=replace(fast.state.time, skew_s=Within(60.0)))
    told = list(compare(wanted, slow.state))
    assert [found for found in told if isinstance(found, Change)] == []
    return {found.path for found in told}


@pytest.mark.parametrize("deployed", [False, True], ids=["factory", "deployed"])
@pytest.mark.parametrize("make", MODELS)
def test_both_readers_give_the_same(make: str, deployed: bool) -> None:
    h264 = {role: Encoder(Codec.H264) for role in ("main", "sub")}
    wanted = replace(WANTED, encoders=h264) if deployed else None
    fast, slow = asyncio.run(both(12, MODELS[make], wanted))
    assert isinstance(slow.state, CameraState)
    unread = agreed(fast, slow)
    passwords = {path for path in unread if path.startswith("users[") and path.endswith(".password")}
    codecs = {f"encoders[{role}].codec" for role in ("main", "sub")}
    assert unread - passwords - codecs <= NOT_READ | ({"encoders"} if not deployed else set())
    assert isinstance(slow.state.users, dict)


@pytest.mark.parametrize("fault", [Fault.WRONG_NAMESPACE, Fault.IMPOSSIBLE_DATES, Fault.FOREIGN_XADDR])
def test_an_odd_camera_is_unread_rather_than_different(fault: Fault) -> None:
    agreed(*asyncio.run(both(13, MODELS["generic"], None, fault)))


def test_a_camera_that_is_away_is_a_row() -> None:
    run = replace(reach(stored("c14")), camera_reader=CameraReader.ZEEP)
    rows = asyncio.run(driver.observe_all([camera(14)], run, USERS, lambda _name: None))
    assert isinstance(rows["c14"].state, Unread)
    assert rows["c14"].state.reason is Reason.REFUSED
