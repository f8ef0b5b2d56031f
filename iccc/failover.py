"""A standby in the place of a recorder, and the recorder back: who can, what is declared of it, and who records now.

The fail-over is declared (``failovers.yaml``), so that everything that reads the city knows where a camera is recorded.
Whoever takes the cameras over is written first; the other one lets them go once they are recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from iccc import fleet
from iccc.adopt.apply import Adopted, File, city_of, different, write
from iccc.city.devices import Camera, City, Recorder
from iccc.city.failovers import unlike
from iccc.compare import Unread
from iccc.context import Context
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.sizing.standby import asks, fits, needs, offers
from iccc.yamledit import Edit, NotKept, at, edited, flow, put

COMMAND = "fail-over"
LOOK_APART_S = 3.0
HEAD = """\
# Recorders whose cameras a standby records: `iccc deploy CITY --fail-over` and `--fail-back` write it.
# yaml-language-server: $schema=../../docs/schema/failovers-v1.json
schema: failovers/v1
failovers:
"""


@dataclass(frozen=True)
class Move:
    """Cameras that go from one recorder to another. ``declared``: an earlier run has written it down already."""

    from_: str
    to: str
    cameras: tuple[str, ...]
    declared: bool


def over(city: City, name: str, to: str | None) -> Move:
    """The fail-over of recorder ``name``, without ``to`` to the first that fits. UsageError: what is in the way."""
    failed = _recorder(city, name)
    if (now := city.failed_over(name)) is not None:
        if to not in (None, now.to):
            text = f"the cameras of {name} are on {now.to} since {now.since} ({now.where}): --fail-back {name} first"
            raise UsageError(text)
        return Move(name, now.to, tuple(one.name for one in city.cameras.values() if one.home == name), True)
    cameras = city.recorded_by(name)
    if failed.standby:
        raise UsageError(f"{name} is a standby itself; what it stands in for is ended by --fail-back")
    if not cameras:
        declared = sum(1 for one in city.cameras.values() if one.declared_recorder == name)
        why = f": none of the {declared} declared there is on the wire" if declared else ""
        raise UsageError(f"no camera is recorded on {name}{why}")
    standbys = [one for one in city.recorders.values() if one.standby]
    if to is not None:
        standbys = [_recorder(city, to)]
    if not standbys:
        raise UsageError(f"{city.key} has no standby: declare a recorder with `standby: true`")
    against = {one.name: _against(city, failed, one, cameras) for one in standbys}
    chosen = next((standby for standby, text in against.items() if not text), None)
    if chosen is None:
        raise UsageError(f"nobody takes over the cameras of {name}:\n  " + "\n  ".join(against.values()))
    return Move(name, chosen, tuple(one.name for one in cameras), False)


def back(city: City, name: str) -> Move:
    """The way back: from its standby to recorder ``name``."""
    _recorder(city, name)
    cameras = tuple(one.name for one in city.cameras.values() if one.declared_recorder == name and one.on_the_wire)
    if (now := city.failed_over(name)) is not None:
        return Move(now.to, name, cameras, False)
    ended = [one for one in city.failovers if one.recorder == name]
    if not ended:
        raise UsageError(f"the cameras of {name} are on no standby")
    return Move(ended[-1].to, name, cameras, True)


def _recorder(city: City, name: str) -> Recorder:
    if name not in city.recorders:
        raise UsageError(f"{name!r} is no recorder of {city.key}{did_you_mean(name, [*city.recorders])}")
    return city.recorders[name]


def _against(city: City, failed: Recorder, standby: Recorder, cameras: Sequence[Camera]) -> str:
    """Why this one cannot take over; "" when it can."""
    name, there = standby.name, city.recorded_by(standby.name)
    asked = needs([*there, *cameras], city)
    if not standby.standby:
        return f"{name} is no standby"
    if not standby.on_the_wire:
        return f"{name} is {standby.status}"
    if standby.unwritten:
        return f"{name}: {standby.unwritten}"
    if standby.recorder_type != failed.recorder_type:
        return unlike(failed, standby)
    if fits(city, standby, asked, failed) is not False:
        return ""
    stands = next((one for one in city.failovers if one.in_force and one.to == name), None)
    if stands is not None:
        text = f"{name} stands in for {stands.recorder} since {stands.since} with {len(there)} cameras"
        return f"{text}; with those of {failed.name} it would need {asks(asked)}, and {offers(city, standby)}"
    return f"{name} is too small: {asks(asked)} are needed, and {offers(city, standby)}"


# What is declared


def declare_over(root: Path, city: City, move: Move, now: datetime, reason: str) -> str:
    """Write that the fail-over begins; the file's name. UsageError when that cannot be."""
    entry = {"recorder": move.from_, "to": move.to, "since": local(city, now), "reason": reason}

    def edit(value: Any) -> None:
        value["failovers"].append(flow(entry))

    return _write(root, city, edit, {*move.cameras})


