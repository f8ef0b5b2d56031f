"""The streams of cameras: what each is by its SDP, and, where that is asked for, what comes when it is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from iccc.camera.driver import crowds
from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed
from iccc.onvif.state import Password
from iccc.secrets import STREAM_USER, Login
from iccc.sessions.onvif_device import observe_many
from iccc.sessions.reach import Reach
from iccc.sessions.rtsp import Played, RtspSession, StreamDescription
from iccc.settings import Limits


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
    """Every declared stream by (camera, role); one at a time of each camera, and no more at once than the gates let."""

    async def all_of(camera: Camera) -> dict[tuple[str, str], StreamSeen]:
        found: dict[tuple[str, str], StreamSeen] = {}
        refused = _refused(camera, observed[camera.name], reach)
        for role in camera.streams:
            uri = refused or _uri(camera, role, observed[camera.name])
            if isinstance(uri, Unread):
                found[camera.name, role] = _unread(uri, audit)
                continue
            seen = await _seen(camera, uri, reach, audit)
            if isinstance(seen.described, Unread) and seen.described.reason is Reason.UNAUTHORISED:
                refused = seen.described  # a second refusal in one run could lock the account
            found[camera.name, role] = seen
        return found

    limits = _gates(reach.limits, audit)
    rows = await observe_many(
        cameras, replace(reach, limits=limits), all_of, lambda _name: None, partial(crowds, limits)
    )
    return {key: seen for row in rows.values() for key, seen in row.items()}


def _gates(limits: Limits, audit: Audit) -> Limits:
    """Those of a sweep, with fewer at once of what is played: it takes bandwidth of uplinks and recorders."""
    if audit is Audit.DESCRIBE:
        return replace(limits, onvif_in_flight=limits.rtsp_in_flight)
    return replace(
        limits, onvif_in_flight=limits.streams_in_flight, onvif_per_site=limits.streams_per_site,
        onvif_per_recorder=limits.streams_per_recorder,
    )  # fmt: skip


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
    return Unread(
        Reason.UNAUTHORISED, f"{camera.name} {camera.address}: not tried: it refuses the login of {STREAM_USER}"
    )


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
