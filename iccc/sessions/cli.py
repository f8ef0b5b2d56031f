"""The command line of a switch over SSH: netmiko in a thread of its own, one open session for everything.

The caller limits how many are open at once (``limits.cli_in_flight``).
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from iccc import guard
from iccc.errors import DeviceError, Reason
from iccc.secrets import Login, not_tried, rests
from iccc.sessions.dialect import Dialect, Typed
from iccc.sessions.reach import Reach

if TYPE_CHECKING:
    from iccc.sessions.shell import Shell

SSH_PORT = 22
_CONTROL = re.compile(r"[^\n\x20-\x7e\xa0-\U0010ffff]")
Result = TypeVar("Result")


class CliSession:
    """``async with CliSession(…) as cli:`` logs in on entering; every method raises DeviceError.

    Nothing but the key exchange is sent to a device whose host key is not the enrolled one.
    """

    def __init__(self, device: str, address: str, reach: Reach, dialect: Dialect) -> None:
        self._device = device
        self._reach = reach
        self._dialect = dialect
        self._host, self._port = reach.dial(address, SSH_PORT)
        self._where = f"{device} {address}:{SSH_PORT}"
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=f"cli-{device}")
        self._sock: socket.socket | None = None
        self._shell: Shell | None = None
        self._closed = False

    async def __aenter__(self) -> CliSession:
        try:
            await self._log_in()
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    async def show(self, command: str) -> str:
        """The answer to an exec command; BAD_ANSWER if the device does not know it."""
        text = _clean(await self._work(f"{self._where} {command}", lambda shell: shell.ask(command)))
        complaint = self._dialect.show_error.search(text[:300])
        if complaint:
            raise DeviceError(Reason.BAD_ANSWER, f"{self._where} {command}", complaint[0].strip())
        return text

    async def configure(self, lines: Iterable[str], hidden: tuple[str, ...] = ()) -> str:
        """Send configuration lines one by one; gives all answers, without the secrets in ``hidden``.

        BAD_ANSWER names the first line that was not taken; the lines after it are not sent. The first line
        has to be one of global mode: whatever sub-mode an earlier call ended in does not matter then.
        """
        listed = list(lines)
        return await self._work(f"{self._where} configure", lambda shell: self._configure(shell, listed, hidden))

    async def type(self, script: Iterable[Typed]) -> str:
        """The answers to the lines of a script; BAD_ANSWER at the first one that was not taken."""
        listed = list(script)

        def run(shell: Shell) -> str:
            answers: list[str] = []
            for typed in listed:
                answers.append(_clean(shell.type(typed)))
                if not typed.may_fail:
                    self._complaint(typed.line, answers[-1], typed.line, ())
            return "\n".join(answers)

        return await self._work(self._where, run)

    def _configure(self, shell: Shell, lines: list[str], hidden: tuple[str, ...]) -> str:
        answers: list[str] = []
        for line in lines:
            answers.append(_clean(shell.configure(line)))
            self._complaint("configure", answers[-1], line, hidden)
        return "\n".join(answers)

    def _complaint(self, doing: str, answer: str, line: str, hidden: tuple[str, ...]) -> None:
        complaint = self._dialect.config_error.search(answer)
        if complaint:
            told = f"{line.strip()!r} was not taken: {complaint[0].strip()}"
            for secret in hidden:
                told = told.replace(secret, "***")
            raise DeviceError(Reason.BAD_ANSWER, f"{self._where} {doing}", told)

    async def _log_in(self) -> None:
        enrolled = self._reach.trust.host_key(self._device)
        if enrolled is None:
            raise DeviceError(Reason.UNTRUSTED, self._where, "its host key is not enrolled: run iccc enrol")
        logins = self._reach.credentials.logins(self._device)
        if not logins:
            raise DeviceError(Reason.BACK_OFF, self._where, not_tried(self._reach.credentials, self._device))
        for login in logins:
            try:
                await self._in_thread(lambda login=login: self._open(login, enrolled))  # type: ignore[misc]
            except DeviceError as error:
                if error.reason is not Reason.UNAUTHORISED:
                    raise
                refusal = error
                continue
            self._reach.credentials.proved(self._device, login)
            return
        self._reach.credentials.refused(self._device, logins[-1])
        users = ", ".join(login.user for login in logins)
        text = f"the login of {users} was refused{rests(self._reach.credentials, self._device)}"
        raise DeviceError(refusal.reason, refusal.where, text)

    def _open(self, login: Login, enrolled: str) -> None:
        from iccc.sessions import shell as shells

        times = self._reach.timeouts
        with shells.told(self._where):
            self._sock = _dial(self._where, self._host, self._port, self._reach)
            try:
                if self._closed:
                    raise DeviceError(Reason.NOT_TRIED, self._where, "nobody waits for this session any more")
                self._shell = shells.open_shell(
                    self._sock, self._host, self._port, login, enrolled, times, self._dialect
                )
            except BaseException:
                self._sock.close()
                raise
            if self._closed:
                self._shell.disconnect()

    async def _work(self, where: str, work: Callable[[Shell], Result]) -> Result:
        from iccc.sessions import shell as shells

        shell = self._shell
        assert shell is not None, "not entered"

        def run() -> Result:
            with shells.told(where):
                return work(shell)

        return await self._in_thread(run)

    async def _in_thread(self, run: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    def _close(self) -> None:
        """Shutting the socket down ends whatever the thread still waits for; nobody waits for the thread."""
        self._closed = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        if self._shell is not None:
            self._pool.submit(self._shell.disconnect)
        self._pool.shutdown(wait=False)


async def log_in(device: str, address: str, reach: Reach, login: Login) -> None:
    """Prove a login, whatever rights it leads to. Raises DeviceError: UNAUTHORISED when it is refused.

    Nothing but the key exchange is sent to a device whose host key is not the enrolled one.
    """
    where = f"{device} {address}:{SSH_PORT}"
    enrolled = reach.trust.host_key(device)
    if enrolled is None:
        raise DeviceError(Reason.UNTRUSTED, where, "its host key is not enrolled: run iccc enrol")

    def tried() -> bool:
        from iccc.sessions import shell as shells

        with shells.told(where):
            return shells.log_in(_dial(where, *reach.dial(address, SSH_PORT), reach), login, enrolled, reach.timeouts)

    if not await asyncio.to_thread(tried):
        raise DeviceError(Reason.UNAUTHORISED, where, f"the login of {login.user} was refused")


async def host_key(device: str, address: str, reach: Reach) -> str:
    """The SSH host key that the device shows now, ``"ssh-ed25519 AAAA…"``: for enrolment. Does not log in."""

    def read() -> str:
        from iccc.sessions import shell as shells

        where = f"{device} {address}:{SSH_PORT}"
        with shells.told(where):
            return shells.read_host_key(_dial(where, *reach.dial(address, SSH_PORT), reach), reach.timeouts)

    return await asyncio.to_thread(read)


def _dial(where: str, host: str, port: int, reach: Reach) -> socket.socket:
    from iccc.sessions import shell as shells

    try:
        guard.check(host)
    except guard.OutsideLab as error:
        raise DeviceError(Reason.GUARDED, where, str(error)) from None
    return shells.connect(host, port, reach.timeouts)


def _clean(text: str) -> str:
    """Without control characters: the answers of a device end up on terminals and in reports."""
    return _CONTROL.sub("", text)
