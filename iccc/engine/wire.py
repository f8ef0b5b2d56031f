"""The engine's end of the wire to its worker process."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

import gevent
from gevent.event import AsyncResult
from gevent.lock import RLock
from pyinfra.api import Inventory

from iccc.engine import run_file
from iccc.engine.frames import HEADER, Reply, Request, pack, unpack
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed


class Wire:
    """Requests from many greenlets to one worker process. The worker ends when this end closes."""

    def __init__(self, city: str) -> None:
        ours, theirs = socket.socketpair()
        run = run_file.current()
        lock = [run.lock] if run is not None and run.lock is not None else []
        self._socket = ours
        self._numbers = itertools.count(1)
        self._waiting: dict[int, AsyncResult[Any]] = {}
        self._sweeps: WeakKeyDictionary[Inventory, AsyncResult[Any]] = WeakKeyDictionary()
        self.worker = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "iccc.engine.worker", city, str(theirs.fileno())],
            pass_fds=[theirs.fileno(), *lock],
            env=os.environ,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        gevent.spawn(self._read)

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Ask the worker and wait; raises what the worker raised, or a DeviceError when the worker is gone."""
        number = next(self._numbers)
        result: AsyncResult[Any] = AsyncResult()
        self._waiting[number] = result
        try:
            self._socket.sendall(pack(Request(number, verb, arguments)))
        except OSError:
            raise _gone() from None
        return result.get()

    def sweep(self, inventory: Inventory, names: Sequence[str]) -> dict[str, Observed[Any, Any]]:
        """What was read of the hosts of a run: swept once, by whoever asks first; the others wait."""
        sweep = self._sweeps.get(inventory)
        if sweep is None:
            sweep = self._sweeps[inventory] = AsyncResult()
            try:
                sweep.set(self.ask("sweep", devices=list(names)))
            except DeviceError as error:
                sweep.set_exception(error)
        found: dict[str, Observed[Any, Any]] = sweep.get()
        return found

    def _read(self) -> None:
        stream = self._socket.makefile("rb")
        while (body := _frame(stream)) is not None:
            reply: Reply = unpack(body)
            waiting = self._waiting.pop(reply.number)
            if reply.error is not None:
                waiting.set_exception(reply.error)
            else:
                waiting.set(reply.value)
        self._socket.close()  # so that whoever asks from now on is told at once
        for waiting in self._waiting.values():
            waiting.set_exception(_gone())


def _frame(stream: BinaryIO) -> bytes | None:
    """The next whole message; None when the worker has ended, be it in the middle of one."""
    try:
        header = stream.read(HEADER.size)
        size = HEADER.unpack(header)[0] if len(header) == HEADER.size else -1
        body = stream.read(size) if size >= 0 else b""
    except OSError:  # it died with a request unread
        return None
    return body if len(body) == size else None


def _gone() -> DeviceError:
    return DeviceError(Reason.NOT_TRIED, "worker", "the process that holds the sessions ended")


_wires: dict[str, Wire] = {}
_starting = RLock()


def wire_of(city: str) -> Wire:
    """The one worker of this process for a city; started by whichever greenlet comes first."""
    with _starting:
        if city not in _wires:
            _wires[city] = Wire(city)
        return _wires[city]
