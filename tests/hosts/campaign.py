"""The town of the fault campaign: 50 cameras on two recording servers, and what is asked of their footage."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from iccc.city.load import load_city
from tests.flow.declaration import CITY, HERE, edit
from tests.hosts import ntp_peer
from tests.hosts.control_lab import SERVER, declare_server
from tests.hosts.server_lab import ADDRESSES, ICCC, ServerLab, environment

FIRST, SECOND = "bsp-rec01", "bsp-rec02"
RECORDERS = {1: 1, 2: 2, 3: 2}  # of each junction
FPS = 25
ARMED_S = 10
ARMED = ("pyinfra.cfg", "\narmed_s = 60\n", f"\narmed_s = {ARMED_S}\n")  # a file, what is in it, and what then is

# In front of a command of a host, while a deploy is held there; %s are the command and what its arguments have.
HOLD = """\
#!/bin/sh
case "$*" in *%(arguments)s*) touch /run/held; while [ -e /run/held ]; do sleep 0.1; done;; esac
exec /usr/bin/%(command)s "$@"
"""
CONNECT = "import socket, sys; socket.create_connection((sys.argv[1], 22), 2).recv(1)"
# What shuts us out, by part.
SHUT_OUT = {
    "firewall": ("cities/bilaspur/city.yaml", "sources: [10.80.0.0/24]", "sources: [10.99.0.0/24]"),
    "ssh": ("templates/recorder/sshd.conf.j2", "PermitRootLogin no", "PermitRootLogin no\nAllowUsers nobody"),
}

# On a host: of each recording its size, its digest as far as it was known before, and when it was last written.
FOOTAGE = """\
import glob, hashlib, json, os, sys
known, found = json.load(sys.stdin), {}
for path in glob.glob("/srv/recordings/*/*.mp4"):
    with open(path, "rb") as file:
        content = file.read()
    found[path] = [len(content), hashlib.sha256(content[:known.get(path)]).hexdigest(), os.stat(path).st_mtime]
json.dump(found, sys.stdout)
"""


@dataclass(frozen=True)
class File:
    """A recording: its bytes, the digest of them (of those that it had before), and when it was last written."""

    size: int
    sha256: str
    written: float  # seconds since 1970

    @property
    def begun(self) -> bool:
        return self.size > 2000


# On a host: of each recording with a picture its begin, by its name, and the end of its last picture, by ffprobe.
PICTURES = """\
import calendar, glob, json, os, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
probe = "ffprobe -v error -select_streams v:0 -show_entries packet=pts_time,duration_time -of csv=p=0".split()
def pictures(path):
    said = subprocess.run([*probe, path], capture_output=True, text=True).stdout.split()
    begin = calendar.timegm(time.strptime(os.path.basename(path)[:15], "%Y%m%dT%H%M%S"))
    # Of a file that is just being written the last packets may have no time yet: N/A.
    ends = [sum(float(one) for one in line.split(",") if one not in ("", "N/A")) for line in said]
    return [begin, begin + max(ends)] if said else None
with ThreadPoolExecutor(2) as pool:
    found = {
        camera: [one for one in pool.map(pictures, sorted(glob.glob(f"/srv/recordings/{camera}/*.mp4"))) if one]
        for camera in json.load(sys.stdin)
    }
