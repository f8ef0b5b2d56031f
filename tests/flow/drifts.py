"""What can go wrong in the small town, one thing at a time: how it is done, how it is mended, what has to be found.

Each :class:`Drift` is made through the lab, by somebody with other tools or by nature, and never through the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from iccc.city.devices import City, Switch
from iccc.lab.client import LabClient

Key = tuple[str, str, str]  # device, class, path
Act = Callable[[LabClient], None]

LONG_UP_S = 40 * 86_400.0
CLASSES = ("config", "topology", "inventory", "operational", "addressing", "observability", "reach")


def nothing(_: LabClient) -> None:
    """It is over by itself."""


@dataclass(frozen=True)
class Drift:
    """One thing that is done. ``found`` has to be told, and no more."""

    class_: str
    what: str
    found: frozenset[Key]
    places: frozenset[str]  # that no other drift of the same reading may touch
    make: Act
    mend: Act = nothing
    restore: Act = nothing  # at the very end: what was told once and is how things are since
    settles: str = ""  # the switch whose next reading tells of the mending itself: counters, a restart, who typed
    settled: Act = nothing  # after that reading
    behind: frozenset[str] = frozenset()  # devices that are unknown because of it


def keys(findings: Iterable[dict[str, Any]]) -> frozenset[Key]:
    """What ``iccc drift --format json`` lists, without what is under it."""
    return frozenset((finding["device"], finding["class"], finding["path"]) for finding in findings)


def independent(catalogue: Sequence[Drift], count: int, dice: Random) -> list[Drift]:
    """``count`` drifts of all classes in turn, at random, none of which touches what another one does."""
    left = {name: [drift for drift in catalogue if drift.class_ == name] for name in CLASSES}
    for drifts in left.values():
        dice.shuffle(drifts)
    chosen: list[Drift] = []
    taken: set[str] = set()
    while len(chosen) < count and any(left.values()):
        for drifts in left.values():
            drift = _next(drifts, taken)
            if drift is not None and len(chosen) < count:
                chosen.append(drift)
                taken |= drift.places
    return chosen


def _next(drifts: list[Drift], taken: set[str]) -> Drift | None:
    """The next drift that touches nothing of what is taken; what does is dropped."""
    while drifts:
        drift = drifts.pop()
        if not drift.places & taken:
            return drift
    return None


def put(device: str, path: str, value: object) -> Act:
    """Set a device's own state."""
    return lambda lab: lab.set(device, path, value)


def fault(device: str, name: str) -> Act:
    return lambda lab: lab.fault(device, name)


def cable(switch: str, port: str, *, whole: bool) -> Act:
    return lambda lab: lab.cable(switch, port, whole)


def power(device: str, *, on: bool) -> Act:
    return lambda lab: lab.power(device, on)


def whole(city: City, switch: Switch) -> frozenset[str]:
    """All places on a switch, and all that hangs on it."""
    behind = {camera.name for camera in city.cameras.values() if camera.switch == switch.name}
    behind |= {recorder.name for recorder in city.recorders.values() if recorder.switch == switch.name}
    ports = {f"{switch.name} {port}" for port in switch.ports}
    return frozenset({switch.name, f"{switch.name} settings", f"{switch.name} clock", *behind, *ports})
