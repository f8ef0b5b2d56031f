"""Cameras that go from one recorder to another: the one lets go of none that the other does not record yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from iccc import fleet
from iccc.city.devices import City, Device, Recorder
from iccc.observed import Observed
from iccc.recorder.state import Others, RecorderState
from iccc.server.state import ServerState

WITHIN_S, APART_S = 20.0, 2.0  # the other one may be written in the same run
Observe = Callable[[list[Device]], Awaitable[Mapping[str, Observed[Any, Any]]]]


def going(city: City, recorder: Device, section: str, state: object) -> dict[str, str]:
    """The cameras that a write of ``section`` takes off ``recorder``, each with the one that it is declared on now."""
    names: frozenset[str] = frozenset()
    if isinstance(state, ServerState) and section == "cameras" and state.cameras is not None:
        names = state.cameras.others
    if isinstance(state, RecorderState) and section == "others" and isinstance(state.others, Others):
        names = state.others.recorded
    known = {name: city.cameras[name] for name in names if name in city.cameras}
    return {
        name: camera.recorder
        for name, camera in known.items()
        if camera.on_the_wire and camera.recorder in city.recorders and camera.recorder != recorder.name
    }


async def recorded_here_alone(
    city: City, recorder: Recorder, leaving: Mapping[str, str], observe: Observe
) -> list[str]:
    """Of the cameras that are ``leaving``, those that it records now and their own recorder does not."""
    if not leaving:
        return []
    left = fleet.recorded(recorder, (await observe([recorder]))[recorder.name]) & leaving.keys()
    until = asyncio.get_running_loop().time() + WITHIN_S
    while left:
        others: Sequence[Recorder] = [city.recorders[name] for name in sorted({leaving[camera] for camera in left})]
        seen = await observe([*others])
        left -= frozenset().union(*(fleet.recorded(one, seen[one.name]) for one in others))
        if not left or asyncio.get_running_loop().time() >= until:
            break
        await asyncio.sleep(APART_S)
    return sorted(left)
