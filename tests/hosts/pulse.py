"""Whether SSH answers at some addresses, asked of all of them many times a second.

``python -m tests.hosts.pulse RATE_HZ ADDRESS…`` asks until SIGTERM and prints one JSON object. An address has answered
a tick when a connection of its own got the switch's greeting within 0.9 s: a second SYN would come after 1 s, so
nothing that was lost is made good.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hosts.building import HERE
from tests.hosts.lab import OvsLab

PATIENCE_S = 0.9


@dataclass
class Pulse:
    """By address: for each tick whether it answered. Filled when :func:`pulsing` has ended."""

    rate_hz: float
    answered: dict[str, list[bool]] = field(default_factory=dict)

    @property
    def ticks(self) -> int:
        return min(map(len, self.answered.values()), default=0)

    @property
    def dark(self) -> list[int]:
        """The ticks in which no address answered."""
        return [tick for tick, row in enumerate(zip(*self.answered.values(), strict=True)) if not any(row)]

    @property
    def outage_s(self) -> float:
        """From the first to the last tick in which no address answered; 0 when there was none."""
        return (self.dark[-1] - self.dark[0] + 1) / self.rate_hz if self.dark else 0.0


@contextmanager
def pulsing(lab: OvsLab, folder: Path, *addresses: str, rate_hz: float = 20.0) -> Iterator[Pulse]:
    """Ask while the block runs, on the operator's side. ``folder`` takes the result."""
    pulse, result = Pulse(rate_hz), folder / f"pulse-{time.monotonic_ns()}"
    with result.open("wb") as out:
        command = (sys.executable, "-m", "tests.hosts.pulse", str(rate_hz), *addresses)
        process = lab.start(*command, cwd=HERE, stdout=out.fileno())
        try:
            yield pulse
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(5)
    pulse.answered = json.loads(result.read_text(encoding="ascii"))


async def _answers(address: str) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(address, 22)
            try:
                return (await reader.read(4)) == b"SSH-"
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return False


async def main(rate_hz: float, addresses: list[str]) -> None:
    """Ask at a fixed rate until SIGTERM; every tick has connections of its own, also while others still wait."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    asked: dict[str, list[asyncio.Task[bool]]] = {address: [] for address in addresses}
    began, tick = loop.time(), 0
    while not stop.is_set():
        for address in addresses:
            asked[address].append(asyncio.create_task(_answers(address)))
        tick += 1
        await asyncio.sleep(max(0.0, began + tick / rate_hz - loop.time()))
    print(json.dumps({address: list(await asyncio.gather(*tasks)) for address, tasks in asked.items()}))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), sys.argv[2:]))
