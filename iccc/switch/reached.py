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
ANSWERED = "answered_at"  # the address of a switch with two at which a login worked last


def refuse_unwritten(switch: Switch) -> None:
    """Raises DeviceError for a switch to which nothing may be written."""
    if switch.ours and switch.unwritten:
        raise DeviceError(Reason.UNSUPPORTED, switch.name, f"it is {switch.unwritten}; nothing is written to it")
    if not switch.ours:
        text = f"its owner is {switch.owner}; only what the project owns is written"
        raise DeviceError(Reason.NOT_OWNED, switch.name, text)


def addresses(switch: Switch) -> list[str]:
    """Where the switch may be reached: its declared address first."""
    old = [str(switch.reached_at.address)] if switch.reached_at else []
    return [switch.address, *(address for address in old if address != switch.address)]


def likely(switch: Switch, reach: Reach) -> list[str]:
    """As :func:`addresses`, but where a login worked last first: an address that is not there yet costs time-outs."""
    last = reach.learned.get(switch.name, ANSWERED)
    return sorted(addresses(switch), key=lambda address: address != last)


def answered(switch: Switch, reach: Reach, address: str) -> None:
    """Remember where a login worked."""
    if len(addresses(switch)) > 1:
        reach.learned.put(switch.name, ANSWERED, address)


@asynccontextmanager
async def open_cli(switch: Switch, reach: Reach, platform: Platform) -> AsyncIterator[CliSession]:
    """A session at the first address that answers; raises what the last one gave."""
    async with AsyncExitStack() as stack:
        *first, last = likely(switch, reach)
        for address in first:
            try:
                cli = await stack.enter_async_context(CliSession(switch.name, address, reach, platform.dialect))
            except DeviceError as error:
                if error.reason not in ELSEWHERE:
                    raise
            else:
                answered(switch, reach, address)
                yield cli
                return
        cli = await stack.enter_async_context(CliSession(switch.name, last, reach, platform.dialect))
        answered(switch, reach, last)
        yield cli
