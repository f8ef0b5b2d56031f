"""``iccc deploy CITY --fail-over`` and ``--fail-back``: the cameras of a recorder to its standby, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from iccc import failover
from iccc.cli.common import Exit, chosen_format, emit, progress_of, settings_for, talk
from iccc.context import Context, open_context
from iccc.deploy import Deployed, deploy, held, joined
from iccc.errors import IcccError, UsageError
from iccc.failover import COMMAND, Move, Recording
from iccc.maintenance import closed
from iccc.observed import Status
from iccc.report.deploy import deployed_json, deployed_text
from iccc.report.plan import plan_text
from iccc.report.table import as_data
from iccc.report.values import counted
from iccc.sessions import aio
from iccc.state.log import Why
from iccc.survey import survey

FORMATS = ("text", "json")
VERSION = 1
RECORDS_S = 60.0  # until the first pictures of all cameras have to lie on the disk


@dataclass(frozen=True)
class How:
    """The options of a deploy that hold here too."""

    yes: bool
    retry: bool
    max_fail: int | None
    anytime: bool


@dataclass
class Told:
    """What is to be said at the end."""

    move: Move
    back: bool
    written: str = ""
    result: Deployed = field(default_factory=lambda: Deployed([], []))
    records: Recording = Recording()
    left: str = ""  # why the other recorder was not written; "" when it was, or nothing was to be done
    clean: bool = False


def run(
    city_key: str, name: str, to: str | None, is_back: bool, live: bool, how: How, why: Why,
    format_: str | None, output: Path | None,
) -> int:  # fmt: skip
    """Declare the fail-over of recorder ``name``, or its end, and deploy it. The same command goes on after a kill."""
    if not why.reason:
        raise UsageError("a fail-over stands in the declaration and in the change record: say --reason")
    settings = settings_for(live)
    with open_context(city_key, COMMAND, settings) as context:
        city = context.city
        move = failover.back(city, name) if is_back else failover.over(city, name, to)
        shut = None if how.anytime else closed(city.maintenance, context.clock.now(), city.utc_offset_min)
        if shut:
            raise UsageError(f"{shut}; nothing was changed (see --anytime)")
        told = Told(move, is_back)
        if not move.declared:
            _ask_first(context, move, is_back, how)
            told.written = _declared(context, move, is_back, why)
        with open_context(city_key, COMMAND, settings, locked=True) as now:  # the files have changed
            _hand_over(context, now, told, how, why)
        return _say(now, told, format_, output)


def _ask_first(context: Context, move: Move, is_back: bool, how: How) -> None:
    """One that still records is not failed; one that does not answer takes nothing back."""
    city, cameras = context.city, move.cameras
    if is_back:
        found = aio.run(failover.recording(context, city.recorders[move.to], cameras))
        if found.unread:
            raise UsageError(f"{move.to} is not back: {found.unread}; nothing was changed")
        return
    found = aio.run(failover.recording(context, city.recorders[move.from_], cameras))
    if found.cameras and not how.yes:
        text = (
            f"{move.from_} is not failed: it answers, and records {len(found.cameras)} of its {len(cameras)} cameras."
        )
        if not click.confirm(f"{text} Move them to {move.to} all the same?", err=True):
            raise click.Abort


def _declared(context: Context, move: Move, is_back: bool, why: Why) -> str:
    """Write it down, and in the change record."""
    root, now = context.settings.root, context.clock.now()
    failed = move.to if is_back else move.from_
    what = f"{counted(len(move.cameras), 'camera')} from {move.from_} to {move.to}"
    change = context.changes.begin(COMMAND, what, why, failed)
    try:
        if is_back:
            written = failover.declare_back(root, context.city, move, now)
        else:
            written = failover.declare_over(root, context.city, move, now, why.reason)
    except IcccError as problem:
        context.changes.end(change, COMMAND, f"refused: {problem}", failed)
        raise
    context.changes.end(change, COMMAND, f"declared in {written}", failed)
    return written


def _hand_over(context: Context, now: Context, told: Told, how: How, why: Why) -> None:
    """The one that takes over first; the other one lets go of what is recorded there."""
    move, city = told.move, now.city
    taking, leaving = city.recorders[move.to], city.recorders[move.from_]
    since = now.clock.now()
    told.result, changed = _deploy(context, now, taking.name, how, why)
    # Pictures of before count where nothing had to be changed.
    within_s = RECORDS_S if changed else 0.0
    told.records = aio.run(failover.taken_over(now, taking, move.cameras, since if changed else None, within_s))
    before = aio.run(failover.recording(now, leaving, move.cameras))
    if before.unread:
        told.left = f"{leaving.name} is not written: {before.unread}"
        told.clean = told.result.clean and not told.back
        return
    if missing := sorted(before.cameras - told.records.cameras):
        told.left = f"{leaving.name} goes on recording: {_some(missing)} would be recorded nowhere"
        return
    if not told.result.clean:
        told.left = f"{leaving.name} is not written: {taking.name} is not as declared yet"
        return
    result, _ = _deploy(context, now, leaving.name, how, why)
    told.result = joined(told.result, result)
    told.clean = told.result.clean


def _deploy(context: Context, now: Context, name: str, how: How, why: Why) -> tuple[Deployed, bool]:
    """A deploy of one recorder under the guards of any other, and whether there was anything to change."""
    device = now.city.device(name)
    with progress_of("reading", 1) as progress:
        seen = survey(now, [device], progress)
    talk.print(plan_text(now.city, seen))
    hashes = {one.device: one.state_hash for one in seen.plan.changing}
    refused = held(seen.plan.refused)
    if seen.plan.unknown and not hashes:
        return Deployed(refused.rows, [name], f"{name} could not be read"), False
    if not hashes:
        return refused, False
    if not how.yes and not click.confirm(f"Change {name}?", err=True):
        raise click.Abort
    run = now.begin_run(now.city.digest, list(hashes), why, COMMAND)
    with progress_of("deploying", 1):
        result = deploy(
            now.city, now.settings, run, hashes, lambda _row: None, how.retry, context.lock, how.max_fail, how.anytime
        )
    now.end_run(run, {(row.device, row.path) for row in result.rows if row.status is Status.APPLIED}, COMMAND)
    return joined(result, refused), True


def _say(context: Context, told: Told, format_: str | None, output: Path | None) -> int:
    move = told.move
    missing = sorted(set(move.cameras) - told.records.cameras)
    if chosen_format(format_, output, FORMATS) == "json":
        deployed: Any = json.loads(deployed_json(context.city, told.result, []))
        data = {
            "version": VERSION, "kind": "fail-back" if told.back else "fail-over", "city": context.city.key,
            "from": move.from_, "to": move.to, "cameras": list(move.cameras), "written": told.written or None,
            "recorded": sorted(told.records.cameras), "unread": told.records.unread or None,
            "left": told.left or None, "deploy": deployed,
        }  # fmt: skip
        emit(as_data(data), output)
    else:
        lines = [f"written: {told.written}"] if told.written else []
        lines.append(f"{move.to} records {len(told.records.cameras)} of {counted(len(move.cameras), 'camera')} of "
            f"{move.to if told.back else move.from_}" + (f"; not {_some(missing)}" if missing else ""))  # fmt: skip
        lines += [told.left] if told.left else []
        emit("\n".join(lines) + "\n\n" + deployed_text(context.city, told.result, []), output)
    return Exit.CLEAN if told.clean and not missing else Exit.DIFFERENT


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
