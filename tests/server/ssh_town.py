"""A small Bilaspur whose first recorders are Debian servers, played by SSH servers of a test's own; no other device
answers. iccc runs in processes of its own, as a person runs it."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.flow.declaration import CITY, edit, found
from tests.flow.done import Done
from tests.flow.town import ICCC, environment
from tests.sessions.shell_server import ShellServer, says_nothing, serve

BLOCK = 61  # of addresses: below those of the towns


@dataclass
class SshTown:
    root: Path
    servers: dict[str, ShellServer]

    def iccc(self, command: str, *arguments: str, stdin: str = "") -> Done:
        """``iccc COMMAND CITY …``."""
        ended = subprocess.run(
            (*ICCC, command, CITY, *arguments), cwd=self.root, env=environment(), capture_output=True, text=True,
            check=False, timeout=100, input=stdin,
        )  # fmt: skip
        assert "Traceback" not in ended.stderr + ended.stdout, ended
        return Done((command, *arguments), ended.returncode, ended.stdout, ended.stderr)


@contextmanager
def ssh_town(root: Path, count: int) -> Iterator[SshTown]:
    """Recorders 1 to ``count`` are servers that take the stored key, and are enrolled."""
    found(root, BLOCK)
    recorders = root / "cities" / CITY / "recorders.yaml"
    servers = {f"bsp-rec{number:02d}": ShellServer() for number in range(1, count + 1)}
    key = next(iter(servers.values())).user_key
    for number, server in enumerate(servers.values(), 1):
        server.user_key, server.manner = key, says_nothing
        edit(
            recorders,
            rf"(number: {number}, at: [^,]*), type: appliance, device_type: nvr-64ch",
            r"\1, type: server, device_type: nvr-64ch, host: {array: {source: LABEL=recordings}}",
        )
    town = SshTown(root, servers)
    with _served(servers):
        town.iccc("secret", "init")
        for name, value in (("hosts/ssh_key", next(iter(servers.values())).secret.reveal()), ("snmp/ro", "nobody")):
            assert town.iccc("secret", "set", name, stdin=value).code == 0
        limits = [word for name in servers for word in ("--limit", name)]
        assert town.iccc("enrol", *limits).code == 0
        yield town


@contextmanager
def _served(servers: dict[str, ShellServer]) -> Iterator[None]:
    """In a loop of its own, beside the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> AsyncExitStack:
        stack = AsyncExitStack()
        for number, server in enumerate(servers.values(), 1):
            await stack.enter_async_context(serve(server, f"127.{BLOCK + 2}.0.{10 + number}"))
        return stack

    stack = asyncio.run_coroutine_threadsafe(start(), loop).result(20)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
