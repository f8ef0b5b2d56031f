"""Class operational: call boxes that are busy, whose test calls failed or are old, whose cameras have no preset.

A call that was never tried is unknown, and so of class observability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from iccc.callbox.seen import CallBoxFacts
from iccc.callbox.trial import Trial
from iccc.camera.state import CameraState
from iccc.city.devices import City, Device, Equipment
from iccc.compare import Unread
from iccc.drift.roots_beside import missing
from iccc.drift.telling import command, on_device
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed


def findings(view: View) -> Iterator[Finding]:
    """Of the boxes that answered. What is wrong with a silent one is its silence."""
    for name in view.observed:
        facts = view.call_box_facts(name)
        box = view.city.equipment.get(name)
        if facts is not None and box is not None and box.calling is not None:
            yield from _itself(view, box, facts)
            yield from _calls(view, box, facts.trials)
            yield from _presets(view, box)


def turned_cameras(city: City, observed: Mapping[str, Observed[Any, Any]]) -> list[Device]:
    """The cameras that the call boxes that were read turn to who calls, where these were not read yet."""
    boxes = (city.equipment[name].calling for name in observed if name in city.equipment)
    names = {camera for box in boxes if box is not None and box.preset for camera in box.cameras}
    return missing(city, observed, names)


def _itself(view: View, box: Equipment, facts: CallBoxFacts) -> Iterator[Finding]:
    said = {"SIP OPTIONS": f"{facts.status} {facts.reason}".strip(), "SIP Server": facts.software}
    if facts.busy:
        yield on_device(
            view, box.name, "sip", Class.OPERATIONAL, Severity.MINOR,
            f"{box.name} is busy: in a call, or its button is stuck",
            seen=facts.status, wanted=200, said=said,
            step=f"Read it again: `{command(view, 'drift', '--limit', box.name)}`; if it stays so, look at its button.",
        )  # fmt: skip
    elif facts.status >= 500:
        yield on_device(
            view, box.name, "sip", Class.OPERATIONAL, Severity.MAJOR,
            f"{box.name} answers {facts.status} {facts.reason}".rstrip() + ": it takes no calls",
            seen=facts.status, wanted=200, said=said,
            step=f"Restart {box.name}, and look at its SIP account and its firmware.",
        )  # fmt: skip
    elif facts.methods and "INVITE" not in facts.methods:
        yield on_device(
            view, box.name, "sip", Class.OPERATIONAL, Severity.MINOR,
            f"{box.name} says that it takes no INVITE: what answers there may be no call box",
            seen=", ".join(facts.methods), wanted="INVITE", said=said,
            step=f"Look at what answers at {box.address}, and at the SIP settings of {box.name}.",
        )  # fmt: skip


def _calls(view: View, box: Equipment, trials: Mapping[str, Trial]) -> Iterator[Finding]:
    """One finding for each answer point at most."""
    assert box.calling is not None
    every = box.calling.tested_every_days
    again = command(view, "callbox", "test", "--limit", box.name)
    step = f"Make a test call, when the control room knows of it: `{again}`."
    for point in box.calling.answer_points:
        test, path = trials.get(point.room), f"test_calls[{point.room}]"
        if test is None:
            yield on_device(
                view, box.name, path, Class.OBSERVABILITY, Severity.MINOR,
                f"whether {point.room} answers calls of {box.name} is unknown: no test call was made",
                seen="never", where=point.where, step=step,
            )  # fmt: skip
            continue
        day, said = _day(view.city, test.at), {"test call": f"{test.at.isoformat(timespec='seconds')} {test.text}"}
        if not test.passed:
            yield on_device(
                view, box.name, path, Class.OPERATIONAL, Severity.MAJOR,
                f"the test call of {box.name} to {point.room} on {day} failed: {test.text}",
                seen=test.text, wanted=f"answered within {point.limit_s} s", said=said, where=point.where,
                step=f"Look at the telephone {point.user} at {point.address}, and who sits there. {step}",
            )  # fmt: skip
        elif every is not None and view.now - test.at > timedelta(days=every):
            yield on_device(
                view, box.name, path, Class.OPERATIONAL, Severity.MINOR,
                f"the last test call of {box.name} to {point.room} was on {day}; it is due every {every} days",
                seen=(view.now - test.at).days, wanted=every, said=said, where=point.where, step=step,
            )  # fmt: skip


def _presets(view: View, box: Equipment) -> Iterator[Finding]:
    """What a camera's own entry declares is compared there. A camera that was not read says so itself."""
    assert box.calling is not None
    for name in box.calling.cameras if box.calling.preset else ():
        camera, seen = view.city.cameras.get(name), view.observed.get(name)
        if camera is None or seen is None or box.calling.preset in camera.presets:
            continue
        presets = seen.state.presets if isinstance(seen.state, CameraState) else None
        if presets is None or isinstance(presets, Unread) or box.calling.preset in presets:
            continue
        yield on_device(
            view, box.name, f"preset[{name}]", Class.OPERATIONAL, Severity.MAJOR,
            f"{name} has no preset {box.calling.preset!r}: it does not turn to who calls at {box.name}",
            seen=", ".join(sorted(presets)) or "none", wanted=box.calling.preset,
            said={"GetPresets": ", ".join(sorted(presets)) or "none"}, by=name,
            step=f"Turn {name} to {box.name} and store the preset {box.calling.preset!r}; or declare it under presets "
            "of the camera, with its position.",
        )  # fmt: skip


def _day(city: City, at: datetime) -> str:
    return (at + timedelta(minutes=city.utc_offset_min)).strftime("%Y-%m-%d")
