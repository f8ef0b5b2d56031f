"""With ``ICCC_LOOPBACK_ONLY=1`` every way out is refused before a packet leaves, and what is local still works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard import attempts

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def guarded(*command: str, **extra: str) -> str:
    """What a child process with the guard prints."""
    child = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "ICCC_LOOPBACK_ONLY": "1", "PYTHONPATH": str(ROOT), **extra},
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert child.returncode == 0, child.stderr
    return child.stdout


@pytest.fixture(scope="module")
def refusals() -> dict[str, dict[str, object]]:
    lines = guarded(str(HERE / "attempts.py")).splitlines()
    return {row["name"]: row for row in map(json.loads, lines)}


@pytest.mark.parametrize("name", attempts.ATTEMPTS)
def test_is_refused_before_a_packet_leaves(name: str, refusals: dict[str, dict[str, object]]) -> None:
    row = refusals[name]
    assert "OutsideLab" in row["causes"], row  # type: ignore[operator]
    assert row["passed"] == []


LOCAL = """
import asyncio, os, socket, tempfile
from iccc import guard
assert guard.installed()

def talk(server, family, address):
    server.bind(address)
    if server.type == socket.SOCK_STREAM:
        server.listen()
    client = socket.socket(family, server.type)
    client.connect(server.getsockname())
    client.sendall(b"x")
    receiver = server.accept()[0] if server.type == socket.SOCK_STREAM else server
    assert receiver.recv(9) == b"x"

for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    talk(socket.socket(socket.AF_INET, kind), socket.AF_INET, ("127.77.5.2", 0))
    talk(socket.socket(socket.AF_INET, kind), socket.AF_INET, ("localhost", 0))
    talk(socket.socket(socket.AF_UNIX, kind), socket.AF_UNIX, os.path.join(tempfile.mkdtemp(), "s"))
    talk(socket.socket(socket.AF_UNIX, kind), socket.AF_UNIX, "\\0iccc-guard-%d-%d" % (os.getpid(), kind))
    socket.socket(socket.AF_INET, kind).bind(("0.0.0.0", 0))
one, other = socket.socketpair()
one.sendmsg([b"x"])
assert other.recv(9) == b"x"
assert socket.getaddrinfo("127.77.5.2", 80) and socket.getaddrinfo(None, 80)

async def serve():
    server = await asyncio.start_server(lambda r, w: w.close(), "127.77.5.2", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert await reader.read() == b""
    writer.close()

asyncio.run(serve())

from gevent import monkey
monkey.patch_all()
talk(socket.socket(), socket.AF_INET, ("127.77.5.2", 0))
print("works")
"""


def test_what_is_local_works() -> None:
    assert guarded("-c", LOCAL).strip() == "works"


def test_lab_nets_are_let_through_and_nothing_beside_them() -> None:
    # check() sends nothing, so no address of these networks is ever contacted.
    code = """
from iccc import guard
assert guard.installed()
for address in ("198.51.100.0", "198.51.100.255", "203.0.113.7", "::ffff:198.51.100.9", "127.255.255.255", "::1"):
    guard.check(address)
for address in ("198.51.101.0", "203.0.113.8", "128.0.0.1", "::ffff:128.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "x"):
    try:
        guard.check(address)
    except guard.OutsideLab as refusal:
        assert address in str(refusal)
    else:
        raise AssertionError(address)
"""
    guarded("-c", code, ICCC_LAB_NETS="198.51.100.0/24, 203.0.113.7/32")


def test_lab_nets_that_are_not_understood_stop_the_process() -> None:
    child = subprocess.run(
        [sys.executable, "-c", "import iccc"],
        env={**os.environ, "ICCC_LOOPBACK_ONLY": "1", "ICCC_LAB_NETS": "10.0.0.0/40", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert child.returncode != 0
    assert "10.0.0.0/40" in child.stderr


def test_the_xml_library_cannot_open_a_network_address_itself() -> None:
    from lxml import etree

    assert not {"http", "ftp"} & set(etree.LIBXML_FEATURES)
