"""The way to a switch that no network leads to: its console, on a Unix socket. One JSON object a line each way."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any, Protocol

OPERATIONS = (
    "type",
    "running",
    "startup",
    "save",
    "reset",
    "keep",
    "restore",
    "hold",
    "held",
    "armed",
    "log",
    "host_key",
)


class Face(Protocol):
    """What can be done at the console."""

    def type(self, lines: list[str]) -> list[str]: ...
    def running(self) -> list[str]: ...
    def startup(self) -> list[str]: ...
    def save(self) -> None: ...
    def reset(self) -> None: ...
    def keep(self) -> None: ...
    def restore(self) -> None: ...
    def hold(self, line: str) -> None: ...
    def held(self) -> int: ...
    def armed(self) -> int: ...
    def log(self) -> list[str]: ...
    def host_key(self) -> str: ...


async def serve(face: Face, path: Path) -> None:
    """Answer until cancelled."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(_answer(face, json.loads(line))).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(talk, path)
    await server.serve_forever()


def _answer(face: Face, request: list[Any]) -> dict[str, Any]:
    operation, arguments = request[0], request[1:]
    try:
        return (
            {"result": getattr(face, operation)(*arguments)} if operation in OPERATIONS else {"error": "no operation"}
        )
    except Exception as error:  # noqa: BLE001  told to the test
        return {"error": f"{type(error).__name__}: {error}"}


class Console:
    """The test's side."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def type(self, *lines: str) -> None:
        """Type configuration lines; ValueError with what the switch printed when it refuses one."""
        printed: list[str] = self._call("type", list(lines))
        refused = [line for line in printed if line.startswith(("% I", "% Amb", "%I", "Command rejected"))]
        if refused:
            raise ValueError(f"{lines}: {refused[0]}")

    def running(self) -> list[str]:
        """``show running-config`` as lines, without what changes by itself."""
        return list(self._call("running"))

    def startup(self) -> list[str]:
        return list(self._call("startup"))

    def save(self) -> None:
        self._call("save")

    def reset(self) -> None:
        """To factory state; sessions are ended."""
        self._call("reset")

    def keep(self) -> None:
        """Remember the startup configuration, for :meth:`restore`."""
        self._call("keep")

    def restore(self) -> None:
        """Restart with the startup configuration that was kept; sessions are ended, nothing is held."""
        self._call("restore")

    def hold(self, line: str) -> None:
        """A new connection hears nothing while a revert is pending and ``line`` is at work; with "" no longer."""
        self._call("hold", line)

    def held(self) -> int:
        """How many connections have been held since then."""
        return int(self._call("held"))

    def armed(self) -> int:
        """The minutes that a pending revert was armed with; 0 when none is pending."""
        return int(self._call("armed"))

    def log(self) -> list[str]:
        """The switch's own log: archive, confirm, rollback."""
        return list(self._call("log"))

    def host_key(self) -> str:
        """``ssh-ed25519 AAAA…``"""
        return str(self._call("host_key"))

    def _call(self, *request: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(20)
            connection.connect(str(self._path))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(connection.makefile("rb").readline())
        if "error" in answer:
            raise RuntimeError(f"console: {request[0]}: {answer['error']}")
        return answer["result"]
