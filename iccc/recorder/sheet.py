"""The channels of a recorder as a sheet: what is declared of each, and whether it is so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from iccc.compare import Change, Unknown, Unread, compare
from iccc.errors import Reason
from iccc.recorder.state import Channel, RecorderState
from iccc.secrets import STREAM_USER


class Bound(StrEnum):
    """How one camera stands on its recorder."""

    BOUND = "bound"
    DIFFERS = "differs"
    MISSING = "missing"
    EXTRA = "extra"  # nobody has declared it there
    NEEDS_HUMAN = "needs_human"  # it is put there by hand, and iccc cannot see whether it was
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """One channel. ``number`` is None where none is declared and none is seen; ``path`` is "" where nobody knows it."""

    recorder: str
    number: int | None
    camera: str
    address: str
    port: int
    path: str
    user: str
    secret: str  # the name of its password in the store
    state: Bound
    text: str = ""


def lines(
    recorder: str,
    declared: Mapping[str, Channel],
    state: RecorderState | Unread | None,
    paths: Mapping[str, str],
    secrets: Mapping[str, str],
) -> Iterator[Line]:
    """Each declared camera, then what is on a channel beside them. ``state``: None where it is bound by hand.

    ``paths`` of the main streams and ``secrets``, names in the store, are by camera.
    """
    seen = state.channels if isinstance(state, RecorderState) else state
    for camera, channel in declared.items():
        told = seen.get(camera) if isinstance(seen, Mapping) else None
        standing, text = _standing(camera, channel, seen)
        number = told.number if told is not None else channel.number
        path = paths.get(camera, "")
        yield Line(
            recorder, number, camera, channel.address or "", channel.port or 0, path, STREAM_USER,
            secrets[camera], standing, text,
        )  # fmt: skip
    for name, extra in seen.items() if isinstance(seen, Mapping) else ():
        if name not in declared:
            stream = extra.stream if isinstance(extra.stream, str) else ""
            user = extra.user if isinstance(extra.user, str) else ""
            yield Line(
                recorder, extra.number, "", extra.address or "", extra.port or 0, stream, user, "",
                Bound.EXTRA, "nobody has declared it there",
            )  # fmt: skip


def _standing(camera: str, channel: Channel, seen: Mapping[str, Channel] | Unread | None) -> tuple[Bound, str]:
    if seen is None or (isinstance(seen, Unread) and seen.reason is Reason.UNSUPPORTED):
        return Bound.NEEDS_HUMAN, "put it on a channel on the recorder's page, with the password that the store has"
    if isinstance(seen, Unread):
        return Bound.UNKNOWN, seen.text
    if camera not in seen:
        return Bound.MISSING, ""
    found = list(compare(channel, seen[camera]))
    changes = [f"{one.path} is {one.seen}" for one in found if isinstance(one, Change)]
    unread = [one.unread.text for one in found if isinstance(one, Unknown)]
    if changes:
        return Bound.DIFFERS, ", ".join(changes)
    return (Bound.UNKNOWN, unread[0]) if unread else (Bound.BOUND, "")
