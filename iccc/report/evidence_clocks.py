"""Sentences on clocks for the annexure: what was measured, by whom, and for which times nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from iccc.evidence_clocks import CameraClock, ServerClock
from iccc.server.clocks import ClockHistory, Offset

Local = Callable[[datetime], str]
LISTED = 20  # of readings, spans and steps in a sentence each; JSON has what the server told


def camera_sentences(clock: CameraClock, local: Local) -> Iterator[str]:
    """Offsets are against the host that read; devices tell whole seconds, so each is good to half a second."""
    for at, offset_s in clock.within[:LISTED]:
        yield f"{local(at)}: {offset_s:+.1f} s, read by this program"
    if (more := len(clock.within) - LISTED) > 0:
        least, most = (pick(offset_s for _, offset_s in clock.within) for pick in (min, max))
        yield f"and {more} readings more in the period; all lie between {least:+.1f} s and {most:+.1f} s"
    if not clock.within:
        yield "in the period it was not read: not known"
    for word, one in (("the last reading before the period", clock.before), ("the first one after it", clock.after)):
        if one:
            yield f"{word}, {local(one[0])}: {one[1]:+.1f} s"


def server_sentences(clock: ServerClock, local: Local) -> Iterator[str]:
    """Of one server, by its own measurements."""
    known = clock.history
    if known is None:
        yield f"{clock.server} ({clock.why}): not known: {clock.told}"
        return
    yield f"{clock.server} ({clock.why}): {_measured(known, local)}"
    for first, last in known.unmeasured[:LISTED]:
        yield f"{clock.server}: {local(first)} to {local(last)}: no sample, not known"
    if (more := known.unmeasured_all - len(known.unmeasured[:LISTED])) > 0:
        yield f"{clock.server}: {more} spans more without a sample; {known.unmeasured_s:.0f} s in all"
    yield f"{clock.server}: {_set(known, local)}"


def _measured(known: ClockHistory, local: Local) -> str:
    near = [
        f"{word} at {local(one[0])}: {one[1]:+.6f} s"
        for word, one in (("last one before", known.before), ("first one after", known.after))
        if one
    ]
    if not known.samples or known.largest is None or known.mean_s is None:
        return f"no sample in the period{''.join(f'; {one}' for one in near)}"
    sources = ", ".join(known.sources)
    return (
        f"{known.samples} samples against {sources}: largest offset {known.largest[1]:+.6f} s at "
        f"{local(known.largest[0])}, mean {known.mean_s:+.6f} s (+: its clock was ahead)"
    )


def _set(known: ClockHistory, local: Local) -> str:
    since = known.steps_from
    if since is None:
        return "whether its clock was set meanwhile is not known: nothing of that is written down there"
    listed = "; ".join(f"{local(at)} {text}" for at, text in known.steps[:LISTED])
    more = known.steps_all - len(known.steps[:LISTED])
    text = f"its clock was set or jumped {known.steps_all} times: {listed}" if listed else "its clock was not set"
    return (
        f"{text}{f' and {more} times more' if more else ''} (written down since {local(since)}; before that: not known)"
    )


def clocks_json(camera: CameraClock, servers: tuple[ServerClock, ...], local: Local) -> dict[str, Any]:
    """``camera_clock`` and ``server_clocks`` of the document."""

    def offset(one: Offset | None) -> dict[str, Any] | None:
        return {"at": local(one[0]), "seconds": one[1]} if one else None

    def server(one: ServerClock) -> dict[str, Any]:
        known = one.history
        return {"name": one.server, "why": one.why, "text": one.told or None, "known": known is not None} | (
            {
                "samples": known.samples, "sources": dict(known.sources), "largest": offset(known.largest),
                "mean_seconds": known.mean_s, "before": offset(known.before), "after": offset(known.after),
                "longest_between_samples": known.apart_s,
                "unmeasured": [{"from": local(a), "to": local(b)} for a, b in known.unmeasured],
                "unmeasured_spans": known.unmeasured_all, "unmeasured_seconds": known.unmeasured_s,
                "steps": [{"at": local(at), "text": text} for at, text in known.steps],
                "steps_all": known.steps_all,
                "steps_known_from": local(known.steps_from) if known.steps_from else None,
            }
            if known
            else {}
        )  # fmt: skip

    return {
        "camera_clock": {
            "within": [offset(one) for one in camera.within], "before": offset(camera.before),
            "after": offset(camera.after),
        },
        "server_clocks": [server(one) for one in servers],
    }  # fmt: skip
