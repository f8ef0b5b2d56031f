"""What runs on a recording server to see what it has of each camera: read only, as root, the standard library only.

Sent like :mod:`iccc.server.program`, but apart from it: what judges a server shares nothing with what has set it up.
A recording is a file whose name is its begin in UTC; the time of the last write is its end. Of those of the last day
both are looked at, of the others the names alone: there are 43,200 of each camera in a month.
"""

from __future__ import annotations

import calendar
import json
import os
import pwd
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

NAME = re.compile(r"[0-9]{8}T[0-9]{6}\.mp4")
WANTS = "/etc/systemd/system/iccc-recording.target.wants"
UNIT = "iccc-record@{}.service"
PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "SYSTEMD_PAGER": ""}
COMMAND_S, DECODE_S = 20, 5
OPENED_S = 15  # a file so young may have no whole picture yet: then the one before it counts
MAX_GAPS = 20  # that are told one by one


def run(*command: str, **options: Any) -> tuple[int, str, str]:
    """Exit code and both outputs."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", env=PATH, check=False,
            stdin=subprocess.DEVNULL, **{"timeout": COMMAND_S, **options},
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return 127, "", str(error)
    return done.returncode, done.stdout, done.stderr


def look(request: dict[str, Any]) -> dict[str, Any]:
    """Of each camera its unit, its oldest and newest recording, whether that can be decoded, and gaps."""
    until = time.monotonic() + request["budget_s"]
    found = {name: camera(name, request) for name in request["cameras"]}
    for name, unit in units(request["cameras"]).items():
        found[name]["unit"] = unit
    user = pwd.getpwnam(request["account"])
    folder = request["mount"]

    def decode(name: str) -> None:
        found[name]["picture"] = judged(f"{folder}/{name}", found[name].pop("last"), user, until)

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(decode, found))
    for name, since in births([name for name in found if found[name]["count"]], folder).items():
        found[name]["since"] = since
    return {"now": time.time(), "cameras": found}


def camera(name: str, request: dict[str, Any]) -> dict[str, Any]:
    """From the names of its recordings; ``last``: of the newest two, the newest first."""
    folder = f"{request['mount']}/{name}"
    try:
        names = sorted(one for one in os.listdir(folder) if NAME.fullmatch(one))
    except OSError:
        names = []
    found: dict[str, Any] = {"count": len(names), "oldest": None, "newest": None, "since": None, "last": []}
    if names:
        # What a power cut has left empty shows nothing: it does not count as footage. Such are few, and a camera
        # with nothing else has little to look through.
        kept = (one for one in names if about(f"{folder}/{one}")["bytes"])
        found["oldest"] = begin(next(kept, names[-1]))
        found["newest"] = {"begin": begin(names[-1]), **about(f"{folder}/{names[-1]}")}
        found["last"] = names[:-3:-1]
    found["gaps"] = gaps(folder, names, request)
    return found


def begin(name: str) -> float:
    """Seconds since 1970. A time that does not exist (a damaged name) is 1970."""
    try:
        return float(calendar.timegm(time.strptime(name[:15], "%Y%m%dT%H%M%S")))
    except ValueError:
        return 0.0


def about(path: str) -> dict[str, Any]:
    """When it was last written, and how large it is. One that was deleted meanwhile is 0."""
    try:
        told = os.stat(path)
    except OSError:
        return {"end": 0.0, "bytes": 0}
    return {"end": told.st_mtime, "bytes": told.st_size}


def gaps(folder: str, names: list[str], request: dict[str, Any]) -> dict[str, Any]:
    """Times without a recording in the last ``window_s``, from its first recording on if that is later."""
    now = time.time()
    start = now - request["window_s"]
    first = next((index for index, name in enumerate(names) if begin(name) >= start), len(names))
    recent = names[max(0, first - 1) :]
    found: list[tuple[float, float]] = []
    if recent:
        if begin(recent[0]) < start:
            ended = about(f"{folder}/{recent[0]}")["end"]
            if ended < start:  # it is before the window, and what follows begins late
                found.append((start, begin(recent[1]) if len(recent) > 1 else now))
                recent = recent[1:]
        for name, following in zip(recent, recent[1:], strict=False):
            ended = about(f"{folder}/{name}")["end"]
            if begin(following) - ended > request["tolerance_s"]:
                found.append((ended, begin(following)))
        if recent:
            ended = about(f"{folder}/{recent[-1]}")["end"]
            if now - ended > 2 * request["segment_s"]:
                found.append((ended, now))
    longest = sorted(found, key=lambda gap: gap[0] - gap[1])[:MAX_GAPS]
    begun = begin(names[0]) if names else now
    return {
        "from": max(start, begun), "count": len(found), "seconds": sum(to - since for since, to in found),
        "longest": longest,
    }  # fmt: skip


def units(cameras: list[str]) -> dict[str, Any]:
    """As systemd has them; ``enabled``: it begins with the system."""
    names = [UNIT.format(name) for name in cameras]
    _, said, _ = run("systemctl", "show", "--property=Id,LoadState,ActiveState,SubState,NRestarts", *names)
    found = {}
    for block in said.split("\n\n"):
        told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if told.get("Id"):
            found[told["Id"]] = told
    return {
        name: {
            "load": found.get(UNIT.format(name), {}).get("LoadState", ""),
            "active": found.get(UNIT.format(name), {}).get("ActiveState", ""),
            "sub": found.get(UNIT.format(name), {}).get("SubState", ""),
            "restarts": found.get(UNIT.format(name), {}).get("NRestarts", "0"),
            "enabled": os.path.islink(f"{WANTS}/{UNIT.format(name)}"),
        }
        for name in cameras
    }


def judged(folder: str, last: list[str], user: pwd.struct_passwd, until: float) -> dict[str, Any]:
    """The newest recording, decoded; the one before it where the newest was only just opened."""
    for number, name in enumerate(last):
        told = {"name": name, "begin": begin(name), **decoded(f"{folder}/{name}", user, until)}
        young = time.time() - told["begin"] < OPENED_S
        if told["decoded"] is not False or not young or number == len(last) - 1:
            return told
    return {"name": "", "begin": None, "decoded": False, "says": "there is no recording"}


def decoded(path: str, user: pwd.struct_passwd, until: float) -> dict[str, Any]:
    """Whether its first picture can be decoded. The recording account tries: cameras send what they like."""
    left = until - time.monotonic()
    if left <= 0:
        return {"decoded": None, "says": "not looked at in time"}
    code, said, errors = run(
        "nice", "ffprobe", "-v", "error", "-select_streams", "v:0", "-read_intervals", "%+#1", "-show_frames",
        "-show_entries", "stream=codec_name:frame=width,height", "-of", "json", "-protocol_whitelist", "file", path,
        timeout=min(DECODE_S, max(1.0, left)), user=user.pw_uid, group=user.pw_gid, extra_groups=[],
    )  # fmt: skip
    try:
        told = json.loads(said) if code == 0 else {}
        frame, stream = told["frames"][0], told["streams"][0]
        size = f"{stream['codec_name']} {frame['width']}x{frame['height']}"
    except (ValueError, LookupError, TypeError):
        lines = [line.strip() for line in errors.splitlines() if line.strip()]
        return {"decoded": False, "says": (lines[-1] if lines else "it has no picture")[-200:]}
    return {"decoded": True, "says": size}


def births(names: list[str], folder: str) -> dict[str, float]:
    """When the folder of each camera was made, where the file system knows: since then it has been recorded here."""
    if not names:
        return {}
    _, said, _ = run("stat", "--format=%W %n", *(f"{folder}/{name}" for name in names))
    found = {}
    for line in said.splitlines():
        seconds, _, path = line.partition(" ")
        if seconds.isdigit() and int(seconds):
            found[os.path.basename(path)] = float(seconds)
    return found


def main() -> None:
    request = json.load(sys.stdin)
    try:
        reply: dict[str, Any] = {"ok": look(request)}
    except (OSError, LookupError, ValueError) as error:
        reply = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