json.dump(found, sys.stdout)
"""

Footage = Mapping[str, File]  # by path


class CampaignLab(ServerLab):
    """Junctions 1 and 2 as they are declared, with four cameras of junction 3: 23 and 27 on a recorder.

    A third host is the control centre's: time, logs, monitoring.
    """

    without = ()

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.done: dict[str, tuple[float, float]] = {}  # what a test did: from when to when
        for number, recorder in RECORDERS.items():
            name = f"junctions/j{number:02d}.yaml"
            text = (HERE / "cities" / CITY / name).read_text(encoding="utf-8")
            if number == 3:
                text = re.sub(r"(?m)^  - \{number: [34],.*\n", "", text[: text.index("cameras:\n")])
                text += "cameras:\n  - {group: fixed, slot: 1, count: 4, ports: 6, recorder: 2}\n"
            text = re.sub(r"recorder: \d+", f"recorder: {recorder}", text)
            (root / "cities" / CITY / name).write_text(text, encoding="utf-8")
        edit(root / "cities" / CITY / "recorders.yaml", r"  - \{number: 3,.*\n", "")
        declare_server(root)

    def cameras(self, host: str) -> set[str]:
        """Those that are recorded there, as the host knows them."""
        return {Path(name).stem for name in self.ssh(host, "ls /etc/iccc/recording/*.json").split()}

    def footage(self, host: str, before: Footage | None = None) -> Footage:
        known = json.dumps({path: file.size for path, file in (before or {}).items()})
        told = json.loads(self.ssh(host, f"sudo python3 -c '{FOOTAGE}'", stdin=known))
        return {path: File(*about) for path, about in told.items()}

    def untouched(self, host: str, before: Footage, but: Collection[str] = ()) -> Footage:
        """Everything that was recorded before is there, byte for byte, except of the cameras ``but``."""
        now = self.footage(host, before)
        lost = [
            path for path, file in before.items()
            if camera_of(path) not in but and (path not in now or now[path].sha256 != file.sha256)
        ]  # fmt: skip
        assert not lost, lost
        return now

    def records(self, host: str, cameras: Collection[str], since: float | None = None, within_s: float = 40) -> float:
        """Seconds from ``since`` (seconds since 1970; now) until each of the cameras has written something newer."""
        began = time.time() if since is None else since

        def all_do() -> bool:
            told = self.footage(host)
            return {camera_of(path) for path, file in told.items() if file.begun and file.written > began} >= set(
                cameras
            )

        self.becomes(all_do, within_s)
        return time.time() - began

    def amid(self, host: str, camera: str) -> None:
        """Wait until the recording that is being written has ten seconds, and some to go."""

        def is_amid() -> bool:
            return 10 < time.time() - calendar_s(Path(newest(self.footage(host), camera)).stem) < 50

        self.becomes(is_amid, 40)

    def frames(self, host: str, path: str) -> int:
        """That can be read of a recording: 0 when it is no video at all."""
        probe = "ffprobe -v error -select_streams v -count_packets -show_entries stream=nb_read_packets -of csv=p=0"
        told = self.ssh(host, f"sudo {probe} {path}", check=False).strip(",\n ")
        return int(told) if told.isdigit() else 0

    def lost_s(self, host: str, path: str, cut: float) -> float:
        """Seconds of video before ``cut`` that are missing at the end of ``path``, up to 1 s too many."""
        begun = calendar_s(Path(path).stem)
        return cut - begun - self.frames(host, path) / FPS

    def gaps(self, host: str, cameras: Collection[str]) -> dict[str, list[tuple[float, float]]]:
        """From when to when a camera had no picture for over 9 s, but for now: as ffprobe has it."""
        asked = json.dumps(sorted(cameras))
        told = json.loads(self.ssh(host, f"sudo python3 -c '{PICTURES}'", stdin=asked, within_s=300))
        return {
            camera: [(end, begin) for (_, end), (begin, _) in zip(spans, spans[1:], strict=False) if begin - end > 9]
            for camera, spans in told.items()
        }

    def free_percent(self, host: str) -> float:
        """Of the array."""
        free, whole = self.ssh(host, "df --output=avail,size /srv/recordings | tail -n 1").split()
        return 100 * int(free) / int(whole)

    def is_restarted(self, host: str, camera: str) -> bool:
        """Its unit was started again by systemd."""
        return int(self.ssh(host, f"systemctl show --property=NRestarts --value iccc-record@{camera}")) > 0

    def link(self, host: str, up: bool) -> None:
        """The cable of a host."""
        port = f"port{(SERVER, FIRST, SECOND).index(host) + 1}"
        done = self.run("ip", "link", "set", port, "up" if up else "down")
        assert done.code == 0, done

    def recorded(self, host: str) -> list[str]:
        """Its cameras, in the order of a deploy."""
        return [camera.name for camera in load_city(self.root, CITY).recorded_by(host)]

    @contextmanager
    def held(self, host: str, command: str, arguments: str) -> Iterator[Callable[[], bool]]:
        """A command of a host waits when it is given these arguments. Gives whether one does."""
        text = HOLD % {"command": command, "arguments": arguments}
        self.ssh(host, f"sudo tee /usr/sbin/{command} >/dev/null && sudo chmod 755 /usr/sbin/{command}", stdin=text)
        try:
            yield lambda: self.ssh(host, "ls /run/held", check=False) != ""
        finally:
            self.ssh(host, f"sudo rm -f /usr/sbin/{command} /run/held")

    def kill_deploy(self, when: Callable[[], bool], *arguments: str) -> None:
        """Begin a deploy, and SIGKILL it and all that it has started."""
        process = subprocess.Popen(
            (*ICCC, "lab", CITY, "run", "--", *ICCC, "deploy", CITY, "--yes", *arguments), cwd=self.root,
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            self.becomes(lambda: process.poll() is not None or when(), 90)
            assert process.poll() is None, "it has ended before"
        finally:
            for pid in _descendants(process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(10)

    def lets_in(self, host: str) -> bool:
        """Whether a new connection to its port for SSH is taken."""
        return self.run("python3", "-c", CONNECT, ADDRESSES[host]).code == 0

    @contextmanager
    def wrong_time(self, off_s: float) -> Iterator[None]:
        """The time server of the city is that far off."""
        program = Path(ntp_peer.__file__).read_text(encoding="utf-8")
        self.ssh(SERVER, "sudo tee /run/ntp_peer.py >/dev/null", stdin=program)
        started = "sudo systemd-run --unit=ntp-peer /usr/bin/python3 /run/ntp_peer.py"
        self.ssh(SERVER, f"sudo systemctl stop chrony && {started} --off {off_s} {ADDRESSES[SERVER]}")
        try:
            yield
        finally:
            self.ssh(SERVER, "sudo systemctl stop ntp-peer; sudo systemctl start chrony")

    @contextmanager
    def shut_out(self, *parts: str) -> Iterator[None]:
        """What is declared of these parts would let us in no more; and nobody waits for a minute here."""
        edits = [SHUT_OUT[part] for part in parts] + [ARMED]
        kept = {name: (self.root / name).read_text(encoding="utf-8") for name, _, _ in edits}
        for name, old, new in edits:
            assert kept[name].count(old) == 1
            (self.root / name).write_text(kept[name].replace(old, new), encoding="utf-8")
        try:
            yield
        finally:
            for name, text in kept.items():
                (self.root / name).write_text(text, encoding="utf-8")

    def told(self, command: str, *arguments: str) -> dict[str, Any]:
        """What a command answers as JSON, whatever its exit code."""
        done = self.iccc(command, *arguments, "--format", "json")
        assert "Traceback" not in done.err, done
        return dict(json.loads(done.out))


def _descendants(pid: int) -> list[int]:
    """A process and all that it has started, whatever group they are in."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in children.read_text(encoding="ascii").split()]
    return found


def camera_of(path: str) -> str:
    return Path(path).parent.name


def newest(footage: Footage, camera: str) -> str:
    """The path of the newest recording of a camera."""
    return max(path for path in footage if camera_of(path) == camera)


def open_at(footage: Footage, camera: str, at: float) -> str:
    """The path of the recording that was written at a time."""
    return max(path for path in footage if camera_of(path) == camera and calendar_s(Path(path).stem) <= at)


def calendar_s(stem: str) -> float:
    """``20261130T212400-0123abcd``, in UTC, as seconds since 1970."""
    return datetime.strptime(stem[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).timestamp()
