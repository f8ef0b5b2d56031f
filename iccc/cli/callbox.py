"""``iccc callbox``: what is done with emergency call boxes and is no setting."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.callbox.calls import make_calls, most_at_one
from iccc.city.devices import City, Equipment
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    progress_of,
    reason_options,
    settings_for,
    target_option,
)
from iccc.context import Context, open_context
from iccc.errors import UsageError
from iccc.explain import one_of
from iccc.limit import select
from iccc.report.calls import calls_json, calls_text
from iccc.report.values import counted
from iccc.sessions import aio
from iccc.state.log import Why

FORMATS = ("text", "json")


@click.group("callbox")
@city_argument
@click.pass_context
def command(context: click.Context, city_key: str) -> None:
    """Emergency call boxes: test calls to those who answer them."""
    context.obj = city_key


@command.command("test")
@limit_option
@click.option("--at", "rooms", multiple=True, metavar="ROOM", help="Only calls to this control room; repeatable.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@reason_options()
@output_options(*FORMATS)
@target_option
@click.pass_obj
def test(
    city_key: str,
    limits: tuple[str, ...],
    rooms: tuple[str, ...],
    yes: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
    live: bool,
) -> int:
    """Call each box's answer points in its name: answered within the limit, hung up, and the date kept.

    The box is asked first whether it is there; for one that is silent nobody is called. It is iccc that calls, not the
    box: its button, microphone and loudspeaker are for a person to try. One call at a time rings at an answer point.
    """
    with open_context(city_key, "callbox", settings_for(live)) as context:
        boxes = _boxes(context, limits)
        chosen = _rooms(context.city, rooms)
        room, most = most_at_one(boxes, chosen)
        if not most:
            raise UsageError("none of these call boxes is answered there: call_boxes of city.yaml says where")
        if most > (bound := context.settings.limits.calls_per_answer_point):
            raise UsageError(f"{most} test calls at {room} are more than the {bound} of one run: give a --limit")
        if not yes:
            what = f"Call {counted(most, 'time')} at {room}" + (", and elsewhere" if _elsewhere(boxes, chosen) else "")
            click.confirm(f"{what}? Somebody has to pick up each time.", abort=True, err=True)
        for box in boxes:
            context.note("callbox test", "a test call to each answer point", why, box.name)
        with progress_of("calling", len(boxes)) as progress:
            rows = aio.run(make_calls(boxes, chosen, context.reach, progress))
        text = chosen_format(format_, output, FORMATS) == "text"
        emit(calls_text(context.city, rows) if text else calls_json(context.city, rows), output)
    results = {row.result for row in rows}
    return Exit.DIFFERENT if "failed" in results else Exit.UNKNOWN if "unknown" in results else Exit.CLEAN


def _boxes(context: Context, limits: tuple[str, ...]) -> list[Equipment]:
    """The project's call boxes that are there. UsageError when none is."""
    named = select(context.city, limits)
    there = context.city.call_boxes
    boxes = [there[device.name] for device in named if device.name in there and device.on_the_wire and device.ours]
    if not boxes:
        others = [there[device.name] for device in named if device.name in there]
        why = f": {others[0].name} is {others[0].status}, owner {others[0].owner}" if others else ""
        among = f"among {counted(len(named), 'device')}"
        raise UsageError(f"no call box of the project that is on the wire is {among}{why}")
    return boxes


def _rooms(city: City, named: tuple[str, ...]) -> frozenset[str] | None:
    known = city.answer_points
    for room in named:
        if room not in known:
            raise UsageError(f"--at {one_of(room, known)}")
    return frozenset(named) or None


def _elsewhere(boxes: list[Equipment], rooms: frozenset[str] | None) -> bool:
    points = {(one.address, one.port) for box in boxes if box.calling for one in box.calling.answer_points
              if rooms is None or one.room in rooms}  # fmt: skip
    return len(points) > 1
