"""``iccc replace``: another unit in the place of a broken one."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from iccc import fleet
from iccc.adopt.apply import amended, write
from iccc.adopt.former import replaced
from iccc.city.devices import Camera, Device, Recorder, Switch
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    output_options,
    progress_of,
    reason_options,
    settings_for,
    talk,
    target_option,
)
from iccc.context import Context, open_context
from iccc.deploy import Deployed, deploy
from iccc.errors import DeviceError, UsageError
from iccc.explain import did_you_mean
from iccc.maintenance import closed
from iccc.observed import Status
from iccc.replacing import COMMAND, Refused, Unit, done_before, former, take
from iccc.report.deploy import deployed_json, deployed_text
from iccc.report.plan import plan_text
from iccc.report.table import as_data, one_line
from iccc.sessions import aio
from iccc.state.log import Why
from iccc.survey import survey

FORMATS = ("text", "json")
VERSION = 1


@click.command("replace")
@city_argument
@click.argument("name", metavar="DEVICE")
@click.option("--serial", metavar="SERIAL", help="Of the new unit, as its label has it; asked for without this.")
@target_option
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@click.option("--anytime", is_flag=True, help="Also outside maintenance windows and in a freeze.")
@reason_options("; needed")
@output_options(*FORMATS)
def command(
    city_key: str,
    name: str,
    serial: str | None,
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Put another unit in the place of a camera, recorder or switch that was swapped.

    The old one has to be gone and the new one to hang where it is declared, with the expected serial number. Then the
    YAML gets its serial number and keeps the former one, and the unit gets name, settings and passwords by a deploy of
    this one device. The same command goes on after a kill.
    """
    if not why.reason:
        raise UsageError("a replacement stands in the change record: say --reason")
    settings = settings_for(live)
    with open_context(city_key, COMMAND, settings) as context:
        device = _device(context, name)
        serial = serial or _asked(name, yes)
        if refused := _refused(context, device, anytime):
            return _told(context, device, refused, None, (), format_, output)
        aio.run(fleet.bring_back(context.city.switches.values(), context.reach, talk.print))
        written: list[str] = []
        text = ""
        context.changes.close(COMMAND, name)
        if not done_before(context, device, serial):
            change = context.changes.begin(COMMAND, f"by serial number {serial}", why, name)
            try:
                text = _take(context, device, serial, why, written, anytime)
            except (Refused, DeviceError) as problem:
                context.changes.end(change, COMMAND, f"refused: {problem}", name)
                return _told(context, device, str(problem), None, (), format_, output)
            context.changes.end(change, COMMAND, f"taken over: {text}", name)
        with open_context(city_key, COMMAND, settings, locked=True) as now:  # the files have changed
            result = _deploy(context, now, name, why, yes, anytime)
    text = text or f"serial number {serial} is the enrolled one: nothing was replaced now"
    return _told(now, device, text, result, written, format_, output)


def _device(context: Context, name: str) -> Device:
    city = context.city
    device = city.find(name)
    if not isinstance(device, Camera | Recorder | Switch):
        known = [*city.cameras, *city.recorders, *city.switches]
        text = f"{name!r} is no camera, recorder or switch of {city.key}{did_you_mean(name, known)}"
        raise UsageError(text)
    if not device.on_the_wire:
        raise UsageError(f"{name} is {device.status}: nothing stands there that could be replaced")
    return device


def _asked(name: str, yes: bool) -> str:
    if yes or not sys.stdin.isatty():
        raise UsageError("say which unit stands there now: --serial, as its label has it")
    answer: str = click.prompt(f"Serial number of the new {name}, as its label has it", err=True)
    return answer.strip()


def _refused(context: Context, device: Device, anytime: bool) -> str:
    """Why nothing is looked at; "" when nothing stands in the way."""
    if device.unwritten:
        return device.unwritten if device.ours else f"owner is {device.owner}; only project is written"
    city = context.city
    shut = None if anytime else closed(city.maintenance, context.clock.now(), city.utc_offset_min)
    return shut or ""


def _take(context: Context, device: Device, serial: str, why: Why, written: list[str], anytime: bool) -> str:
    old, root = former(context, device, serial), context.settings.root

    def declare(unit: Unit) -> None:
        today = (context.clock.now() + timedelta(minutes=context.city.utc_offset_min)).date()
        adoption = replaced(context.city, device, unit.serial, unit.mac, old.serial or None, today)
        files = amended(root, context.city, [adoption], frozenset({device.name}))
        write(root, files)
        written.extend(file.name for file in files.files)

    return aio.run(take(context, device, serial, why, declare, anytime))


def _deploy(context: Context, now: Context, name: str, why: Why, yes: bool, anytime: bool) -> Deployed:
    """A deploy of this one device, under the guards of any other; ``now`` has the files as they are."""
    device = now.city.device(name)
    with progress_of("reading", 1) as progress:
        seen = survey(now, [device], progress)
    talk.print(plan_text(now.city, seen))
    hashes = {one.device: one.state_hash for one in seen.plan.changing}
    if seen.plan.unknown:
        return Deployed([], [name], "it could not be read after it was taken over")
    if not hashes:
        return Deployed([], [])
    if not yes and not click.confirm(f"Make {name} as declared?", err=True):
        raise click.Abort
    run = now.begin_run(now.city.digest, list(hashes), why, COMMAND)
    with progress_of("deploying", 1):
        result = deploy(
            now.city, now.settings, run, hashes, lambda _row: None, lock=context.lock, anytime=anytime,
            allow_network=True,
        )  # fmt: skip
    now.end_run(run, {(row.device, row.path) for row in result.rows if row.status is Status.APPLIED}, COMMAND)
    return result


def _told(
    context: Context,
    device: Device,
    text: str,
    result: Deployed | None,
    written: list[str] | tuple[str, ...],
    format_: str | None,
    output: Path | None,
) -> int:
    """``result`` None: the unit was refused."""
    taken = result is not None
    if chosen_format(format_, output, FORMATS) == "json":
        deployed: Any = json.loads(deployed_json(context.city, result, [])) if result is not None else None
        data = {
            "version": VERSION, "kind": "replacement", "city": context.city.key, "device": device.name,
            "status": "applied" if taken else "refused", "text": text, "written": list(written), "deploy": deployed,
        }  # fmt: skip
        emit(as_data(data), output)
    else:
        lines = [f"{device.name}  {'taken over' if taken else 'refused'}  {one_line(text)}"]
        lines += [f"written: {file}" for file in written]
        shown = "\n".join(lines) + "\n"
        emit(shown + (f"\n{deployed_text(context.city, result, [])}" if result is not None else ""), output)
    return Exit.CLEAN if result is not None and result.clean else Exit.DIFFERENT
