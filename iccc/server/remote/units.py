"""Units of systemd, and which of them were not told yet of files that have changed."""

from __future__ import annotations

import os
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.commands import need, run

# A file is named after each unit that was not told yet of its changed files; a restart of the host tells all.
PENDING = "/run/iccc-pending"


def services(names: list[str]) -> dict[str, Any]:
    """Whether a unit begins with the system, and whether it runs now."""
    found: dict[str, Any] = {}
    for name in names:
        _, said = run("systemctl", "show", "--property=LoadState,UnitFileState,ActiveState", name)
        shown = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        if shown.get("LoadState") == "loaded":
            enabled = shown.get("UnitFileState") == "enabled"
            active = shown.get("ActiveState") == "active"
            found[name] = {"enabled": enabled, "active": active, "told": not is_pending(name)}
        else:
            found[name] = None
    return found


def serve(unit: str, on_change: str) -> None:
    """Enabled and running; restarted or reloaded when what it reads has changed."""
    before = services([unit])[unit]
    if before is None:
        raise Refused(f"{unit} is no unit of this system")
    if not before["enabled"]:
        need("systemctl", "enable", unit)
    if not before["active"]:
        need("systemctl", "restart", unit)
    elif on_change and not before["told"]:
        need("systemctl", on_change, unit)
    told(unit)


def pending(unit: str) -> None:
    os.makedirs(PENDING, exist_ok=True)
    with open(f"{PENDING}/{unit}", "w", encoding="utf-8"):
        pass


def is_pending(unit: str) -> bool:
    return os.path.exists(f"{PENDING}/{unit}")


def told(unit: str) -> None:
    if is_pending(unit):
        os.unlink(f"{PENDING}/{unit}")
