"""What became of the changes of one section: the device's words against what it reads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TypeVar

from iccc.compare import ABSENT, Change, Unread, compare
from iccc.errors import Reason
from iccc.observed import Outcome, Status
from iccc.onvif.call import Written

T = TypeVar("T")


def settle(section: str, changes: list[Change], wanted: object, after: object, written: Written) -> list[Outcome]:
    """One outcome for each change. ``after`` is the section as it was read back; Unread if it could not be."""
    left = {found.path: found for found in compare(wanted, after, section)}
    outcomes: list[Outcome] = []
    for change in changes:
        still = [found for path, found in left.items() if _inside(path, change.path) or _inside(change.path, path)]
        seen = value_at(after, change.path, section)
        if not still:
            outcomes.append(Outcome(change, Status.APPLIED, seen, _nearest(written.remarks, change.path) or ""))
        else:
            status, text = _why(change, seen, written)
            outcomes.append(Outcome(change, status, seen, text))
    return outcomes


def value_at(state: object, path: str, at: str) -> object:
    """The value at ``path``, written as :func:`~iccc.compare.compare` does; ``state`` itself stands ``at`` a path.

    ABSENT if there is none; Unread if it or something around it is unread.
    """
    if path == at or isinstance(state, Unread):
        return state
    if is_dataclass(state) and not isinstance(state, type):
        steps: dict[str, object] = {f"{at}.{f.name}": getattr(state, f.name) for f in fields(state)}
    elif isinstance(state, Mapping):
        steps = {f"{at}[{key}]": value for key, value in state.items()}
    else:
        return ABSENT
    for step, value in steps.items():
        if _inside(path, step):
            return value_at(value, path, step)
    return ABSENT


def _why(change: Change, seen: object, written: Written) -> tuple[Status, str]:
    """Why a change is not as wanted."""
    guarded = _nearest(written.guarded, change.path)
    if guarded is not None:
        return Status.REFUSED, guarded
    lacking = _nearest(written.unsupported, change.path)
    if lacking is not None:
        return Status.UNSUPPORTED, lacking
    if change.path in written.clamped and not list(compare(written.clamped[change.path], seen)):
        return Status.CLAMPED, f"{seen} is the nearest that the device offers"
    fault = _nearest(written.faults, change.path)
    if fault is not None:
        return (Status.UNSUPPORTED if fault.reason is Reason.UNSUPPORTED else Status.FAILED), str(fault)
    if isinstance(seen, Unread):
        return Status.FAILED, f"could not be read back: {seen.text}"
    if written.reboot:
        return Status.PENDING_REBOOT, "the device says that it takes effect after a restart"
    number = isinstance(change.wanted, int | float) and not isinstance(change.wanted, bool)
    if number and seen != change.seen and isinstance(seen, int | float):
        return Status.CLAMPED, f"the device made it {seen}"
    return Status.ACCEPTED_NOT_APPLIED, "the device accepted it and reads back otherwise"


def _nearest(notes: Mapping[str, T], path: str) -> T | None:
    """The note on ``path``, on what it belongs to, or on a part of it: the longest path wins."""
    fitting = [noted for noted in notes if _inside(path, noted) or _inside(noted, path)]
    return notes[max(fitting, key=len)] if fitting else None


def _inside(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))
