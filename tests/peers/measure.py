"""Runs a command and tells how long it took, and the CPU time of all that it started.

``python -m tests.peers.measure SECONDS COMMAND…`` passes its standard input on and prints one JSON object. Processes
that the command leaves behind become ours: they are ended and counted. Ansible's connections live on for half a minute.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
GRACE_S = 3


def children() -> list[int]:
    """Process ids of our children, inherited ones too."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()]


def end_children() -> None:
    """End all that is left, politely first, and wait for it: only then its CPU time is counted."""
    polite_until = time.monotonic() + GRACE_S
    while left := children():
        for pid in left:
            os.kill(pid, signal.SIGTERM if time.monotonic() < polite_until else signal.SIGKILL)
        time.sleep(0.05)
        while os.waitpid(-1, os.WNOHANG)[0] if children() else 0:
            pass


def main() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    limit_s, *command = sys.argv[1:]
    began = time.perf_counter()
    try:
        done = subprocess.run(command, stdin=sys.stdin, capture_output=True, text=True, timeout=float(limit_s))
        code, out, err = done.returncode, done.stdout, done.stderr
    except (OSError, subprocess.TimeoutExpired) as error:
        code, out, err = -1, "", str(error)
    seconds = time.perf_counter() - began
    end_children()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps({"code": code, "seconds": seconds, "cpu_s": used.ru_utime + used.ru_stime, "out": out, "err": err})
    )


if __name__ == "__main__":
    main()
