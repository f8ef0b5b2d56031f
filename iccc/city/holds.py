"""Evidence holds: which device is under which, and the mistakes in what they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Failover, FootageHold, Hold, Recorder, Site
from iccc.clock import utc_of
from iccc.explain import did_you_mean


def holds(
    declared: Declared,
    sites: Mapping[str, Site],
    cameras: Sequence[Camera],
    recorders: Sequence[Recorder],
    mistakes: Mistakes,
) -> dict[str, Hold]:
    """The hold of each device that is under one; of several that which lasts longest."""
    if declared.evidence_holds is None:
        return {}
    document, file = declared.evidence_holds
    names = {device.name for device in (*cameras, *recorders)}
    found: dict[str, Hold] = {}
    for index, entry in enumerate(file.evidence_hold):
        path = ("evidence_hold", index)
        held = [entry.scope] if entry.scope in names else [one.name for one in cameras if one.site == entry.scope]
        # Of a city that is not known whole, nobody can say that a name is nobody's.
        if not held and declared.whole.sites and declared.whole.recorders:
            known = sorted({*names, *sites})
            without = " has no cameras" if entry.scope in sites else " is no camera, recorder or site"
            mistakes.add(
                document, (*path, "scope"), f"scope {entry.scope!r}{without}{did_you_mean(entry.scope, known)}"
            )
        for name in held:
            hold = Hold(entry.until, entry.ordered_by, entry.reason, document.where(*path))
            found[name] = max(found.get(name, hold), hold, key=lambda one: one.until)
    return found


def footage_holds(
    declared: Declared, cameras: Sequence[Camera], failovers: Sequence[Failover]
) -> dict[str, tuple[FootageHold, ...]]:
    """Of each camera under a hold, or on a recorder or at a site under one, the recordings that are never deleted.

    A camera is also on the recorder that it comes from, and on those that have ever stood in for that.
    """
    if declared.evidence_holds is None:
        return {}
    found: dict[str, list[FootageHold]] = defaultdict(list)
    stood_in: dict[str, set[str]] = defaultdict(set)
    for one in failovers:
        stood_in[one.recorder].add(one.to)
    for scope, held in orders(declared).items():
        for camera in cameras:
            home = camera.declared_recorder
            if scope in (camera.name, camera.site, camera.recorder, home) or scope in stood_in[home]:
                found[camera.name] += held
    return {name: tuple(holds) for name, holds in found.items()}


def orders(declared: Declared) -> dict[str, tuple[FootageHold, ...]]:
    """The recordings that are never deleted, by what is named: a camera, a site or a recorder."""
    found: dict[str, tuple[FootageHold, ...]] = {}
    if declared.evidence_holds is not None:
        offset_min = declared.city.file.time.utc_offset_min
        for entry in declared.evidence_holds.file.evidence_hold:
            bounds = (entry.footage_from, entry.footage_to)
            hold = FootageHold(*(utc_of(text, offset_min) if text else None for text in bounds))
            found[entry.scope] = (*found.get(entry.scope, ()), hold)
    return found
