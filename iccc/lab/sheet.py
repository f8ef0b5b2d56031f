"""The commissioning sheet: what technicians wrote down when they set the devices up."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

Login = tuple[str, str]  # user, password


def _login(user: str) -> Login:
    return user, secrets.token_urlsafe(12)


@dataclass(frozen=True)
class Logins:
    """Bootstrap logins and communities of one lab: made anew at each start, kept over a reset."""

    switch: Login = field(default_factory=lambda: _login("admin"), repr=False)
    camera: Login = field(default_factory=lambda: _login("admin"), repr=False)
    recorder: Login = field(default_factory=lambda: _login("admin"), repr=False)
    call_box: Login = field(default_factory=lambda: _login("admin"), repr=False)
    answer_point: Login = field(default_factory=lambda: _login("iccc"), repr=False)
    read_community: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    write_community: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    snmp_users: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)  # of v3: password, key of privacy

    def snmp_user(self, name: str) -> tuple[str, str]:
        """The passwords of a v3 user; the same on all devices."""
        return self.snmp_users.setdefault(name, (secrets.token_urlsafe(12), secrets.token_urlsafe(12)))


def sheet(logins: Logins, devices: list[str], host_keys: dict[str, str], ssh_key: str = "") -> dict[str, object]:
    """As JSON has it. ``devices``: all that were set up; ``host_keys``: by name of switch or host.

    ``ssh_key``: the private key that hosts were installed for, where there are any.
    """
    return {
        **({"ssh_key": ssh_key} if ssh_key else {}),
        "devices": devices,
        "logins": {
            "switch": list(logins.switch),
            "camera": list(logins.camera),
            "recorder": list(logins.recorder),
            "call_box": list(logins.call_box),
            "answer_point": list(logins.answer_point),
        },
        "communities": {"ro": logins.read_community, "rw": logins.write_community},
        "snmp_users": {user: list(passwords) for user, passwords in logins.snmp_users.items()},
        "host_keys": host_keys,
    }


def write(path: Path, content: dict[str, object]) -> None:
    """To a file that only its owner reads; never half written."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    draft.replace(path)
