"""Reads the running configuration of all switches of a city with our own session, and nothing else of them.

``python -m tests.peers.read_ours CITY`` in the folder of the city; prints ``{"read", "failed"}``.
"""

from __future__ import annotations

import asyncio
import json
import sys

from iccc import guard
from iccc.city.devices import Switch
from iccc.context import Context, open_context
from iccc.errors import DeviceError
from iccc.sessions import aio
from iccc.sessions.cli import CliSession
from iccc.switch.platforms.cisco_ios.platform import DIALECT


async def read(context: Context) -> list[bool]:
    """Whether each was read; as many at once as the settings allow."""
    slot = asyncio.Semaphore(context.reach.limits.cli_in_flight)

    async def one(switch: Switch) -> bool:
        try:
            async with slot, CliSession(switch.name, switch.address, context.reach, DIALECT) as cli:
                return "hostname" in await cli.show("show running-config")
        except DeviceError:
            return False

    return await asyncio.gather(*map(one, context.city.switches.values()))


if __name__ == "__main__":
    guard.install()
    with open_context(sys.argv[1], "bench") as opened:
        done = aio.run(read(opened))
    print(json.dumps({"read": done.count(True), "failed": done.count(False)}))
