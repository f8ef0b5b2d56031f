"""``iccc plan``: what a deploy would change."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    engine_option,
    limit_option,
    output_options,
    progress_of,
    settings_for,
    target_option,
)
from iccc.context import open_context
from iccc.limit import select
from iccc.report.commands import commands_text
from iccc.report.plan import plan_json, plan_text
from iccc.survey import commands, survey

FORMATS = ("text", "json")


@click.command("plan")
@city_argument
@limit_option
@target_option
@engine_option
@click.option("--commands", "with_commands", is_flag=True, help="Also the commands for switches, in their order.")
@output_options(*FORMATS)
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    engine: str,
    with_commands: bool,
    format_: str | None,
    output: Path | None,
) -> int:
    """Read the devices and show what a deploy would change. With -o FILE, store the plan for deploy --plan."""
    with open_context(city_key, "plan", settings_for(live, engine)) as context:
        devices = select(context.city, limits)
        with progress_of("reading", len(devices)) as progress:
            seen = survey(context, devices, progress)
        previews = commands(context, seen) if with_commands else []
    # A plan in a file is there to be carried out, so it is JSON unless it is asked for as text.
    text = output is None or (output.suffix != "" and chosen_format(None, output, FORMATS) == "text")
    chosen = format_ or ("text" if text else "json")
    if chosen == "json":
        emit(plan_json(seen, previews), output)
    else:
        emit(plan_text(context.city, seen) + (commands_text(previews) if with_commands else ""), output)
    if seen.plan.changing:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if seen.plan.unknown else Exit.CLEAN
