"""Accounts of services, and those of administrators."""

from __future__ import annotations

import grp
import os
import pwd
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.commands import need, run
from iccc.server.remote.files import differs, file, listed, replace

ADMINS = "iccc-admin"  # the group of administrators that the city declares
FIRST_PERSON = 1000  # the lowest number of an account that is a person's (Debian)
SUDOERS = "/etc/sudoers.d/iccc-admin"
MAY_ALL = f"%{ADMINS} ALL=(ALL:ALL) NOPASSWD: ALL\n"


def account(name: str) -> dict[str, Any] | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return {"shell": entry.pw_shell, "home": entry.pw_dir}


def accounts(request: dict[str, Any]) -> dict[str, Any]:
    """Accounts without a password, a home or a shell."""
    for name in request["accounts"]:
        if account(name) is None:
            need("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                 "--shell", "/usr/sbin/nologin", name)  # fmt: skip
        elif pwd.getpwnam(name).pw_shell != "/usr/sbin/nologin":
            need("usermod", "--shell", "/usr/sbin/nologin", name)
    return {}


def admin(name: str, folder: str) -> dict[str, Any]:
    """Somebody whose key lies in the folder: the digest of the file, and whether they may become root."""
    about = file(f"{folder}/{name}") or {"sha256": "", "owner": ""}
    try:
        member = name in grp.getgrnam(ADMINS).gr_mem
    except KeyError:
        member = False
    rule: dict[str, Any] = {"content": MAY_ALL, "mode": "0440", "owner": "root:root"}
    entry = account(name)
    usable = entry is not None and entry["shell"] == "/bin/bash" and about["owner"] == "root:root"
    return {"keys": about["sha256"], "root": member and usable and not differs(SUDOERS, rule)}


def admins(request: dict[str, Any]) -> dict[str, Any]:
    """Administrators: an account without a password, whose keys root alone may change. Who is not named has none."""
    folder = request["keys"]
    if run("getent", "group", ADMINS)[0]:
        need("groupadd", "--system", ADMINS)
    rule: dict[str, Any] = {"content": MAY_ALL, "mode": "0440", "owner": "root:root"}
    if differs(SUDOERS, rule):
        replace(SUDOERS, rule)
    for name in listed(folder):
        if name not in request["admins"]:
            os.unlink(f"{folder}/{name}")
            run("gpasswd", "--delete", name, ADMINS)
            # Out of the group, a key in the account's own folder would let in again.
            if may_be_closed(name):
                run("usermod", "--expiredate", "1", name)
            run("loginctl", "terminate-user", name)
    for name, keys in request["admins"].items():
        if account(name) is None:
            need("useradd", "--create-home", "--user-group", "--shell", "/bin/bash", "--password", "*", name)
        elif pwd.getpwnam(name).pw_uid < FIRST_PERSON:
            raise Refused(f"{name} is an account of the system: no administrator can have that name")
        need("usermod", "--append", "--groups", ADMINS, "--shell", "/bin/bash", "--expiredate", "", name)
        one: dict[str, Any] = {"content": keys, "mode": "0644", "owner": "root:root"}
        if differs(f"{folder}/{name}", one):
            replace(f"{folder}/{name}", one)
    return {}


def may_be_closed(name: str) -> bool:
    """A person's account, and not the one that this is run by."""
    try:
        return pwd.getpwnam(name).pw_uid >= FIRST_PERSON and name != os.environ.get("SUDO_USER")
    except KeyError:
        return False
