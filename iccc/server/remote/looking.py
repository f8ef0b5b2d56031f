"""What runs on a recording server to see what it has of each camera; nothing is written.

A program apart from the one that sets servers up: what judges a server shares with what has
set it up no more than how a request is read and answered.

A recording is a file whose name is its begin in UTC; its end is that of its pictures. Of those of the last day their
times are looked at, and inside of them while there is time; of the others the names alone: there are 43,200 of each
camera in a month.
"""

from __future__ import annotations

import calendar
import json
import os
import pwd
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from iccc.server.remote.answers import answer
from iccc.server.remote.pictures import spans

NAME = re.compile(r"[0-9]{8}T[0-9]{6}(-[0-9a-f]{8})?\.mp4")  # the begin, in UTC, and the run that wrote it
WANTS = "/etc/systemd/system/iccc-recording.target.wants"
UNIT = "iccc-record@{}.service"
PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "SYSTEMD_PAGER": ""}
COMMAND_S, DECODE_S = 20, 5
OPENED_S = 15  # a file so young may have no whole picture yet: then the one before it counts
MAX_GAPS = 20  # that are told one by one
AHEAD_S = 2  # a recording that begins later than that after now is of a clock that was wrong
WRITTEN_S = 2  # the last write of a recording is so long before the next one begins, or less, while ffmpeg goes on
GROUPS = "/sys/fs/cgroup"
PROPERTIES = ("Id", "LoadState", "ActiveState", "SubState", "NRestarts", "ControlGroup")
APART_S = 2.0  # pictures that are further apart are told as two spans
INSIDE = 0.25  # of the time: for looking into recordings that the next one follows at once, 20,000 in a second


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
    share_s = INSIDE * request["budget_s"] / max(1, len(request["cameras"]))
    found = {
        name: camera(name, request, until - request["budget_s"] + share_s * number)
        for number, name in enumerate(request["cameras"], 1)
    }
    user = pwd.getpwnam(request["account"])
    folder = request["mount"]
    for name, unit in units(request["cameras"]).items():
        found[name]["unit"] = unit
        group = unit.pop("group")
        if found[name]["ahead"]:
            written_now(f"{folder}/{name}", found[name], group)

    def decode(name: str) -> None:
        found[name]["picture"] = judged(f"{folder}/{name}", found[name].pop("last"), user, until)

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(decode, found))
    for name, since in recorded_since([name for name in found if found[name]["count"]], folder).items():
        found[name]["since"] = since
    return {"now": time.time(), "cameras": found}


def camera(name: str, request: dict[str, Any], until: float) -> dict[str, Any]:
    """From the names of its recordings; ``last``: of the newest two, the newest first.

    ``ahead``: the begin of the last recording that begins later than now. It is of a clock that was wrong, and where
    there is one, the newest recording by its name may be of the time before the clock was set back.
    """
    folder = f"{request['mount']}/{name}"
    try:
        names = sorted(one for one in os.listdir(folder) if NAME.fullmatch(one))
    except OSError:
        names = []
    now = time.time()
    found: dict[str, Any] = {"count": len(names), "oldest": None, "newest": None, "since": None, "last": []}
    present = [one for one in names if begin(one) <= now + AHEAD_S]
    found["ahead"] = begin(names[-1]) if len(present) < len(names) else None
    if names:
        # What a power cut has left empty shows nothing: it does not count as footage. Such are few, and a camera
        # with nothing else has little to look through.
        kept = (one for one in names if about(f"{folder}/{one}")["bytes"])
        found["oldest"] = begin(next(kept, names[-1]))
        last = (present or names)[:-3:-1]
        found["newest"] = {"begin": begin(last[0]), **about(f"{folder}/{last[0]}")}
        found["last"] = last
    found["gaps"] = gaps(folder, present, request, now, until)
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


def run_of(name: str) -> str:
    """The run of ffmpeg that has written it; "" before runs had names."""
    return name[16:-4]


