"""What one sweep asks of a camera: each question once, however many sections have it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest

from iccc.camera.driver import crowds, observe, observe_all
from iccc.camera.state import CameraFacts, CameraState
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.lab.device import Counters
from iccc.observed import Observed
from iccc.onvif.call import Context, Procedure, Service, read
from iccc.onvif.hostname import read_hostname
from iccc.onvif.state import Identity
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_device import observe_many, read_parts
from iccc.settings import Limits
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


def test_no_more_at_once_than_the_uplink_the_recorder_and_the_settings_allow() -> None:
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def look(device: Camera) -> Observed[str, None]:
        for crowd in ("all", device.site, device.recorder):
            busy[crowd] += 1
            most[crowd] = max(most[crowd], busy[crowd])
        await asyncio.sleep(0.01)
        for crowd in ("all", device.site, device.recorder):
            busy[crowd] -= 1
        return Observed(device.name, "read", None, run.clock.now())

    run = replace(reach(), limits=Limits(onvif_in_flight=7, onvif_per_site=3, onvif_per_recorder=4))
    cameras = [replace(camera(number), site=f"j{number % 3}", recorder=f"rec{number % 2}") for number in range(1, 61)]
    told: list[str] = []
    rows = asyncio.run(observe_many(cameras, run, look, told.append, partial(crowds, run.limits)))
    assert list(rows) == [one.name for one in cameras]
    assert sorted(told) == sorted(rows)
    assert most == {"all": 7, "j0": 3, "j1": 3, "j2": 3, "rec0": 4, "rec1": 4}


def test_a_reader_that_stumbles_is_one_unread_part(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "iccc")

    def stumbles(_context: Context) -> Procedure[str]:
        yield read(Service.DEVICE, "GetHostname")
        known: dict[str, str] = {}
        return known["what nobody thought of"]

    async def scenario() -> tuple[dict[str, object], object] | Unread:
        async with plugged(81, MODELS["axis"]):
            return await read_parts(camera(81), reach(), [], {"odd": stumbles, "hostname": read_hostname})

    found = asyncio.run(scenario())
    assert not isinstance(found, Unread)
    values, identity = found
    assert identity is not None
    assert isinstance(values["hostname"], str)
    assert isinstance(values["odd"], Unread)
    assert values["odd"].text.endswith("not understood (KeyError)")
    assert "what nobody thought of" in caplog.text
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


def test_a_login_that_stumbles_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    real = OnvifSession.open

    async def stumbles(session: OnvifSession) -> Identity | None:
        if session.device.name == "c82":
            raise KeyError("what nobody thought of")
        return await real(session)

    monkeypatch.setattr(OnvifSession, "open", stumbles)

    async def scenario() -> dict[str, Observed[CameraState, CameraFacts]]:
        async with plugged(81), plugged(82):
            return await observe_all([camera(82), camera(81)], reach(), (), lambda _name: None, ("hostname",))

    rows = asyncio.run(scenario())
    assert isinstance(rows["c82"].state, Unread) and not isinstance(rows["c81"].state, Unread)
    assert rows["c82"].state.text == "c82 10.77.3.82:80  onvif login: not understood (KeyError)"
