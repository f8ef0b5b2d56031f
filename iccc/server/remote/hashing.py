"""What runs on a recording server to tell which recordings there are of a camera and a period, and their SHA-256.

Nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from datetime import UTC, datetime
from typing import Any

from iccc.server.remote.answers import Refused, answer
from iccc.server.remote.pictures import NoFile, opened, spans

NAME = re.compile(r"[0-9]{8}T[0-9]{6}(-[0-9a-f]{8})?\.mp4")  # the begin, in UTC, and the run that wrote it
CAMERA = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
OPEN_S = 30.0  # a recording that was written to since then is not closed yet


def segments(request: dict[str, Any]) -> dict[str, Any]:
    """The recordings of a camera that touch a period, by begin; what is being written now is named.

    ``spans``: from when to when there are pictures. A recording has its time by its name, whatever the clock was; it
    touches the period by that, or by its last write.
    """
    found, now, folder = [], time.time(), folder_of(request)
    try:
        with os.scandir(folder) as files:
            named = [one for one in files if NAME.fullmatch(one.name) and one.is_file(follow_symlinks=False)]
            listed = [(one.name, one.stat(follow_symlinks=False)) for one in named]
    except FileNotFoundError:
        listed = []
    for name, about in sorted(listed):
        try:
            begin = datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue  # no time: not written by ffmpeg
        set_back = about.st_mtime < begin  # the clock, while it was written
        if begin > request["end"] or (about.st_mtime < request["begin"] and not set_back):
            continue
        latest = float("inf") if set_back else about.st_mtime + 1
        pictures = [(begin + a, min(begin + b, latest)) for a, b in spans(f"{folder}/{name}", request["apart_s"])]
        if max([begin, about.st_mtime, *(to for _, to in pictures)]) >= request["begin"]:
            found.append({"name": name, "begin": begin, "size": about.st_size, "spans": pictures})
    last = {name[15:]: (name, about) for name, about in sorted(listed)}  # of each run
    open_ = [name for name, about in last.values() if abs(now - about.st_mtime) < OPEN_S]
    return {"segments": found, "now": now, "written_now": open_}


def digests(request: dict[str, Any]) -> dict[str, Any]:
    """SHA-256 of recordings by name, and how many bytes went into it. One that is gone is left out."""
    found = {}
    for name in request["names"]:
        if not NAME.fullmatch(name):
            raise Refused(f"{name!r} is no recording")
        whole, size = hashlib.sha256(), 0
        try:
            with opened(f"{folder_of(request)}/{name}") as content:
                while part := content.read(2**20):
                    whole.update(part)
                    size += len(part)
        except FileNotFoundError:
            continue
        except NoFile as error:
            raise Refused(str(error)) from None
        found[name] = {"sha256": whole.hexdigest(), "size": size}
    return {"digests": found}


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

if __name__ == "__main__":
    answer(VERBS)
