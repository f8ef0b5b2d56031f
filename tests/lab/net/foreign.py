"""Foreign SNMP clients: pysnmp, and net-snmp's programs where they are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    UsmUserData,
    bulk_cmd,
    get_cmd,
    next_cmd,
)

PORT = 20161
Login = CommunityData | UsmUserData


async def ask(
    address: str,
    login: Login,
    *oids: str,
    context: str = "",
    verb: str = "get",
    repetitions: int = 10,
    wait: float = 1.0,
) -> tuple[str, list[tuple[str, Any]]]:
    """What went wrong, in pysnmp's words, or ""; and the OIDs with their values."""
    engine = SnmpEngine()
    try:
        target = await UdpTransportTarget.create((address, PORT), timeout=wait, retries=0)
        head = (engine, login, target, ContextData(contextName=context.encode()))
        names = [ObjectType(ObjectIdentity(oid)) for oid in oids]
        if verb == "bulk":
            error, status, _, found = await bulk_cmd(*head, 0, repetitions, *names)
        else:
            error, status, _, found = await (get_cmd if verb == "get" else next_cmd)(*head, *names)
        return str(error or (status and status.prettyPrint()) or ""), [(str(oid), value) for oid, value in found]
    finally:
        engine.close_dispatcher()


def net_snmp(program: str, *arguments: str) -> str:
    """What one of net-snmp's programs prints, OIDs and values as numbers; the test is skipped where it is missing."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} of net-snmp is not installed (Debian: snmp, snmptrapd)")
    ended = subprocess.run(
        [path, "-On", "-Oe", "-m", "", "-t", "1", "-r", "0", *arguments],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    return ended.stdout + ended.stderr


def lines(text: str) -> Sequence[str]:
    return [line for line in text.splitlines() if line.startswith(".1")]


class Trapd:
    """A running snmptrapd and what it has logged."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def wait(self, text: str, wait_s: float = 5.0) -> str:
        """The first line with a text; "" when none came in time."""
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            found = [line for line in self._log.read_text("utf-8", "replace").splitlines() if text in line]
            if found:
                return found[0]
            time.sleep(0.05)
        return ""


@contextmanager
def trapd(address: str) -> Iterator[Trapd]:
    """net-snmp's snmptrapd on the lab's trap port; the test is skipped where it is not installed."""
    path = shutil.which("snmptrapd", path=f"{os.environ['PATH']}:/usr/sbin")
    if path is None:
        pytest.skip("snmptrapd of net-snmp is not installed (Debian: snmptrapd)")
    with TemporaryDirectory() as folder:
        log, config = Path(folder, "log"), Path(folder, "conf")
        log.touch()
        config.write_text("disableAuthorization yes\n", encoding="utf-8")
        daemon = subprocess.Popen(
            [path, "-f", "-Lf", str(log), "-C", "-c", str(config), "-On", "-m", "", "-n",
             "-F", "%B %b %v\n", f"udp:{address}:20162"],
            env={**os.environ, "SNMP_PERSISTENT_DIR": folder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            told = Trapd(log)
            assert told.wait("NET-SNMP version"), "snmptrapd does not start"
            yield told
        finally:
            daemon.terminate()
            daemon.wait(5)
