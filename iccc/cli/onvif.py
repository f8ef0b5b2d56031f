"""``iccc onvif``: one operation of a device's ONVIF services, for what no section of iccc reaches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from iccc.city.devices import Camera, City, Device, Recorder
from iccc.cli.common import (
    anytime_option,
    asked_secret,
    city_argument,
    emit,
    output_option,
    reason_options,
    settings_for,
    talk,
    target_option,
)
from iccc.context import Context, open_context
from iccc.errors import DeviceError, Reason, UsageError
from iccc.explain import did_you_mean
from iccc.maintenance import closed
from iccc.report.table import as_data
from iccc.sessions import zeep
from iccc.state.log import Why

# Elements of the WSDL files whose value nobody may read, and those around them.
SECRET = re.compile(r"\w*(?:password|passphrase)|psk|key|privatekey|secret|community", re.IGNORECASE)
_LOGIN_IN_URI = re.compile(r"://[^/@]*:[^/@]*@")
_ASK, _STORED, _HIDDEN = "?", "secret:", "00"
_ADDRESS = "iccc deploy {city} --limit {name} --allow-network"
_DEPLOY = "iccc deploy {city} --limit {name}"
# After these a camera may be gone, or let nobody in. Each has a command that proves what came of it.
OWN_WAYS: Mapping[str, str] = {
    "SetNetworkInterfaces": _ADDRESS,
    "SetNetworkDefaultGateway": _ADDRESS,
    "SetZeroConfiguration": _ADDRESS,
    "SetIPAddressFilter": "the camera's own page",
    "AddIPAddressFilter": "the camera's own page",
    "SetNetworkProtocols": _DEPLOY,
    "CreateUsers": _DEPLOY,
    "SetUser": _DEPLOY,
    "DeleteUsers": _DEPLOY,
    "SystemReboot": "iccc camera {city} reboot --limit {name}",
    "SetSystemFactoryDefault": "iccc camera {city} factory-default {name}",
    "StartSystemRestore": "iccc camera {city} restore {name}",
    "RestoreSystem": "iccc camera {city} restore {name}",
    "StartFirmwareUpgrade": "iccc camera {city} upgrade --limit {name}",
    "UpgradeSystemFirmware": "iccc camera {city} upgrade --limit {name}",
}


@click.command("onvif")
@city_argument
@click.argument("name", metavar="DEVICE")
@click.argument("service", required=False)
@click.argument("operation", required=False)
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]…")
@target_option
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@anytime_option()
@reason_options("; needed for all but a Get")
@output_option("json")
def command(
    city_key: str,
    name: str,
    service: str | None,
    operation: str | None,
    parameters: tuple[str, ...],
    live: bool,
    yes: bool,
    anytime: bool,
    why: Why,
    output: Path | None,
) -> None:
    """Call one OPERATION of a camera or recorder, and print the reply as JSON.

    Without OPERATION the operations of SERVICE are listed with their parameters, without SERVICE the services. A key
    goes into the depth by dots: NTPManual.0.IPv4Address=10.80.0.10. A password, passphrase or key is never typed here:
    KEY=secret:NAME takes it from the store or the environment (iccc secret), KEY=? asks for it.
    Example: iccc onvif bilaspur bsp-j01-c01 devicemgmt GetNTP
    """
    if service is None:
        emit("".join(f"{one}\n" for one in zeep.services()), output)
        return
    if operation is None:
        listed = zeep.operations(service)
        emit("".join(f"{one}({signature})\n" for one, signature in listed.items()), output)
        return
    zeep.check(service, operation, nested(parameters, lambda _key, _named: _HIDDEN))
    settings = settings_for(live)
    with open_context(city_key, "onvif", settings) as context:
        device = _device(context.city, name)
        if isinstance(device, Camera) and operation in OWN_WAYS:
            own = OWN_WAYS[operation].format(city=city_key, name=name)
            raise UsageError(f"{operation} may take {name} away: {own}")
        if not operation.startswith("Get"):
            if not why.reason:
                raise UsageError(
                    f"{operation} may change {name}, and no section of its state knows of it: say --reason"
                )
            now = context.clock.now()
            if not anytime and (shut := closed(context.city.maintenance, now, context.city.utc_offset_min)):
                raise DeviceError(Reason.GUARDED, f"{name}  onvif {operation}", shut)
            if not yes:
                click.confirm(f"Call {operation} on {name} ({device.address})?", abort=True, err=True)
        reply = _call(context, device, service, operation, parameters, why)
        emit(as_data(json.loads(json.dumps(reply, default=_plain))), output)
        if not operation.startswith("Get"):
            talk.print(f"what the device has now, iccc drift {city_key} --limit {name} says")


def _call(context: Context, device: Device, service: str, operation: str, parameters: Sequence[str], why: Why) -> Any:
    """The reply; what may have changed something stands in the change record with what came of it."""
    asked = nested(parameters, partial(_revealed, context))
    if operation.startswith("Get"):
        return zeep.call(device, context.reach, service, operation, **asked)
    what = f"{service} {operation} {' '.join(parameters)}".rstrip()
    change = context.changes.begin("onvif", what, why, device.name)
    try:
        reply = zeep.call(device, context.reach, service, operation, **asked)
    except DeviceError as error:
        context.changes.end(change, "onvif", f"failed: {error}", device.name)
        raise
    context.changes.end(change, "onvif", "answered", device.name)
    return reply


def _revealed(context: Context, key: str, named: str) -> str:
    """The secret itself, for the wire."""
    if named == _ASK:
        return asked_secret(key).reveal()
    name = named.removeprefix(_STORED)
    entry = context.vault.get(name)
    if entry is None:
        raise UsageError(f"{key}: no secret {name!r} is stored: iccc secret {context.city.key} set {name}")
    value: str = entry.value.reveal()
    return value


def nested(parameters: Sequence[str], reveal: Callable[[str, str], str]) -> dict[str, Any]:
    """``("A.B=1", "A.C.0=x")`` as ``{"A": {"B": 1, "C": ["x"]}}``. UsageError names the one that cannot be.

    ``reveal`` gives the secret that a key names by ``secret:NAME`` or ``?``.
    """
    found: dict[str, Any] = {}
    for parameter in parameters:
        path, equals, text = parameter.partition("=")
        steps = path.split(".")
        if not equals or not all(steps):
            raise UsageError(f"{parameter!r} is not KEY=VALUE")
        if any(map(SECRET.fullmatch, steps)):
            if text != _ASK and not text.startswith(_STORED):
                raise UsageError(f"{path}: a command line can be read by others; =secret:NAME names a secret, =? asks")
            text = reveal(path, text)
        elif _LOGIN_IN_URI.search(text):
            raise UsageError(f"{path}: a command line can be read by others, and this URI has a password in it")
        at = found
        for step in steps[:-1]:
            inner = at.setdefault(step, {})
            if not isinstance(inner, dict):
                raise UsageError(f"{path}: {step} has a value of its own already")
            at = inner
        if steps[-1] in at:
            raise UsageError(f"{path} is given twice")
        at[steps[-1]] = text
    return {key: _lists(value) for key, value in found.items()}


def _lists(value: Any) -> Any:
    """A mapping with the keys 0, 1, 2 … is a list."""
    if not isinstance(value, dict):
        return value
    inside = {key: _lists(one) for key, one in value.items()}
    if inside and all(key.isdecimal() for key in inside):
        return [inside[key] for key in sorted(inside, key=int)]
    return inside


def _device(city: City, name: str) -> Device:
    device = city.find(name)
    if isinstance(device, Camera | Recorder):
        return device
    known = [*city.cameras, *city.recorders]
    raise UsageError(f"{name!r} is no camera or recorder of {city.key}{did_you_mean(name, known)}")


def _plain(value: object) -> str:
    """Dates and times as ISO 8601, what is left as text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
