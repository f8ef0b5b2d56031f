"""Factory default of one camera: proved by what it has set afterwards, with what it takes to have it back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from iccc.camera.restart import after_silence, asked, back, back_after, same_unit
from iccc.camera.settled import as_data, compared, differs, settings
from iccc.city.devices import Camera, City
from iccc.compare import Unread
from iccc.observed import Done, Status
from iccc.onvif.system import factory_default
from iccc.secrets import TriedFirst
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach


async def to_factory(camera: Camera, city: City, reach: Reach, hard: bool, forget: Callable[[], None]) -> Done:
    """SetSystemFactoryDefault, and wait until the camera is back.

    ``forget`` is called when it has accepted, or not answered: what was learned of it and its passwords says nothing
    any more. Raises DeviceError when it says no, or cannot be asked.
    """
    before = await settings(camera, city, reach)
    if isinstance(before, Unread):
        return Done(camera.name, Status.FAILED, f"nothing was sent, for what it has set cannot be read: {before.text}")
    began = time.monotonic()
    async with OnvifSession(camera, reach) as session:
        old = await session.open()
        unanswered = await asked(session, factory_default(hard))
        login = session.login
    forget()
    # A soft one keeps the users with some makes: whoever has them is let in, and one refusal is all that it costs.
    logins = reach.credentials if login is None else TriedFirst(reach.credentials, login)
    new = await back(camera, replace(reach, credentials=logins))
    again = f"iccc deploy {city.key} --limit {camera.name}"
    if isinstance(new, Done):
        new = after_silence(new, unanswered)
        if hard and new.status is Status.FAILED:
            text = (
                f"{new.text}; a hard factory default takes the address, too: give it {camera.address} at the site, "
                f"then iccc enrol {city.key} --limit {camera.name} --bootstrap and {again}"
            )
            return Done(camera.name, Status.FAILED, text)
        return new
    done = same_unit(camera, old, new, back_after(began, unanswered))
    if done.status is not Status.APPLIED:
        return done
    after = await settings(camera, city, reach)
    found = compared(as_data(camera, city, before), as_data(camera, city, after))
    if not found.same and not found.other:
        return Done(camera.name, Status.FAILED, f"{done.text}; what it has set cannot be read: {again}")
    if not found.other:
        text = f"{done.text}; it has set what it had before: it was at factory default, or did not go there"
        return Done(camera.name, Status.ACCEPTED_NOT_APPLIED, text)
    left = len(differs(camera, city, after))
    return Done(camera.name, Status.APPLIED, f"{done.text}; {left} settings are not as declared: {again}")
