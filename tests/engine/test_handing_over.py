"""A recorder lets go of no camera that the one it goes to does not record."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from iccc.city.devices import City, Device, Failover
from iccc.city.failovers import moved
from iccc.compare import Unread
from iccc.engine import handing_over
from iccc.engine.handing_over import going, recorded_here_alone
from iccc.errors import Reason
from iccc.observed import Observed
from iccc.server.state import Cameras, ServerFacts, ServerState
from iccc.yamlfile import Where
from tests.server.city import served

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ENTRY = Failover("bsp-rec01", "bsp-rec10", "2026-11-30T17:00", None, "disk", Where("f", 1, 1))


def city() -> City:
    """The cameras of bsp-rec01 are on bsp-rec10, and both are servers."""
    before = served()
    spare = replace(before.recorders["bsp-rec10"], recorder_type="server", host=before.recorders["bsp-rec01"].host)
    cameras = {camera.name: camera for camera in moved([*before.cameras.values()], [ENTRY])}
    return replace(before, cameras=cameras, failovers=(ENTRY,), recorders={**before.recorders, spare.name: spare})


def server(*cameras: str, age_s: float = 5) -> Observed[Any, Any]:
    """One that has recordings of these, the newest so old."""
    newest = {camera: (NOW.timestamp() - age_s, 1000) for camera in cameras}
    return Observed("s", ServerState(), ServerFacts("Debian", 0, {}, None, None, newest), NOW)


def left(seen: Mapping[str, Observed[Any, Any]], others: set[str]) -> list[str]:
    one = city()
    recorder = one.recorders["bsp-rec01"]
    leaving = going(one, recorder, "cameras", ServerState(cameras=Cameras(frozenset(others), {})))

    async def observe(devices: list[Device]) -> Mapping[str, Observed[Any, Any]]:
        return {device.name: seen[device.name] for device in devices}

    return asyncio.run(recorded_here_alone(one, recorder, leaving, observe))


def test_it_goes_when_it_is_recorded_there_or_not_here(monkeypatch: Any) -> None:
    monkeypatch.setattr(handing_over, "WITHIN_S", 0.0)
    names = sorted(camera.name for camera in served().recorded_by("bsp-rec01"))[:3]
    here = server(*names)
    assert left({"bsp-rec01": here, "bsp-rec10": server(*names)}, {*names}) == []
    assert left({"bsp-rec01": here, "bsp-rec10": server(names[0])}, {*names}) == names[1:]
    assert left({"bsp-rec01": here, "bsp-rec10": server(*names, age_s=600)}, {*names}) == names
    assert left({"bsp-rec01": server(*names, age_s=600), "bsp-rec10": server()}, {*names}) == []
    silent = Observed[Any, Any]("s", Unread(Reason.NO_ANSWER, "no answer"), None, NOW)
    assert left({"bsp-rec01": here, "bsp-rec10": silent}, {*names}) == names
    assert left({"bsp-rec01": here}, {"gone-c01"}) == [], "one that is declared nowhere goes as before"
