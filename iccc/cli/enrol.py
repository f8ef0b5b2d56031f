"""``iccc enrol``: record devices' identities on first contact."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from iccc.city.devices import Switch
from iccc.cli.common import Exit, city_argument, emit, limit_option, settings_for, target_option
from iccc.commissioning import take_over
from iccc.context import open_context
from iccc.errors import DeviceError, UsageError
from iccc.limit import select
from iccc.sessions import aio
from iccc.sessions.cli import host_key
from iccc.state.log import os_user


@click.command("enrol")
@city_argument
@limit_option
@target_option
@click.option("--sheet", type=click.Path(path_type=Path, exists=True), help="Take over a commissioning sheet (JSON).")
@click.option("--replace", is_flag=True, help="Accept a host key other than the enrolled one.")
@click.option("--bootstrap", is_flag=True, help="The devices are as a technician left them: log in with that first.")
def command(
    city_key: str, limits: tuple[str, ...], live: bool, sheet: Path | None, replace: bool, bootstrap: bool
) -> int:
    """Record the SSH host keys of switches. From then on a device that shows another one gets no credentials."""
    settings = settings_for(live)
    if sheet is not None:
        emit(f"{take_over(city_key, settings, sheet)} devices taken over from {sheet}\n", None)
        return Exit.CLEAN
    lines: list[str] = []
    with open_context(city_key, "enrol", settings) as context:
        devices = [device for device in select(context.city, limits) if device.on_the_wire]
        if bootstrap:
            context.forget_logins([device.name for device in devices])
        switches = [device for device in devices if isinstance(device, Switch)]

        async def read() -> list[str | BaseException]:
            slots = asyncio.Semaphore(settings.limits.cli_in_flight)

            async def one(switch: Switch) -> str:
                async with slots:
                    return await host_key(switch.name, switch.address, context.reach)

            return await asyncio.gather(*map(one, switches), return_exceptions=True)

        failed = 0
        new = 0
        for switch, key in zip(switches, aio.run(read()), strict=True):
            try:
                if isinstance(key, BaseException):
                    raise key
                new += context.trust.enrol_host_key(switch.name, key, os_user(), context.clock.now(), replace)
            except (DeviceError, UsageError) as error:
                failed += 1
                lines.append(str(error))
    lines.append(f"{new} host keys enrolled, {len(switches) - new - failed} known, {failed} not")
    emit("\n".join(lines) + "\n", None)
    return Exit.DIFFERENT if failed else Exit.CLEAN
