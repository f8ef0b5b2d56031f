"""One writer at a time: a file lock that says who holds it and that the kernel releases with its last holder."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType

from iccc.clock import Clock
from iccc.errors import StateError
from iccc.state.files import PRIVATE, make_folder
from iccc.state.store import iso

POLL_S = 0.05


def city_lock(folder: Path) -> FileLock:
    """The lock of the city whose state is in ``folder``: whoever plans, deploys or writes state holds it."""
    return FileLock(folder / "lock", folder.name)


class FileLock:
    """An exclusive lock on ``path``; ``what`` names in messages what is locked.

    It belongs to the open file: a child process that is given :meth:`fileno` (``pass_fds``) holds it on
    after this process was killed, so that nobody starts beside a worker that still writes. Not re-entrant.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self._what = what
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self, command: str, clock: Clock, wait_s: float = 0.0) -> FileLock:
        """Take the lock, waiting up to ``wait_s``; StateError names who holds it. ``command`` must hold no secret."""
        make_folder(self.path.parent)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
        except OSError as error:
            raise StateError(f"{self.path}: {error.strerror}") from None
        tries = 1 + int(wait_s / POLL_S)
        for left in reversed(range(tries)):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES) or not left:
                    text = f"{self._what} is locked by {_holder(descriptor)}"
                    os.close(descriptor)
                    raise StateError(text) from None
                time.sleep(POLL_S)
        who = {"pid": os.getpid(), "command": command, "since": iso(clock.now())}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(who).encode(), 0)
        self._descriptor = descriptor
        return self

    def fileno(self) -> int:
        """The descriptor that carries the lock, for ``pass_fds``; ValueError when it is not held."""
        if self._descriptor is None:
            raise ValueError("the lock is not held")
        return self._descriptor

    def release(self) -> None:
        """Let go; nothing happens if it is not held. The file stays, so that no two processes lock two files."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def _holder(descriptor: int) -> str:
    """Who holds the lock, as far as the file says: it is empty for a moment after the lock was taken."""
    try:
        who = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {who['pid']} ({who['command']}) since {who['since']}"
    except (ValueError, KeyError, TypeError):
        return "another process"
