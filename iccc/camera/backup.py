"""A camera's own backup file: fetched, and put back on the same model with the same firmware."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from iccc.camera.desired import desired
from iccc.camera.restart import after_silence, back, same_unit
from iccc.camera.settled import settings
from iccc.city.devices import Camera, City
from iccc.compare import Unread, managed
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
    return Backup(file, identity, login, _managed(camera, city, state), reach.clock.now())


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
    done = same_unit(camera, before, after, f"back after {time.monotonic() - began:.0f} s")
    if done.status is not Status.APPLIED:
        return done
    when = f"{saved.taken_at:%Y-%m-%d %H:%M} UTC"
    now = _managed(camera, city, await settings(camera, city, reach))
    compared, other = _compared(saved.settings, now)
    if other:
        more = f" and {len(other) - LISTED} more" if len(other) > LISTED else ""
        text = f"{done.text}; not as in the backup of {when}: {', '.join(other[:LISTED])}{more}"
        return Done(camera.name, Status.ACCEPTED_NOT_APPLIED, text)
    if not compared:
        return Done(camera.name, Status.FAILED, f"{done.text}; its settings cannot be read")
    return Done(camera.name, Status.APPLIED, f"{done.text}; {compared} settings are as on {when}")


def fits(camera: Camera, seen: Identity, device: str, of: Identity) -> Done | None:
    """A row instead of a restore: the backup is another camera's, or of another model or firmware."""
    if device != camera.name:
        return Done(camera.name, Status.REFUSED, f"the backup is of {device}")
    for what, there, here in (("model", of.model, seen.model), ("firmware", of.firmware, seen.firmware)):
        if there != here:
            return Done(camera.name, Status.REFUSED, f"the backup is of {what} {there}; the camera has {here}")
    return None


def _managed(camera: Camera, city: City, state: Any) -> Mapping[str, Any]:
    if isinstance(state, Unread):
        return {}
    found: Mapping[str, Any] = managed(desired(camera, city).state, state)
    return found


def _compared(then: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many settings both have, and which of them differ. What the declaration did not know then is left out."""
    old, new = dict(_leaves(then)), dict(_leaves(now))
    inner = {path[: at.start()] for path in new for at in re.finditer(r"\.", path)}  # what has settings of its own
    both = [path for path in old if path in new or path in inner or old[path] == "absent"]
    return len(both), [path for path in both if old[path] != new.get(path, "there" if path in inner else "absent")]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        if "unread" not in value:
            for key, part in value.items():
                yield from _leaves(part, f"{path}.{key}" if path else str(key))
    else:
        yield path, value
