"""``iccc deploy``: carry out a plan."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.cli.common import (
    Exit,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    progress_of,
    settings_for,
    talk,
    target_option,
)
from iccc.context import open_context
from iccc.deploy import Row, deploy
from iccc.limit import select
from iccc.observed import Status
from iccc.plan import load_stored
from iccc.report.deploy import deployed_json, deployed_text
from iccc.report.plan import plan_text
from iccc.survey import survey

FORMATS = ("text", "json")


@click.command("deploy")
@city_argument
@limit_option
@target_option
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, exists=True), help="Carry out this stored plan.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@click.option("--retry", is_flag=True, help="Try again what a device did not take before.")
@click.option("--why", default="", metavar="TEXT", help="The reason, for the log.")
@output_options(*FORMATS)
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    plan_file: Path | None,
    yes: bool,
    retry: bool,
    why: str,
    format_: str | None,
    output: Path | None,
) -> int:
    """Make the devices as declared: plan, ask, write, read every write back."""
    settings = settings_for(live)
    with open_context(city_key, "deploy", settings) as context:
        city = context.city
        devices = select(city, limits)
        if interrupted := context.interrupted_run():
            talk.print(f"an earlier deploy ({interrupted}) was interrupted; this one goes on from what the devices say")
        unknown: list[str] = []
        if plan_file is not None:
            stored = load_stored(plan_file)
            stored.check(city, str(settings.target))
            names = {device.name for device in devices}
            hashes = {name: value for name, value in stored.state_hashes.items() if name in names}
            unknown = [name for name in stored.unknown if name in names]
            digest = stored.digest
        else:
            with progress_of("reading", len(devices)) as progress:
                seen = survey(context, devices, progress)
            talk.print(plan_text(city, seen), markup=False)
            hashes = {device.device: device.state_hash for device in seen.plan.changing}
            unknown = [device.device for device in seen.plan.unknown]
            digest = city.digest
        if hashes and not yes and not click.confirm(f"Change {len(hashes)} devices?", err=True):
            raise click.Abort
        run = context.begin_run(digest, list(hashes), why)
        done: set[str] = set()
        with progress_of("deploying", len(hashes)) as advance:

            def progress_row(row: Row) -> None:
                if row.device not in done:
                    done.add(row.device)
                    advance(row.device)

            result = deploy(city, settings, run, hashes, progress_row, retry, context.lock)
        context.end_run(run, {(row.device, row.path) for row in result.rows if row.status is Status.APPLIED})
    chosen = chosen_format(format_, output, FORMATS)
    emit(deployed_json(city, result, unknown) if chosen == "json" else deployed_text(city, result, unknown), output)
    if not result.clean:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if unknown else Exit.CLEAN
