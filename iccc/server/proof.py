"""A change that may shut us out of a server stays only when a new login confirms it (ADR 0042)."""

from __future__ import annotations

import asyncio

from iccc.city.devices import City, Hosted
from iccc.errors import DeviceError, Reason
from iccc.server.calls import COMMAND, BadReply, reply
from iccc.server.driver import confirmation
from iccc.sessions.host import SSH_PORT, HostSession
from iccc.sessions.reach import Reach

AGAIN_S = 2.0
SLACK_S = 20.0  # for the host to take it back, and to answer then


async def confirm(device: Hosted, section: str, city: City, reach: Reach) -> str:
    """Log in anew and confirm what was armed: "", or what became of it instead. Nothing to do for other sections.

    When no login is let in, it waits until the host has taken the change back, and says so.
    """
    payload = confirmation(device, section, city, reach)
    host = device.host
    if not payload or host is None:
        return ""
    where = f"{device.name} {device.address}:{SSH_PORT}"
    now, armed_s = asyncio.get_running_loop().time, reach.timeouts.armed_s
    began, why = now(), ""
    while True:
        try:
            async with HostSession(device.name, device.address, host.ssh_user, reach, proving=True) as session:
                told = reply(*await session.run(COMMAND, payload))
            break
        except BadReply as error:
            return f"{where}: {error}"
        except DeviceError as error:
            why = why or str(error)
            if now() - began > armed_s + SLACK_S:
                return f"no new login was let in after it, and none is: {error}"
            # One refusal is enough for a run; whoever does not answer may be asked again.
            is_refused = error.reason is Reason.UNAUTHORISED
            await asyncio.sleep(began + armed_s + AGAIN_S - now() if is_refused else AGAIN_S)
    if "refused" not in told:
        return ""
    if why:
        return f"no new login was let in after it ({why}): the server has taken it back by itself, and lets in again"
    return str(told["refused"])[:400]
