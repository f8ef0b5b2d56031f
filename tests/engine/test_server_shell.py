"""pyinfra's SSH to a server, in a process that gevent has patched: what a host says, and one that never stops."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from tests.sessions.shell_server import ShellServer, prints_for_ever, runs, serve

ADDRESS = "127.77.6.2"
ORDINARY_MB = 60  # above what the process has anyhow


def told(front: ShellServer, command: str, within_s: float = 20) -> dict[str, Any]:
    async def child() -> bytes:
        words = (sys.executable, "-m", "tests.engine.shell_child", ADDRESS, front.host_key, command, str(within_s))
        async with serve(front, ADDRESS):
            process = await asyncio.create_subprocess_exec(
                *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            return (await asyncio.wait_for(process.communicate(front.secret.reveal().encode()), 60))[0]

    said: dict[str, Any] = json.loads(asyncio.run(child()).splitlines()[-1])
    return said


def test_a_host_that_never_stops_costs_no_memory_and_is_left() -> None:
    good = told(ShellServer(runs), "echo good; printf 'not \\377utf-8' >&2; exit 3")
    assert (good["ran"], good["out"], good["err"], good["why"]) == (False, "good", "not \ufffdutf-8", "not \ufffdutf-8")
    for to, part in (("stdout", b"x" * 2**16), ("stderr", b"\n" * 2**16)):
        endless = told(ShellServer(prints_for_ever(to, part=part)), "true")
        assert endless["error"] == "TooMuch: it printed more than 4 MB, and was not read to its end"
        assert endless["mb"] < good["mb"] + ORDINARY_MB
    slow = told(ShellServer(prints_for_ever("stdout", every_s=0.1, part=b"x")), "true", within_s=1)
    assert slow["error"] == "TimeoutError: no end of its answer in time"


def test_nobody_is_asked_for_a_password_of_sudo() -> None:
    asked = told(ShellServer(runs), "echo 'sudo: a password is required' >&2; exit 1")
    assert (asked["ran"], asked["why"]) == (False, "sudo: a password is required")
