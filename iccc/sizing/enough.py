"""A city with as many recorders as its cameras take: what is missing where the declared ones do not hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from iccc.city.devices import Camera, City, Recorder
from iccc.city.model.common import Lifecycle
from iccc.sizing.standby import Needs, needs, room_mbps, room_tb
from iccc.sizing.traffic import TOLERANCE, standing

OUT = (Lifecycle.FAULTY, Lifecycle.DECOMMISSIONED)  # what no standby may be


@dataclass(frozen=True)
class Enough:
    """``city`` has the recorders ``added``, and cameras that did not fit moved to others.

    Cameras of ``without_room`` fit no recorder of their type, not even an empty one; they are where they were.
    """

    city: City
    added: tuple[Recorder, ...]
    moved: tuple[str, ...]
    without_room: tuple[str, ...]


class _Filling:
    """A recorder that is filled, camera by camera."""

    def __init__(self, city: City, recorder: Recorder) -> None:
        self.recorder = recorder
        self._room = Needs(recorder.channels, room_mbps(city, recorder) or 0, room_tb(city, recorder) or 0)
        self._taken = Needs(0, 0, 0)

    def takes(self, asked: Needs) -> bool:
        """Whether a camera still fits; it is taken then."""
        room, now = self._room, self._taken
        more = Needs(now.channels + 1, now.mbps + asked.mbps, (now.disk_tb or 0) + (asked.disk_tb or 0))
        if more.channels > room.channels or more.mbps > room.mbps + TOLERANCE / 2:
            return False
        if (more.disk_tb or 0) > (room.disk_tb or 0) + TOLERANCE / 2:
            return False
        self._taken = more
        return True


def with_enough(city: City) -> Enough | None:
    """The city with recorders added until each camera is on one that takes it in and keeps it.

    A camera stays where it is declared while it fits there, in the order of phases. What does not fit goes to a
    recorder of the same sort with room, and then to one that is added: of the type of the one that it leaves, in the
    phase of its first camera. Standbys are added up to ``recorder_failover``. No camera is split, so it may take more
    recorders than the sum of all cameras does.

    None where that cannot be told: no recorder, or days, recorders or figures of a type that are not known.
    """
    active = [r for r in city.recorders.values() if not r.standby and r.status is not Lifecycle.DECOMMISSIONED]
    cameras = list(standing(city))
    if not active or not _known(city, active, cameras):
        return None
    filled = {recorder.name: _Filling(city, recorder) for recorder in active}
    order = list(city.phases)
    cameras.sort(key=lambda camera: order.index(camera.phase))  # in a phase as they are declared
    asked = {camera.name: needs([camera], city) for camera in cameras}
    over = [camera for camera in cameras if not filled[camera.declared_recorder].takes(asked[camera.name])]
    names = _names(city)
    moved: dict[str, str] = {}
    without_room = []
    for camera in over:
        own = city.recorders[camera.declared_recorder]
        alike = (each for each in filled.values() if each.recorder.recorder_type == own.recorder_type)
        place = next((each for each in alike if each.takes(asked[camera.name])), None)
        if place is None:
            place = _Filling(city, _another(own, next(names), camera.phase, standby=False))
            if not place.takes(asked[camera.name]):
                without_room.append(camera.name)
                continue
            filled[place.recorder.name] = place
        moved[camera.name] = place.recorder.name
    added = [each.recorder for each in filled.values() if each.recorder.name not in city.recorders]
    added += _standbys(city, active, names)
    larger = replace(
        city,
        recorders={**city.recorders, **{recorder.name: recorder for recorder in added}},
        cameras={
            name: replace(camera, recorder=moved[name], home="") if name in moved else camera
            for name, camera in city.cameras.items()
        },
    )
    return Enough(larger, tuple(added), tuple(moved), tuple(without_room))


def _known(city: City, active: Sequence[Recorder], cameras: Sequence[Camera]) -> bool:
    names = {recorder.name for recorder in active}
    rooms = (room for recorder in active for room in (room_mbps(city, recorder), room_tb(city, recorder)))
    return None not in rooms and all(each.retention_days and each.declared_recorder in names for each in cameras)


def _standbys(city: City, active: Sequence[Recorder], names: Iterator[str]) -> list[Recorder]:
    there = [r for r in city.recorders.values() if r.standby and r.status not in OUT]
    lacking = max(0, round(city.sizing.recorder_failover) - len(there))
    like = (there or list(active))[0]
    return [_another(like, next(names), like.phase, standby=True) for _ in range(lacking)]


def _names(city: City) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        name = f"{city.code}-rec-more{number}"
        if name not in city.recorders:
            yield name


def _another(like: Recorder, name: str, phase: str, *, standby: bool) -> Recorder:
    """One more of a kind, that stands nowhere yet."""
    return replace(like, name=name, phase=phase, standby=standby, mac=None, serial=None, hold=None)
