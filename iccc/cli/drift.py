"""``iccc drift``: what is not as declared."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.cli.actions import WithActions
from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    progress_of,
    settings_for,
    target_option,
)
from iccc.context import open_context
from iccc.finding import Class
from iccc.limit import select
from iccc.report.drift import drift_json, drift_text
from iccc.survey import survey

FORMATS = ("text", "json")


@click.command("drift", cls=WithActions, actions={"adopt": "iccc.cli.drift_adopt"})
@city_argument
@limit_option
@target_option
@output_options(*FORMATS)
def command(city_key: str, limits: tuple[str, ...], live: bool, format_: str | None, output: Path | None) -> int:
    """List what is not as declared, each with its line, what is wanted and what was seen."""
    with open_context(city_key, "drift", settings_for(live)) as context:
        devices = select(context.city, limits)
        with progress_of("reading", len(devices)) as progress:
            seen = survey(context, devices, progress)
        history = context.first_seen()
    chosen = chosen_format(format_, output, FORMATS)
    emit(drift_json(seen, history) if chosen == "json" else drift_text(context.city, seen, history), output)
    if any(finding.class_ is Class.CONFIG for finding in seen.findings):
        return Exit.DIFFERENT
    return Exit.UNKNOWN if seen.findings else Exit.CLEAN
