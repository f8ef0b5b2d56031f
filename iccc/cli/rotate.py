"""``iccc rotate``."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.care import Errand
from iccc.city.devices import Camera, City
from iccc.cli.camera_common import act_alone_options, need_why, run
from iccc.cli.common import city_argument, limit_option, settings_for
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.explain import did_you_mean
from iccc.limit import select
from iccc.rotate.cameras import Rotation
from iccc.rotate.holders import gates_of, holders_of
from iccc.sessions import aio
from iccc.state.log import Why


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
    """Give cameras new passwords, together with the recorders that hold them.

    Each new one is stored beside the old one, set on the camera and proved by a login, then set at the recorder, which
    has to record again. What fails is taken back on both sides. One that was killed goes on when it is run again.
    """
    need_why(why, "a rotation")
    with open_context(city_key, "rotate", settings_for(live)) as context:
        chosen = [device for device in select(context.city, limits) if isinstance(device, Camera)]
        cameras = [camera for camera in chosen if camera.on_the_wire]
        if not cameras:
            raise UsageError("no camera that is there is named by --limit")
        names = chosen_users(context.city, users)
        holders = aio.run(holders_of(context.city, cameras, context.reach))
        gates = gates_of(context.city, context.reach)
        rotation = Rotation(context.vault, context.reach, names, holders, by_hand, gates)
        errand = Errand(
            "rotate", f"passwords of {', '.join(names)}", why, rotation.act, lambda one, _seen: rotation.before(one),
            anytime=anytime,
        )  # fmt: skip
        question = f"Give {{}} new passwords ({', '.join(names)})?"
        return run(context, cameras, errand, question, "Rotate", yes=yes, format_=format_, output=output)


def chosen_users(city: City, asked: tuple[str, ...]) -> list[str]:
    """The declared users of cameras, or those of them that were asked for. UsageError for any other."""
    declared = [user.name for user in city.camera_users]
    for name in asked:
        if name not in declared:
            text = f"{name!r} is no user of cameras in {city.key}{did_you_mean(name, declared)}"
            raise UsageError(f"{text}; there are {', '.join(declared)}")
    return list(dict.fromkeys(asked)) or declared
