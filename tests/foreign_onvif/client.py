"""A foreign client in a process and an environment of its own, asked over its standard input."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.foreign_onvif.environments import environment

SCRIPTS = Path(__file__).with_name("clients")
SCRIPT = {
    "onveef": "onveef_client.py",
    "onvif_python": "onvif_python_client.py",
    "onvif_zeep_async": "zeep_async_client.py",
    "npm_onvif": "npm_client.js",
}
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Door:
    """Where a camera is, and a login. ``digest``: HTTP Digest in place of WS-UsernameToken, for a client that asks."""

    host: str
    port: int
    user: str
    password: str
    digest: bool = False


@dataclass(frozen=True)
class Told:
    """What the client made of one part: a value, an error, or nothing since it does not offer it."""

    value: Any = None
    error: str = ""
    offered: bool = True


@dataclass
class ForeignClient:
    name: str
    _process: subprocess.Popen[str]

    def ask(self, door: Door, *parts: str | tuple[str, Any]) -> Mapping[str, Told]:
        """One connection; ``parts`` in order. A part is a name, or a name and an argument."""
        named = [(part, None) if isinstance(part, str) else part for part in parts]
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({"device": vars(door), "parts": named}) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
        line = process.stdout.readline() if ready else ""
        if not line:
            raise AssertionError(f"{self.name} {'ended' if ready else f'said nothing for {PATIENCE_S:g} s'}")
        return {name: Told(**told) for name, told in json.loads(line).items()}


def command(name: str) -> tuple[Sequence[str], dict[str, str]]:
    """The command and its environment. Raises RuntimeError with the reason when it could not be installed."""
    place = environment(name)
    if place.reason:
        raise RuntimeError(f"{name}: {place.reason}")
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "TMPDIR")}
    kept["HOME"] = str(place.folder)  # zeep and onvif-python keep caches there
    script = str(SCRIPTS / SCRIPT[name])
    if script.endswith(".js"):
        return ["node", script], {**kept, "NODE_PATH": str(place.folder / "node_modules")}
    return [str(place.python), script], kept


@contextmanager
def started(name: str) -> Iterator[ForeignClient]:
    arguments, variables = command(name)
    with subprocess.Popen(
        arguments, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield ForeignClient(name, process)
        finally:
            process.kill()
