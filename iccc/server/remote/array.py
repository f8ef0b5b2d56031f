"""The file system of recordings: what is seen of it, and its mount. It is never made."""

from __future__ import annotations

import os
import shutil
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.commands import last, need, run
from iccc.server.remote.files import owner, replace

NO_ARRAY: dict[str, Any] = {"mounted": False, "separate": False, "fstab": None, "owner": None}


def array(mount: str) -> dict[str, Any]:
    """The file system at ``mount``: whether it is another one than the root's, and how full."""
    found = dict(NO_ARRAY)
    try:
        with open("/etc/fstab", encoding="utf-8") as lines:
            rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
        found["fstab"] = next((" ".join(row[:4]) for row in rows if len(row) > 3 and row[1] == mount), None)
    except OSError:
        pass
    if os.path.ismount(mount):
        about, disk = os.stat(mount), os.statvfs(mount)
        found |= {"mounted": True, "separate": about.st_dev != os.stat("/").st_dev, "owner": owner(about)}
        found |= {"bytes": disk.f_blocks * disk.f_frsize, "free": disk.f_bavail * disk.f_frsize}
    return found


def mount(request: dict[str, Any]) -> dict[str, Any]:
    """The line of /etc/fstab, and the file system where it says. It is never made: a wrong label would cost footage."""
    path, line = request["mount"], request["fstab"]
    before = array(path)
    if not before["mounted"]:
        os.makedirs(path, exist_ok=True)
        kind, options = line.split()[2:4]
        code, said = run("mount", "-t", kind, "-o", options.replace("nofail,", ""), line.split()[0], path)
        if code:
            raise Refused(
                f"{line.split()[0]} is not mounted on {path}: {last(said)}; nothing is recorded onto the root disk"
            )
    if not array(path)["separate"]:
        raise Refused(f"{path} is of the root file system: nothing is recorded onto the root disk")
    if before["fstab"] != line:
        with open("/etc/fstab", encoding="utf-8") as lines:
            kept = [text for text in lines if len(text.split()) < 2 or text.split()[1] != path or text.startswith("#")]
        about = {"content": "".join(kept).rstrip("\n") + f"\n{line} 0 2\n", "mode": "0644", "owner": "root:root"}
        replace("/etc/fstab", about)
        need("systemctl", "daemon-reload")
    user, group = request["owner"].split(":")
    shutil.chown(path, user, group)
    os.chmod(path, 0o750)  # noqa: S103
    return {}
