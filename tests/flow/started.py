"""A command that runs: its processes, and how to end them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.flow.done import Done

PATIENCE_S = 400.0  # only what hangs takes as long, however busy the machine is
POLL_S = 0.02


@dataclass
class Started:
    """One ``iccc`` command. Its engine and its worker are found by what they run and where: they are no secret."""

    process: subprocess.Popen[str]
    root: Path
    judge: Callable[[Done], Done]

    def until(self, what: Callable[[], bool]) -> None:
        """Wait; the command has to be running still when it comes true."""
        deadline = time.monotonic() + PATIENCE_S
        while not what():
            assert self.process.poll() is None, f"it ended before: {self.process.communicate()}"
            assert time.monotonic() < deadline
            time.sleep(POLL_S)

    def pids(self, part: str) -> list[int]:
        """The processes of one part: ``iccc``, ``engine`` or ``worker``."""
        if part == "iccc":
            return [self.process.pid]
        word = {"engine": "iccc.engine.run", "worker": "iccc.engine.worker"}[part]
        return [pid for pid, command in commands_in(self.root).items() if word in command]

    def kill(self, part: str) -> None:
        """SIGKILL, as the kernel does when memory runs out."""
        self.until(lambda: bool(self.pids(part)))
        for pid in self.pids(part):
            os.kill(pid, signal.SIGKILL)

    def interrupt(self) -> None:
        """Ctrl-C: SIGINT for the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> None:
        """Kill it if it still runs, so that it is not in the next test's way."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()

    def ended(self) -> Done:
        """Wait for it and for everything that it has started."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while left := [word for word in commands_in(self.root).values() if "iccc.engine" in word]:
            assert time.monotonic() < deadline, f"left behind: {left}"
            time.sleep(POLL_S)
        return self.judge(Done(("started",), self.process.returncode, out, err))


def commands_in(root: Path) -> dict[int, str]:
    """The command lines of all processes that run in ``root``, by process id."""
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and (folder / "cwd").readlink() == root:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has just ended, or is somebody else's
    return found


def environment_of(pid: int) -> str:
    """The environment that a process was started with; empty if it has just ended."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