def declare_back(root: Path, city: City, move: Move, now: datetime) -> str:
    """Write that the fail-over has ended; the file's name."""
    index = next(n for n, one in enumerate(city.failovers) if one.recorder == move.to and one.in_force)
    edit = put(("failovers", index, "until"), local(city, now))
    return _write(
        root, city, edit, {*move.cameras, *(one.name for one in city.cameras.values() if one.home == move.to)}
    )


def local(city: City, at_: datetime) -> str:
    """``2026-11-30T21:40``, in the city's time."""
    return (at_ + timedelta(minutes=city.utc_offset_min)).strftime("%Y-%m-%dT%H:%M")


def _write(root: Path, city: City, edit: Edit, cameras: set[str]) -> str:
    name = f"cities/{city.key}/failovers.yaml"
    path = root / name
    before = path.read_bytes().decode() if path.exists() else None

    def whole(value: Any) -> None:
        if not isinstance(at(value, ("failovers",)), list):
            raise NotKept(1)
        edit(value)

    try:
        text = _begun(edit) if before is None else edited(before, whole)
    except NotKept as why:
        raise UsageError(f"{name}:{why.line}:1: {why}; write it by hand") from None
    files = (File(name, before, text),)
    after = city_of(root, city, files)
    if others := [device for device in different(city, after) if device not in cameras]:
        raise UsageError(f"this would also change {', '.join(others[:6])}; nothing is written")
    write(root, Adopted(files, after))
    return name


def _begun(edit: Edit) -> str:
    """The first entry of a file that is not there yet."""
    seed = f"{HEAD}  - {{recorder: none}}\n"

    def first(value: Any) -> None:
        edit(value)
        del value["failovers"][0]

    return edited(seed, first)


# Who records


@dataclass(frozen=True)
class Recording:
    """Which of some cameras a recorder records now; ``unread`` says why that is not known."""

    cameras: frozenset[str] = frozenset()
    unread: str = ""


async def recording(
    context: Context, recorder: Recorder, cameras: Sequence[str], since: datetime | None = None
) -> Recording:
    """Read the recorder, and which of ``cameras`` it records now: with footage that is newer than ``since``."""
    seen = (await fleet.observe([recorder], context.city, context.reach, lambda _name: None))[recorder.name]
    if isinstance(seen.state, Unread):
        return Recording(unread=seen.state.text)
    return Recording(fleet.recorded(recorder, seen, since) & frozenset(cameras))


async def taken_over(
    context: Context, recorder: Recorder, cameras: Sequence[str], since: datetime | None, within_s: float
) -> Recording:
    """As soon as it records all of ``cameras``, or how it stands after so many seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + within_s
    while True:
        now = await recording(context, recorder, cameras, since)
        if now.cameras >= set(cameras) or loop.time() >= until:
            return now
        await asyncio.sleep(LOOK_APART_S)
