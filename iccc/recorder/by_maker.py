"""Channels of recorders that tell them over their maker's own interface."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from iccc.city.devices import Recorder
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Outcome, Status
from iccc.onvif.errors import OnvifError
from iccc.recorder.state import Channel
from iccc.recorder.vendors import hikvision
from iccc.secrets import STREAM_USER, device_secret
from iccc.sessions.onvif import OnvifSession, refuse_unwritten
from iccc.sessions.onvif_files import fetch
from iccc.sessions.reach import Reach

ISAPI = "isapi"
LIMIT = 1024 * 1024  # bytes of an answer


async def read_channels(
    recorder: Recorder, reach: Reach, declared: Mapping[str, Channel]
) -> dict[str, Channel] | Unread:
    """By camera, as over ONVIF. Never raises."""
    limit_s = reach.timeouts.device_s
    try:
        async with asyncio.timeout(limit_s), OnvifSession(recorder, reach) as session:
            await session.open()
            listed = await fetch(session, hikvision.CHANNELS, LIMIT)
            status = await fetch(session, hikvision.STATUS, LIMIT)
            return named(hikvision.channels(listed, status), declared)
    except DeviceError as error:
        return Unread.of(error)
    except OnvifError as error:
        return Unread(error.reason, f"{recorder.name}  ISAPI: {error}")
    except TimeoutError:
        return Unread(Reason.NO_ANSWER, f"{recorder.name}  ISAPI: not finished within {limit_s:g} s")


def named(bound: list[Channel], declared: Mapping[str, Channel]) -> dict[str, Channel]:
    """Each by the camera whose it is: by its address, then by a declared number; the others by ``channel-<number>``."""
    found: dict[str, Channel] = {}
    left = list(bound)

    def take(camera: str, fits: list[Channel]) -> None:
        if fits and camera not in found:
            found[camera] = fits[0]
            left.remove(fits[0])

    for camera, wanted in declared.items():
        take(camera, [one for one in left if one.address == wanted.address])
    for camera, wanted in declared.items():
        take(camera, [one for one in left if wanted.number is not None and one.number == wanted.number])
    return found | {f"channel-{one.number}": one for one in left}


async def apply(recorder: Recorder, wanted: Mapping[str, Channel], reach: Reach) -> list[Outcome]:
    """Read again, and say of each difference what a person has to do. Raises DeviceError when it cannot be read."""
    where = f"{recorder.name} {recorder.address}  ISAPI"
    refuse_unwritten(recorder, where)
    seen = await read_channels(recorder, reach, wanted)
    if isinstance(seen, Unread):
        raise DeviceError(seen.reason, where, seen.text)
    outcomes: list[Outcome] = []
    for found in compare(wanted, seen, "channels"):
        if isinstance(found, Change):
            camera = found.path.partition("[")[2].partition("]")[0]
            outcomes.append(Outcome(found, Status.NEEDS_HUMAN, found.seen, step(recorder, camera, wanted[camera])))
    return outcomes


def step(recorder: Recorder, camera: str, channel: Channel) -> str:
    """What to type where; the password only by its name in the store."""
    at = "a free channel" if channel.number is None else f"channel {channel.number}"
    return (
        f"on the page of {recorder.name}, Camera Management, {at}: address {channel.address}, protocol ONVIF, "
        f"user {STREAM_USER}, the password that is stored as {device_secret(camera, STREAM_USER)}"
    )
