"""Serves a whole city until it is stopped."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from iccc.city.devices import City
from iccc.lab.control import Control
from iccc.lab.lab import Lab, MakeHost
from iccc.lab.place import LOOPBACK, Place
from iccc.lab.sheet import write


@dataclass(frozen=True)
class Summary:
    """What a started lab says of itself."""

    city: str
    switches: int
    hosts: int
    start_s: float
    rss_mb: int
    pid: int
    servers: tuple[str, ...] = ()  # real hosts
    network_pid: int = 0  # a process in the network that they are in


async def serve(
    city: City,
    control: Path,
    make_host: MakeHost,
    ready: Callable[[Summary], None],
    sheet: Path | None = None,
    place: Place = LOOPBACK,
) -> None:
    """Play all devices until ``stop`` comes over the control socket or the task is cancelled.

    ``ready`` is called once everything answers; before that the commissioning sheet is in its file.
    FileExistsError when a lab serves ``control`` already; OSError when an address is taken.
    """
    began = time.monotonic()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    lab = Lab(city, make_host, place)
    summary = Summary(city.key, len(lab.switches), len(lab.hosts), 0.0, 0, os.getpid())
    front = Control(lab, control, lambda: asdict(summary))
    keeper: asyncio.Task[None] | None = None
    try:
        await lab.settle()
        if sheet is not None:
            write(sheet, lab.sheet())
        gc.collect()
        gc.freeze()  # the devices live as long as the process
        summary = Summary(
            city.key, len(lab.switches), len(lab.hosts), round(time.monotonic() - began, 2), rss_mb(), os.getpid(),
            tuple(place.host_keys), place.pid,
        )  # fmt: skip
        await front.open()
        ready(summary)
        keeper = asyncio.create_task(lab.fabric.run())
        stopped = asyncio.create_task(front.stopped.wait())
        done, pending = await asyncio.wait({keeper, stopped}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()  # a broken fabric ends the lab loudly
        stopped.cancel()
    finally:
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})
        await front.close()
        await lab.close()


def rss_mb() -> int:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1_000_000
