"""One datagram to each of many addresses, and who answers: nothing is multicast, and nothing is retried without end.

All are sent from one socket, some hundred each moment, so that no queue on the way overflows and no network sees a
burst. An answer counts for the address that it comes from; what comes from elsewhere was not asked for.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

from iccc import guard
from iccc.errors import UsageError
from iccc.sessions.reach import Reach

MOST_ADDRESSES = 70_000  # of a run: a /16, and a few
MOST_BYTES = 16 * 1024  # of an answer; the rest of a longer one is not looked at
_ROOM = 4 * 1024 * 1024  # of the socket, for answers that come all at once
_EACH_S = 0.02  # between two bursts


async def ask(
    addresses: Sequence[str], port: int, question: Callable[[], bytes], reach: Reach, progress: Callable[[int], None]
) -> dict[str, bytes]:
    """The first answer of each address that gave one, by declared address.

    ``probes_per_s`` of the limits bounds the rate; ``probe_tries`` times those that were silent are asked, and
    ``probe_s`` is waited after each time. ``progress`` hears how many more were asked. UsageError when there are more
    addresses than anybody means, or the guard does not let one of them be reached.
    """
    if len(addresses) > MOST_ADDRESSES:
        raise UsageError(
            f"{len(addresses)} addresses are more than the {MOST_ADDRESSES} of one run; give smaller ranges"
        )
    dialled = {reach.dial(address, port): address for address in addresses}
    for host, _ in dialled:
        try:
            guard.check(host)
        except guard.OutsideLab as error:
            raise UsageError(error.strerror or str(error)) from None
    if not dialled:
        return {}
    loop = asyncio.get_running_loop()
    transport, answers = await loop.create_datagram_endpoint(lambda: _Answers(dialled), family=socket.AF_INET)
    _widen(transport)
    burst = max(1, int(reach.limits.probes_per_s * _EACH_S))
    try:
        for _ in range(reach.limits.probe_tries):
            silent = [one for one in dialled if dialled[one] not in answers.found]
            for first in range(0, len(silent), burst):
                for to in silent[first : first + burst]:
                    transport.sendto(question(), to)
                progress(len(silent[first : first + burst]))
                await asyncio.sleep(_EACH_S)
            if not silent:
                break
            await asyncio.sleep(reach.timeouts.probe_s)
    finally:
        transport.close()
    return answers.found


class _Answers(asyncio.DatagramProtocol):
    def __init__(self, asked: dict[tuple[str, int], str]) -> None:
        self._asked = asked
        self.found: dict[str, bytes] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        address = self._asked.get((addr[0], addr[1]))
        if address is not None:
            self.found.setdefault(address, data[:MOST_BYTES])

    def error_received(self, exc: Exception) -> None:
        """An address that refuses, or to which there is no way, is one that does not answer."""


def _widen(transport: asyncio.DatagramTransport) -> None:
    if (own := transport.get_extra_info("socket")) is not None:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
