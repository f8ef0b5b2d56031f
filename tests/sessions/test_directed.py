"""Directed probes: each address is asked a bounded number of times, and an answer counts for who gave it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from iccc.errors import UsageError
from iccc.lab.snmp import ber
from iccc.secrets import Secret
from iccc.sessions import directed, snmp_present
from iccc.sessions.dial import Dial, Target
from iccc.settings import Limits, Timeouts

PORT = 3702
HERE = Path(__file__).parents[2]


class Reach:
    """What a directed probe needs of one."""

    def __init__(self, **limits: int) -> None:
        self.dial = Dial(Target.LAB)
        self.limits = Limits(**limits)
        self.timeouts = Timeouts(probe_s=0.05)


def ask(addresses: list[str], heard: list[int] | None = None, **limits: int) -> dict[str, bytes]:
    reach: Any = Reach(**limits)
    told = heard if heard is not None else []
    return asyncio.run(directed.ask(addresses, PORT, lambda: b"who", reach, told.append))


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((f"127.{address.partition('.')[2]}", 20_000 + PORT))
        sock.settimeout(2)
        yield sock


class Answering:
    """Answers so many times, from ``via`` if that is another socket."""

    def __init__(self, sock: socket.socket, skip: int = 0, via: socket.socket | None = None) -> None:
        self.asked = 0
        self._sock, self._skip, self._via = sock, skip, via or sock
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                _, sender = self._sock.recvfrom(2000)
            except OSError:
                return
            self.asked += 1
            if self.asked > self._skip:
                self._via.sendto(b"me", sender)


def test_an_answer_counts_for_its_address() -> None:
    with listening("10.99.0.1") as one, listening("10.99.0.2") as other:
        Answering(one), Answering(other)
        assert ask(["10.99.0.1", "10.99.0.2", "10.99.0.3"]) == {"10.99.0.1": b"me", "10.99.0.2": b"me"}


def test_the_silent_are_asked_once_more_and_no_more() -> None:
    heard: list[int] = []
    with listening("10.99.0.4") as quick, listening("10.99.0.5") as late, listening("10.99.0.6") as dead:
        quick_, late_, dead_ = Answering(quick), Answering(late, skip=1), Answering(dead, skip=99)
        found = ask(["10.99.0.4", "10.99.0.5", "10.99.0.6"], heard, probe_tries=2)
        assert set(found) == {"10.99.0.4", "10.99.0.5"}
        assert (quick_.asked, late_.asked, dead_.asked) == (1, 2, 2)
    assert heard == [3, 2]


def test_what_comes_from_elsewhere_was_not_asked_for() -> None:
    with listening("10.99.0.7") as one, listening("10.99.0.8") as stranger:
        Answering(one, via=stranger)
        assert ask(["10.99.0.7"]) == {}


def test_a_burst_is_no_larger_than_the_rate_allows() -> None:
    heard: list[int] = []
    ask([f"10.99.1.{host}" for host in range(1, 101)], heard, probes_per_s=1000, probe_tries=1)
    assert heard == [20] * 5  # each fiftieth of a second


def test_too_many_addresses_are_refused_before_one_is_asked() -> None:
    heard: list[int] = []
    with pytest.raises(UsageError, match="70001 addresses are more than the 70000 of one run"):
        ask([str(number) for number in range(70_001)], heard)
    assert heard == []


GUARDED = """
import asyncio
from iccc import guard
guard.install()
from tests.sessions.test_directed import Reach, directed, PORT
from iccc.sessions.dial import Dial, Target
reach = Reach()
reach.dial = Dial(Target.LIVE)
try:
    asyncio.run(directed.ask(["192.0.2.1"], PORT, lambda: b"who", reach, lambda more: print("asked", more)))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_the_guard_refuses_before_a_packet_leaves() -> None:
    child = subprocess.run(
        [sys.executable, "-c", GUARDED], cwd=HERE, capture_output=True, text=True, timeout=60, check=True
    )
    assert child.stdout.startswith("UsageError 192.0.2.1 is outside 127.0.0.0/8"), child


def test_the_question_for_an_agent_is_snmp_and_tells_a_secret_only_where_it_has_one() -> None:
    for question, version in ((snmp_present.question(Secret("s3cret")), 1), (snmp_present.question(None), 3)):
        assert ber.version_of(question) == version
        assert (b"s3cret" in question) is (version == 1)
    message = ber.parse(snmp_present.question(Secret("s3cret")))
    assert (message.community, message.pdu.sort) == ("s3cret", ber.GET)
