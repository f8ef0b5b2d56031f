"""What runs on a recording server to tell which recordings there are of a camera and a period, and their SHA-256.

Sent like :mod:`iccc.server.program`, as root, the standard library only; nothing is written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import sys
import time
from datetime import UTC, datetime
from typing import Any, BinaryIO

NAME = re.compile(r"[0-9]{8}T[0-9]{6}\.mp4")  # of a recording: its begin, in UTC
CAMERA = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
OPEN_S = 30.0  # a recording that was written to since then is not closed yet


class Refused(Exception):
    """What was asked for is no footage."""


def segments(request: dict[str, Any]) -> dict[str, Any]:
    """The recordings of a camera that touch a period, by begin; what is being written now is named."""
    found, now = [], time.time()
    try:
        with os.scandir(folder_of(request)) as files:
            named = [one for one in files if NAME.fullmatch(one.name) and one.is_file(follow_symlinks=False)]
            listed = [(one.name, one.stat(follow_symlinks=False)) for one in named]
    except FileNotFoundError:
        listed = []
    for name, about in sorted(listed):
        try:
            begin = datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue  # no time: not written by ffmpeg
        if begin <= request["end"] and about.st_mtime >= request["begin"]:
            found.append({"name": name, "begin": begin, "end": about.st_mtime, "size": about.st_size})
    newest = max(listed, default=None)
    open_ = [newest[0]] if newest is not None and now - newest[1].st_mtime < OPEN_S else []
    return {"segments": found, "now": now, "written_now": open_}


def digests(request: dict[str, Any]) -> dict[str, Any]:
    """SHA-256 of recordings by name, and how many bytes went into it. One that is gone is left out."""
    found = {}
    for name in request["names"]:
        if not NAME.fullmatch(name):
            raise Refused(f"{name!r} is no recording")
        whole, size = hashlib.sha256(), 0
        try:
            with recording(f"{folder_of(request)}/{name}") as content:
                while part := content.read(2**20):
                    whole.update(part)
                    size += len(part)
        except FileNotFoundError:
            continue
        found[name] = {"sha256": whole.hexdigest(), "size": size}
    return {"digests": found}


def recording(path: str) -> BinaryIO:
    """A file and nothing that leads elsewhere: the folder is the recording account's, and we are root."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused(f"{path} is a link, and no recording") from None
        raise
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise Refused(f"{path} is no file")
    return os.fdopen(opened, "rb")


def folder_of(request: dict[str, Any]) -> str:
    """Of one camera, below a mounted file system: a name leads nowhere else."""
    if not CAMERA.fullmatch(request["camera"]):
        raise Refused(f"{request['camera']!r} is no camera's name")
    if not os.path.ismount(request["mount"]):
        raise Refused(f"{request['mount']} is not mounted")
    folder = f"{request['mount']}/{request['camera']}"
    if os.path.islink(folder):
        raise Refused(f"{folder} is a link, and no folder of recordings")
    return folder


VERBS = {"segments": segments, "digests": digests}


def main() -> None:
    request = json.load(sys.stdin)
    try:
        reply: dict[str, Any] = {"ok": VERBS[request["verb"]](request)}
    except Refused as refusal:
        reply = {"refused": str(refusal)}
    except (OSError, LookupError, ValueError) as error:
        reply = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(reply, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
