"""The channels of recorders, read now: the sheet of ``iccc channels``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from iccc import fleet
from iccc.city.devices import City, Device, Recorder
from iccc.context import Context
from iccc.errors import UsageError
from iccc.fleet import Progress
from iccc.recorder.desired import STREAM, channels, on_it
from iccc.recorder.sheet import Bound, Line, lines
from iccc.secrets import STREAM_USER, device_secret
from iccc.sessions import aio
from iccc.sessions.reach import STREAMS_KEY

WRONG = frozenset({Bound.DIFFERS, Bound.MISSING, Bound.EXTRA})
OPEN = frozenset({Bound.UNKNOWN, Bound.NEEDS_HUMAN})


def recorders_of(city: City, devices: Collection[Device]) -> list[Recorder]:
    """The recorders among ``devices``, and those that cameras among them record on; no standbys without cameras.

    Raises UsageError when there is none.
    """
    names = {device.name for device in devices} | {getattr(device, "recorder", "") for device in devices}
    used = {camera.recorder for camera in city.cameras.values()}
    there = [one for one in city.recorders.values() if one.name in names and one.on_the_wire]
    found = [one for one in there if not one.standby or one.name in used]
    if not found:
        raise UsageError("no recorder that cameras record on is among these, or on the wire yet")
    return found


def sheet(context: Context, recorders: Sequence[Recorder], progress: Progress) -> list[Line]:
    """Every channel of ``recorders``, by what they say now. Those that are bound by hand are not asked."""
    city, reach = context.city, context.reach
    asked = [one for one in recorders if channels(one, city) is not None]
    observed = aio.run(fleet.observe(asked, city, reach, progress)) if asked else {}
    found: list[Line] = []
    for recorder in recorders:
        declared = on_it(recorder, city)
        told = {camera: reach.learned.get(camera, STREAMS_KEY) for camera in declared}
        paths = {camera: paths.get(STREAM, "") for camera, paths in told.items() if isinstance(paths, dict)}
        secrets = {camera: device_secret(camera, STREAM_USER) for camera in declared}
        seen = observed[recorder.name].state if recorder.name in observed else None
        found += lines(recorder.name, declared, seen, paths, secrets)
    return found
