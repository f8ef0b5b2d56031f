"""Whether the addresses of many new cameras are in use: none that answers is called silent, and loses its power."""

from __future__ import annotations

import asyncio
import resource
from contextlib import AsyncExitStack
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from iccc.city.model.catalogue import Factory
from iccc.observed import Status
from iccc.stage import LOOKS_AT_ONCE, Candidate, stage
from iccc.state.log import Why
from tests.camera.caring import caring
from tests.camera.devices import camera, plugged, reach

MANY = 150


def test_many_that_answer_are_all_heard_though_descriptors_are_few(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as devices:
            for number in range(1, MANY + 1):
                await devices.enter_async_context(plugged(number))
            context = caring(tmp_path, {f"c{number}": camera(number) for number in range(1, MANY + 1)}, reach())
            switch: Any = None  # no port is touched
            factory = Factory(address=IPv4Address("192.168.1.108"), activation="onvif")
            chosen = [Candidate(one, switch, factory) for one in context.city.cameras.values()]
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            few = (
                sum(1 for _ in Path("/proc/self/fd").iterdir()) + 2 * LOOKS_AT_ONCE + 40
            )  # both ends are in this process
            resource.setrlimit(resource.RLIMIT_NOFILE, (few, hard))
            try:
                cared = await stage(context, chosen, Why("a test"), lambda _name: None)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert {row.status for row in cared.rows} == {Status.REFUSED}
        assert all("something answers at" in row.text for row in cared.rows), cared.rows

    asyncio.run(scenario())
