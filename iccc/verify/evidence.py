"""Everything that the acceptance tests judge, gathered once: one sweep of the devices and a look at every stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from iccc import fleet
from iccc.city.devices import Camera, City, Device
from iccc.compare import Unread
from iccc.context import Context
from iccc.observed import Observed
from iccc.sessions import aio
from iccc.verify import pictures as snapshots
from iccc.verify.pictures import PictureSeen
from iccc.verify.streams import Audit, StreamSeen, look


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was seen of each device, each camera's streams by (camera, role), and its picture if that was looked at."""

    city: City
    taken_at: datetime
    observed: Mapping[str, Observed[Any, Any]]
    streams: Mapping[tuple[str, str], StreamSeen] = field(default_factory=dict)
    pictures: Mapping[str, PictureSeen | Unread] = field(default_factory=dict)


def gather(context: Context, devices: Sequence[Device], audit: Audit, pictures: bool) -> Evidence:
    """Read ``devices``, the switches that they hang on and the recorders of cameras; look at streams and pictures."""
    names = {device.name for device in devices}
    names |= {device.recorder for device in devices if isinstance(device, Camera)}
    names |= {getattr(device, "switch", device.name) for device in devices}
    listed = [device for device in context.city.devices() if device.name in names and device.on_the_wire]

    async def both() -> Evidence:
        observed = await fleet.observe(listed, context.city, context.reach, lambda _name: None)
        cameras = [device for device in listed if isinstance(device, Camera)]
        streams = await look(cameras, observed, context.reach, audit)
        seen = await snapshots.look(cameras, observed, context.reach) if pictures else {}
        return Evidence(context.city, context.clock.now(), observed, streams, seen)

    return aio.run(both())
