"""Cameras that another recorder records by now: their channels connect no more, and keep everything else."""

from __future__ import annotations

import asyncio

from iccc.compare import Change, compare
from iccc.observed import Status
from iccc.recorder import driver
from iccc.recorder.state import Others, RecorderState
from tests.camera.devices import recorder
from tests.recorder.rig import rig

AWAY = {"c31": "10.77.3.31", "c99": "10.77.3.99"}  # c99 was never on it


def test_one_that_has_gone_elsewhere_is_let_go_and_taken_back() -> None:
    async def scenario() -> None:
        async with rig(204, 31, 32) as one:
            await one.put()
            await one.records(1, 2)
            wanted = RecorderState(others=Others(frozenset(), AWAY))
            seen = (await driver.observe(recorder(204), one.reach, (), elsewhere=AWAY)).state
            assert isinstance(seen, RecorderState) and seen.others == Others(frozenset({"c31"}), AWAY)
            paths = [found.path for found in compare(wanted, seen) if isinstance(found, Change)]
            assert paths == ["others.recorded"], "one row, however many cameras"
            outcomes = await driver.apply(recorder(204), "others", wanted, one.reach)
            assert [outcome.status for outcome in outcomes] == [Status.APPLIED]
            await one.records(2)
            again = (await driver.observe(recorder(204), one.reach, (), elsewhere=AWAY)).state
            assert list(compare(wanted, again)) == []
            assert await driver.apply(recorder(204), "others", wanted, one.reach) == []
            assert len(one.states()) == 2, "the channel and its footage stay"
            assert [outcome.status for outcome in await one.put()] == [Status.APPLIED]
            await one.records(1, 2)

    asyncio.run(scenario())
