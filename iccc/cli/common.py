"""Options, exit codes and output that all commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import IntEnum
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from iccc.errors import UsageError
from iccc.secrets import Secret
from iccc.sessions.dial import Target
from iccc.settings import CameraReader, Settings, load_settings
from iccc.state.log import Why

talk = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)  # brackets are those of names

F = TypeVar("F", bound=Callable[..., Any])

# Endings of files; those of other formats are the format's name.
SUFFIXES = {
    "text": ("txt", "text", "log", "md"),
    "junit": ("xml", "junit"),
    "yaml": ("yaml", "yml"),
    "prometheus": ("prom",),
    "geojson": ("geojson", "json"),
}


class Exit(IntEnum):
    """The exit codes of all commands. 2 beats 3."""

    CLEAN = 0
    ERROR = 1
    DIFFERENT = 2  # changes, drift, failed checks; for deploy: anything failed, refused or not applied
    UNKNOWN = 3  # nothing wrong seen, but something could not be read


def city_argument(command: F) -> F:
    return click.argument("city_key", metavar="CITY")(command)


def limit_option(command: F) -> F:
    return click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="WHAT",
        help="Only these: a name, a glob, a junction, a group, kind:camera, phase:x; repeat for or, a&b for and.",
    )(command)


def plan_option(command: F) -> F:
    """``--plan``: of commands that look at the files alone. What is planned is on no wire."""
    text = "The city as it would be with a plan of its folder plans/."
    return click.option("--plan", metavar="NAME", help=text)(command)


def target_option(command: F) -> F:
    """``--live``. Where nothing could be read, and no lab of the city runs, the command ends by saying so."""

    @wraps(command)
    def saying(*args: Any, live: bool, **options: Any) -> Any:
        code = command(*args, live=live, **options)
        city, settings = options.get("city_key"), settings_for(live)
        lab = settings.state_dir(city) / "lab.sock" if city and settings.target is Target.LAB else None
        if code == Exit.UNKNOWN and lab is not None and not lab.exists():
            talk.print(f"no lab of {city} runs here: start it with `iccc lab {city}`; real devices: --live")
        return code

    option = click.option("--live", is_flag=True, help="Talk to the real devices, not to the lab.")
    return cast(F, option(saying))


def anytime_option(also: str = "") -> Callable[[F], F]:
    """``--anytime``; ``also``: what its help says besides."""
    text = f"Also outside maintenance windows and in a freeze{also}."
    return click.option("--anytime", is_flag=True, help=text)


def asked_secret(name: str) -> Secret:
    """A secret that is typed without an echo, or read from standard input. UsageError: it is empty."""
    value = click.prompt(name, hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not value.strip():
        raise UsageError(f"{name}: the value is empty")
    return Secret(value.rstrip("\n"))


def reason_options(needed: str = "") -> Callable[[F], F]:
    """``--reason`` and ``--ticket``, which the command gets as one ``why``; ``needed`` says when."""

    def decorate(command: F) -> F:
        @wraps(command)
        def with_why(*args: Any, reason: str, ticket: str, **options: Any) -> Any:
            return command(*args, why=Why(reason, ticket), **options)

        named = click.option("--ticket", default="", metavar="ID", help="Where it is kept track of, for the log.")
        said = click.option("--reason", default="", metavar="TEXT", help=f"The reason, for the log{needed}.")
        return cast(F, said(named(with_why)))

    return decorate


def engine_option(command: F) -> F:
    choice = click.Choice([str(reader) for reader in CameraReader])
    text = "What reads cameras; zeep: onvif-zeep, slowly, and what it does not know is unread."
    return click.option("--engine", type=choice, default=str(CameraReader.FAST), help=text)(command)


def rates_options(rates: str, on: str) -> Callable[[F], F]:
    """``--rates`` and ``--on`` of commands that price a bill; both texts say what the command does with them."""

    def decorate(command: F) -> F:
        path = click.Path(path_type=Path, dir_okay=False)
        day = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help=f"{on}; default: today.")(command)
        return click.option("--rates", type=path, help=f"{rates}: CSV, xlsx or YAML.")(day)

    return decorate


def output_options(*formats: str) -> Callable[[F], F]:
    """``--format`` (the first is the default) and ``-o``."""

    def decorate(command: F) -> F:
        return click.option(
            "--format", "format_", type=click.Choice(formats), is_eager=True, help=f"Default: {formats[0]}."
        )(output_option(*formats)(command))

    return decorate


def output_option(*formats: str) -> Callable[[F], F]:
    """``-o``, refused before anything is done when its name has an ending of none of the formats."""

    def fitting(ctx: click.Context, _option: click.Parameter, output: Path | None) -> Path | None:
        suffix = _suffix(output)
        if suffix and not ctx.params.get("format_") and _format_of(suffix, formats) is None:
            endings = ", ".join(f".{SUFFIXES.get(name, (name,))[0]}" for name in formats)
            otherwise = f", or say --format {'|'.join(formats)}" if len(formats) > 1 else ""
            raise click.UsageError(f"-o {output}: .{suffix} is not one of {endings}{otherwise}", ctx)
        return output

    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("-o", "--output", type=path, callback=fitting, help="Write to a file.")


def chosen_format(format_: str | None, output: Path | None, formats: Sequence[str]) -> str:
    """The format asked for, or the one that the file's name says, or the first."""
    return format_ or _format_of(_suffix(output), formats) or formats[0]


def _suffix(output: Path | None) -> str:
    return output.suffix.lstrip(".").lower() if output else ""


def _format_of(suffix: str, formats: Sequence[str]) -> str | None:
    if suffix in formats:
        return suffix
    return next((name for name in formats if suffix in SUFFIXES.get(name, (name,))), None)


def settings_for(live: bool, engine: str = CameraReader.FAST) -> Settings:
    return replace(load_settings(target=Target.LIVE if live else None), camera_reader=CameraReader(engine))


def emit(data: bytes | str, output: Path | None) -> None:
    """The result: to the file, which is there whole or not at all, or to standard output."""
    raw = data.encode() if isinstance(data, str) else data
    if output is not None:
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            _write(output, raw)
        except OSError as error:
            raise UsageError(f"{output} cannot be written: {error.strerror}") from None
        talk.print(f"written: {output}")
    else:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()


def emit_all(files: Mapping[Path, bytes]) -> None:
    """Several files: all of them stand beside before the first takes its place."""
    beside: dict[Path, Path] = {}
    try:
        for path, raw in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = path.with_name(f".{path.name}.{os.getpid()}")
            beside[path].write_bytes(raw)
        for path, new in beside.items():
            new.replace(path)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from None
    finally:
        for new in beside.values():
            new.unlink(missing_ok=True)
    for path in files:
        talk.print(f"written: {path}")


def _write(path: Path, raw: bytes) -> None:
    """Into a file beside it that takes its place; straight into what is no plain file, like a pipe."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(raw)
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(raw)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def progress_of(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar on stderr when that is a terminal; the callback is called once for each device."""
    if not talk.is_terminal or not total:
        yield lambda _name: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda _name: bar.advance(task)
