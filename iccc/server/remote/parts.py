"""Files of one part of a server and the services that read them: all are checked before the first takes its place."""

from __future__ import annotations

import tempfile
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.cameras import TEMPLATE, UNIT, recorded
from iccc.server.remote.commands import last, need, run
from iccc.server.remote.files import differs, replace
from iccc.server.remote.units import pending, serve

RECORD = "/usr/local/lib/iccc/record"  # what the units of cameras run


def put(request: dict[str, Any]) -> dict[str, Any]:
    """Files of one group: all are checked together before the first takes its place; then their services."""
    check(request)
    changed = {path: one for path, one in request["files"].items() if differs(path, one)}
    if changed:
        for unit in request["services"]:
            pending(unit)
    if TEMPLATE in changed or RECORD in changed:
        for name in recorded():
            pending(UNIT.format(name))  # they are started anew in batches, when the cameras' turn comes
    for path, one in changed.items():
        replace(path, one)
    if any(path.startswith("/etc/systemd/system/") for path in request["files"]):
        need("systemctl", "daemon-reload")
    for unit, on_change in request["services"].items():
        serve(unit, on_change)
    return {"changed": list(changed)}


def check(request: dict[str, Any]) -> None:
    """Refused when a checker of a group does not like its files, where they lie beside their places."""
    with tempfile.TemporaryDirectory(prefix="iccc-") as stage:
        for path, one in request["files"].items():
            replace(stage + path, one)
        for command in request["checks"]:
            code, said = run(*(word.replace("{stage}", stage) for word in command))
            if code:
                raise Refused(f"{command[0]}: {last(said.replace(stage, ''))}; nothing was changed")
