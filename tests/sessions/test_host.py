"""Commands on a Debian server whose SSH has manners of its own: it refuses the key, or prints without end."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Awaitable, Callable

import pytest

from iccc.errors import DeviceError, Reason
from iccc.sessions.command import MAX_OUTPUT
from iccc.sessions.host import HostSession
from tests.sessions.shell_server import Process, ShellServer, prints_for_ever, serve
from tests.support import NOW, MemoryCredentials, MemoryTrust, reach

ADDRESS, DECLARED = "127.77.6.1", "10.77.6.1"
WHERE = f"rec {DECLARED}:22"


def talk(
    front: ShellServer,
    conversation: Callable[[HostSession], Awaitable[object]],
    credentials: MemoryCredentials | None = None,
    **times: float,
) -> object:
    run = reach(credentials or MemoryCredentials(key=front.secret), MemoryTrust({"rec": front.host_key}), **times)

    async def session() -> object:
        async with serve(front, ADDRESS), HostSession("rec", DECLARED, "iccc", run) as host:
            return await conversation(host)

    return asyncio.run(session())


def refusal(*arguments: object, **options: object) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        talk(*arguments, **options)  # type: ignore[arg-type]
    return caught.value


def test_both_outputs_come_whole_however_long_they_are() -> None:
    """Each of them alone is more than SSH sends before the other side has taken something."""
    script = "head -c 1500000 /dev/zero | tr '\\0' e >&2; cat; head -c 1500000 /dev/zero | tr '\\0' o; exit 3"
    given = "i" * 900_000
    front = ShellServer()
    output, errors = talk(front, lambda host: host.run(script, given))  # type: ignore[misc]
    assert (output, errors) == (given + "o" * 1_500_000, "e" * 1_500_000)
    assert talk(front, lambda host: host.lend(lambda run: run("exit 3")))[0] == 3  # type: ignore[index]


@pytest.mark.parametrize("to", ["stdout", "stderr"])
def test_a_host_that_prints_without_end_is_cut_off(to: str) -> None:
    tracemalloc.start()
    error = refusal(ShellServer(prints_for_ever(to)), lambda host: host.run("true", ""))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (error.reason, str(error)) == (
        Reason.BAD_ANSWER, f"{WHERE}: it printed more than 4 MB, and was not read to its end",
    )  # fmt: skip
    assert most < 6 * MAX_OUTPUT, "also what the server of this test holds"


def test_nothing_is_asked_any_more_of_a_host_that_printed_without_end() -> None:
    commands: list[str] = []
    endless = prints_for_ever("stdout")

    async def manner(process: Process) -> None:
        commands.append(process.command or "")
        await endless(process)

    async def twice(host: HostSession) -> None:
        for command in ("first", "second"):
            with pytest.raises(DeviceError):
                await host.run(command, "")

    talk(ShellServer(manner), twice)
    assert commands == ["first"]


@pytest.mark.parametrize("part", [b"x", b"\n"])
def test_a_host_that_talks_slowly_for_ever_is_left_in_time(part: bytes) -> None:
    began = time.monotonic()
    slow = ShellServer(prints_for_ever("stdout", every_s=0.05, part=part))
    error = refusal(slow, lambda host: host.run("true", ""), write_s=0.5, host_s=0.5)
    assert (error.reason, error.observed) == (Reason.NO_ANSWER, "no end of its answer in time")
    assert time.monotonic() - began < 5


def test_a_command_that_says_no_more_and_does_not_end_is_left_in_time() -> None:
    async def manner(process: Process) -> None:
        process.stdout.write_eof()
        await asyncio.sleep(20)

    error = refusal(ShellServer(manner), lambda host: host.run("true", ""), write_s=0.5, host_s=0.5)
    assert error.observed in ("no end of its answer in time", "its outputs have ended, and the command has not")


def test_a_command_that_reads_nothing_says_why() -> None:
    """A server without Python, say."""

    async def manner(process: Process) -> None:
        process.stderr.write(b"sudo: python3: command not found\n")
        process.exit(1)

    async def thrice(host: HostSession) -> list[object]:
        return [await host.run("true", "i" * 3_000_000) for _ in range(3)]

    assert talk(ShellServer(manner), thrice) == [("", "sudo: python3: command not found\n")] * 3


def test_a_refused_key_is_one_try_with_its_user_and_a_rest() -> None:
    front = ShellServer(takes=False)
    told: list[str] = []

    class Resting(MemoryCredentials):
        def refused(self, device: str, login: object = None) -> None:  # noqa: ARG002
            told.append(device)
            self.rests_until = NOW

    credentials = Resting(key=front.secret)
    error = refusal(front, lambda host: host.run("true", ""), credentials)
    assert error.reason is Reason.UNAUTHORISED
    assert (
        str(error)
        == f"{WHERE}: the login of iccc with the stored key was refused; it rests until {NOW:%Y-%m-%d %H:%M} UTC"
    )
    again = refusal(front, lambda host: host.run("true", ""), credentials)
    assert (again.reason, told, front.logins) == (Reason.BACK_OFF, ["rec"], 1)
