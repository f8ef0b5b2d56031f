"""Opens a switch's command line where it is reached now: at its declared address, or where it was before a move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from iccc.city.devices import Switch
from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession
from iccc.sessions.reach import Reach
from iccc.switch.platform import Platform

ELSEWHERE = frozenset({Reason.NO_ANSWER, Reason.REFUSED})


def addresses(switch: Switch) -> list[str]:
    """Where the switch may be reached: its declared address first."""
    old = [str(switch.reached_at.address)] if switch.reached_at else []
    return [switch.address, *(address for address in old if address != switch.address)]


@asynccontextmanager
async def open_cli(switch: Switch, reach: Reach, platform: Platform) -> AsyncIterator[CliSession]:
    """A session at the first address that answers; raises what the last one gave."""
    async with AsyncExitStack() as stack:
        *first, last = addresses(switch)
        for address in first:
            try:
                cli = await stack.enter_async_context(CliSession(switch.name, address, reach, platform.dialect))
            except DeviceError as error:
                if error.reason not in ELSEWHERE:
                    raise
            else:
                yield cli
                return
        yield await stack.enter_async_context(CliSession(switch.name, last, reach, platform.dialect))
