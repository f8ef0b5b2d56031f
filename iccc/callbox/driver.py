"""Asks call boxes over SIP whether they are there. Nothing is written to them, and no call is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iccc.callbox.seen import CallBoxFacts, facts_of
from iccc.callbox.state import CallBoxState
from iccc.callbox.trial import trials_of
from iccc.city.devices import Equipment
from iccc.observed import Observed
from iccc.sessions.reach import Reach
from iccc.sessions.sip import Peer, options
from iccc.sessions.sweep import row, rows

Seen = Observed[CallBoxState, CallBoxFacts]


async def observe(box: Equipment, reach: Reach) -> Seen:
    """One box, within ``device_s``. Any final answer to OPTIONS counts as being there; never raises."""
    return await row(box, reach, CallBoxState(), _facts(box, reach))


async def observe_all(boxes: Iterable[Equipment], reach: Reach, progress: Callable[[str], None]) -> dict[str, Seen]:
    """All boxes at once, within the limits; ``progress`` is called with each name when it is done."""
    return await rows(boxes, reach.limits.sip_in_flight, lambda box: observe(box, reach), progress)


async def _facts(box: Equipment, reach: Reach) -> CallBoxFacts:
    return facts_of(await options(peer_of(box), reach), trials_of(reach.learned, box.name))


def peer_of(box: Equipment) -> Peer:
    """Where the box speaks SIP."""
    assert box.calling is not None, box.name
    return Peer(box.name, box.address, box.calling.port, box.calling.transport)
