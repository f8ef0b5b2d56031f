"""Writing how a camera is addressed: the one setting after which it may be gone.

It is proved by another session, at the declared address, that finds the serial number of before.
"""

from __future__ import annotations

import asyncio

from iccc.camera.network import Step, order, read_network, write_network
from iccc.camera.state import Network
from iccc.city.devices import Camera
from iccc.compare import Change, Unread, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Outcome, Status
from iccc.onvif.call import Written
from iccc.onvif.errors import BadAnswer
from iccc.onvif.outcome import settle
from iccc.sessions.http import HttpError, connect
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach
from iccc.sessions.rtsp import PORT as RTSP_PORT
from iccc.sessions.way import HTTP_PORT

LOOKS_S = (0.0, 2.0, 5.0)  # how long after the one before the camera is looked for at its new address


async def apply_network(
    camera: Camera, wanted: Network, reach: Reach, at: str | None = None, near: bool = False
) -> list[Outcome]:
    """Write address, prefix, gateway and DHCP, and find the camera again; one outcome for each change.

    ``at``: where it is now, if that is known. ``near``: we are in its old and its new subnet, and need no gateway.
    Raises DeviceError when it cannot be read before, or is not ours.
    """
    async with OnvifSession(camera, reach, at=at) as session:
        where = session.where("write network")
        if camera.unwritten:
            raise DeviceError(Reason.NOT_OWNED, where, camera.unwritten)
        try:
            async with asyncio.timeout(reach.timeouts.write_s):
                identity = await session.open()
                seen = await session.run(read_network(session.context(), session.address))
                changes = [found for found in compare(wanted, seen, "network") if isinstance(found, Change)]
                if not changes:
                    return []
                serial = identity.serial if identity is not None else ""
                steps = order(wanted, seen, near)
                if why := await _refusal(camera, reach, session, serial, steps):
                    return [Outcome(change, Status.REFUSED, change.seen, why) for change in changes]
                try:
                    written = await session.run(write_network(session.context(), wanted, seen, near))
                except DeviceError as error:  # it may have moved without an answer
                    written = Written(faults={"network": BadAnswer(str(error))})
                before = f"{session.address} with serial number {serial}"
        except TimeoutError:
            late = f"not finished within {reach.timeouts.write_s:g} s"
            raise DeviceError(Reason.NO_ANSWER, where, late) from None
    gone = ""
    for wait_s in LOOKS_S:
        await asyncio.sleep(wait_s)
        try:
            rest = wanted if Step.GATEWAY in steps[1:] else None
            after, found = await _look(camera, reach, not written.reboot, serial, rest, written)
        except DeviceError as error:
            gone = str(error)
        else:
            if found != serial:
                gone = f"{camera.address} has serial number {found or 'none'}"
                continue
            return settle("network", changes, wanted, after, written)
    text = (
        f"NOT FOUND after its address was set: {gone}; it was at {before}. Look for it at {camera.switch} {camera.port}"
    )
    return [Outcome(change, Status.FAILED, Unread(Reason.NO_ANSWER, gone), text) for change in changes]


async def _refusal(
    camera: Camera, reach: Reach, session: OnvifSession, serial: str, steps: tuple[Step, ...] | str
) -> str:
    """Why the camera is not given its address now; "" if it is."""
    if isinstance(steps, str):
        return steps
    if not serial:
        return "it tells no serial number, by which it could be found again"
    if session.address != camera.address and (heard := await heard_at(camera.address, reach)):
        return f"{camera.address} is not free: {heard}"
    return ""


async def heard_at(address: str, reach: Reach) -> str:
    """What answers at an address, be it with a refusal; "" when all is silent, as where nothing is."""

    async def knock(port: int) -> str:
        try:
            connection = await connect(*reach.dial(address, port), reach.timeouts.connect_s, 0)
        except HttpError as error:
            return "" if error.reason is Reason.NO_ANSWER else f"port {port}: {error.observed}"
        connection.close()
        return f"port {port} takes a connection"

    return next(filter(None, await asyncio.gather(*map(knock, (HTTP_PORT, reach.https_port, RTSP_PORT)))), "")


async def _look(
    camera: Camera, reach: Reach, moved: bool, serial: str, rest: Network | None, written: Written
) -> tuple[Network | Unread, str]:
    """How it is addressed and its serial number. ``moved``: it has to be at its declared address by now.

    If it is the one with ``serial``, what is left of ``rest`` is set first.
    """
    async with OnvifSession(camera, reach, at=camera.address if moved else None) as session:
        try:
            async with asyncio.timeout(reach.timeouts.device_s):
                identity = await session.open()
                after: Network | Unread
                try:
                    after = await session.run(read_network(session.context(), session.address))
                    if rest is not None and moved and identity is not None and identity.serial == serial:
                        more = await session.run(write_network(session.context(), rest, after))
                        written.faults.update(more.faults)
                        after = await session.run(read_network(session.context(), session.address))
                except DeviceError as error:
                    after = Unread.of(error)
                return after, identity.serial if identity is not None else ""
        except TimeoutError:
            raise DeviceError(Reason.NO_ANSWER, session.where("look"), "not finished in time") from None
