"""The cameras that a server records: what is seen of one, and all of them made as declared."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from iccc.server.remote.answers import Refused
from iccc.server.remote.array import array
from iccc.server.remote.commands import need
from iccc.server.remote.files import differs, file, replace, seal
from iccc.server.remote.units import is_pending, pending, told

CAMERAS = "/etc/iccc/recording"
# Of cameras that were recorded here: how long what they have is kept. The retention takes it when nothing is left.
FORMER = "/etc/iccc/recorded-before"
MANIFEST = "/etc/iccc/recording.json"
REFUSED = "/run/iccc-refused"  # a file is named after each camera whose login was refused when it was last tried
UNIT = "iccc-record@{}.service"
WANTS = "/etc/systemd/system/iccc-recording.target.wants"
TEMPLATE = "/etc/systemd/system/iccc-record@.service"
BATCH, BATCH_APART_S = 20, 1.0  # 300 units at once drove the load of a recorder to 94


def recorded() -> list[str]:
    """The cameras that are recorded, or were."""
    names = set()
    for folder, start, end in ((CAMERAS, "", ".json"), (WANTS, "iccc-record@", ".service")):
        try:
            listed = os.listdir(folder)
        except OSError:
            continue
        names |= {n[len(start) : -len(end)] for n in listed if n.startswith(start) and n.endswith(end)}
    return sorted(names)


def camera(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Its entry, whether its unit begins with the system, a seal of its login, and its newest recording."""
    try:
        with open(f"{CAMERAS}/{name}.json", encoding="utf-8") as text:
            entry = json.load(text)
        with open(f"{CAMERAS}/{name}.ffconcat", encoding="utf-8") as text:
            login = seal(request["nonce"], text.read())
    except (OSError, ValueError):
        entry, login = {}, ""
    newest = last_written(f"{request['mount']}/{name}")
    enabled = os.path.islink(f"{WANTS}/{UNIT.format(name)}") and not is_pending(UNIT.format(name))
    return {"entry": entry, "login": login, "refused": is_refused(name), "enabled": enabled, "newest": newest}


def last_written(folder: str) -> tuple[float, int]:
    """When, and how large; zeros where there is none. One that was written later than now says nothing of now."""
    found: tuple[float, int] = (0, 0)
    try:
        with os.scandir(folder) as files:
            for about in (one.stat() for one in files if one.is_file()):
                if about.st_mtime <= time.time():
                    found = max(found, (about.st_mtime, about.st_size))
    except OSError:
        pass
    return found


def is_refused(name: str) -> bool:
    return os.path.exists(f"{REFUSED}/{name}")


def cameras(request: dict[str, Any]) -> dict[str, Any]:
    """What is recorded, and nothing else: entries that differ are written, and their units started in batches."""
    found = array(request["mount"])
    if not (found["mounted"] and found["separate"]):
        raise Refused(f"{request['mount']} is not mounted, or of the root file system: nothing is recorded onto it")
    if file(TEMPLATE) is None:
        raise Refused(f"{TEMPLATE} is not there yet")
    os.makedirs(CAMERAS, exist_ok=True)
    os.makedirs(WANTS, exist_ok=True)
    restart, anew = [], 0
    for name, one in request["cameras"].items():
        told_ = json.dumps(one["entry"], sort_keys=True) + "\n"
        entry: dict[str, Any] = {"content": told_, "mode": "0644", "owner": "root:root"}
        source: dict[str, Any] = {"content": one["source"], "mode": "0640", "owner": f"root:{request['group']}"}
        link = f"{WANTS}/{UNIT.format(name)}"
        streams = differs(f"{CAMERAS}/{name}.ffconcat", source) or is_refused(name)
        if differs(f"{CAMERAS}/{name}.json", entry):
            replace(f"{CAMERAS}/{name}.json", entry)
            anew += 1
        if streams:
            pending(UNIT.format(name))
            replace(f"{CAMERAS}/{name}.ffconcat", source)
        if not os.path.islink(link):
            os.symlink(TEMPLATE, link)
            streams = True
        if streams or is_pending(UNIT.format(name)):
            restart.append(name)
        if os.path.exists(f"{FORMER}/{name}.json"):
            os.unlink(f"{FORMER}/{name}.json")
    gone = [name for name in recorded() if name not in request["cameras"] and name not in request["kept"]]
    waits = ""
    if gone and (file(MANIFEST) or {}).get("sha256") != request["manifest"]:
        waits = (
            f"{MANIFEST} is not as declared yet, so the retention would not know what is under evidence hold: "
            f"{len(gone)} cameras that are recorded elsewhere are not taken off"
        )
        gone = []
    os.makedirs(FORMER, exist_ok=True)
    for name in gone:
        if os.path.exists(f"{CAMERAS}/{name}.json"):
            os.replace(f"{CAMERAS}/{name}.json", f"{FORMER}/{name}.json")
        for path in (f"{WANTS}/{UNIT.format(name)}", f"{CAMERAS}/{name}.ffconcat"):
            if os.path.lexists(path):
                os.unlink(path)
    if restart or gone:
        need("systemctl", "daemon-reload")
    if gone:
        need("systemctl", "stop", *map(UNIT.format, gone))
    for start in range(0, len(restart), BATCH):
        if start:
            time.sleep(BATCH_APART_S)
        units = [UNIT.format(name) for name in restart[start : start + BATCH]]
        for name in restart[start : start + BATCH]:
            if is_refused(name):  # its unit waits, and is to try at once
                os.unlink(f"{REFUSED}/{name}")
        need("systemctl", "restart", "--no-block", *units)
        for unit in units:
            told(unit)
    if waits:
        raise Refused(waits)
    return {"changed": anew, "started": len(restart), "removed": len(gone)}
