"""What the acts of ``iccc camera`` share: their options, the question, the run and its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from iccc.care import Cared, Errand, carry_out, look
from iccc.city.devices import Camera
from iccc.cli.common import (
    Exit,
    anytime_option,
    chosen_format,
    emit,
    limit_option,
    output_options,
    progress_of,
    reason_options,
    target_option,
)
from iccc.context import Context
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.limit import select
from iccc.report.care import cared_json, cared_text
from iccc.report.values import counted
from iccc.sessions import aio
from iccc.state.log import Why

FORMATS = ("text", "json")
F = TypeVar("F", bound=Callable[..., Any])


def act_alone_options(yes: bool = True) -> Callable[[F], F]:
    """``--yes`` unless the act has a question of its own, ``--anytime``, ``--reason``, ``--live`` and the output."""

    def decorate(command: F) -> F:
        command = output_options(*FORMATS)(command)
        command = reason_options("; needed")(command)
        command = anytime_option()(command)
        if yes:
            command = click.option("--yes", "-y", is_flag=True, help="Don't ask.")(command)
        return target_option(command)

    return decorate


def act_options(command: F) -> F:
    """Those of an act on many cameras: ``--limit`` before :func:`act_alone_options`."""
    return limit_option(act_alone_options()(command))


def chosen_cameras(context: Context, limits: Sequence[str]) -> list[Camera]:
    """The cameras of a ``--limit``, which has to be said. UsageError when none of them is on the wire."""
    if not limits:
        raise UsageError("say which cameras: --limit NAME, a junction, a group, or kind:camera for all")
    city = context.city
    named = select(city, limits)
    cameras = [device for device in named if isinstance(device, Camera) and device.on_the_wire]
    if not cameras:
        raise UsageError(f"{counted(len(named), 'device')} named by --limit, and no camera among them that is there")
    return cameras


def named_camera(context: Context, name: str) -> Camera:
    """The camera of that very name. UsageError when it is none, or not on the wire."""
    cameras = context.city.cameras
    if name not in cameras:
        raise UsageError(f"{name!r} is no camera of {context.city.key}{did_you_mean(name, cameras)}")
    if not cameras[name].on_the_wire:
        raise UsageError(f"{name} is {cameras[name].status}: it is not there to be talked to")
    return cameras[name]


def need_why(why: Why, act: str) -> None:
    if not why.reason:
        raise UsageError(f"{act} is no setting that a declaration asks for: say --reason")


def run(
    context: Context,
    cameras: Sequence[Camera],
    errand: Errand,
    question: str,
    title: str,
    *,
    yes: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Look, ask, carry out and report; the exit code."""
    with progress_of("reading", len(cameras)) as progress:
        seen = aio.run(look(context, cameras, progress))
    if not yes:
        click.confirm(question.format(counted(len(cameras), "camera")), abort=True, err=True)
    with progress_of(title.lower(), len(cameras)) as progress:
        cared = aio.run(carry_out(context, seen, errand, progress))
    return told(context, cared, title, format_, output)


def told(context: Context, cared: Cared, title: str, format_: str | None, output: Path | None) -> int:
    """Report what became of it; the exit code."""
    kind = title.lower().replace(" ", "-")
    text = chosen_format(format_, output, FORMATS) == "text"
    emit(cared_text(context.city, title, cared) if text else cared_json(context.city, kind, cared), output)
    return Exit.DIFFERENT if cared.bad else Exit.CLEAN
