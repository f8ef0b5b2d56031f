"""Reads a city's cameras with our own sessions: ``python -m tests.peers.read_cameras_ours CITY WHAT`` in its folder.

``seven``: the parts that need the seven reads of the comparison. ``whole``: all that the city declares anything of.
``describe``: one RTSP DESCRIBE of each main stream.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from functools import partial

from iccc import guard
from iccc.camera.driver import crowds, declared_sections, observe_all
from iccc.camera.settings import SETTINGS
from iccc.camera.streams import read_encoders
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.context import Context, open_context
from iccc.observed import Observed
from iccc.sessions import aio
from iccc.sessions.onvif_device import Part, observe_many, read_parts
from iccc.sessions.rtsp import describe
from tests.peers.camera_reads import Measured

PARTS: dict[str, Part] = {name: SETTINGS[name].read for name in ("time", "hostname", "users", "protocols")}
PATHS = {
    "fixed": "/cam/realmonitor?channel=1&subtype=0&unicast=true",
    "anpr": "/Streaming/Channels/101?transportmode=unicast",
    "ptz": "/axis-media/media.amp?profile=profile_1&sessiontimeout=60",
}  # of the main streams of the makes that the lab plays for these groups
PARTS["encoders"] = read_encoders  # without the URIs


async def seven_reads(context: Context, cameras: Sequence[Camera]) -> list[bool]:
    """Whether all of each camera was read."""

    async def one(camera: Camera) -> Observed[bool, None]:
        found = await read_parts(camera, context.reach, [], PARTS)
        whole = not isinstance(found, Unread) and not any(isinstance(part, Unread) for part in found[0].values())
        return Observed(camera.name, whole, None, context.clock.now())

    limits = context.reach.limits
    rows = await observe_many(cameras, context.reach, one, lambda _name: None, partial(crowds, limits))
    return [row.state is True for row in rows.values()]


async def whole_sweep(context: Context, cameras: Sequence[Camera]) -> list[bool]:
    users = [user.name for user in context.city.camera_users]
    sections = declared_sections(context.city)
    rows = await observe_all(cameras, context.reach, users, lambda _name: None, sections)
    return [not isinstance(row.state, Unread) for row in rows.values()]


async def describe_all(context: Context, cameras: Sequence[Camera]) -> list[bool]:
    slot = asyncio.Semaphore(context.reach.limits.rtsp_in_flight)

    async def one(camera: Camera) -> bool:
        async with slot:
            login = context.vault.logins(camera.name)[0]
            found = await describe(camera, PATHS[camera.group], login, context.reach)
            return found.codec != ""

    return await asyncio.gather(*map(one, cameras))


WORK = {"seven": seven_reads, "whole": whole_sweep, "describe": describe_all}

if __name__ == "__main__":
    guard.install()
    city, what = sys.argv[1:]
    with open_context(city, "bench") as opened, Measured() as run:
        for read in aio.run(WORK[what](opened, list(opened.city.cameras.values()))):
            run.count(read)
    print(run.told())
