"""Asks call boxes over SIP whether they are there. Nothing is written to them, and no call is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from iccc.callbox.seen import CallBoxFacts, facts_of
from iccc.callbox.state import CallBoxState
from iccc.callbox.trial import trials_of
from iccc.city.devices import Equipment
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.observed import Observed
from iccc.sessions.reach import Reach
from iccc.sessions.sip import Peer, options

Seen = Observed[CallBoxState, CallBoxFacts]


async def observe(box: Equipment, reach: Reach) -> Seen:
    """One box, within ``device_s``. Any final answer to OPTIONS counts as being there; never raises."""
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            answer = await options(peer_of(box), reach)
        facts = facts_of(answer, trials_of(reach.learned, box.name))
    except DeviceError as error:
        return Observed(box.name, Unread.of(error), None, reach.clock.now())
    except TimeoutError:
        text = f"{box.name} {box.address}: not done within {reach.timeouts.device_s:g} s"
        return Observed(box.name, Unread(Reason.NO_ANSWER, text), None, reach.clock.now())
    except Exception as error:  # noqa: BLE001
        late = stumbled(f"{box.name} {box.address}", error)
        return Observed(box.name, Unread.of(late), None, reach.clock.now())
    return Observed(box.name, CallBoxState(), facts, reach.clock.now())


async def observe_all(boxes: Iterable[Equipment], reach: Reach, progress: Callable[[str], None]) -> dict[str, Seen]:
    """All boxes at once, within the limits; ``progress`` is called with each name when it is done."""
    slots = asyncio.Semaphore(reach.limits.sip_in_flight)

    async def one(box: Equipment) -> Seen:
        async with slots:
            seen = await observe(box, reach)
        progress(box.name)
        return seen

    found = await asyncio.gather(*map(one, boxes))
    return {seen.device: seen for seen in found}


def peer_of(box: Equipment) -> Peer:
    """Where the box speaks SIP."""
    assert box.calling is not None, box.name
    return Peer(box.name, box.address, box.calling.port, box.calling.transport)
