"""``iccc camera CITY factory-default``."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.camera.factory import to_factory
from iccc.care import Errand
from iccc.city.devices import Camera
from iccc.cli.camera_common import act_alone_options, named_camera, need_why, run
from iccc.cli.common import settings_for
from iccc.context import open_context
from iccc.errors import UsageError
from iccc.observed import Done
from iccc.sessions.onvif import LEARNED
from iccc.state.log import Why, os_user


@click.command("factory-default")
@click.argument("name", metavar="DEVICE")
@click.option("--hard", is_flag=True, help="Everything, its address too: somebody has to go there afterwards.")
@click.option("--yes-factory-default", "typed", metavar="DEVICE", help="Its name once more, instead of typing it.")
@act_alone_options(yes=False)
@click.pass_obj
def command(
    city_key: str,
    name: str,
    hard: bool,
    typed: str | None,
    live: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Take one camera back to factory default, users and passwords included.

    Its name has to be typed once more. It is looked for with the bootstrap login afterwards; iccc deploy makes it as
    declared again.
    """
    need_why(why, "a factory default")
    with open_context(city_key, "camera", settings_for(live)) as context:
        camera = named_camera(context, name)
        if typed is None:
            address = ", and its address" if hard else ""
            asked = f"{name} loses all settings, users and passwords{address}. Type its name to go on"
            typed = click.prompt(asked, err=True)
        if typed != name:
            raise UsageError(f"{typed!r} is not {name!r}: nothing was sent")

        def forget() -> None:
            context.forget_logins([name])
            context.trust.forget_tls_pins([name], os_user(), context.clock.now())
            for key in LEARNED:
                context.learned.put(name, key, None)

        async def act(one: Camera) -> Done:
            return await to_factory(one, context.city, context.reach, hard, forget)

        what = f"SetSystemFactoryDefault {'Hard' if hard else 'Soft'}"
        errand = Errand("camera factory-default", what, why, act, anytime=anytime)
        return run(context, [camera], errand, "", "Factory default", yes=True, format_=format_, output=output)
