"""Another firmware for a camera: sent over HTTP as ONVIF says, proved by what it runs and has set afterwards."""

from __future__ import annotations

import asyncio
import time

from iccc.camera.restart import after_silence, back, back_after, same_unit
from iccc.camera.settled import lost, settings
from iccc.city.devices import Camera, City
from iccc.city.model.catalogue import is_version
from iccc.observed import Done, Status
from iccc.onvif.state import Identity
from iccc.onvif.system import start_upgrade
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_files import send
from iccc.sessions.reach import Reach


async def upgrade(camera: Camera, city: City, reach: Reach, file: bytes, version: str) -> tuple[Done, Identity | None]:
    """Send the file, wait until the camera is back, and look what it runs. Also who it says that it is then.

    Raises DeviceError when the file is not taken, or nobody knows whether it was.
    """
    before = await settings(camera, city, reach)
    began = time.monotonic()
    async with OnvifSession(camera, reach) as session:
        old = await session.open()
        upload = await session.run(start_upgrade())
        await asyncio.sleep(min(upload.delay_s, reach.timeouts.transfer_s))
        unanswered = await send(session, upload.path, file)
    # It may write its memory for minutes before it goes away.
    new = await back(camera, reach, away_s=max(reach.timeouts.away_s, upload.down_s))
    if isinstance(new, Done):
        return after_silence(new, unanswered), None
    done = same_unit(camera, old, new, back_after(began, unanswered))
    if done.status is not Status.APPLIED or new is None:
        return done, new
    if not is_version(new.firmware, version):
        text = f"it came back with {new.firmware or 'no word of its firmware'}, not with {version}"
        return Done(camera.name, Status.ACCEPTED_NOT_APPLIED, text), new
    if cost := lost(camera, city, before, await settings(camera, city, reach)):
        return Done(camera.name, Status.FAILED, f"runs {new.firmware}, and {cost}: deploy it"), new
    ran = old.firmware if old else "something"
    return Done(camera.name, Status.APPLIED, f"runs {new.firmware}, ran {ran}; {done.text}"), new


def before(camera: Camera, seen: Identity, city: City, version: str) -> Done | None:
    """The row of a camera that is left as it is: it runs that version already, or its type may not."""
    if is_version(seen.firmware, version):
        return Done(camera.name, Status.APPLIED, f"runs {seen.firmware} already: nothing was sent")
    allowed = city.catalogue[camera.device_type].may_run(version)
    if allowed:
        return None
    why = f"may not run {version}" if allowed is False else f"has no list of firmware in the catalogue, so no {version}"
    return Done(camera.name, Status.REFUSED, f"its type {camera.device_type} {why}")