def gaps(folder: str, names: list[str], request: dict[str, Any], now: float, until: float) -> dict[str, Any]:
    """Times without pictures in the last ``window_s``, from its first recording on if that is later.

    A recording that the next one of its run follows at once is looked into while there is time, the newest first;
    ``unseen``: so many were not, and count as recorded until the next one begins.
    """
    start = max(now - request["window_s"], begin(names[0])) if names else now
    first = next((index for index, name in enumerate(names) if begin(name) >= start), len(names))
    recent = names[max(0, first - 1) :]
    covered, unseen = [], 0
    for name, following in reversed(list(zip(recent, [*recent[1:], ""], strict=False))):
        since, to, written = begin(name), begin(following), about(f"{folder}/{name}")["end"]
        at_once = (
            run_of(name) == run_of(following)
            and to - since <= request["segment_s"] + request["tolerance_s"]
            and abs(to - written) <= WRITTEN_S
        )
        if at_once and time.monotonic() >= until:
            covered.append((since, to))
            unseen += 1
        else:
            covered += inside(f"{folder}/{name}", since, written)
    at = start
    found: list[tuple[float, float]] = []
    for since, to in sorted(covered):
        if since - at > request["tolerance_s"]:
            found.append((at, since))
        at = max(at, to)
    if now - at > 2 * request["tolerance_s"]:  # what is being written comes one group of pictures late
        found.append((at, now))
    longest = sorted(found, key=lambda gap: gap[0] - gap[1])[:MAX_GAPS]
    return {
        "from": start, "count": len(found), "seconds": sum(to - since for since, to in found), "longest": longest,
        "unseen": unseen,
    }  # fmt: skip


def inside(path: str, begun: float, written: float) -> list[tuple[float, float]]:
    """When its pictures are. None is later than its last write, where the clock was not set meanwhile."""
    latest = written + 1 if written >= begun else float("inf")
    found = ((begun + a, min(begun + b, latest)) for a, b in spans(path, APART_S))
    return [(a, b) for a, b in found if a <= b]


def units(cameras: list[str]) -> dict[str, Any]:
    """As systemd has them; ``enabled``: it begins with the system."""
    names = [UNIT.format(name) for name in cameras]
    _, said, _ = run("systemctl", "show", "--property=" + ",".join(PROPERTIES), *names)
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
            "group": found.get(UNIT.format(name), {}).get("ControlGroup", ""),
        }
        for name in cameras
    }


def written_now(folder: str, found: dict[str, Any], group: str) -> None:
    """The recording that its unit has open is the newest, whatever the names of others say; ``open``: there is one."""
    found["open"] = False
    if not group:
        return
    try:
        with open(f"{GROUPS}{group}/cgroup.procs", encoding="ascii") as lines:
            processes = lines.read().split()
    except OSError:
        return
    opened = [path for process in processes for path in links(f"/proc/{process}/fd")]
    for path in opened:
        name = os.path.basename(path)
        if os.path.dirname(path) == folder and NAME.fullmatch(name):
            before = [one for one in sorted(os.listdir(folder)) if run_of(one) == run_of(name) and one < name]
            found["open"], found["last"] = True, [name, *before[-1:]]
            found["newest"] = {"begin": begin(name), **about(path)}
            return


def links(folder: str) -> list[str]:
    """Where those in a folder lead; one may be gone meanwhile."""
    found = []
    try:
        for name in os.listdir(folder):
            with suppress(OSError):
                found.append(os.readlink(f"{folder}/{name}"))
    except OSError:
        pass
    return found


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


def recorded_since(names: list[str], folder: str) -> dict[str, float]:
    """Since when each camera has been recorded here without being recorded elsewhere meanwhile.

    Its folder stays while a camera is on another server, and is as old as ever when it comes back; the link that
    enables its unit goes with the camera, and is made anew. The later one of the two tells.
    """
    found = births(names, folder)
    for name in names:
        try:
            enabled = os.lstat(f"{WANTS}/{UNIT.format(name)}").st_mtime
        except OSError:
            continue
        found[name] = max(found.get(name, 0.0), enabled)
    return found


def births(names: list[str], folder: str) -> dict[str, float]:
    """When the folder of each camera was made, where the file system knows."""
    if not names:
        return {}
    _, said, _ = run("stat", "--format=%W %n", *(f"{folder}/{name}" for name in names))
    found = {}
    for line in said.splitlines():
        seconds, _, path = line.partition(" ")
        if seconds.isdigit() and int(seconds):
            found[os.path.basename(path)] = float(seconds)
    return found


VERBS = {"look": look}

if __name__ == "__main__":
    answer(VERBS)
