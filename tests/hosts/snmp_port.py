"""The lab's SNMP agent behind a datagram socket."""

from __future__ import annotations

import asyncio
from typing import cast

from iccc.lab.snmp.agent import Agent


class SnmpPort(asyncio.DatagramProtocol):
    """Answers what ``agent`` answers."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._agent.answer(data)
        if answer is not None:
            self._transport.sendto(answer, addr)
