"""A Debian server's SSH with manners of a test's own: an asyncssh server that takes one key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncssh

from iccc.secrets import Secret

Process = asyncssh.SSHServerProcess[bytes]
Manner = Callable[[Process], Awaitable[None]]
PORT = 20_022  # of port 22 in the lab


async def runs(process: Process) -> None:
    """As a shell does, on this machine, without becoming root."""
    assert process.command is not None
    command = process.command.replace("sudo -n ", "")
    child = await asyncio.create_subprocess_shell(
        command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await child.communicate(await process.stdin.read())
    process.stdout.write(output)
    process.stderr.write(errors)
    process.exit(child.returncode or 0)


async def says_nothing(process: Process) -> None:
    process.exit(0)


def prints_for_ever(to: str, every_s: float = 0, part: bytes = b"x" * 2**16) -> Manner:
    """On ``stdout`` or ``stderr``, without ever a new line; what nobody takes is waited for."""

    async def manner(process: Process) -> None:
        try:
            while True:
                out = getattr(process, to)
                out.write(part)
                await out.drain()
                await asyncio.sleep(every_s)
        except (BrokenPipeError, ConnectionError, asyncssh.Error):
            process.close()

    return manner


@dataclass
class ShellServer:
    """``manner`` answers each command; ``takes`` False: it refuses the key. ``logins`` counts tries."""

    manner: Manner = runs
    takes: bool = True
    key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    user_key: asyncssh.SSHKey = field(default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519"))
    logins: int = 0

    @property
    def host_key(self) -> str:
        return " ".join(self.key.export_public_key().decode().split()[:2])

    @property
    def secret(self) -> Secret:
        """The private key that it takes, as it is stored."""
        return Secret(self.user_key.export_private_key().decode())


class _Login(asyncssh.SSHServer):
    def __init__(self, front: ShellServer) -> None:
        self._front = front

    def begin_auth(self, _username: str) -> bool:
        self._front.logins += 1
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, _username: str, key: asyncssh.SSHKey) -> bool:
        return self._front.takes and key.public_data == self._front.user_key.public_data


@asynccontextmanager
async def serve(front: ShellServer, address: str) -> AsyncIterator[None]:
    async def answer(process: Process) -> None:
        await front.manner(process)  # the one that it has by then

    server = await asyncssh.create_server(
        lambda: _Login(front), address, PORT, server_host_keys=[front.key], process_factory=answer, encoding=None
    )
    async with server:
        yield
