"""How many cameras a deploy may have off the network at once because of its own changes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from iccc.city.devices import City, Device, Switch
from iccc.compare import Change

_INTERRUPTS = re.compile(r"ports\[(?P<port>[^\]]+)\](?:\.(?:access_vlan|mode|poe|shutdown|speed|duplex))?")
_RESTARTS_ALL = re.compile(r"ports|spanning_tree(?:\.mode)?")  # every port stands still meanwhile


def at_risk(city: City, device: Device, changes: Sequence[Change], section: str = "") -> int:
    """The cameras on ports that the changes take off the network, be it for a second.

    Another spanning-tree mode stops all of a switch, whichever ``section`` it comes with; ``narrow`` does nothing
    else to cameras.
    """
    if not isinstance(device, Switch):
        return 0
    ports = {found["port"] for change in changes if (found := _INTERRUPTS.fullmatch(change.path))}
    ports = set() if section == "narrow" else ports
    if any(_RESTARTS_ALL.fullmatch(change.path) for change in changes):
        ports = set(device.ports)
    return sum(device.ports[port].device in city.cameras for port in ports if port in device.ports)


class CameraBudget:
    """Lets switches in while the cameras that they interrupt stay within a limit; None: no limit."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self._off = 0
        self._changed = asyncio.Condition()

    def too_many(self, count: int) -> bool:
        """Whether a single device would break the limit alone."""
        return self.limit is not None and count > self.limit

    @asynccontextmanager
    async def place(self, count: int) -> AsyncIterator[None]:
        """Wait until ``count`` cameras more may be off."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.limit is None or self._off + count <= self.limit or not self._off)
            self._off += count
        try:
            yield
        finally:
            async with self._changed:
                self._off -= count
                self._changed.notify_all()
