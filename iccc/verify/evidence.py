"""Everything that the acceptance tests judge, gathered once: one sweep of the devices and one DESCRIBE per stream."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iccc import fleet
from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera, City, Device
from iccc.compare import Unread
from iccc.context import Context
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed
from iccc.secrets import Login
from iccc.sessions import aio
from iccc.sessions.reach import Reach
from iccc.sessions.rtsp import StreamDescription, describe

STREAM_USER = "recorder"  # streams are pulled as the recorder does


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was seen of each device, and each camera's streams by (camera, role)."""

    city: City
    taken_at: datetime
    observed: Mapping[str, Observed[Any, Any]]
    streams: Mapping[tuple[str, str], StreamDescription | Unread] = field(default_factory=dict)


def gather(context: Context, devices: Sequence[Device]) -> Evidence:
    """Read ``devices`` and whatever switches they hang on, and describe every camera's streams."""
    names = {device.name for device in devices}
    names |= {getattr(device, "switch", device.name) for device in devices}
    listed = [device for device in context.city.devices() if device.name in names and device.on_the_wire]

    async def both() -> Evidence:
        observed = await fleet.observe(listed, context.city, context.reach, lambda _name: None)
        cameras = [device for device in listed if isinstance(device, Camera)]
        streams = await _streams(cameras, observed, context.reach)
        return Evidence(context.city, context.clock.now(), observed, streams)

    return aio.run(both())


async def _streams(
    cameras: Sequence[Camera], observed: Mapping[str, Observed[Any, CameraFacts]], reach: Reach
) -> dict[tuple[str, str], StreamDescription | Unread]:
    slots = asyncio.Semaphore(reach.limits.rtsp_in_flight)

    async def one(camera: Camera, role: str) -> StreamDescription | Unread:
        seen = observed[camera.name]
        if isinstance(seen.state, Unread):
            return seen.state  # a silent camera is not asked again
        uri = seen.facts.stream_uris.get(role) if seen.facts else None
        if uri is None:
            return Unread(Reason.UNSUPPORTED, f"{camera.name} names no {role} stream")
        password = reach.credentials.password(camera.name, STREAM_USER)
        login = Login(STREAM_USER, password, managed=True) if password else None
        try:
            async with slots:
                return await describe(camera, uri, login, reach)
        except DeviceError as error:
            return Unread.of(error)

    keys = [(camera, role) for camera in cameras for role in camera.streams]
    found = await asyncio.gather(*(one(camera, role) for camera, role in keys))
    return {(camera.name, role): stream for (camera, role), stream in zip(keys, found, strict=True)}
