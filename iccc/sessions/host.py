"""Commands on Debian servers over SSH: a pinned host key, a login by key, nothing interactive.

paramiko is blocking, so each session has a thread. pyinfra, which writes to servers, opens its own connection to the
same place (:func:`way_to`).
"""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.secrets import SSH_KEY, not_tried, rests
from iccc.sessions.command import TooMuch, carry_out
from iccc.sessions.reach import Reach

if TYPE_CHECKING:
    import paramiko

SSH_PORT = 22
Result = TypeVar("Result")
Run = Callable[[str], tuple[int, str, str]]  # a command: its exit code, standard output and error output


@dataclass(frozen=True)
class Way:
    """Where a server is reached, as whom, and what it has to show."""

    host: str  # as dialled
    port: int
    user: str
    host_key: str  # "ssh-ed25519 AAAA…"
    key: str = field(repr=False)  # private, in OpenSSH's form


def way_to(device: str, address: str, user: str, reach: Reach) -> Way:
    """DeviceError when no host key is enrolled, no login is stored, or the login rests after a refusal."""
    where = f"{device} {address}:{SSH_PORT}"
    host_key = reach.trust.host_key(device)
    if host_key is None:
        raise DeviceError(Reason.UNTRUSTED, where, "its host key is not enrolled: run iccc enrol")
    key = reach.credentials.ssh_key()
    if key is None:
        raise DeviceError(Reason.BACK_OFF, where, f"not tried: no secret {SSH_KEY} is stored")
    if reach.credentials.back_off_until(device) is not None:
        raise DeviceError(Reason.BACK_OFF, where, not_tried(reach.credentials, device))
    host, port = reach.dial(address, SSH_PORT)
    return Way(host, port, user, host_key, key.reveal())


def private_key(way: Way) -> paramiko.Ed25519Key:
    """The key as paramiko has it."""
    import paramiko

    return paramiko.Ed25519Key.from_private_key(io.StringIO(way.key))


class HostSession:
    """``async with HostSession(…) as host:`` logs in on entering; every method raises DeviceError.

    ``proving``: a refusal is due to a change that is not confirmed yet, and says nothing of the key.
    """

    def __init__(self, device: str, address: str, user: str, reach: Reach, proving: bool = False) -> None:
        self._device = device
        self._reach = reach
        self._where = f"{device} {address}:{SSH_PORT}"
        self._way = way_to(device, address, user, reach)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"host-{device}")
        self._sock: socket.socket | None = None
        self._client: paramiko.SSHClient | None = None
        self._proving = proving
        self._closed = False

    async def __aenter__(self) -> HostSession:
        try:
            await self._in_thread(self._open)
        except DeviceError as error:
            self._close()
            if error.reason is Reason.UNAUTHORISED and not self._proving:
                self._reach.credentials.refused(self._device)
                text = error.observed + rests(self._reach.credentials, self._device)
                raise DeviceError(error.reason, error.where, text) from None
            raise
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    async def run(self, command: str, stdin: str) -> tuple[str, str]:
        """Standard output and error output, whatever the exit code."""
        return (await self._in_thread(lambda: self._run(command, stdin)))[1:]

    async def lend(self, work: Callable[[Run], Result]) -> Result:
        """``work`` with a function that runs one command at a time, in the session's own thread.

        For blocking code. It ends with a DeviceError at its next command when the session is closed meanwhile.
        """
        return await self._in_thread(lambda: work(lambda command: self._run(command, "")))

    def _open(self) -> None:
        import paramiko

        from iccc.sessions import shell as shells

        way, times = self._way, self._reach.timeouts
        with shells.told(self._where):
            try:
                guard.check(way.host)
            except guard.OutsideLab as error:
                raise DeviceError(Reason.GUARDED, self._where, str(error)) from None
            try:
                key = private_key(way)
            except (paramiko.SSHException, ValueError):
                raise DeviceError(Reason.BACK_OFF, self._where, f"the secret {SSH_KEY} is no Ed25519 key") from None
            self._sock = shells.connect(way.host, way.port, times)
            client = shells.pinned_client(way.host_key)
            try:
                client.connect(
                    way.host, way.port, way.user, pkey=key, sock=self._sock, allow_agent=False, look_for_keys=False,
                    timeout=times.cli_read_s, banner_timeout=times.cli_read_s / 2, auth_timeout=times.cli_read_s,
                    transport_factory=lambda sock, **options: shells.transport_for(way.host_key, sock, **options),
                )  # fmt: skip
            except paramiko.AuthenticationException:
                text = f"the login of {way.user} with the stored key was refused"
                raise DeviceError(Reason.UNAUTHORISED, self._where, text) from None
            self._client = client

    def _run(self, command: str, stdin: str) -> tuple[int, str, str]:
        from iccc.sessions import shell as shells

        client = self._client
        assert client is not None, "not entered"
        with shells.told(self._where):
            if self._closed:
                raise DeviceError(Reason.NO_ANSWER, self._where, "the session has ended")
            transport = client.get_transport()
            assert transport is not None, "logged in"
            times = self._reach.timeouts
            try:
                code, *both = carry_out(transport, command, stdin.encode(), max(times.write_s, times.host_s))
            except TooMuch as error:
                self._hang_up()  # nothing more of it is taken in
                raise DeviceError(Reason.BAD_ANSWER, self._where, str(error)) from None
            output, errors = (one.decode("utf-8", "replace") for one in both)
            return code, output, errors

    async def _in_thread(self, run: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    def _close(self) -> None:
        """Shutting the socket down ends whatever the thread still waits for; nobody waits for the thread."""
        self._hang_up()
        if self._client is not None:
            self._pool.submit(self._client.close)
        self._pool.shutdown(wait=False)

    def _hang_up(self) -> None:
        self._closed = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
