"""The commands that a deploy would send to a switch, without sending any."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from iccc.city.devices import Switch
from iccc.errors import DeviceError
from iccc.sessions.reach import Reach
from iccc.switch.parking import spared, to_shut, without
from iccc.switch.platform import Level
from iccc.switch.platforms import platform_of
from iccc.switch.push import steps_for
from iccc.switch.reached import open_cli
from iccc.switch.reading import read
from iccc.switch.state import SwitchState
from iccc.switch.steps import GuardRefusal, Phase, Step, Unsayable
from iccc.switch.vitals import read_vitals
from iccc.wanted import Wanted
from iccc.writing import Writing

REFUSED = "refused: "  # how the problem begins that a guard sees


@dataclass(frozen=True)
class Preview:
    """``steps`` in the order in which they would be sent; ``problem`` says why there are none.

    ``spared`` are unused ports that would not be shut, and why: something hangs on them. ``prepares`` are lines
    that the switch's revert needs before all others, and that stay whatever becomes of the change.
    """

    switch: str
    platform: str
    level: Level
    steps: tuple[Step, ...] = ()
    problem: str = ""
    spared: Mapping[str, str] = field(default_factory=dict)
    prepares: tuple[str, ...] = ()


async def preview_all(
    switches: Iterable[Switch], wanted: Mapping[str, Wanted[SwitchState]], reach: Reach, writing: Writing
) -> list[Preview]:
    """One preview a switch, as many at once as sessions are allowed. A switch's failure is its own preview."""
    slots = asyncio.Semaphore(reach.limits.cli_in_flight)

    async def one(switch: Switch) -> Preview:
        async with slots:
            return await _preview(switch, wanted[switch.name].state, reach, writing)

    return list(await asyncio.gather(*map(one, switches)))


async def _preview(switch: Switch, wanted: SwitchState, reach: Reach, writing: Writing) -> Preview:
    platform = platform_of(switch.platform)
    about = switch.name, platform.name, platform.level
    kept: dict[str, str] = {}
    try:
        async with asyncio.timeout(reach.timeouts.device_s), open_cli(switch, reach, platform) as cli:
            reading = await read(cli, f"{switch.name} {switch.address}", platform)
            ports = to_shut(switch, wanted, reading.state)
            kept = spared(ports, reading.state, await read_vitals(platform, switch, reach)) if ports else {}
        due = without(wanted, kept)
        steps = steps_for(switch, reading, due, reach, writing)
        changes_it = any(step.phase is not Phase.SAVE for step in steps)
        prepares = platform.revert.needs(reading.running) if platform.revert and changes_it else ()
        return Preview(*about, steps, spared=kept, prepares=prepares)
    except (GuardRefusal, Unsayable) as refusal:
        return Preview(*about, problem=f"{REFUSED}{refusal}", spared=kept)
    except DeviceError as error:
        return Preview(*about, problem=str(error))
    except TimeoutError:
        return Preview(*about, problem=f"not read within {reach.timeouts.device_s:g} s")
