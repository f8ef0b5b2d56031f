"""Debian's snmpd as a foreign agent: v1, v2c and v3 on loopback, with all it keeps in a folder of the test."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

SNMPD = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
AUTH_PASSWORD, PRIVACY_PASSWORD = "watch over the roads", "and tell nobody else"  # noqa: S105

CONFIG = """\
exactEngineID 0x80001f8804636974797377
agentaddress udp:{address}:20161
rwcommunity letmein
createUser see SHA-256 "{auth}" AES-256 "{privacy}"
createUser plain SHA-256 "{auth}"
rwuser see priv
rouser plain auth
"""


@contextlib.contextmanager
def running(folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """snmpd on ``address`` until the block ends; started again in the same folder it has the same engine id."""
    assert SNMPD
    config = folder / "snmpd.conf"
    config.write_text(CONFIG.format(address=address, auth=AUTH_PASSWORD, privacy=PRIVACY_PASSWORD), encoding="utf-8")
    environment = {
        "MIBS": "",
        "SNMP_PERSISTENT_DIR": str(folder / "persistent"),
        "SNMPCONFPATH": str(folder),
        "HOME": str(folder),
    }
    with (folder / "log").open("ab") as log:
        child = subprocess.Popen([SNMPD, "-f", "-Lo"], env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(child, address, folder / "log")
        yield child
    finally:
        child.terminate()
        child.wait(10)


def _wait(child: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Until its port is taken."""
    until = time.monotonic() + 10
    while time.monotonic() < until and child.poll() is None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((address, 20161))
            except OSError:
                return
        time.sleep(0.02)
    raise RuntimeError(f"snmpd did not start: {log.read_text(errors='replace')[-500:]}")
