"""The control socket: one JSON object a line, one answer a line.

``{"op": …}`` with ready · reset [device] · fault device fault [delay_s] · latency delay_s · power device on ·
mains site [cabinet] on · swap device with · exchange device serial mac · cable device port whole ·
set device path value (or lines) · channels device · unreachable · counters [device] · counters-reset ·
logins device logins: [[user, password]] · stop.
Answers ``{"ok": true, …}`` or ``{"ok": false, "error": …}``.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from iccc.lab.device import Fault
from iccc.lab.lab import Lab

MAX_REQUEST = 4 * 1024 * 1024
Request = Mapping[str, object]
Reply = dict[str, object]


class Control:
    """Serves one lab. ``summary`` is what ``ready`` answers; ``stopped`` is set by ``stop``."""

    def __init__(self, lab: Lab, path: Path, summary: Callable[[], Reply]) -> None:
        self._lab = lab
        self._path = path
        self._summary = summary
        self._server: asyncio.Server | None = None
        self.stopped = asyncio.Event()
        self._operations: dict[str, Callable[[Request], Awaitable[Reply]]] = {
            "ready": self._ready,
            "reset": self._reset,
            "fault": self._fault,
            "latency": self._latency,
            "power": self._power,
            "mains": self._mains,
            "swap": self._swap,
            "exchange": self._exchange,
            "cable": self._cable,
            "set": self._set,
            "channels": self._channels,
            "unreachable": self._unreachable,
            "counters": self._counters,
            "counters-reset": self._counters_reset,
            "logins": self._logins,
            "stop": self._stop,
        }

    async def open(self) -> None:
        """Listen; FileExistsError when another lab serves this socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(self._path)) == 0:
                raise FileExistsError(f"{self._path}: a lab is already running there")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=MAX_REQUEST)
        self._path.chmod(0o600)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, ValueError):  # ValueError: a request beyond the limit
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        writer.close()

    async def _answer(self, line: bytes) -> Reply:
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or request.get("op") not in self._operations:
                return {"ok": False, "error": f"op is not one of {', '.join(self._operations)}"}
            return {"ok": True, **await self._operations[request["op"]](request)}
        except KeyError as error:
            return {"ok": False, "error": str(error.args[0]) if error.args else "KeyError"}
        except (ValueError, TypeError) as error:
            return {"ok": False, "error": str(error)}

    async def _ready(self, request: Request) -> Reply:  # noqa: ARG002
        return self._summary()

    async def _reset(self, request: Request) -> Reply:
        await self._lab.reset(_text(request, "device") if "device" in request else None)
        return {}

    async def _fault(self, request: Request) -> Reply:
        await self._lab.set_fault(_text(request, "device"), _fault(request), _delay_s(request))
        return {}

    async def _latency(self, request: Request) -> Reply:
        self._lab.set_latency(_delay_s(request))
        return {}

    async def _power(self, request: Request) -> Reply:
        await self._lab.set_power(_text(request, "device"), _flag(request, "on"))
        return {}

    async def _mains(self, request: Request) -> Reply:
        cabinet = request.get("cabinet")
        if cabinet is not None and not isinstance(cabinet, int):
            raise ValueError(f"cabinet {cabinet!r} is not the number of one")
        await self._lab.set_mains(_text(request, "site"), cabinet, _flag(request, "on"))
        return {}

    async def _swap(self, request: Request) -> Reply:
        await self._lab.swap(_text(request, "device"), _text(request, "with"))
        return {}

    async def _exchange(self, request: Request) -> Reply:
        await self._lab.exchange(_text(request, "device"), _text(request, "serial"), _text(request, "mac"))
        return {}

    async def _cable(self, request: Request) -> Reply:
        await self._lab.cable(_text(request, "device"), _text(request, "port"), _flag(request, "whole"))
        return {}

    async def _set(self, request: Request) -> Reply:
        device = _text(request, "device")
        if "lines" in request:
            await self._lab.inject(device, "lines", request["lines"])
        else:
            await self._lab.inject(device, _text(request, "path"), request.get("value"))
        return {}

    async def _channels(self, request: Request) -> Reply:
        return self._lab.channels(_text(request, "device"))

    async def _unreachable(self, request: Request) -> Reply:  # noqa: ARG002
        return {"devices": self._lab.unreachable()}

    async def _counters(self, request: Request) -> Reply:
        return {"counters": self._lab.counters(_text(request, "device") if "device" in request else None)}

    async def _counters_reset(self, request: Request) -> Reply:  # noqa: ARG002
        self._lab.reset_counters()
        return {}

    async def _logins(self, request: Request) -> Reply:
        logins = request.get("logins")
        if not isinstance(logins, list):
            raise TypeError("logins is no list of [user, password]")
        return {"known": self._lab.has_logins(_text(request, "device"), [(str(u), str(p)) for u, p in logins])}

    async def _stop(self, request: Request) -> Reply:  # noqa: ARG002
        # A moment later, so that the answer gets out.
        asyncio.get_running_loop().call_later(0.05, self.stopped.set)
        return {}


def _text(request: Request, key: str) -> str:
    value = request.get(key)
    if value is None:
        raise TypeError(f"{key}=… is missing")
    if not isinstance(value, str):
        raise TypeError(f"{key} {value!r} is not a text")
    return value


def _fault(request: Request) -> Fault:
    text = _text(request, "fault")
    if text not in list(Fault):
        raise ValueError(f"fault {text!r} is not one of {', '.join(Fault)}")
    return Fault(text)


def _delay_s(request: Request) -> float:
    value = request.get("delay_s", 0.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise ValueError(f"delay_s {value!r} is not a number of seconds")
    return float(value)


def _flag(request: Request, key: str) -> bool:
    value = request.get(key)
    if not isinstance(value, bool):
        raise TypeError(f"{key} {value!r} is not true or false")
    return value
