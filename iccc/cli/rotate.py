"""``iccc rotate``."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from iccc.care import Cared, Errand, carry_out, look
from iccc.city.devices import Camera, City, Recorder, Switch, UserPlan
from iccc.cli.camera_common import act_alone_options, need_why, told
from iccc.cli.common import city_argument, limit_option, progress_of, settings_for, talk
from iccc.context import Context, open_context
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.limit import select
from iccc.report.values import counted
from iccc.rotate.cameras import Rotation
from iccc.rotate.holders import gates_of, holders_of
from iccc.rotate.recorders import rotate_recorders
from iccc.rotate.snmp_users import Held, rotate_snmp_user, snmp_users
from iccc.rotate.switches import rotate_switches
from iccc.sessions import aio
from iccc.state.log import Why

TOLD = 5  # unfinished rotations that are named


@click.command("rotate")
@city_argument
@limit_option
@click.option("--user", "users", multiple=True, metavar="NAME", help="Only the password of this user; repeat for more.")
@click.option(
    "--holder-by-hand", "by_hand", is_flag=True,
    help="Also where a recorder holds a password that iccc cannot write there: a person types it in.",
)  # fmt: skip
@act_alone_options()
def command(
    city_key: str,
    limits: tuple[str, ...],
    users: tuple[str, ...],
    by_hand: bool,
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Give cameras, recorders and switches new passwords, cameras together with the recorders that hold them.

    Each new one is stored beside the old one, set on the device and proved by a login; then it is set at the recorder,
    which has to record again. What fails is taken back on both sides. One that was killed goes on when it is run again.

    A user of SNMP v3 gets new passwords on all switches that have it, or on none.
    """
    need_why(why, "a rotation")
    with open_context(city_key, "rotate", settings_for(live)) as context:
        city = context.city
        of_snmp = {name: devices for name, devices in snmp_users(city).items() if not users or name in users}
        _known(city, users, of_snmp)
        there = [device for device in select(city, limits) if device.on_the_wire]
        of_cameras, of_switches = _chosen(city.camera_users, users), _chosen(city.switch_users, users)
        cameras = [device for device in there if isinstance(device, Camera)] if of_cameras else []
        of_recorders = _chosen(city.recorder_users, users)
        recorders = [device for device in there if isinstance(device, Recorder)] if of_recorders else []
        switches = [device for device in there if isinstance(device, Switch)] if of_switches else []
        chosen = {device.name for device in there}
        of_snmp = {name: devices for name, devices in of_snmp.items() if chosen & {device.name for device in devices}}
        if not cameras and not recorders and not switches and not of_snmp:
            raise UsageError("no camera, recorder or switch that is there and has such a user is named by --limit")
        _tell_unfinished(context, {device.name for device in (*cameras, *recorders, *switches)})
        if not yes:
            parts = [
                (counted(len(cameras), "camera"), of_cameras if cameras else ()),
                (counted(len(recorders), "recorder"), of_recorders if recorders else ()),
                (f"{len(switches)} switch{'es' * (len(switches) != 1)}", of_switches if switches else ()),
                ("SNMP v3", list(of_snmp)),
            ]
            told_of = " and ".join(f"{what} ({', '.join(names)})" for what, names in parts if names)
            click.confirm(f"Give new passwords: {told_of}?", abort=True, err=True)
        stop = asyncio.Event()
        done = [aio.run(_cameras(context, cameras, of_cameras, by_hand, why, anytime, stop))]
        if not stop.is_set():
            done += [
                aio.run(_recorders(context, recorders, of_recorders, why, anytime)),
                aio.run(_switches(context, switches, of_switches, why, anytime)),
                *(aio.run(_snmp(context, user, devices, chosen, why, anytime)) for user, devices in of_snmp.items()),
            ]
        stopped = "; ".join(filter(None, (one.stopped for one in done)))
        cared = Cared([row for one in done for row in one.rows], stopped)
        code = told(context, cared, "Rotate", format_, output)
        if stop.is_set():
            raise KeyboardInterrupt
        return code


async def _cameras(
    context: Context,
    cameras: Sequence[Camera],
    users: Sequence[str],
    by_hand: bool,
    why: Why,
    anytime: bool,
    stop: asyncio.Event,
) -> Cared:
    """A row for each. The first Ctrl-C sets ``stop``: what was paused by then goes on before the run ends."""
    if not cameras:
        return Cared([])
    with progress_of("reading", len(cameras)) as progress:
        seen = await look(context, cameras, progress)
        holders = await holders_of(context.city, cameras, context.reach)
    gates = gates_of(context.city, context.reach)
    rotation = Rotation(context.vault, context.reach, users, holders, by_hand, gates, stop)
    what = f"passwords of {', '.join(users)}"
    errand = Errand(
        "rotate", what, why, rotation.act, lambda one, _seen: rotation.before(one), anytime=anytime,
        ended=rotation.ended,
    )  # fmt: skip

    def asked() -> None:
        stop.set()
        talk.print(
            "those at work come to their end, no other begins; Ctrl-C again stops at once and leaves channels paused"
        )

    with progress_of("cameras", len(cameras)) as progress, aio.first_interrupt(asked):
        return await carry_out(context, seen, errand, progress)


async def _recorders(
    context: Context, recorders: Sequence[Recorder], users: Sequence[str], why: Why, anytime: bool
) -> Cared:
    with progress_of("recorders", len(recorders)) as progress:
        return await rotate_recorders(context, recorders, users, why, anytime, progress)


async def _switches(
    context: Context, switches: Sequence[Switch], users: Sequence[str], why: Why, anytime: bool
) -> Cared:
    with progress_of("switches", len(switches)) as progress:
        return await rotate_switches(context, switches, users, why, anytime, progress)


async def _snmp(
    context: Context, user: str, devices: Sequence[Held], chosen: Collection[str], why: Why, anytime: bool
) -> Cared:
    with progress_of(f"SNMP user {user}", len(devices)) as progress:
        return await rotate_snmp_user(context, user, devices, chosen, why, anytime, progress)


def _chosen(declared: Sequence[UserPlan], asked: Sequence[str]) -> list[str]:
    """The users of one kind of device that are rotated: those that were asked for, or all."""
    return [user.name for user in declared if not asked or user.name in asked]


def _tell_unfinished(context: Context, chosen: Collection[str]) -> None:
    """Rotations of earlier runs that this one will not go on with."""
    named = (name.split("/") for name in context.vault.names() if name.startswith("next/device/"))
    left = sorted({f"{parts[2]} ({parts[3]})" for parts in named if parts[2] not in chosen})
    if left:
        more = f" and {len(left) - TOLD} more" if len(left) > TOLD else ""
        what = f"unfinished rotations of earlier runs are left as they are: {', '.join(left[:TOLD])}{more}"
        talk.print(what)


def _known(city: City, asked: Sequence[str], of_snmp: Collection[str]) -> None:
    """UsageError for a user that nothing in the city has."""
    declared = list(
        dict.fromkeys(
            [user.name for user in (*city.camera_users, *city.recorder_users, *city.switch_users)] + list(of_snmp)
        )
    )
    for name in asked:
        if name not in declared:
            text = f"{name!r} is no user of cameras, recorders or switches in {city.key}{did_you_mean(name, declared)}"
            raise UsageError(f"{text}; there are {', '.join(declared)}")
