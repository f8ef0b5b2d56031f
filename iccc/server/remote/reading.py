"""All that is read of a server, in one reply."""

from __future__ import annotations

import sys
import time
from typing import Any

from iccc.server.remote.accounts import account, admin
from iccc.server.remote.array import NO_ARRAY, array
from iccc.server.remote.cameras import camera, recorded
from iccc.server.remote.commands import run
from iccc.server.remote.files import file, listed, sealed
from iccc.server.remote.units import services


def read(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "system": system(),
        "array": array(request["mount"]) if request["mount"] else NO_ARRAY,
        "packages": packages(request["packages"]),
        "accounts": {name: account(name) for name in request["accounts"]},
        "admins": {name: admin(name, request["keys"]) for name in listed(request["keys"])},
        "files": {path: file(path) for path in request["files"]}
        | {path: sealed(path, request["nonce"]) for path in request["sealed"]},
        "services": services(request["services"]),
        "cameras": {name: camera(name, request) for name in recorded()},
    }


def system() -> dict[str, Any]:
    """What the host says of itself."""
    told = {}
    try:
        with open("/etc/os-release", encoding="utf-8") as lines:
            told = dict(line.rstrip("\n").split("=", 1) for line in lines if "=" in line)
    except OSError:
        pass
    return {"os": told.get("PRETTY_NAME", "").strip('"'), "now": time.time(), "python": sys.version.split()[0]}


def packages(names: list[str]) -> dict[str, str | None]:
    """The installed version of each; None when it is not wholly installed."""
    found: dict[str, str | None] = dict.fromkeys(names)
    _, said = run("dpkg-query", "-W", "-f", "${Package}\t${Version}\t${db:Status-Status}\n", *names)
    for line in said.splitlines():
        parts = line.split("\t")
        if len(parts) == 3 and parts[2] == "installed":
            found[parts[0]] = parts[1]
    return found
