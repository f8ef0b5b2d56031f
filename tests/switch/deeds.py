"""What tests of the driver do with a rig: plug it in, read it, change it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from iccc.observed import Outcome
from iccc.switch.driver import Seen, apply, observe
from iccc.switch.state import Port, PortMode, SwitchState, Vlan
from iccc.writing import Writing
from tests.switch.rig import UPLINK, Rig, plugged

GI1, GI2 = "GigabitEthernet1/1", "GigabitEthernet1/2"
WANTED = SwitchState(
    hostname="sw1",
    vlans={20: Vlan("CAM"), 99: Vlan("MGMT")},
    ports={
        GI1: Port("cam 1", PortMode.ACCESS, 20, None, True),
        GI2: Port("cam 2", PortMode.ACCESS, 20, None, False),
        UPLINK: Port("to core", PortMode.TRUNK, None, frozenset({20, 99}), None),
    },
    ntp_servers=frozenset({"10.10.0.1"}),
    syslog_hosts=frozenset({"10.10.0.2"}),
    saved=True,
)


def with_rig(one: Rig, work: Callable[[], Awaitable[object]], **plugs: bool) -> object:
    async def run() -> object:
        async with plugged(one, **plugs):
            return await work()

    return asyncio.run(run())


def seen_on(one: Rig, **plugs: bool) -> Seen:
    return with_rig(one, lambda: observe(one.switch, one.reach), **plugs)  # type: ignore[return-value]


def applied(
    one: Rig,
    templates: Path,
    wanted: SwitchState = WANTED,
    *,
    part: str = "",
    writing: Writing | None = None,
    **plugs: bool,
) -> list[Outcome]:
    how = writing or Writing(templates)
    return with_rig(one, lambda: apply(one.switch, part, wanted, one.reach, how), **plugs)  # type: ignore[return-value]
