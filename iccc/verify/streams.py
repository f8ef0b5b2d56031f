"""The streams of cameras: what each is by its SDP, and, where that is asked for, what comes when it is played."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed
from iccc.onvif.state import Password
from iccc.secrets import STREAM_USER, Login
from iccc.sessions.reach import Reach
from iccc.sessions.rtsp import Played, RtspSession, StreamDescription


class Audit(StrEnum):
    """How far streams are looked at."""

    DESCRIBE = "describe"  # what the camera says of them
    KEYFRAME = "keyframe"  # played until the first keyframe


@dataclass(frozen=True)
class StreamSeen:
    """One stream. ``played`` is None when that was not asked for."""

    described: StreamDescription | Unread
    played: Played | Unread | None = None


async def look(
    cameras: Sequence[Camera], observed: Mapping[str, Observed[Any, CameraFacts]], reach: Reach, audit: Audit
) -> dict[tuple[str, str], StreamSeen]:
    """Every declared stream by (camera, role); one at a time of each camera."""
    slots = _Slots(reach, audit)

    async def all_of(camera: Camera) -> dict[tuple[str, str], StreamSeen]:
        found: dict[tuple[str, str], StreamSeen] = {}
        refused = _refused(camera, observed[camera.name], reach)
        for role in camera.streams:
            uri = refused or _uri(camera, role, observed[camera.name])
            if isinstance(uri, Unread):
                found[camera.name, role] = _unread(uri, audit)
                continue
            async with slots.of(camera):
                seen = await _seen(camera, uri, reach, audit)
            if isinstance(seen.described, Unread) and seen.described.reason is Reason.UNAUTHORISED:
                refused = seen.described  # a second refusal in one run could lock the account
            found[camera.name, role] = seen
        return found

    rows = await asyncio.gather(*(all_of(camera) for camera in cameras))
    return {key: seen for row in rows for key, seen in row.items()}


class _Slots:
    """How many streams are asked about at once."""

    def __init__(self, reach: Reach, audit: Audit) -> None:
        limits = reach.limits
        self._plays = audit is Audit.KEYFRAME
        self._all = asyncio.Semaphore(limits.streams_in_flight if self._plays else limits.rtsp_in_flight)
        self._sites = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(limits.streams_per_site))
        self._recorders = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(limits.streams_per_recorder))

    @asynccontextmanager
    async def of(self, camera: Camera) -> AsyncIterator[None]:
        """A slot for one stream of the camera. All take them in the same order: nobody waits in a circle."""
        async with AsyncExitStack() as stack:
            if self._plays:
                if camera.recorder:
                    await stack.enter_async_context(self._recorders[camera.recorder])
                await stack.enter_async_context(self._sites[camera.site])
            await stack.enter_async_context(self._all)
            yield


def _uri(camera: Camera, role: str, seen: Observed[Any, CameraFacts]) -> str | Unread:
    if isinstance(seen.state, Unread):
        return seen.state  # a silent camera is not asked again
    uri = seen.facts.stream_uris.get(role) if seen.facts else None
    return uri or Unread(Reason.UNSUPPORTED, f"{camera.name} names no {role} stream")


def _refused(camera: Camera, seen: Observed[Any, CameraFacts], reach: Reach) -> Unread | None:
    """Why no login is tried: the sweep just before this had it refused, over ONVIF."""
    users = getattr(seen.state, "users", None)
    user = users.get(STREAM_USER) if isinstance(users, Mapping) else None
    stored = reach.credentials.password(camera.name, STREAM_USER)
    if user is None or stored is None:
        return None
    if isinstance(user.password, Unread) and user.password.reason is Reason.BACK_OFF:
        return user.password
    if user.password is not Password.REFUSED:
        return None
    return Unread(Reason.UNAUTHORISED, f"not tried: {camera.name} refuses the password of {STREAM_USER}")


def _unread(why: Unread, audit: Audit) -> StreamSeen:
    return StreamSeen(why, why if audit is Audit.KEYFRAME else None)


async def _seen(camera: Camera, uri: str, reach: Reach, audit: Audit) -> StreamSeen:
    password = reach.credentials.password(camera.name, STREAM_USER)
    login = Login(STREAM_USER, password, managed=True) if password else None
    async with RtspSession(camera, uri, login, reach) as session:
        try:
            video = await session.describe()
        except DeviceError as error:
            return _unread(Unread.of(error), audit)
        if audit is Audit.DESCRIBE:
            return StreamSeen(video.description)
        try:
            return StreamSeen(video.description, await session.play(video))
        except DeviceError as error:
            return StreamSeen(video.description, Unread.of(error))
