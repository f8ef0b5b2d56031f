"""What one sweep asks of a camera: each question once, however many sections have it."""

from __future__ import annotations

import asyncio

import pytest

from iccc.camera.driver import observe
from iccc.compare import Unread
from iccc.lab.device import Counters
from tests.camera.devices import MODELS, camera, plugged, reach


def requests_of(make: str, *sections: str) -> int:
    async def scenario() -> int:
        async with plugged(81, MODELS[make]) as lab:
            run = reach()
            await observe(camera(81), run, [], ())  # the first finds out how the camera authenticates
            lab.counters = Counters()
            row = await observe(camera(81), run, [], sections)
            assert row.state is not None
            assert not isinstance(row.state, Unread)
            assert all(not isinstance(getattr(row.state, name), Unread | None) for name in sections)
            return lab.counters.requests

    return asyncio.run(scenario())


@pytest.mark.parametrize("make", MODELS)
def test_profiles_are_asked_for_once(make: str) -> None:
    assert requests_of(make, "encoders", "audio", "multicast") == requests_of(make, "encoders")


@pytest.mark.parametrize("make", MODELS)
def test_the_clock_is_looked_at_once(make: str) -> None:
    """Beside it the section has the NTP servers."""
    assert requests_of(make, "time") == requests_of(make) + 1
