"""What may shut us out: it takes itself back unless a new login confirms it."""

from __future__ import annotations

import os
import shutil
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.commands import need, run
from iccc.server.remote.files import replace, write
from iccc.server.remote.parts import check, put
from iccc.server.remote.units import PENDING, pending, services

# A folder for each part that waits to be confirmed.
ARMED, TAKE_BACK = "/run/iccc-armed", "take-back"


def arm(request: dict[str, Any]) -> dict[str, Any]:
    """As :func:`put`, for what may shut us out: unless it is confirmed, the host takes it back after ``armed_s``.

    Until then the new files lie in /run, mounted over their places: on the disks everything is as before, so that a
    restart takes it back too. Its services stay marked as not told.
    """
    folder = f"{ARMED}/{request['section']}"
    run("sh", f"{folder}/{TAKE_BACK}")  # of a deploy that died
    for path in request["files"]:
        bare(path)
    for rest in (folder, f"{folder}.gone", f"{folder}.kept"):
        shutil.rmtree(rest, ignore_errors=True)
    run("systemctl", "stop", f"iccc-take-back-{request['section']}.timer")
    check(request)
    undo = [f"mv -T {folder} {folder}.gone || exit 0"]  # either the host takes it back, or it is confirmed
    os.makedirs(folder)
    for number, (path, one) in enumerate(request["files"].items()):
        replace(f"{folder}/{number}", one)
        undo.append(f"umount -l {path}")  # although somebody has it open
        if not os.path.exists(path):
            write(path, "", int(one["mode"], 8))
            undo.append(f"rm -f {path}")
    before = services(list(request["services"]))
    for unit, on_change in request["services"].items():
        was = before[unit]
        if was is None:
            raise Refused(f"{unit} is no unit of this system")
        # One that has not outlived its new files cannot be reloaded.
        back = f"systemctl {on_change} {unit} || systemctl restart {unit}"
        undo.append(back if was["active"] else f"systemctl stop {unit}")
        undo += [f"rm -f {PENDING}/{unit}"] if was["told"] else []
        pending(unit)
    write(f"{folder}/{TAKE_BACK}", "\n".join([*undo, f"rm -rf {folder}.gone", ""]), 0o700)
    timer = (f"--unit=iccc-take-back-{request['section']}", f"--on-active={request['armed_s']}")
    need("systemd-run", "--quiet", "--collect", *timer, "--timer-property=AccuracySec=1s",
         "/bin/sh", f"{folder}/{TAKE_BACK}")  # fmt: skip
    for number, path in enumerate(request["files"]):
        need("mount", "--bind", f"{folder}/{number}", path)
    try:
        for unit, on_change in request["services"].items():
            need("systemctl", on_change if before[unit]["active"] else "restart", unit)
    except Refused:
        need("sh", f"{folder}/{TAKE_BACK}")
        raise
    return {}


def confirm(request: dict[str, Any]) -> dict[str, Any]:
    """What :func:`arm` did stays: sent over a connection that was opened after it."""
    folder = f"{ARMED}/{request['section']}"
    try:
        os.rename(folder, f"{folder}.kept")
    except FileNotFoundError:
        raise Refused("the host has taken it back: no new login had confirmed it in time") from None
    run("systemctl", "stop", f"iccc-take-back-{request['section']}.timer")
    for path in request["files"]:
        bare(path)
    shutil.rmtree(f"{folder}.kept")
    return put(request)


def bare(path: str) -> None:
    """What lies on the disk at ``path``, with nothing over it."""
    while os.path.ismount(path):
        need("umount", path)
