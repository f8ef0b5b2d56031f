"""What cameras send and record: the sums that several families of rules hold against a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from iccc.city.devices import Camera, City
from iccc.city.model.common import Lifecycle

STREAMS = "main and sub streams"  # every camera has both
TOLERANCE = 1e-6  # sums of decimal fractions are off by less


@dataclass(frozen=True)
class Load:
    """Some cameras, and the bit rates of all their streams together."""

    cameras: int = 0
    kbps: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.cameras + other.cameras, self.kbps + other.kbps)


NOTHING = Load()


def standing(city: City) -> Iterator[Camera]:
    """The cameras that are there or are to come."""
    return (camera for camera in city.cameras.values() if camera.status is not Lifecycle.DECOMMISSIONED)


def kbps(camera: Camera) -> int:
    """Bit rate of all streams of a camera."""
    return sum(stream.bitrate_kbps for stream in camera.streams.values())


def loads(cameras: Iterable[Camera], key: Callable[[Camera], str]) -> dict[str, Load]:
    """The load of the cameras that share a key: a site, a recorder."""
    found: dict[str, Load] = {}
    for camera in cameras:
        name = key(camera)
        found[name] = found.get(name, NOTHING) + Load(1, kbps(camera))
    return found


def total(parts: Iterable[Load]) -> Load:
    return sum(parts, NOTHING)
