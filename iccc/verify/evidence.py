"""Everything that the acceptance tests judge, gathered once: one sweep of the devices and a look at every stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from iccc import fleet
from iccc.city.devices import Camera, City, Device, Equipment, Hosted, host_of
from iccc.compare import Unread
from iccc.context import Context
from iccc.drift.observability_steps import login_step
from iccc.errors import Reason
from iccc.observed import Observed
from iccc.sessions import aio
from iccc.sessions.dial import Target
from iccc.state.clock_readings import ClockReadings
from iccc.verify import hosts as servers
from iccc.verify import pictures as snapshots
from iccc.verify.hosts import HostSeen
from iccc.verify.pictures import PictureSeen
from iccc.verify.streams import Audit, StreamSeen, look


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was seen of each device, each camera's streams by (camera, role), and its picture if that was looked at.

    ``hosts``: what was seen on Debian servers, beside what they are read for.
    """

    city: City
    taken_at: datetime
    observed: Mapping[str, Observed[Any, Any]]
    streams: Mapping[tuple[str, str], StreamSeen] = field(default_factory=dict)
    pictures: Mapping[str, PictureSeen | Unread] = field(default_factory=dict)
    hosts: Mapping[str, HostSeen | Unread] = field(default_factory=dict)
    target: str = ""


def gather(context: Context, devices: Sequence[Device], audit: Audit, pictures: bool) -> Evidence:
    """Read ``devices``, the switches that they hang on, the recorders of cameras and the cameras of call boxes.

    Streams are looked at, and pictures.
    """
    names = {device.name for device in devices}
    names |= {device.recorder for device in devices if isinstance(device, Camera)}
    names |= {getattr(device, "switch", device.name) for device in devices}
    names |= {camera for one in devices if isinstance(one, Equipment) and one.calling for camera in one.calling.cameras}
    listed = [device for device in context.city.devices() if device.name in names and device.on_the_wire]

    async def both() -> Evidence:
        read = await fleet.observe(listed, context.city, context.reach, lambda _name: None)
        observed = {device.name: with_step(device, read[device.name], context) for device in listed}
        ClockReadings(context.store).save(observed.values())
        cameras = [device for device in listed if isinstance(device, Camera)]
        streams = await look(cameras, observed, context.reach, audit)
        seen = await snapshots.look(cameras, observed, context.reach) if pictures else {}
        hosts = [device for device in listed if isinstance(device, Hosted) and host_of(device) is not None]
        # A server that was not read a moment ago is not asked again: its reason stands for all that would be asked.
        silent = {one.name: state for one in hosts if isinstance(state := observed[one.name].state, Unread)}
        answering = [one for one in hosts if one.name not in silent]
        found = {**silent, **await servers.look(answering, context.city, context.reach)}
        now, target = context.clock.now(), str(context.settings.target)
        return Evidence(context.city, now, observed, streams, seen, found, target)

    return aio.run(both())


def with_step(device: Device, seen: Observed[Any, Any], context: Context) -> Observed[Any, Any]:
    """What was seen; of a device that refuses the login, or rests after that, with what a person does about it.

    The same words stand for all that would have been asked, so that the report has one row for it.
    """
    state = seen.state
    if not isinstance(state, Unread) or state.reason not in (Reason.UNAUTHORISED, Reason.BACK_OFF):
        return seen
    live = ("--live",) if context.settings.target is Target.LIVE else ()
    step = login_step(device, lambda *words: " ".join(("iccc", words[0], context.city.key, *words[1:], *live)))
    return replace(seen, state=replace(state, text=f"{state.text}. {step}"))
