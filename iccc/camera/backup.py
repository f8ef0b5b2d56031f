"""A camera's own backup file: fetched, and put back on the same model with the same firmware."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from iccc.camera.restart import after_silence, back, back_after, same_unit
from iccc.camera.settled import as_data, compared, settings
from iccc.city.devices import Camera, City
from iccc.errors import DeviceError, Reason
from iccc.observed import Done, Status
from iccc.onvif.state import Identity
from iccc.onvif.system import backup_path, start_restore
from iccc.secrets import Login, TriedFirst
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.onvif_files import fetch, send
from iccc.sessions.reach import Reach

LARGEST = 32 * 1024 * 1024  # bytes; settings are a few hundred kB
LISTED = 5


@dataclass(frozen=True)
class Backup:
    """A file with what is needed to put it back and to prove that: ``settings`` as :func:`iccc.compare.managed`."""

    file: bytes
    identity: Identity
    login: Login
    settings: Mapping[str, Any]
    taken_at: datetime


async def backup(camera: Camera, city: City, reach: Reach) -> Backup:
    """Read the declared settings, then fetch the file. Raises DeviceError, also when the camera offers no backup."""
    state = await settings(camera, city, reach)
    async with OnvifSession(camera, reach) as session:
        identity = await session.open()
        path = await session.run(backup_path())
        file = await fetch(session, path, LARGEST)
        login = session.login
    if not file or identity is None or login is None:
        what = "the file is empty" if identity else "it does not tell its model, so nobody could put it back"
        raise DeviceError(Reason.BAD_ANSWER, session.where("backup"), what)
    return Backup(file, identity, login, as_data(camera, city, state), reach.clock.now())


async def restore(camera: Camera, city: City, reach: Reach, saved: Backup, adopt: Callable[[Login], None]) -> Done:
    """Send the file, wait until the camera is back, and compare with the settings that it had then.

    With its old settings it has its old passwords: the login of that time is tried first, and given to ``adopt``
    when it is accepted. Raises DeviceError when the file is not taken, or nobody knows whether it was.
    """
    began = time.monotonic()
    async with OnvifSession(camera, reach) as session:
        before = await session.open()
        upload = await session.run(start_restore())
        await asyncio.sleep(min(upload.delay_s, reach.timeouts.transfer_s))
        unanswered = await send(session, upload.path, saved.file)
    first = TriedFirst(reach.credentials, saved.login)
    after = await back(camera, replace(reach, credentials=first), max(reach.timeouts.away_s, upload.down_s))
    if isinstance(after, Done):
        return after_silence(after, unanswered)
    if first.accepted:
        adopt(saved.login)
    done = same_unit(camera, before, after, back_after(began, unanswered))
    if done.status is not Status.APPLIED:
        return done
    when = f"{saved.taken_at:%Y-%m-%d %H:%M} UTC"
    found = compared(saved.settings, as_data(camera, city, await settings(camera, city, reach)))
    if found.other:
        more = f" and {len(found.other) - LISTED} more" if len(found.other) > LISTED else ""
        text = f"{done.text}; not as in the backup of {when}: {', '.join(found.other[:LISTED])}{more}"
        return Done(camera.name, Status.ACCEPTED_NOT_APPLIED, text)
    if not found.same or found.unread:
        text = found.unread or "its settings cannot be read"
        return Done(camera.name, Status.FAILED, f"{done.text}; {text}")
    return Done(camera.name, Status.APPLIED, f"{done.text}; {len(found.same)} settings are as on {when}")


def fits(
    camera: Camera, seen: Identity, device: str, of: Identity, then: Mapping[str, Any], https_only: bool = False
) -> Done | None:
    """A row instead of a restore: the backup is another camera's, of another model or firmware, or would lose it.

    ``then``: its settings as :func:`iccc.compare.managed`. ``https_only``: the camera is reached over nothing else now.
    """
    if device != camera.name:
        return Done(camera.name, Status.REFUSED, f"the backup is of {device}")
    for what, there, here in (("model", of.model, seen.model), ("firmware", of.firmware, seen.firmware)):
        if there != here:
            return Done(camera.name, Status.REFUSED, f"the backup is of {what} {there}; the camera has {here}")
    address = _at(then, "network", "address")
    if address not in (None, "absent", camera.address, camera.reached_at):
        text = f"in the backup it has the address {address}, where it would go; {camera.address} is declared"
        return Done(camera.name, Status.REFUSED, text)
    if https_only and _at(then, "protocols", "https", "enabled") is not True:
        text = "in the backup HTTPS is not known to be on, and iccc reaches it over nothing else"
        return Done(camera.name, Status.REFUSED, text)
    return None


def _at(then: Mapping[str, Any], *path: str) -> Any:
    """The value at ``path``; None where it was not declared or not read."""
    found: Any = then
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
