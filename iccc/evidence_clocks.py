"""What evidence tells of clocks over a period: a server's as its chrony measured it, a camera's as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iccc.city.devices import City, Hosted, Recorder, host_of
from iccc.context import Context
from iccc.errors import DeviceError
from iccc.server.clocks import ClockHistory, history
from iccc.server.timekeeping import is_time_server
from iccc.state.clock_readings import ClockReadings, Reading


@dataclass(frozen=True)
class ServerClock:
    """Of one server. ``told``: why its history is not known."""

    server: str
    why: str
    history: ClockHistory | None = None
    told: str = ""


@dataclass(frozen=True)
class CameraClock:
    """The offsets that were read of the camera within the period, and the nearest before and after it."""

    within: tuple[Reading, ...] = ()
    before: Reading | None = None
    after: Reading | None = None


async def server_clocks(
    context: Context, recorders: Sequence[Recorder], begin: datetime, end: datetime
) -> tuple[ServerClock, ...]:
    """Of the servers that recorded, and of the city's time servers that these follow; one after the other."""
    found = []
    for device, why in _clocks(context.city, recorders):
        try:
            found.append(ServerClock(device.name, why, await history(device, begin, end, context.reach)))
        except DeviceError as error:
            found.append(ServerClock(device.name, why, told=str(error)))
    return tuple(found)


def _clocks(city: City, recorders: Sequence[Recorder]) -> list[tuple[Hosted, str]]:
    own = [(one, "its recordings bear its time") for one in recorders if host_of(one) is not None]
    timed = [one for one in city.servers.values() if is_time_server(one) and host_of(one) is not None]
    above = [(one, "the recorders take their time from it") for one in timed if one.address in city.ntp_servers]
    return [*own, *(above if own else [])]


def camera_clock(context: Context, camera: str, begin: datetime, end: datetime) -> CameraClock:
    """What drift and verification have read of it."""
    readings = ClockReadings(context.store).of(camera, begin, end)
    return CameraClock(
        tuple(one for one in readings if begin <= one[0] <= end),
        next((one for one in readings if one[0] < begin), None),
        next((one for one in readings if one[0] > end), None),
    )
