"""The login of one stream, while the password of its camera is changed."""

from __future__ import annotations

import os
import time
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.cameras import CAMERAS, REFUSED, UNIT, camera, is_refused, recorded
from iccc.server.remote.commands import need
from iccc.server.remote.files import replace
from iccc.server.remote.units import pending, services, told


def streams(_request: dict[str, Any]) -> dict[str, Any]:
    """The cameras whose login lies here."""
    return {"streams": [name for name in recorded() if os.path.exists(f"{CAMERAS}/{name}.ffconcat")]}


def stream(request: dict[str, Any]) -> dict[str, Any]:
    """How one stands. ``newest_s``: seconds since its newest recording was written to; None while there is none."""
    name = one_of_here(request)
    found = camera(name, request)
    at, size = found["newest"]
    active = services([UNIT.format(name)])[UNIT.format(name)]
    return {
        "login": found["login"], "refused": found["refused"], "active": bool(active and active["active"]),
        "newest_s": round(time.time() - at, 3) if size else None,
    }  # fmt: skip


def pause(request: dict[str, Any]) -> dict[str, Any]:
    """Whoever dies before he resumes leaves a difference, and the next deploy starts it."""
    unit = UNIT.format(one_of_here(request))
    pending(unit)
    need("systemctl", "stop", unit)
    return {}


def login(request: dict[str, Any]) -> dict[str, Any]:
    """Another login, from the next start of its unit on. A deploy starts one that was not started with it."""
    name = one_of_here(request)
    pending(UNIT.format(name))
    source = {"content": request["source"], "mode": "0640", "owner": f"root:{request['group']}"}
    replace(f"{CAMERAS}/{name}.ffconcat", source)
    return {}


def resume(request: dict[str, Any]) -> dict[str, Any]:
    name = one_of_here(request)
    if is_refused(name):
        os.unlink(f"{REFUSED}/{name}")
    need("systemctl", "restart", UNIT.format(name))
    told(UNIT.format(name))
    return {}


def one_of_here(request: dict[str, Any]) -> str:
    name = str(request["camera"])
    if name not in recorded():
        raise Refused(f"{name} is not recorded here")
    return name
