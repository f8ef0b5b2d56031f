"""The commissioning sheet: what technicians wrote down when they set devices up (logins, communities, host keys)."""

from __future__ import annotations

import json
from pathlib import Path

from iccc.context import open_context
from iccc.errors import UsageError
from iccc.secrets import SSH_KEY, Secret
from iccc.settings import Settings
from iccc.state.log import os_user


def take_over(city_key: str, settings: Settings, sheet: Path) -> int:
    """Take a sheet into the secret and trust stores; the devices on it are as technicians left them.

    The sheet is JSON: ``devices`` (names: they are logged in to with the bootstrap login first from now on),
    ``logins`` (kind: [user, password]), ``communities`` (ro, rw), ``host_keys`` (switch or server: key); where SNMP v3
    is spoken ``snmp_users`` (user: [password, key of privacy]), and where there are servers ``ssh_key`` (private).
    Gives the number of devices. Devices of the city that are not on the sheet keep their logins and host keys.
    Certificates are forgotten with the logins: they are made anew.
    """
    try:
        data = json.loads(sheet.read_text(encoding="utf-8"))
        logins = {str(kind): (str(user), Secret(str(password))) for kind, (user, password) in data["logins"].items()}
        communities = {name: Secret(str(data["communities"][name])) for name in ("ro", "rw")}
        snmp_users = {
            f"snmp/v3/{user}/{kind}": Secret(str(word))
            for user, words in data.get("snmp_users", {}).items()
            for kind, word in zip(("auth", "privacy"), words, strict=True)
        }
        host_keys = {str(name): str(key) for name, key in data["host_keys"].items()}
        devices = [str(name) for name in data["devices"]]
        ssh_key = Secret(str(data.get("ssh_key", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{sheet}: not a commissioning sheet ({type(error).__name__})") from None
    with open_context(city_key, "enrol", settings) as context:
        known = {device.name for device in context.city.devices()}
        if strangers := sorted({*devices, *host_keys} - known):
            raise UsageError(f"{sheet}: not in {city_key}: {', '.join(strangers[:10])}")
        for kind, (user, password) in logins.items():
            context.vault.set(f"bootstrap/{kind}/login", password, user)
        for name, community in communities.items():
            context.vault.set(f"snmp/{name}", community)
        for name, word in snmp_users.items():
            context.vault.set(name, word)
        if ssh_key.reveal():
            context.vault.set(SSH_KEY, ssh_key)
        now = context.clock.now()
        context.trust.enrol_host_keys(host_keys, os_user(), now, replace=True)
        context.trust.forget_tls_pins(devices, os_user(), now)
        context.forget_logins(devices)
        context.note("enrol", f"commissioning sheet {sheet.name}: {len(host_keys)} host keys, {len(logins)} logins")
    return len(devices)
