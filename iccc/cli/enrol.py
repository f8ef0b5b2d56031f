"""``iccc enrol``: record devices' identities on first contact."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import click

from iccc.city.devices import Camera, Device, Recorder, Switch, host_of
from iccc.cli.common import Exit, city_argument, emit, limit_option, settings_for, target_option
from iccc.commissioning import take_over
from iccc.context import Context, open_context
from iccc.errors import DeviceError, Reason, stumbled
from iccc.limit import select
from iccc.past import ENDPOINT
from iccc.sessions import aio
from iccc.sessions.cli import host_key
from iccc.sessions.onvif_device import read_unit
from iccc.sessions.way import certificate_pin
from iccc.state.log import os_user
from iccc.trust import short

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
        shells = [one for one in devices if isinstance(one, Switch) or host_of(one) is not None]
        rows = [_enrol(_host_keys(context, replace), shells, replace)]
        hosts = [one for one in devices if isinstance(one, Camera | Recorder) and host_of(one) is None]
        if context.city.protocols.get("https", (False, 0))[0]:
            rows.append(_enrol(_certificates(context, replace), hosts, replace))
        if replace:
            rows.append(_enrol(_units(context), [host for host in hosts if not host.unwritten], replace))
    lines = [line for told, _ in rows for line in told]
    failed = sum(count for _, count in rows)
    emit("\n".join(lines) + "\n", None)
    return Exit.DIFFERENT if failed else Exit.CLEAN


@dataclass(frozen=True)
class _Mark(Generic[Told]):
    """What a device is known by: how it is read, what is enrolled already, and how that is put down for many."""

    one: str
    many: str
    read: Callable[[Device], Awaitable[Told]]
    known: Callable[[str], Told | None]
    enrol: Callable[[Mapping[str, Told]], int]  # how many were new
    at_once: int
    closed: str = ""  # what a closed port means, where that is no failure


def _host_keys(context: Context, replace: bool) -> _Mark[str]:
    trust, reach = context.trust, context.reach
    return _Mark(
        "SSH host key", "host keys",
        lambda switch: host_key(switch.name, switch.address, reach), trust.host_key,
        lambda keys: trust.enrol_host_keys(keys, os_user(), context.clock.now(), replace),
        context.settings.limits.cli_in_flight,
    )  # fmt: skip


def _certificates(context: Context, replace: bool) -> _Mark[str]:
    """A device that has HTTPS switched off yet is none that failed."""
    trust, reach = context.trust, context.reach
    return _Mark(
        "certificate", "certificates",
        lambda host: certificate_pin(host.name, host.address, reach), trust.tls_pin,
        lambda pins: trust.enrol_tls_pins(pins, os_user(), context.clock.now(), replace),
        context.settings.limits.onvif_in_flight, closed="without HTTPS",
    )  # fmt: skip


def _units(context: Context) -> _Mark[tuple[str, str | None]]:
    """Whatever answers now is the one that is meant."""
    return _Mark(
        "unit", "cameras and recorders",
        lambda host: read_unit(host, context.reach), lambda _name: None,
        lambda units: _enrol_units(context, units),
        context.settings.limits.onvif_in_flight,
    )  # fmt: skip


def _enrol_units(context: Context, units: Mapping[str, tuple[str, str | None]]) -> int:
    for name in units:
        context.learned.put(name, ENDPOINT, None)  # iccc discover: of the unit that stood there
    return context.trust.enrol_units(units, os_user(), context.clock.now(), replace=True)


def _enrol(mark: _Mark[Told], devices: Sequence[Device], replace: bool) -> tuple[list[str], int]:
    """Read all, and enrol what may be; what is said of it, and how many were not enrolled."""
    lines: list[str] = []
    shown: dict[str, Told] = {}
    closed = 0
    answers = aio.run(_all(mark, devices))
    for device, told in zip(devices, answers, strict=True):
        known = mark.known(device.name)
        if isinstance(told, DeviceError):
            if mark.closed and told.reason is Reason.REFUSED:
                closed += 1
            else:
                lines.append(str(told))
        elif known is not None and known != told and not replace:
            lines.append(
                f"{device.name}: another {mark.one} is enrolled ({short(str(known))}); the device shows"
                f" {short(str(told))}; to accept it, enrol with --replace"
            )
        else:
            shown[device.name] = told
    new, failed = mark.enrol(shown), len(lines)
    off = f", {closed} {mark.closed}" if mark.closed else ""
    return [*lines, f"{new} {mark.many} enrolled, {len(shown) - new} known{off}, {failed} not"], failed


async def _all(mark: _Mark[Told], devices: Sequence[Device]) -> list[Told | DeviceError]:
    slots = asyncio.Semaphore(mark.at_once)

    async def one(device: Device) -> Told | DeviceError:
        async with slots:
            try:
                return await mark.read(device)
            except DeviceError as error:
                return error
            except Exception as error:  # noqa: BLE001
                return stumbled(f"{device.name} {device.address}", error)

    return await asyncio.gather(*map(one, devices))
