"""One command over SSH, with what it says taken up to a limit of bytes and of time: a host may print without end."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import paramiko

MAX_OUTPUT = 4_000_000  # bytes of both outputs of a command; what 300 cameras are told in are 150,000
PART = 2**16


class TooMuch(Exception):  # noqa: N818
    """It printed more than :data:`MAX_OUTPUT`; what came is thrown away, and the channel is closed."""


def carry_out(
    transport: paramiko.Transport, command: str, stdin: bytes, within_s: float, limit: int = MAX_OUTPUT
) -> tuple[int, bytes, bytes]:
    """Exit code and both outputs. Raises TooMuch, TimeoutError, and what paramiko raises; the channel is closed then.

    Both outputs are read as they come, so that a host that fills the one that nobody reads does not hang.
    """
    until = time.monotonic() + within_s
    channel = transport.open_session(timeout=within_s)
    try:
        channel.settimeout(_left(until))
        channel.exec_command(command)
        _hand_in(channel, stdin, until)
        output, errors = _both(channel, until, limit)
        if not channel.status_event.wait(_left(until)):
            raise TimeoutError("its outputs have ended, and the command has not")
        return channel.recv_exit_status(), output, errors
    finally:
        channel.close()


def _hand_in(channel: paramiko.Channel, stdin: bytes, until: float) -> None:
    """A command may end before it has read everything: what it says tells why."""
    sent = 0
    try:
        while sent < len(stdin):
            channel.settimeout(_left(until))
            sent += channel.send(stdin[sent : sent + PART])
        channel.shutdown_write()
    except OSError:
        if not channel.closed:
            raise


def _both(channel: paramiko.Channel, until: float, limit: int) -> tuple[bytes, bytes]:
    output, errors = bytearray(), bytearray()
    poll = select.poll()
    poll.register(channel.fileno(), select.POLLIN)
    while True:
        has_ended = channel.eof_received or channel.closed  # asked first: nothing comes after it
        came = False
        if channel.recv_ready():
            output += channel.recv(PART)
            came = True
        if channel.recv_stderr_ready():
            errors += channel.recv_stderr(PART)
            came = True
        if len(output) + len(errors) > limit:
            raise TooMuch(f"it printed more than {limit // 1_000_000} MB, and was not read to its end")
        if not came:
            if has_ended:
                return bytes(output), bytes(errors)
            poll.poll(_left(until) * 1000)
        _left(until)  # also while it still talks


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no end of its answer in time")
    return left
