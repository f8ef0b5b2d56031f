#!/usr/bin/python3
"""Deletes recordings: by age, then the oldest for free space; never one under evidence hold, nor a camera's newest.

Runs on the server every minute, as root with no capability but that of reading and deleting. Which ones go is chosen
by pure functions. Metrics go to the folder of node_exporter. Files that have no recording's name are never touched.
A clock that has jumped ahead is not believed at once: for a day nothing goes for its age.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MANIFEST = "/etc/iccc/recording.json"
CAMERAS = "/etc/iccc/recording"
FORMER = "/etc/iccc/recorded-before"  # entries of cameras that are recorded elsewhere by now
METRICS = "/var/lib/prometheus/node-exporter/iccc.prom"
CLOCK = "/var/lib/iccc-retention/clock.json"  # what the clock said at the last run
DAY_S = 86_400
LONGEST_S = 600  # no recording is longer
AHEAD_S = (
    60  # what begins, or was written, later than that after now is of a clock that was wrong: it is not the newest
)
NAME = re.compile(r"[0-9]{8}T[0-9]{6}(-[0-9a-f]{8})?\.mp4")  # the begin, in UTC, and the run that wrote it
CAMERA = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")  # a folder's name; the recording account may make others


@dataclass(frozen=True)
class Segment:
    """One recording: from ``begin`` to ``end`` (seconds since 1970), and how large (bytes)."""

    camera: str
    name: str
    begin: float
    end: float
    size: int


@dataclass(frozen=True)
class Rule:
    """How long a camera's recordings are kept; ``holds`` are kept for good: (from, to), None without that bound.

    ``days`` None: they go for space only. ``records``: its newest recording is being written, or may be.
    """

    days: float | None
    holds: tuple[tuple[float | None, float | None], ...] = ()
    records: bool = True

    def holds_back(self, segment: Segment) -> bool:
        first, last = segment.begin, segment.end
        if last < first:  # the clock was set back while it was written: its pictures may be of either
            first, last = last, first + LONGEST_S
        return any((begin is None or last >= begin) and (end is None or first <= end) for begin, end in self.holds)


@dataclass(frozen=True)
class Clock:
    """At the last run: what it said, and until when it is not believed (seconds since 1970; 0: it is)."""

    last: float
    doubted_until: float = 0.0

    def at(self, now: float) -> Clock:
        """At this run. A server that was off for a day, and one whose clock jumped by a day, look alike: somebody has
        a day to set the clock right before it costs recordings.
        """
        if now - self.last > DAY_S:
            return Clock(now, now + DAY_S)
        return Clock(now, self.doubted_until if now < self.doubted_until <= now + DAY_S else 0.0)


def too_old(segments: Iterable[Segment], rules: Mapping[str, Rule], now: float) -> Iterator[Segment]:
    """Those beyond the days of their camera. One of a camera that no rule speaks of is never too old."""
    for segment in deletable(segments, rules, now):
        rule = rules.get(segment.camera)
        if rule is not None and rule.days is not None and now - segment.end > rule.days * DAY_S:
            yield segment


def for_space(
    segments: Iterable[Segment], rules: Mapping[str, Rule], missing_bytes: float, now: float
) -> Iterator[Segment]:
    """The oldest, of whichever camera, until as many bytes are free as are missing."""
    for segment in sorted(deletable(segments, rules, now), key=lambda one: (one.end, one.camera, one.name)):
        if missing_bytes <= 0:
            return
        missing_bytes -= segment.size
        yield segment


def deletable(segments: Iterable[Segment], rules: Mapping[str, Rule], now: float) -> list[Segment]:
    """Without what is under a hold, and without the newest of each camera that is, or may be, recorded here."""
    by_camera: dict[str, list[Segment]] = {}
    for segment in segments:
        by_camera.setdefault(segment.camera, []).append(segment)
    found: list[Segment] = []
    for camera, own in by_camera.items():
        present = [one for one in own if one.begin <= now + AHEAD_S]
        newest = max(present or own, key=lambda one: (one.begin, one.end, one.name))
        rule = rules.get(camera)
        kept = newest if rule is None or rule.records else None
        found += [one for one in own if one is not kept and not (rule is not None and rule.holds_back(one))]
    return found


def rules_of(
    entries: Mapping[str, Mapping[str, object]],
    former: Mapping[str, Mapping[str, object]],
    held: Mapping[str, Sequence[str]],
    orders: Mapping[str, Sequence[str]],
) -> dict[str, Rule]:
    """From the entries of the cameras as they lie on the disk, and the holds of all of the city.

    ``former``: of cameras that are recorded elsewhere by now.
    ``orders``: holds by site, recorder or camera. Those that name a ``scope`` of an entry hold although its camera
    has moved, or is not declared any more.
    """
    rules = {}
    for name in {*entries, *former, *held}:
        entry = entries.get(name) or former.get(name) or {}
        scopes = entry.get("scopes")
        named = [hold for scope in (scopes if isinstance(scopes, list) else ()) for hold in orders.get(str(scope), ())]
        listed = {*held.get(name, ()), *named}
        days = entry.get("retention_days")
        rules[name] = Rule(
            days if isinstance(days, int | float) else None,
            tuple(_hold(str(text)) for text in sorted(listed)),
            records=name not in former or name in entries,
        )
    return rules


def _hold(text: str) -> tuple[float | None, float | None]:
    begin, _, end = text.partition("/")
    return _seconds(begin), _seconds(end)


def _seconds(text: str) -> float | None:
    return None if text == ".." else datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def metrics(
    cameras: Sequence[str], segments: Iterable[Segment], deleted: Mapping[str, int], free_percent: float, clock: Clock
) -> str:
    """The text for node_exporter. Of what is recorded elsewhere by now no newest is told: nobody waits for another."""
    by_camera: dict[str, list[Segment]] = {camera: [] for camera in cameras}
    for segment in segments:
        by_camera.setdefault(segment.camera, []).append(segment)
    recorded = {camera: by_camera[camera] for camera in cameras}
    rows = {
        "iccc_newest_recording_timestamp_seconds": lambda own: max(
            (one.end for one in own if one.end <= clock.last + AHEAD_S), default=0
        ),
        "iccc_oldest_recording_timestamp_seconds": lambda own: min((one.begin for one in own), default=0),
        "iccc_recorded_bytes": lambda own: sum(one.size for one in own),
        "iccc_recordings": len,
    }
    lines = []
    for name, value in rows.items():
        lines.append(f"# TYPE {name} gauge")
        told = recorded if "newest" in name else by_camera
        lines += [f'{name}{{camera="{camera}"}} {value(own):.0f}' for camera, own in sorted(told.items())]
    lines.append("# TYPE iccc_retention_deleted gauge")
    lines += [f'iccc_retention_deleted{{reason="{reason}"}} {count}' for reason, count in sorted(deleted.items())]
    alone = {
        "iccc_retention_run_timestamp_seconds": f"{clock.last:.0f}",
        "iccc_clock_doubted": f"{clock.doubted_until > clock.last:d}",
        "iccc_array_free_percent": f"{free_percent:.2f}",
    }
    for name, text in alone.items():
        lines += [f"# TYPE {name} gauge", f"{name} {text}"]
    return "\n".join(lines) + "\n"


def found_below(mount: str) -> Iterator[Segment]:
    """All recordings. What a power cut has left empty is one too."""
    with os.scandir(mount) as folders:
        cameras = [one for one in folders if CAMERA.fullmatch(one.name) and one.is_dir(follow_symlinks=False)]
    for camera in cameras:
        with os.scandir(camera.path) as files:
            for file in files:
                if NAME.fullmatch(file.name) and file.is_file(follow_symlinks=False):
                    about = file.stat(follow_symlinks=False)
                    began = begin_of(file.name, about.st_mtime)
                    yield Segment(camera.name, file.name, began, about.st_mtime, about.st_size)


def begin_of(name: str, otherwise: float) -> float:
    """Seconds since 1970, of a name that is a time; one that does not exist stops nothing."""
    try:
        return datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return otherwise


def main() -> int:
    with open(MANIFEST, encoding="utf-8") as text:
        manifest = json.load(text)
    mount = manifest["mount"]
    if not os.path.ismount(mount):
        print(f"{mount} is not mounted: nothing is deleted", file=sys.stderr)
        return 1
    unread: set[str] = set()
    entries = entries_in(CAMERAS, unread)
    former = entries_in(FORMER, unread)
    entries = {**entries, **entries_in(CAMERAS, unread)}  # again: one may have gone from the one to the other
    rules = rules_of(entries, former, manifest["holds"], manifest["orders"])
    clock = clock_at(time.time())
    segments = [one for one in found_below(mount) if one.camera not in unread]
    deleted = {"age": 0, "space": 0}
    aged = list(too_old(segments, rules, clock.last)) if clock.doubted_until <= clock.last else []
    for segment in aged:
        deleted["age"] += remove(mount, segment)
    disk = os.statvfs(mount)
    left = sorted(set(segments) - set(aged), key=lambda one: one.end)
    missing = manifest["keep_free_percent"] / 100 * disk.f_blocks * disk.f_frsize - disk.f_bavail * disk.f_frsize
    for segment in for_space(left, rules, missing, clock.last):
        deleted["space"] += remove(mount, segment)
    disk = os.statvfs(mount)
    told = metrics(sorted(entries), left, deleted, 100 * disk.f_bavail / max(disk.f_blocks, 1), clock)
    try:
        with open(METRICS + ".new", "w", encoding="utf-8") as file:
            file.write(told)
        os.replace(METRICS + ".new", METRICS)
    except OSError as error:
        print(f"{METRICS}: {error}", file=sys.stderr)
    for camera in former.keys() - entries.keys() - {one.camera for one in found_below(mount)}:
        forget(mount, camera)
    if any(deleted.values()):
        print(f"deleted {deleted['age']} for their age, {deleted['space']} for space")
    return 0


def clock_at(now: float) -> Clock:
    """The clock at this run, kept for the next one. What was kept and cannot be read is doubted."""
    try:
        with open(CLOCK, encoding="utf-8") as text:
            kept = json.load(text)
        clock = Clock(float(kept["last"]), float(kept["doubted_until"])).at(now)
    except FileNotFoundError:
        clock = Clock(now)
    except (OSError, ValueError, LookupError, TypeError):
        clock = Clock(now, now + DAY_S)
    if clock.doubted_until > now:
        print("the clock has jumped ahead by more than a day: nothing is deleted for its age", file=sys.stderr)
    try:
        with open(CLOCK + ".new", "w", encoding="utf-8") as file:
            json.dump({"last": clock.last, "doubted_until": clock.doubted_until}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(CLOCK + ".new", CLOCK)
    except OSError as error:
        print(f"{CLOCK}: {error}", file=sys.stderr)
    return clock


def entries_in(folder: str, unread: set[str]) -> dict[str, dict[str, object]]:
    """By camera. ``unread`` gets those that cannot be read: they may be under a hold."""
    found = {}
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.endswith(".json"):
            try:
                with open(f"{folder}/{name}", encoding="utf-8") as text:
                    found[name[:-5]] = json.load(text)
            except (OSError, ValueError):
                unread.add(name[:-5])
    return found


def forget(mount: str, camera: str) -> None:
    """Of a camera that was recorded here nothing is left."""
    try:
        os.rmdir(f"{mount}/{camera}")
    except FileNotFoundError:
        pass
    except OSError as error:  # something is in it that is no recording
        print(f"{camera}: {error}", file=sys.stderr)
    try:
        os.unlink(f"{FORMER}/{camera}.json")
    except OSError as error:
        print(f"{FORMER}/{camera}.json: {error}", file=sys.stderr)


def remove(mount: str, segment: Segment) -> int:
    try:
        os.unlink(f"{mount}/{segment.camera}/{segment.name}")
    except OSError as error:
        print(f"{segment.camera}/{segment.name}: {error}", file=sys.stderr)
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
