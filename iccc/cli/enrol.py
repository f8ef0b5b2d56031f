"""``iccc enrol``: record devices' identities on first contact."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from iccc.city.devices import Camera, Device, Recorder, Switch
from iccc.cli.common import Exit, city_argument, emit, limit_option, settings_for, target_option
from iccc.commissioning import take_over
from iccc.context import Context, open_context
from iccc.errors import DeviceError, Reason, UsageError
from iccc.limit import select
from iccc.sessions import aio
from iccc.sessions.cli import host_key
from iccc.sessions.onvif_device import read_unit
from iccc.sessions.way import certificate_pin
from iccc.state.log import os_user

Told = TypeVar("Told")


@click.command("enrol")
@city_argument
@limit_option
@target_option
@click.option("--sheet", type=click.Path(path_type=Path, exists=True), help="Take over a commissioning sheet (JSON).")
@click.option(
    "--replace", is_flag=True, help="Accept another host key, certificate, camera or recorder than the enrolled one."
)
@click.option("--bootstrap", is_flag=True, help="The devices are as a technician left them: log in with that first.")
def command(
    city_key: str, limits: tuple[str, ...], live: bool, sheet: Path | None, replace: bool, bootstrap: bool
) -> int:
    """Record SSH host keys, and the certificates of HTTPS. A device that shows another one gets no credentials.

    The serial numbers of cameras and recorders are recorded by the first deploy that writes to them; with --replace,
    of those that answer now.
    """
    settings = settings_for(live)
    if sheet is not None:
        emit(f"{take_over(city_key, settings, sheet)} devices taken over from {sheet}\n", None)
        return Exit.CLEAN
    with open_context(city_key, "enrol", settings) as context:
        devices = [device for device in select(context.city, limits) if device.on_the_wire]
        if bootstrap:
            names = [device.name for device in devices]
            context.forget_logins(names)
            context.trust.forget_tls_pins(names, os_user(), context.clock.now())
        lines, failed = _host_keys(context, [device for device in devices if isinstance(device, Switch)], replace)
        if context.city.protocols.get("https", (False, 0))[0]:
            hosts = [device for device in devices if isinstance(device, Camera | Recorder)]
            more, more_failed = _certificates(context, hosts, replace)
            lines, failed = lines + more, failed + more_failed
        if replace:
            hosts = [device for device in devices if isinstance(device, Camera | Recorder) and not device.unwritten]
            more, more_failed = _units(context, hosts)
            lines, failed = lines + more, failed + more_failed
    emit("\n".join(lines) + "\n", None)
    return Exit.DIFFERENT if failed else Exit.CLEAN


def _host_keys(context: Context, switches: Sequence[Switch], replace: bool) -> tuple[list[str], int]:
    """What is said of the host keys, and how many were not enrolled."""

    async def read(switch: Device) -> str:
        return await host_key(switch.name, switch.address, context.reach)

    lines: list[str] = []
    new = 0
    shown = _all(switches, read, context.settings.limits.cli_in_flight)
    for switch, key in zip(switches, shown, strict=True):
        try:
            if isinstance(key, BaseException):
                raise key
            new += context.trust.enrol_host_key(switch.name, key, os_user(), context.clock.now(), replace)
        except (DeviceError, UsageError) as error:
            lines.append(str(error))
    failed = len(lines)
    return [*lines, f"{new} host keys enrolled, {len(switches) - new - failed} known, {failed} not"], failed


def _certificates(context: Context, hosts: Sequence[Device], replace: bool) -> tuple[list[str], int]:
    """The same of certificates. A device that has HTTPS switched off yet is none that failed."""

    async def read(host: Device) -> str:
        return await certificate_pin(host.name, host.address, context.reach)

    lines: list[str] = []
    off = 0
    pins: dict[str, str] = {}
    for host, pin in zip(hosts, _all(hosts, read, context.settings.limits.onvif_in_flight), strict=True):
        known = context.trust.tls_pin(host.name)
        if isinstance(pin, DeviceError) and pin.reason is Reason.REFUSED:
            off += 1
        elif isinstance(pin, DeviceError):
            lines.append(str(pin))
        elif isinstance(pin, BaseException):
            raise pin
        elif known is not None and known != pin and not replace:
            lines.append(
                f"{host.name}: another certificate is enrolled (sha256 {known[:16]}…); the device shows {pin[:16]}…;"
                " to accept it, enrol with --replace"
            )
        else:
            pins[host.name] = pin
    new = context.trust.enrol_tls_pins(pins, os_user(), context.clock.now(), replace)
    failed = len(lines)
    told = f"{new} certificates enrolled, {len(pins) - new} known, {off} without HTTPS, {failed} not"
    return [*lines, told], failed


def _units(context: Context, hosts: Sequence[Device]) -> tuple[list[str], int]:
    """The same of cameras and recorders: whatever answers now is the one that is meant."""

    async def read(host: Device) -> tuple[str, str | None]:
        return await read_unit(host, context.reach)

    lines: list[str] = []
    units: dict[str, tuple[str, str | None]] = {}
    for host, unit in zip(hosts, _all(hosts, read, context.settings.limits.onvif_in_flight), strict=True):
        if isinstance(unit, DeviceError):
            lines.append(str(unit))
        elif isinstance(unit, BaseException):
            raise unit
        else:
            units[host.name] = unit
    new = context.trust.enrol_units(units, os_user(), context.clock.now(), replace=True)
    failed = len(lines)
    return [*lines, f"{new} cameras and recorders enrolled, {len(units) - new} known, {failed} not"], failed


def _all(
    devices: Sequence[Device], read: Callable[[Device], Awaitable[Told]], at_once: int
) -> list[Told | BaseException]:
    async def run() -> list[Told | BaseException]:
        slots = asyncio.Semaphore(at_once)

        async def one(device: Device) -> Told:
            async with slots:
                return await read(device)

        return await asyncio.gather(*map(one, devices), return_exceptions=True)

    return aio.run(run())
