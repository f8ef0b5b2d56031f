"""Network namespaces with names of our own, the processes in them, and what hinders us from making any."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

COMMANDS = (
    "ip",
    "ss",
    "setpriv",
    "unshare",
    "ping",
    "ethtool",
    "ovsdb-tool",
    "ovsdb-server",
    "ovs-vswitchd",
    "ovs-vsctl",
    "ovs-appctl",
    "lldpd",
    "lldpcli",
    "snmpd",
)
PATIENCE_S = 3.0
_OURS = re.compile(r"iccc-(\d+)-\w+-\w+")  # the number is the process that made it


class Namespace:
    """A network namespace of this process: ``iccc-<pid>-<lab>-<role>``. What is started in it dies with its parent."""

    def __init__(self, lab: str, role: str) -> None:
        self.name = f"{prefix(lab)}{role}"
        ip("netns", "add", self.name)
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *arguments: str) -> list[str]:
        """``arguments``, to be run in the namespace by a process of the root namespace."""
        return ["ip", "netns", "exec", self.name, *arguments]

    def run(self, *arguments: str, check: bool = True, timeout_s: float = 20.0, **more: str) -> str:
        """Standard output; CalledProcessError (with what was said) when ``check`` and it fails."""
        return run(self.command(*arguments), check=check, timeout_s=timeout_s, **more)

    def start(
        self,
        *arguments: str,
        log: IO[bytes] | int = subprocess.DEVNULL,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdout: IO[bytes] | int | None = None,
        contained: bool = False,
    ) -> subprocess.Popen[bytes]:
        """A child process that is killed when this process ends, however that ends.

        A daemon that changes its user is no longer told of the end: ``contained`` gives it a PID namespace, whose
        first process, a shell, is.
        """
        command = self.command(*arguments)
        if contained:
            command = ["unshare", "--pid", "--fork", "--kill-child", "--", "sh", "-c", '"$@" & wait', "sh", *command]
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", *command],
            stdin=subprocess.DEVNULL, stdout=log if stdout is None else stdout, stderr=log, env=env, cwd=cwd,
        )  # fmt: skip


def prefix(lab: str) -> str:
    """What the names of one lab's namespaces begin with."""
    return f"iccc-{os.getpid()}-{lab}-"


def ip(*arguments: str) -> str:
    return run(["ip", *arguments])


def run(arguments: Sequence[str], check: bool = True, timeout_s: float = 20.0, stdin: str = "") -> str:
    """Standard output of a command that ends by itself; its error output is in the exception."""
    ended = subprocess.run(arguments, input=stdin, capture_output=True, text=True, timeout=timeout_s, check=False)
    if check and ended.returncode:
        said = (ended.stderr or ended.stdout).strip()
        raise RuntimeError(f"{' '.join(arguments)}: exit code {ended.returncode}: {said}")
    return ended.stdout


def existing() -> list[str]:
    """Our namespaces on this machine, of whatever process."""
    return [line.split()[0] for line in run(["ip", "netns", "list"]).splitlines() if _OURS.match(line)]


def sweep() -> list[str]:
    """Remove the namespaces of processes that were killed; what they left running ends with them."""
    left = [name for name in existing() if not Path(f"/proc/{_owner(name)}").exists()]
    delete(left)
    return left


def _owner(name: str) -> str:
    found = _OURS.match(name)
    return found[1] if found else ""


def pids(name: str) -> list[int]:
    """The processes in a namespace."""
    return [int(line) for line in run(["ip", "netns", "pids", name], check=False).split()]


def delete(names: Sequence[str]) -> None:
    """End what runs in these namespaces, kindly first, and remove them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + PATIENCE_S
        for pid in _pids(names):
            _signal(pid, number)
        while _pids(names) and time.monotonic() < deadline:
            time.sleep(0.02)
    for name in names:
        run(["ip", "netns", "delete", name], check=False)


def _pids(names: Sequence[str]) -> list[int]:
    return [pid for name in names for pid in pids(name)]


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def hindrance() -> str:
    """Why no lab can be built here, in words for a skipped test; empty when it can."""
    if os.geteuid() != 0:
        return "not root: network namespaces need it"
    absent = [command for command in COMMANDS if shutil.which(command) is None]
    if absent:
        return f"commands are missing: {', '.join(absent)} (tests/hosts/install.sh installs them)"
    name = f"{prefix('x')}try"
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
        ip("netns", "add", name)
        run(["ip", "netns", "exec", name, "ip", "link", "add", "veth0", "type", "veth", "peer", "name", "veth1"])
    except (OSError, RuntimeError) as error:
        return f"namespaces are denied: {error}"
    finally:
        run(["ip", "netns", "delete", name], check=False)
    return ""
