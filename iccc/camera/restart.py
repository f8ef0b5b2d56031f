"""Restarting a camera, and proving that the same one came back: it went away, answers again, and lets us in."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from iccc.city.devices import Camera
from iccc.errors import DeviceError, Reason
from iccc.observed import Done, Status
from iccc.onvif.call import Procedure
from iccc.onvif.errors import BadAnswer
from iccc.onvif.identity import same_serial
from iccc.onvif.state import Identity
from iccc.onvif.system import restart
from iccc.onvif.time import read_clock
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach

FIRST_LOOK_S = 0.1  # then twice as long each time
LONGEST_LOOK_S = 2.0
LOOK_TIMEOUT_S = 1.0  # of one look: with longer ones, repeated SYNs would hide that a device was away for a moment

# It answers, whatever it says, and whichever certificate it shows.
_THERE = (Reason.BAD_ANSWER, Reason.UNSUPPORTED, Reason.UNAUTHORISED, Reason.UNTRUSTED)


async def reboot(camera: Camera, reach: Reach) -> Done:
    """SystemReboot, and wait until it is back. Raises DeviceError when it cannot be asked to."""
    began = time.monotonic()
    async with OnvifSession(camera, reach) as session:
        before = await session.open()
        unanswered = await asked(session, restart())
    after = await back(camera, reach)
    if isinstance(after, Done):
        return after_silence(after, unanswered)
    return same_unit(camera, before, after, back_after(began, unanswered))


async def asked(session: OnvifSession, act: Procedure[None]) -> str:
    """Carry out an act. "" when the device says yes; else what was observed while it may have done it all the same.

    Some devices restart before they have answered: only looking at them again tells. Raises DeviceError when the
    device says no, or was not asked.
    """

    def understood() -> Procedure[str]:
        try:
            yield from act
        except BadAnswer as error:
            return f"{session.where('act')}: {error}"
        return ""

    try:
        return await session.run(understood())
    except DeviceError as error:
        if error.reason is not Reason.NO_ANSWER:
            raise
        return str(error)


def back_after(began: float, unanswered: str) -> str:
    """That it is back, for a row. ``began``: in seconds of the monotonic clock."""
    text = f"back after {time.monotonic() - began:.0f} s"
    return f"{text}, though it did not answer when it was asked to" if unanswered else text


async def back(camera: Camera, reach: Reach, away_s: float | None = None) -> Identity | None | Done:
    """Wait until the camera has gone away and lets us in again: who it says that it is.

    ``away_s``: how long it may take until it goes, if not as long as after a restart.
    A Done says why it is not back: it never went away, does not answer within ``restart_s``, or refuses the login.
    """
    away_s = away_s or reach.timeouts.away_s
    if not await _gone(camera, reach, away_s):
        text = f"it answered all the time for {away_s:g} s: it did not restart"
        return Done(camera.name, Status.ACCEPTED_NOT_APPLIED, text)
    if not await _answers(camera, reach):
        text = f"it went away, and does not answer within {reach.timeouts.restart_s:g} s"
        return Done(camera.name, Status.FAILED, text)
    try:
        async with OnvifSession(camera, reach) as session:
            return await session.open()
    except DeviceError as error:
        return Done(camera.name, Status.FAILED, f"it is back, and does not let us in: {error.observed}")


def after_silence(row: Done, unanswered: str) -> Done:
    """The row of a camera that is not back, with what was observed when it did not answer to what it was sent."""
    if not unanswered:
        return row
    text = f"{unanswered}: whether it has done what it was asked is not known; then: {row.text}"
    return Done(row.device, Status.FAILED, text)


def same_unit(camera: Camera, before: Identity | None, after: Identity | None, text: str) -> Done:
    """Applied with ``text`` if it is the same unit as before, as far as it tells a serial number."""
    old, new = before and before.serial, after and after.serial
    if old and not new:
        return Done(camera.name, Status.FAILED, f"{text}, and tells no serial number; before it was {old}")
    if old and new and not same_serial(old, new):
        return Done(camera.name, Status.FAILED, f"{text}, as another unit: serial number {new}, before it was {old}")
    return Done(
        camera.name, Status.APPLIED, f"{text}, serial number {new}" if new else f"{text}; it tells no serial number"
    )


async def _gone(camera: Camera, reach: Reach, away_s: float) -> bool:
    """Whether it stops answering within ``away_s``."""
    end = time.monotonic() + away_s
    while time.monotonic() < end:
        if not await looks(camera, reach):
            return True
        await asyncio.sleep(FIRST_LOOK_S)
    return False


async def _answers(camera: Camera, reach: Reach) -> bool:
    """Whether it answers again within ``restart_s``."""
    end, wait_s = time.monotonic() + reach.timeouts.restart_s, FIRST_LOOK_S
    while time.monotonic() < end:
        if await looks(camera, reach):
            return True
        await asyncio.sleep(wait_s)
        wait_s = min(2 * wait_s, LONGEST_LOOK_S)
    return False


async def looks(camera: Camera, reach: Reach, at: str | None = None) -> bool:
    """Whether the camera (or what else is ``at`` an address) answers, asked for its clock without a login."""
    times = reach.timeouts
    short = replace(times, connect_s=min(times.connect_s, LOOK_TIMEOUT_S), http_s=min(times.http_s, LOOK_TIMEOUT_S))
    looking = replace(reach, timeouts=short, limits=replace(reach.limits, read_tries=1))
    try:
        async with OnvifSession(camera, looking, at=at) as session:
            await session.run(read_clock(reach.clock))
    except DeviceError as error:
        return error.reason in _THERE
    return True
