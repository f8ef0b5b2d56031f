"""The lock of a city, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from iccc.errors import StateError
from iccc.state.lock import city_lock
from tests.ground.support import child, clock

HOLDER = """
import sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.state.lock import city_lock
lock = city_lock(Path(sys.argv[1])).acquire("iccc deploy bilaspur", SystemClock())
print("held", flush=True)
sys.stdin.readline()
"""

# Holds the lock, gives it to a sleeping child as a worker gets it, says the child's pid, and waits to be killed.
PARENT = """
import subprocess, sys
from pathlib import Path
from iccc.clock import SystemClock
from iccc.state.lock import city_lock
lock = city_lock(Path(sys.argv[1])).acquire("iccc deploy bilaspur", SystemClock())
worker = subprocess.Popen(["sleep", "60"], pass_fds=[lock.fileno()], stdout=subprocess.DEVNULL)
print(worker.pid, flush=True)
sys.stdin.readline()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    holder = child(HOLDER, folder)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_second_run_is_told_who_holds_the_city(tmp_path: Path) -> None:
    folder = tmp_path / "lab" / "bilaspur"
    holder = holding(folder)
    with pytest.raises(StateError, match=rf"bilaspur is locked by process {holder.pid} \(iccc deploy bilaspur\) since"):
        city_lock(folder).acquire("iccc plan bilaspur", clock())
    holder.communicate("")


def test_the_kernel_releases_it_when_its_holder_is_killed(tmp_path: Path) -> None:
    holder = holding(tmp_path)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with city_lock(tmp_path).acquire("iccc plan", clock()) as lock:
        assert lock.held


def test_a_worker_that_outlives_its_killed_parent_still_holds_it(tmp_path: Path) -> None:
    parent = child(PARENT, tmp_path)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        with pytest.raises(StateError, match="iccc deploy bilaspur"):
            city_lock(tmp_path).acquire("iccc plan", clock())
    finally:
        os.kill(worker, signal.SIGKILL)
    city_lock(tmp_path).acquire("iccc plan", clock(), wait_s=5).release()


def test_waiting_ends_when_the_holder_does(tmp_path: Path) -> None:
    holder = holding(tmp_path)
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    city_lock(tmp_path).acquire("iccc plan", clock(), wait_s=10).release()
    holder.wait()


def test_two_locks_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    first = city_lock(tmp_path).acquire("one", clock())
    with pytest.raises(StateError, match=f"process {os.getpid()}"):
        city_lock(tmp_path).acquire("two", clock())
    first.release()
    city_lock(tmp_path).acquire("two", clock()).release()


def test_a_damaged_lock_file_still_locks(tmp_path: Path) -> None:
    holder = holding(tmp_path)
    (tmp_path / "lock").write_text("[1")
    with pytest.raises(StateError, match="another process"):
        city_lock(tmp_path).acquire("iccc plan", clock())
    holder.communicate("")
