"""Fail-over of recorders: whose cameras a standby records, and the mistakes in what is declared of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Failover, Recorder
from iccc.explain import one_of


def failovers(
    declared: Declared, cameras: Sequence[Camera], recorders: Iterable[Recorder], mistakes: Mistakes
) -> tuple[Failover, ...]:
    """All of them, those that have ended too, in the order of the file. What is wrong with others is noted."""
    if declared.failovers is None:
        return ()
    document, file = declared.failovers
    known = {recorder.name: recorder for recorder in recorders}
    standbys = [name for name, one in known.items() if one.standby]
    of_recorder = Counter(camera.recorder for camera in cameras if camera.on_the_wire)
    found: list[Failover] = []
    away: dict[str, Failover] = {}
    taken: Counter[str] = Counter()
    for index, entry in enumerate(file.failovers):
        path = ("failovers", index)
        one = Failover(entry.recorder, entry.to, entry.since, entry.until, entry.reason, document.where(*path))
        if declared.whole.recorders and not {entry.recorder, entry.to} <= known.keys():
            for key, name in (("recorder", entry.recorder), ("to", entry.to)):
                if name not in known:
                    mistakes.add(document, (*path, key), f"{key} {one_of(name, known)}")
            continue
        if not {entry.recorder, entry.to} <= known.keys():
            continue
        found.append(one)
        if not one.in_force:
            continue
        if (before := away.setdefault(one.recorder, one)) is not one:
            mistakes.add(document, path, f"the cameras of {one.recorder} are on {before.to} already ({before.where})")
            continue
        failed, standby = known[one.recorder], known[one.to]
        taken[one.to] += of_recorder[one.recorder]
        if failed.standby:
            mistakes.add(document, (*path, "recorder"), f"{one.recorder} is a standby itself: no camera records there")
        elif not standby.standby:
            text = f"{one.to} is no standby{': ' + ', '.join(standbys) + ' stands by' if standbys else ''}"
            mistakes.add(document, (*path, "to"), text)
        elif failed.recorder_type != standby.recorder_type:
            mistakes.add(document, (*path, "to"), unlike(failed, standby))
        elif taken[one.to] > standby.channels:
            text = f"{one.to} has {standby.channels} channels, and {taken[one.to]} cameras come to it"
            mistakes.add(document, (*path, "to"), text)
    return tuple(found)


def unlike(failed: Recorder, standby: Recorder) -> str:
    """Why one does not stand in for the other."""
    return f"{standby.name} is of type {standby.recorder_type}, {failed.name} of type {failed.recorder_type}"


def moved(cameras: Iterable[Camera], declared: Sequence[Failover]) -> list[Camera]:
    """The cameras as they are recorded now: those of a failed recorder on its standby, on whatever channel is free."""
    now: Mapping[str, Failover] = {one.recorder: one for one in declared if one.in_force}
    return [_moved(camera, now.get(camera.recorder)) for camera in cameras]


def _moved(camera: Camera, to: Failover | None) -> Camera:
    if to is None:
        return camera
    origins = {**camera.origins, "recorder": (to.where, *camera.origins.get("recorder", ()))}
    return replace(camera, recorder=to.to, home=camera.recorder, channel=None, origins=origins)
