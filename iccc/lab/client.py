"""Talks to a running lab over its control socket. Synchronous and without dependencies."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any


class LabError(Exception):
    """The lab refused an operation, or there is no lab."""


class LabClient:
    """One lab. Every call is one short connection; each waits until the lab's network has settled."""

    def __init__(self, path: Path, timeout_s: float = 30.0) -> None:
        self._path = path
        self._timeout_s = timeout_s

    def call(self, op: str, **fields: object) -> dict[str, Any]:
        """The answer of the lab; :class:`LabError` when it refuses or does not run."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(self._timeout_s)
                connection.connect(str(self._path))
                connection.sendall(json.dumps({"op": op, **fields}).encode() + b"\n")
                line = connection.makefile("rb").readline()
        except (FileNotFoundError, ConnectionRefusedError):
            city = self._path.parent.name
            raise LabError(f"{self._path}: no lab of {city} runs here: start it with `iccc lab {city}`") from None
        except OSError as error:
            raise LabError(f"{self._path}: no lab answers: {error}") from None
        if not line:
            raise LabError(f"{self._path}: the lab closed the connection")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise LabError(f"{op}: {answer['error']}")
        return answer

    def ready(self) -> dict[str, Any]:
        """``{"city", "switches", "hosts", "start_s", "rss_mb", "pid"}``"""
        return self.call("ready")

    def wait(self, timeout_s: float = 30.0) -> dict[str, Any]:
        """Until the lab is there."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                return self.ready()
            except LabError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def reset(self, device: str | None = None) -> None:
        self.call("reset", **({"device": device} if device else {}))

    def fault(self, device: str, fault: str, delay_s: float = 0.0) -> None:
        self.call("fault", device=device, fault=fault, delay_s=delay_s)

    def power(self, device: str, on: bool) -> None:
        self.call("power", device=device, on=on)

    def mains(self, site: str, on: bool, cabinet: int | None = None) -> None:
        """The mains of a cabinet, or of all cabinets of a site."""
        self.call("mains", site=site, on=on, **({} if cabinet is None else {"cabinet": cabinet}))

    def swap(self, one: str, other: str) -> None:
        self.call("swap", device=one, **{"with": other})

    def cable(self, switch: str, port: str, whole: bool) -> None:
        self.call("cable", device=switch, port=port, whole=whole)

    def set(self, device: str, path: str, value: object) -> None:
        self.call("set", device=device, path=path, value=value)

    def lines(self, switch: str, *lines: str) -> None:
        """Type configuration lines at a switch's console."""
        self.call("set", device=switch, lines=list(lines))

    def unreachable(self) -> list[str]:
        return list(self.call("unreachable")["devices"])

    def counters(self, device: str | None = None) -> dict[str, dict[str, int]]:
        """Per device: logins, failures, sets, requests, restarts, lockouts, plays, teardowns."""
        return dict(self.call("counters", **({"device": device} if device else {}))["counters"])

    def reset_counters(self) -> None:
        self.call("counters-reset")

    def has_logins(self, device: str, logins: list[tuple[str, str]]) -> list[bool]:
        """Which of these users a camera or recorder has with these passwords; no login is tried for it."""
        return list(self.call("logins", device=device, logins=logins)["known"])

    def stop(self) -> None:
        self.call("stop")
