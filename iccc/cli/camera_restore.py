"""``iccc camera CITY restore``."""

from __future__ import annotations

from pathlib import Path

import click

from iccc.camera.backup import Backup, fits, restore
from iccc.care import Errand
from iccc.city.devices import Camera
from iccc.cli.camera_common import act_alone_options, named_camera, need_why, run
from iccc.cli.common import settings_for
from iccc.context import open_context
from iccc.observed import Done
from iccc.onvif.state import Identity
from iccc.secrets import Login, device_secret
from iccc.state.camera_backups import CameraBackups
from iccc.state.log import Why


@click.command("restore")
@click.argument("name", metavar="DEVICE")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@act_alone_options()
@click.pass_obj
def command(
    city_key: str,
    name: str,
    file: Path,
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    format_: str | None,
    output: Path | None,
) -> int:
    """Put a backup back on the camera that it is of: same model, same firmware.

    It restarts with the settings and the passwords of that time. What it has then is read and compared; what the
    declaration wants otherwise, iccc deploy writes.
    """
    need_why(why, "a restore")
    with open_context(city_key, "camera", settings_for(live)) as context:
        camera = named_camera(context, name)
        label, content = CameraBackups(context.store.path.parent, context.vault).open(file)
        of = Identity(label.manufacturer, label.model, label.firmware, label.serial)
        login = Login(label.user, label.password, label.managed)
        https_only = context.trust.tls_pin(name) is not None and not context.reach.plain_http
        saved = Backup(content, of, login, label.settings, label.taken_at)

        def adopt(accepted: Login) -> None:
            if accepted.managed and context.vault.password(name, accepted.user) != accepted.password:
                context.vault.set(device_secret(name, accepted.user), accepted.password)
                context.note(
                    "camera restore", f"the password of {accepted.user} is that of the backup again", why, name
                )

        async def act(one: Camera) -> Done:
            return await restore(one, context.city, context.reach, saved, adopt)

        errand = Errand(
            "camera restore", f"StartSystemRestore of {file.name}", why, act,
            lambda one, seen: fits(one, seen, label.device, of, label.settings, https_only), anytime=anytime,
        )  # fmt: skip
        question = f"Put the backup of {label.taken_at:%Y-%m-%d %H:%M} UTC back on {name}? It restarts."
        return run(context, [camera], errand, question, "Restore", yes=yes, format_=format_, output=output)
