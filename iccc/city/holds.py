"""Evidence holds: which device is under which, and the mistakes in what they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iccc.city.declared import Declared, Mistakes
from iccc.city.devices import Camera, Hold, Recorder, Site
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
