"""Makers' addresses: every device of a make holds the same one when it comes out of its box.

Whoever asks there is answered by the one that holds it. When two hold it at once a connection comes to one, to the
other or to nobody, and each of them counts a collision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from iccc.lab.device import Counters, TcpPort
from iccc.lab.http import Connection, Mute
from iccc.lab.onvif_web import HTTP_PORT, LAB_PORTS


class Holder(Protocol):
    """A device that may hold a maker's address. It has HTTP there, and nothing else."""

    counters: Counters
    connections: set[Connection]

    def door(self) -> asyncio.BaseProtocol:
        """Who answers a connection."""
        ...


class MakersAddress:
    """One address (192.168.1.64), on loopback as 127.168.1.64, and the devices on the wire that hold it."""

    def __init__(self, address: str) -> None:
        on_loopback = f"127.{address.partition('.')[2]}"
        self._port = TcpPort(on_loopback, LAB_PORTS + HTTP_PORT, self._met)
        # In a network nothing is silence, on loopback it would be a refusal.
        self._silent = [TcpPort(on_loopback, LAB_PORTS + port, asyncio.Protocol) for port in (443, 554)]
        self._holders: list[Holder] = []
        self._connections = 0
        for port in (self._port, *self._silent):
            port.shut()

    async def join(self, device: Holder) -> None:
        """The device is on the wire, and holds the address."""
        if device not in self._holders:
            self._holders.append(device)
            self._disturb()
            await self._port.open()
        if not self._holders:
            self._port.shut()  # it left meanwhile

    def leave(self, device: Holder) -> None:
        """It is off the wire, or has another address now."""
        if device in self._holders:
            self._holders.remove(device)
            if not self._holders:
                self._port.shut()

    async def close(self) -> None:
        for port in (self._port, *self._silent):
            await port.close()

    def _disturb(self) -> None:
        """Two answer to one address: what is sent to the one arrives at the other, which knows nothing of it."""
        if len(self._holders) > 1:
            for holder in self._holders:
                holder.counters.collisions += 1
                for connection in tuple(holder.connections):
                    connection.reset()

    def _met(self) -> asyncio.BaseProtocol:
        holders = self._holders
        self._connections += 1
        if len(holders) == 1:
            return holders[0].door()
        for holder in holders:
            holder.counters.collisions += 1
        turn = self._connections % (len(holders) + 1)
        return holders[turn].door() if turn < len(holders) else Mute()


class MakersAddresses:
    """All of them in one lab, made when the first device needs one."""

    def __init__(self) -> None:
        self._known: dict[str, MakersAddress] = {}

    def at(self, address: str) -> MakersAddress | None:
        """The maker's address; None for one of the city's (10.a.b.c, and 127.a.b.c for it), which are devices' own."""
        if address.startswith(("10.", "127.")):
            return None
        if address not in self._known:
            self._known[address] = MakersAddress(address)
        return self._known[address]

    def all(self) -> Iterable[MakersAddress]:
        return self._known.values()
