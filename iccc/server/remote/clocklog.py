"""What runs on a server to tell how its clock stood over a period: what chrony has measured, and when it was set.

As root, the standard library only; nothing is written. Times are of the server's own clock, as chrony wrote them.
"""

from __future__ import annotations

import gzip
import os
import re
import stat
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from iccc.server.remote.answers import answer

MOST = 50  # spans, steps and sources that are told
DAY = 86400.0
LONGEST = 500  # of a line
# chrony.conf(5), `log tracking`: date, time, source, stratum, frequency, skew, offset (positive: the clock is fast).
# A source of 0.0.0.0 and a leap status of ? say that it follows nobody, 127.127.1.1 that it follows itself.
SAMPLE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S+) +\d+ +[-+.\deE]+ +[-+.\deE]+ +([-+]?\d\.\d+e[-+]\d+) ([N+?-]) "
)
NOBODY = ("0.0.0.0", "127.127.")  # noqa: S104  no address to listen on
SET = re.compile(r"(\d{4}-\d\d-\d\dT\S+) (.*(?:clock was stepped|time jump detected).*)")


def history(request: dict[str, Any]) -> dict[str, Any]:
    """``samples``, their ``sources``, the ``largest`` and ``mean`` offset, ``unmeasured`` spans, ``steps``.

    A span is one of more than ``apart_s`` between two samples. ``steps_from``: since when the log of steps is there.
    """
    begin, end, apart_s = float(request["begin"]), float(request["end"]), float(request["apart_s"])
    times: list[float] = []
    found: list[tuple[float, float]] = []
    sources: dict[str, int] = {}
    nearest: dict[str, Any] = {"before": None, "after": None}
    for at, source, offset in samples(request["tracking"], begin, end):
        times.append(at)
        if begin <= at <= end:
            found.append((at, offset))
            sources[source] = sources.get(source, 0) + 1
        elif at < begin:
            nearest["before"] = max(nearest["before"] or [at, offset], [at, offset])
        else:
            nearest["after"] = min(nearest["after"] or [at, offset], [at, offset])
    spans = list(unmeasured(times, begin, end, apart_s))
    steps, steps_from = set_at(request["steps"], begin, end)
    return {
        "samples": len(found),
        "sources": dict(sorted(sources.items(), key=lambda pair: -pair[1])[:MOST]),
        "largest": max(found, key=lambda one: abs(one[1]), default=None),
        "mean": sum(offset for _, offset in found) / len(found) if found else None,
        **nearest,
        "unmeasured": spans[:MOST], "unmeasured_all": len(spans), "unmeasured_s": sum(b - a for a, b in spans),
        "steps": steps[:MOST], "steps_all": len(steps), "steps_from": steps_from,
    }  # fmt: skip


def unmeasured(times: list[float], begin: float, end: float, apart_s: float) -> Iterator[tuple[float, float]]:
    """The parts of the period that lie between two samples further apart than that, or beyond the first or last."""
    known = sorted(times)
    for first, last in zip([float("-inf"), *known], [*known, float("inf")], strict=True):
        if last - first > apart_s and max(first, begin) < min(last, end):
            yield max(first, begin), min(last, end)


def samples(path: str, begin: float, end: float) -> Iterator[tuple[float, str, float]]:
    """When, whom it followed, and by how many seconds its clock was fast; of the period and a day around it."""
    for line in lines(path, begin - DAY, end + DAY):
        told = SAMPLE.match(line)
        if told is None or told[4] == "?" or told[2].startswith(NOBODY):
            continue
        at = datetime.fromisoformat(f"{told[1]}+00:00").timestamp()
        if begin - DAY <= at <= end + DAY:
            yield at, told[2][:60], float(told[3])


def set_at(path: str, begin: float, end: float) -> tuple[list[tuple[float, str]], float | None]:
    """When the clock was set instead of slewed, in chrony's words; and from when on the log has lines."""
    found, first = [], None
    for line in lines(path, float("-inf"), end + DAY):
        try:
            at = datetime.fromisoformat(line.partition(" ")[0]).timestamp()
        except ValueError:
            continue
        first = at if first is None else min(first, at)
        if (told := SET.match(line)) and begin <= at <= end:
            found.append((at, told[2][:120]))
    return sorted(found), first


def lines(path: str, begin: float, end: float) -> Iterator[str]:
    """Of a log and its rotated files, the oldest first, without those that end before ``begin`` or begin after ``end``.

    A file ends when it was last written, and begins when the one before it ended.
    """
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder) as files:
            there = [one.name for one in files if one.name == name or one.name.startswith(f"{name}-")]
    except FileNotFoundError:
        return
    ended = float("-inf")
    for one in sorted(there, key=lambda each: (each == name, each)):  # name-20261130.gz before name
        try:
            opened = os.open(f"{folder}/{one}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue  # it was rotated away, or is a link
        about = os.fstat(opened)
        with os.fdopen(opened, "rb") as file:
            begins, ended = ended, about.st_mtime
            if not stat.S_ISREG(about.st_mode) or about.st_mtime < begin or begins > end:
                continue
            with gzip.open(file) if one.endswith(".gz") else file as content:
                try:
                    while line := content.readline(LONGEST):
                        yield line.decode("ascii", "replace").rstrip("\n")
                except (EOFError, zlib.error, gzip.BadGzipFile):
                    continue  # a power cut while it was rotated; what it says up to there counts


if __name__ == "__main__":
    answer({"history": history})
