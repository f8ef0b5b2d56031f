"""Numbered datagrams at a fixed rate to a camera's echo port, and which of them did not come back.

``python -m tests.hosts.probe ADDRESS RATE_HZ MAX_S`` sends until SIGTERM or for ``MAX_S``, waits for stragglers, and
prints one JSON object.
"""

from __future__ import annotations

import json
import select
import signal
import socket
import struct
import sys
import time
from dataclasses import asdict, dataclass

from tests.hosts.camera import ECHO_PORT

STRAGGLERS_S = 0.5
_NUMBER = struct.Struct("!I")


@dataclass(frozen=True)
class Loss:
    """What a probe saw. ``lost``: the numbers that did not come back; number ``n`` was sent after ``n / rate_hz`` s."""

    sent: int
    rate_hz: float
    lost: tuple[int, ...]
    longest_gap_s: float  # of consecutive losses

    @classmethod
    def from_json(cls, text: str) -> Loss:
        found = json.loads(text)
        return cls(**{**found, "lost": tuple(found["lost"])})


def probe(address: str, rate_hz: float, max_s: float, stopped: list[int]) -> Loss:
    """Send until ``stopped`` holds something."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        back: set[int] = set()
        began, sent = time.monotonic(), 0
        while not stopped and (due := began + sent / rate_hz) < began + max_s:
            _collect(sock, back, due)
            if time.monotonic() >= due:
                _send(sock, address, sent)
                sent += 1
        _collect(sock, back, time.monotonic() + STRAGGLERS_S)
    lost = tuple(number for number in range(sent) if number not in back)
    return Loss(sent, rate_hz, lost, round(_longest_run(lost) / rate_hz, 3))


def _send(sock: socket.socket, address: str, number: int) -> None:
    try:
        sock.sendto(_NUMBER.pack(number), (address, ECHO_PORT))
    except OSError:  # no neighbour answers: it counts as lost
        return


def _collect(sock: socket.socket, back: set[int], until: float) -> None:
    """Note what comes back until that moment."""
    while (left := until - time.monotonic()) > 0:
        if not select.select([sock], [], [], left)[0]:
            return
        try:
            back.add(_NUMBER.unpack(sock.recv(_NUMBER.size))[0])
        except OSError:  # an ICMP error about an earlier datagram
            continue


def _longest_run(numbers: tuple[int, ...]) -> int:
    longest = run = 0
    for at, number in enumerate(numbers):
        run = run + 1 if at and numbers[at - 1] == number - 1 else 1
        longest = max(longest, run)
    return longest


def main() -> None:
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
    print(json.dumps(asdict(probe(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), stopped))))


if __name__ == "__main__":
    main()
