"""``iccc deploy``: carry out a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from iccc import fleet
from iccc.city.devices import Device
from iccc.cli import failover
from iccc.cli.common import (
    Exit,
    anytime_option,
    chosen_format,
    city_argument,
    emit,
    limit_option,
    output_options,
    progress_of,
    reason_options,
    settings_for,
    talk,
    target_option,
)
from iccc.cli.failover import How
from iccc.context import Context, open_context
from iccc.deploy import Deployed, Row, deploy, held, joined, shut_out
from iccc.errors import UsageError
from iccc.limit import select
from iccc.maintenance import closed
from iccc.observed import Status
from iccc.plan import load_stored
from iccc.report.deploy import deployed_json, deployed_text
from iccc.report.plan import plan_text
from iccc.report.values import counted
from iccc.sessions import aio
from iccc.state.log import Why
from iccc.survey import Survey, survey

FORMATS = ("text", "json")


@click.command("deploy")
@city_argument
@limit_option
@target_option
@click.option("--plan", "plan_file", type=click.Path(path_type=Path, exists=True), help="Carry out this stored plan.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@click.option("--retry", is_flag=True, help="Try again what a device did not take before.")
@click.option("--max-fail", type=click.IntRange(1), metavar="N", help="Stop after N failed devices.")
@click.option("--allow-network", is_flag=True, help="Also set addresses and gateways of cameras, one after the other.")
@click.option("--fail-over", metavar="RECORDER", help="Have a standby record the cameras of this recorder.")
@click.option("--to", metavar="RECORDER", help="With --fail-over: this standby; else the first that has the room.")
@click.option("--fail-back", metavar="RECORDER", help="Have this recorder record its cameras again.")
@anytime_option("; needs --reason")
@reason_options("; needed with --anytime, --fail-over, --fail-back")
@output_options(*FORMATS)
def command(
    city_key: str,
    limits: tuple[str, ...],
    live: bool,
    plan_file: Path | None,
    yes: bool,
    retry: bool,
    max_fail: int | None,
    allow_network: bool,
    fail_over: str | None,
    to: str | None,
    fail_back: str | None,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Make the devices as declared: plan, ask, write, read every write back."""
    if fail_over or fail_back or to:
        if (fail_over and fail_back) or (to and not fail_over):
            raise UsageError("one of --fail-over and --fail-back at a time; --to goes with --fail-over")
        if limits or plan_file or allow_network:
            raise UsageError(
                "a fail-over is about one recorder and its standby: without --limit, --plan, --allow-network"
            )
        moving = How(yes, retry, max_fail, anytime)
        name = fail_over or fail_back or ""
        return failover.run(city_key, name, to, bool(fail_back), live, moving, why, format_, output)
    if anytime and not why.reason:
        raise UsageError("--anytime goes around maintenance windows: say --reason")
    settings = settings_for(live)
    with open_context(city_key, "deploy", settings) as context:
        city = context.city
        _check_engine_files(settings.root, city.key)
        devices = select(city, limits)
        if interrupted := context.interrupted_run():
            talk.print(f"an earlier run ({interrupted}) was interrupted; this one goes on from what the devices say")
        aio.run(fleet.bring_back(city.devices(), context.reach, talk.print))
        shut = None if anytime else closed(city.maintenance, context.clock.now(), city.utc_offset_min)
        seen: Survey | None = None
        refused = Deployed([], [])
        if plan_file is not None:
            stored = load_stored(plan_file)
            stored.check(city, str(settings.target))
            names = {device.name for device in devices}
            hashes = {name: value for name, value in stored.state_hashes.items() if name in names}
            unknown = [name for name in stored.unknown if name in names]
            refused = held({name: one for name, one in stored.refused.items() if name in names})
            paths = {name: stored.paths[name] for name in hashes}
            digest = stored.digest
        else:
            seen = _look(context, devices)
            refused = held(seen.plan.refused)
            hashes, unknown, digest = _changing(seen), _unknown(seen), city.digest
            paths = {one.device: tuple(each.change.path for each in one.changes) for one in seen.plan.changing}
        if shut and hashes:
            result = shut_out(city, paths, shut, allow_network)
        else:
            if not _agreed(len(hashes), yes):
                raise click.Abort
            run = context.begin_run(digest, list(hashes), why)
            how = partial(_carry_out, context, run, retry=retry, max_fail=max_fail, anytime=anytime,
                allow_network=allow_network)  # fmt: skip
            result = how(hashes)
            freed = _freed(seen, result) if seen else []
            if freed:
                with open_context(city_key, "deploy", settings, locked=True) as now:
                    seen = _look(now, [city.device(name) for name in freed])
                hashes, still = _changing(seen), _unknown(seen)
                if _agreed(len(hashes), yes):
                    result = joined(result, how(hashes))
                    unknown = [name for name in unknown if name not in freed or name in still]
            context.end_run(run, {(row.device, row.path) for row in result.rows if row.status is Status.APPLIED})
        result = joined(result, refused)
    chosen = chosen_format(format_, output, FORMATS)
    emit(deployed_json(city, result, unknown) if chosen == "json" else deployed_text(city, result, unknown), output)
    if not result.clean:
        return Exit.DIFFERENT
    return Exit.UNKNOWN if unknown else Exit.CLEAN


def _check_engine_files(root: Path, city: str) -> None:
    """What pyinfra is given stands in the project; without it the deploy would end after everything was read."""
    if not (root / "inventory" / f"{city}.py").is_file():
        raise UsageError(f'inventory/{city}.py is missing; for pyinfra it holds: hosts = ["@city/{city}"]')


def _look(context: Context, devices: Sequence[Device]) -> Survey:
    """Read, compare and show."""
    with progress_of("reading", len(devices)) as progress:
        seen = survey(context, devices, progress)
    talk.print(plan_text(context.city, seen))
    return seen


def _changing(seen: Survey) -> dict[str, str]:
    return {device.device: device.state_hash for device in seen.plan.changing}


def _unknown(seen: Survey) -> list[str]:
    return [device.device for device in seen.plan.unknown]


def _freed(seen: Survey, result: Deployed) -> list[str]:
    """The devices that were silent because of a difference which is put right now: they may answer."""
    if not result.clean:
        return []
    applied = {row.device for row in result.rows}
    asked = {device.name for device in seen.devices}
    return [name for root in seen.findings if root.device in applied for name in root.behind if name in asked]


def _agreed(count: int, yes: bool) -> bool:
    return yes or not count or click.confirm(f"Change {counted(count, 'device')}?", err=True)


def _carry_out(
    context: Context,
    run: str,
    hashes: Mapping[str, str],
    *,
    retry: bool,
    max_fail: int | None,
    anytime: bool,
    allow_network: bool,
) -> Deployed:
    done: set[str] = set()
    with progress_of("deploying", len(hashes)) as advance:

        def progress_row(row: Row) -> None:
            if row.device not in done:
                done.add(row.device)
                advance(row.device)

        return deploy(
            context.city,
            context.settings,
            run,
            hashes,
            progress_row,
            retry,
            context.lock,
            max_fail,
            anytime,
            allow_network,
        )
