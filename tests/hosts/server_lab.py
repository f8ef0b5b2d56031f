"""A small Bilaspur whose recorders are Debian hosts in namespaces, and iccc beside it: real systemd, real SSH."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.flow.declaration import CITY, HERE, edit, found

ICCC = (sys.executable, "-c", "from iccc.cli.main import main; main()")
START_S = 240.0  # the image may have to be built first
GOOD, BARE = "bsp-rec01", "bsp-rec02"  # the second one's disks are missing
ADDRESSES = {GOOD: "10.83.0.11", BARE: "10.83.0.12", "bsp-rec03": "10.83.0.13", "bsp-srv01": "10.80.0.11"}


@dataclass
class Done:
    code: int
    out: str
    err: str


class ServerLab:
    """``with ServerLab(root) as lab:`` the lab runs in a process of its own."""

    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=5", "LogLevel=ERROR")
    without: tuple[str, ...] = (BARE,)

    def __init__(self, root: Path, recorders: int = 2) -> None:
        self.root = root
        self.recorders = recorders
        found(root, 81)
        for number in range(1, recorders + 1):
            edit(
                root / "cities" / CITY / "recorders.yaml",
                rf"(number: {number}, at: [^,]*), type: appliance, device_type: nvr-64ch",
                r"\1, type: server, device_type: nvr-64ch, host: {array: {source: LABEL=recordings}}",
            )

    @property
    def state(self) -> Path:
        return self.root / "state" / "netns" / CITY

    def __enter__(self) -> Self:
        without = [word for name in self.without for word in ("--without-array", name)]
        with (self.root / "lab.log").open("w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                (*ICCC, "lab", CITY, "--hosts", str(self.recorders), *without),
                cwd=self.root, env=environment(), stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + START_S
        while "; factory state;" not in self.log:
            assert self.process.poll() is None and time.monotonic() < until, self.log
            time.sleep(0.2)
        key = self.root / "key"
        key.touch(mode=0o600)
        key.write_text(self.sheet["ssh_key"], encoding="ascii")
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        pid = json.loads(self.asked("ready").out)["network_pid"]
        self._inside = ("nsenter", f"--target={pid}", *user, "--net", "--")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(90)  # what hosts have installed is removed

    @property
    def log(self) -> str:
        return (self.root / "lab.log").read_text(encoding="utf-8")

    @property
    def sheet(self) -> dict[str, Any]:
        return dict(json.loads((self.state / "commissioning.json").read_text(encoding="utf-8")))

    def iccc(self, command: str, *arguments: str, timeout_s: float = 300) -> Done:
        """``iccc COMMAND CITY …`` in the network of the lab."""
        return self.run(*ICCC, command, CITY, *arguments, timeout_s=timeout_s)

    def deploy(self, *arguments: str) -> Done:
        done = self.iccc("deploy", "--yes", *arguments, timeout_s=900)
        assert "Traceback" not in done.err + done.out, done
        return done

    def enrol(self, host: str, key: str) -> None:
        """Put down another host key, as a sheet with nothing else on it."""
        sheet = self.root / "sheet.json"
        sheet.write_text(json.dumps({**self.sheet, "devices": [], "host_keys": {host: key}}), encoding="utf-8")
        assert self.iccc("enrol", "--sheet", str(sheet)).code == 0

    def asked(self, *operation: str) -> Done:
        """An operation of the lab."""
        ended = subprocess.run(
            (*ICCC, "lab", CITY, *operation), cwd=self.root, env=environment(), capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
        return Done(ended.returncode, ended.stdout, ended.stderr)

    def ssh(self, host: str, command: str, check: bool = True, stdin: str = "", within_s: float = 60) -> str:
        """What a command says on a host: it is run by a foreign SSH client, with the installer's key."""
        flags = [part for option in self.options for part in ("-o", option)]
        ended = subprocess.run(
            (*self._inside, "ssh", "-i", str(self.root / "key"), *flags, f"iccc@{ADDRESSES[host]}", command),
            input=stdin, capture_output=True, text=True, check=False, timeout=within_s,
        )  # fmt: skip
        assert ended.returncode == 0 or not check, ended
        return ended.stdout

    def run(self, *command: str, timeout_s: float = 60) -> Done:
        ended = subprocess.run(
            (*ICCC, "lab", CITY, "run", "--", *command), cwd=self.root, env=environment(), capture_output=True,
            text=True, check=False, timeout=timeout_s, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Done(ended.returncode, ended.stdout, ended.stderr)

    def becomes(self, what: Callable[[], bool], within_s: float) -> float:
        """Seconds until it came true."""
        began = time.monotonic()
        while not what():
            assert time.monotonic() < began + within_s
            time.sleep(0.5)
        return time.monotonic() - began

    def newest(self, host: str) -> dict[str, tuple[float, int]]:
        """Of each camera that has a recording: seconds since its newest file was written, and its bytes."""
        script = "sudo find /srv/recordings -name '*.mp4' -printf '%h %T@ %s\\n' | sort -k2n; date +now\\ %s.%N; true"
        lines = [line.split() for line in self.ssh(host, script).splitlines()]
        now = next(float(line[1]) for line in lines if line[0] == "now")
        return {Path(line[0]).name: (now - float(line[1]), int(line[2])) for line in lines if line[0] != "now"}


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ICCC_"))}
    return {**kept, "ICCC_LOOPBACK_ONLY": "1", "PYTHONPATH": str(HERE)}


def rows(done: Done) -> Sequence[str]:
    """The lines of a deploy that say what was not applied."""
    _, _, told = done.out.partition("Not applied:\n")
    return [line.strip() for line in told.splitlines() if line.startswith("  ")]
