"""The commissioning sheet: what technicians wrote down when they set devices up (logins, communities, host keys)."""

from __future__ import annotations

import json
from pathlib import Path

from iccc.context import open_context
from iccc.errors import UsageError
from iccc.secrets import Secret
from iccc.settings import Settings
from iccc.state.log import os_user


def take_over(city_key: str, settings: Settings, sheet: Path) -> int:
    """Take a sheet into the secret and trust stores; the devices on it are as technicians left them.

    The sheet is JSON: ``logins`` (kind: [user, password]), ``communities`` (ro, rw), ``host_keys`` (switch: key).
    Gives the number of devices.
    """
    try:
        data = json.loads(sheet.read_text(encoding="utf-8"))
        logins = {str(kind): (str(user), Secret(str(password))) for kind, (user, password) in data["logins"].items()}
        communities = {name: Secret(str(data["communities"][name])) for name in ("ro", "rw")}
        host_keys = {str(name): str(key) for name, key in data["host_keys"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{sheet}: not a commissioning sheet ({type(error).__name__})") from None
    with open_context(city_key, "enrol", settings) as context:
        for kind, (user, password) in logins.items():
            context.vault.set(f"bootstrap/{kind}/login", password, user)
        for name, community in communities.items():
            context.vault.set(f"snmp/{name}", community)
        now = context.clock.now()
        context.trust.enrol_host_keys(host_keys, os_user(), now, replace=True)
        devices = [device.name for device in context.city.devices()]
        context.forget_logins(devices)
        context.note("enrol", f"commissioning sheet {sheet.name}: {len(host_keys)} host keys, {len(logins)} logins")
    return len(devices)
