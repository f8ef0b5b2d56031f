"""Many SNMP v2c agents for measuring readers: one view of ten tables and 946 OIDs, whatever the address.

They take as little of the machine as they can: an answer is made once for each question and kept.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iccc.mib.values import Table

PORT = 20161
COMMUNITY = "public"
MOST_BYTES = 1400  # of an answer: what fits into a frame
GET, GETNEXT, RESPONSE, GETBULK = 0xA0, 0xA1, 0xA2, 0xA5

Oid = tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """``columns`` of the table whose entry is ``entry``, ``rows`` rows each. ``text``: octets of its texts."""

    entry: str
    columns: range
    rows: int
    text: int = 0

    def oids(self) -> list[str]:
        return [f"{self.entry}.{number}" for number in self.columns]

    def table(self) -> Table:
        first, *others = self.oids()
        return Table(first, tuple(others))


SHAPES = (
    Shape("1.3.6.1.2.1.2.2.1", range(1, 11), 28),  # ifTable
    Shape("1.3.6.1.2.1.31.1.1.1", range(1, 9), 28),  # ifXTable
    Shape("1.0.8802.1.1.2.1.4.1.1", range(5, 12), 4, 24),  # lldpRemTable
    Shape("1.0.8802.1.1.2.1.3.7.1", range(2, 5), 28, 16),  # lldpLocPortTable
    Shape("1.3.6.1.2.1.17.1.4.1", range(2, 3), 28),  # dot1dBasePortTable
    Shape("1.3.6.1.2.1.17.7.1.2.2.1", range(2, 4), 30),  # dot1qTpFdbTable
    Shape("1.3.6.1.2.1.17.7.1.4.5.1", range(1, 3), 28),  # dot1qPortVlanTable
    Shape("1.3.6.1.2.1.17.7.1.4.3.1", range(1, 4), 6, 8),  # dot1qVlanStaticTable
    Shape("1.3.6.1.2.1.105.1.1.1", range(3, 8), 8),  # pethPsePortTable
    Shape("1.3.6.1.2.1.47.1.1.1.1", range(2, 10), 16, 12),  # entPhysicalTable
)
OIDS = sum(len(shape.columns) * shape.rows for shape in SHAPES)


def addresses(count: int) -> list[str]:
    return [f"127.213.{number // 200}.{number % 200 + 1}" for number in range(count)]


def declared(address: str) -> str:
    """As a city declares what is dialled there."""
    return f"10.{address.split('.', 1)[1]}"


@contextlib.contextmanager
def served(count: int, processes: int = 2) -> Iterator[list[str]]:
    """``count`` agents, served by child processes until the block ends; their addresses."""
    where = addresses(count)
    children = []
    for part in range(processes):
        command = [sys.executable, "-m", "tests.peers.snmp_agents", *where[part::processes]]
        children.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
    try:
        for child in children:
            assert child.stdout is not None
            if child.stdout.readline() != b"ready\n":
                raise RuntimeError("an agent did not start")
        yield where
    finally:
        for child in children:
            child.communicate()  # its standard input ends, and with it the child


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    return bytes((tag, 0x82)) + size.to_bytes(2, "big") + content


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid_content(oid: Oid) -> bytes:
    out = bytearray((oid[0] * 40 + oid[1],))
    for number in oid[2:]:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(number & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return bytes(out)


def taken(data: bytes, at: int) -> tuple[int, int]:
    """(start, end) of the content of the element at ``at``."""
    size, start = data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    return start, start + size


def parsed_oid(content: bytes) -> Oid:
    numbers, number = [content[0] // 40, content[0] % 40], 0
    for octet in content[1:]:
        number = number << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(number)
            number = 0
    return tuple(numbers)


def view() -> list[tuple[Oid, bytes]]:
    """Each OID and its variable binding, in order."""
    rows = []
    for shape in SHAPES:
        for column in shape.oids():
            for row in range(1, shape.rows + 1):
                oid = (*map(int, column.split(".")), row)
                value = tlv(4, b"x" * shape.text) if shape.text else tlv(0x41, (row * 70_001).to_bytes(4, "big"))
                rows.append((oid, tlv(0x30, tlv(6, oid_content(oid)) + value)))
    return sorted(rows)


class Answers:
    """What follows the request id in an answer, by what follows it in a question."""

    def __init__(self) -> None:
        rows = view()
        self._oids = [oid for oid, _ in rows]
        self._varbinds = [varbind for _, varbind in rows]
        self._known: dict[bytes, bytes] = {}

    def answer(self, data: bytes) -> bytes:
        at, _ = taken(data, 0)
        _, after_version = taken(data, at)
        _, pdu_at = taken(data, after_version)
        kind = data[pdu_at]
        body, end = taken(data, pdu_at)
        _, after_id = taken(data, body)
        question = data[pdu_at : pdu_at + 1] + data[after_id:end]
        rest = self._known.get(question)
        if rest is None:
            rest = self._known[question] = self._made(kind, data, after_id)
        return tlv(0x30, data[at:pdu_at] + tlv(RESPONSE, data[body:after_id] + rest))

    def _made(self, kind: int, data: bytes, at: int) -> bytes:
        _, second = taken(data, at)
        start, varbinds_at = taken(data, second)
        repetitions = int.from_bytes(data[start:varbinds_at], "big") if kind == GETBULK else 1
        at, end = taken(data, varbinds_at)
        asked = []
        while at < end:
            name, at_end = taken(data, at)
            start, stop = taken(data, name)
            asked.append(parsed_oid(data[start:stop]))
            at = at_end
        found: list[bytes] = []
        size = 40
        for _ in range(repetitions):
            for place, oid in enumerate(asked):
                row = bisect_right(self._oids, oid) - (kind == GET)
                if row == len(self._oids) or (kind == GET and self._oids[row] != oid):
                    found.append(tlv(0x30, tlv(6, oid_content(oid)) + tlv(0x82 if kind != GET else 0x81, b"")))
                else:
                    found.append(self._varbinds[row])
                    asked[place] = self._oids[row]
                size += len(found[-1])
                if size > MOST_BYTES:
                    found.pop()
                    return integer(0) + integer(0) + tlv(0x30, b"".join(found))
        return integer(0) + integer(0) + tlv(0x30, b"".join(found))


def main(where: Sequence[str]) -> None:
    answers, waiting = Answers(), selectors.DefaultSelector()
    for address in where:
        agent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        agent.bind((address, PORT))
        waiting.register(agent, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for key, _ in waiting.select():
            if not isinstance(key.fileobj, socket.socket):
                return
            data, source = key.fileobj.recvfrom(4096)
            key.fileobj.sendto(answers.answer(data), source)


if __name__ == "__main__":
    main(sys.argv[1:])
