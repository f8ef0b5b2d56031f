"""Reading many devices of which each is one question: a row each, whatever happens, and all at once within a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from iccc.city.devices import Device
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.observed import Observed
from iccc.sessions.reach import Reach

DeviceT = TypeVar("DeviceT", bound=Device)
State = TypeVar("State")
Facts = TypeVar("Facts")


async def row(device: Device, reach: Reach, state: State, facts: Awaitable[Facts]) -> Observed[State, Facts]:
    """``state`` with the facts, read within ``device_s``. What could not be read is Unread; never raises."""
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            return Observed(device.name, state, await facts, reach.clock.now())
    except DeviceError as error:
        unread = Unread.of(error)
    except TimeoutError:
        text = f"{device.name} {device.address}: not done within {reach.timeouts.device_s:g} s"
        unread = Unread(Reason.NO_ANSWER, text)
    except Exception as error:  # noqa: BLE001
        unread = Unread.of(stumbled(f"{device.name} {device.address}", error))
    return Observed(device.name, unread, None, reach.clock.now())


async def rows(
    devices: Iterable[DeviceT],
    at_once: int,
    observe: Callable[[DeviceT], Awaitable[Observed[State, Facts]]],
    progress: Callable[[str], None],
) -> dict[str, Observed[State, Facts]]:
    """By name; ``progress`` is called with each name when it is done."""
    slots = asyncio.Semaphore(at_once)

    async def one(device: DeviceT) -> Observed[State, Facts]:
        async with slots:
            seen = await observe(device)
        progress(device.name)
        return seen

    found = await asyncio.gather(*map(one, devices))
    return {seen.device: seen for seen in found}
