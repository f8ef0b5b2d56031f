"""Changes of a run that was killed before it confirmed them: the switch is about to take them back by itself.

Before a switch is armed that is noted durably; the note goes when the change is confirmed or taken back. A later run
that finds the note brings the switch back first: what it reads would otherwise change under its hands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from iccc.city.devices import Switch
from iccc.errors import DeviceError, Reason
from iccc.sessions.reach import Reach
from iccc.switch.platform import Platform
from iccc.switch.platforms import platform_of
from iccc.switch.reached import open_cli

KEY = "armed"  # {"until": when the switch has taken everything back}
MARGIN = timedelta(seconds=30)  # beyond the revert timer: the switch needs a moment


def note(reach: Reach, device: str, minutes: int) -> None:
    """The switch is about to be armed."""
    until = reach.clock.now() + timedelta(minutes=minutes) + MARGIN
    reach.learned.put(device, KEY, {"until": until.isoformat()})


def forget(reach: Reach, device: str) -> None:
    """Its change is confirmed, or taken back."""
    if reach.learned.get(device, KEY) is not None:
        reach.learned.put(device, KEY, None)


async def bring_back(switches: Iterable[Switch], reach: Reach, told: Callable[[str], None]) -> None:
    """Wait until no change of a killed run is pending on any of these switches. ``told``: what is done, or waited for.

    A switch that does not answer is left as it is: whoever reads it next says so.
    """
    noted = [switch for switch in switches if reach.learned.get(switch.name, KEY) is not None]
    await asyncio.gather(*(_bring_back(switch, platform_of(switch.platform), reach, told) for switch in noted))


async def _bring_back(switch: Switch, platform: Platform, reach: Reach, told: Callable[[str], None]) -> None:
    until = datetime.fromisoformat(reach.learned.get(switch.name, KEY)["until"])
    left_s = (until - reach.clock.now()).total_seconds()
    if left_s > 0 and platform.revert is not None and platform.revert.now_is_checked:
        try:
            async with asyncio.timeout(reach.timeouts.device_s), open_cli(switch, reach, platform) as cli:
                await cli.type(platform.revert.now)
            told(f"{switch.name}: a change of an earlier run, never confirmed, was taken back")
        except DeviceError as error:
            if error.reason is not Reason.BAD_ANSWER:  # else nothing is pending any more
                return
        except TimeoutError:
            return
    elif left_s > 0:
        told(f"{switch.name}: waiting {left_s:.0f} s until it has taken an unconfirmed change of an earlier run back")
        await asyncio.sleep(left_s)
    forget(reach, switch.name)
