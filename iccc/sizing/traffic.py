"""What cameras send and record: sums of streams, as a case of sizing counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from iccc.city.devices import Camera, City
from iccc.city.model.assumptions import Sizing
from iccc.city.model.common import Lifecycle

TOLERANCE = 1e-6  # sums of decimal fractions are off by less


@dataclass(frozen=True)
class Load:
    """Some cameras, and the bit rates of their streams together."""

    cameras: int = 0
    kbps: float = 0

    def __add__(self, other: Load) -> Load:
        return Load(self.cameras + other.cameras, self.kbps + other.kbps)


NOTHING = Load()


def standing(city: City) -> Iterator[Camera]:
    """The cameras that are there or are to come."""
    return (camera for camera in city.cameras.values() if camera.status is not Lifecycle.DECOMMISSIONED)


def pulled_kbps(camera: Camera, sizing: Sizing) -> float:
    """Bit rate of the streams of a camera that cross the network."""
    return _kbps(camera, sizing, sizing.sub_pulled)


def recorded_kbps(camera: Camera, sizing: Sizing) -> float:
    """Bit rate of the streams of a camera that are recorded."""
    return _kbps(camera, sizing, sizing.sub_recorded)


def _kbps(camera: Camera, sizing: Sizing, of_others: float) -> float:
    shares = (stream.bitrate_kbps * (1 if role == "main" else of_others) for role, stream in camera.streams.items())
    return sum(shares) * sizing.rate_share


def streams_said(of_others: float) -> str:
    """Which streams are counted, in words: every camera has a main and a sub stream."""
    if of_others == 1:
        return "main and sub streams"
    return "main streams" if of_others == 0 else f"main streams and {of_others * 100:g} % of sub streams"


def loads(cameras: Iterable[Camera], key: Callable[[Camera], str], sizing: Sizing) -> dict[str, Load]:
    """The load on the network of the cameras that share a key: a site, a recorder."""
    found: dict[str, Load] = {}
    for camera in cameras:
        name = key(camera)
        found[name] = found.get(name, NOTHING) + Load(1, pulled_kbps(camera, sizing))
    return found


def total(parts: Iterable[Load]) -> Load:
    return sum(parts, NOTHING)
