"""What cameras show: two snapshots of each, a moment apart, and the hints that follow from their figures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from iccc.camera.driver import crowds
from iccc.camera.snapshot import read_snapshot_path
from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed
from iccc.pictures import OCTETS_LIMIT, Doubt, Hint, Picture, black, defocused, frozen, read_picture
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_device import observe_many
from iccc.sessions.onvif_files import fetch
from iccc.sessions.reach import Reach
from iccc.usual import SETTLED_DAYS, Usual

SHARPNESS_KEY = "sharpness"  # learned: the camera's own usual sharpness


@dataclass(frozen=True)
class PictureSeen:
    """One camera's picture. None: nothing is wrong with it in that respect."""

    figures: str
    black: Hint | Doubt | None
    frozen: Hint | Doubt | None
    defocused: Hint | Doubt | None


async def look(
    cameras: Sequence[Camera], observed: Mapping[str, Observed[Any, CameraFacts]], reach: Reach
) -> dict[str, PictureSeen | Unread]:
    """By camera, no more at once behind one uplink than a sweep. What does not answer that is not asked again."""

    async def one(camera: Camera) -> PictureSeen | Unread:
        state = observed[camera.name].state
        if isinstance(state, Unread):
            return state
        try:
            first, second = await _two(camera, reach)
        except DeviceError as error:
            return Unread.of(error)
        return _seen(camera, first, second, reach)

    return await observe_many(cameras, reach, one, lambda _name: None, partial(crowds, reach.limits))


async def _two(camera: Camera, reach: Reach) -> tuple[Picture, Picture]:
    """Two snapshots, ``pictures_apart_s`` apart. Raises DeviceError."""
    limit_s, apart_s = reach.timeouts.device_s, reach.timeouts.pictures_apart_s
    async with OnvifSession(camera, reach) as session:
        where = session.where("snapshot")
        try:
            async with asyncio.timeout(limit_s + apart_s):
                await session.open()
                path = await session.run(read_snapshot_path())
                # Read at once: hundreds of cameras' snapshots are not to lie in memory meanwhile.
                first = await asyncio.to_thread(read_picture, await fetch(session, path, OCTETS_LIMIT))
                await asyncio.sleep(apart_s)
                second = await asyncio.to_thread(read_picture, await fetch(session, path, OCTETS_LIMIT))
            return first, second
        except TimeoutError:
            raise DeviceError(Reason.NO_ANSWER, where, f"no two snapshots within {limit_s + apart_s:g} s") from None
        except ValueError as error:
            raise DeviceError(Reason.BAD_ANSWER, where, str(error)) from None


def _seen(camera: Camera, first: Picture, second: Picture, reach: Reach) -> PictureSeen:
    """Judge, then learn: a picture that is strange for days becomes usual, one that is black never does."""
    usual = _usual(reach.learned.get(camera.name, SHARPNESS_KEY))
    is_black = black(second)
    seen = PictureSeen(
        f"{second.width_px}x{second.height_px}, brightness {second.mean:.0f}, sharpness {second.sharpness:.0f}",
        is_black,
        frozen(first, second, reach.timeouts.pictures_apart_s),
        defocused(second, usual.low if usual.days >= SETTLED_DAYS else None),
    )
    if is_black is None:
        kept = asdict(usual.after(second.sharpness, reach.clock.now()))
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}
        reach.learned.put(camera.name, SHARPNESS_KEY, told)
    return seen


def _usual(kept: Any) -> Usual:
    if not isinstance(kept, dict):
        return Usual()
    times = {name: datetime.fromisoformat(kept[name]) for name in ("since", "at") if kept.get(name)}
    return Usual(**{**kept, **times})
