"""Recordings of real switches (PyPI ``snmpsim-data``), served by snmpsim from an environment of its own.

What is counted here is counted over the text of the recordings; it shares no code with the product.
"""

from __future__ import annotations

import bz2
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.peers.environments import Environment, made_from

ROOT = Path(__file__).parents[2]
ADDRESS, DECLARED, PORT = "127.77.77.1", "10.77.77.1", 20161
# Left out: huawei-s12704 (40 MB) and H3C's chassis (53 MB), since indexing takes a second for each MB; and
# h3c-comware-7-1-075, the recording of which has rows of the FDB twice. No recording has IOS' contexts of other VLANs.
DEVICES = (
    "brocade-icx6430-24",
    "cisco-c3560",
    "cisco-c3750",
    "cisco-n5000",
    "dcrs-5980-28t-dc",
    "dcs-3726c",
    "dlink-des3200",
    "h3c-e528-2",
    "hpe-procurve-516733-b21",
    "ruijie-s5750-24gt12sfp",
)
DISORDERED = "bdcom-s5612"  # its FDB was recorded, and is served, in an order that does not increase
INDEXED_S = 120  # all of them, the first time
PORT_TYPES = {"6", "7", "62", "69", "117", "161"}
BRIDGE = "1.3.6.1.2.1.17."

Oid = tuple[int, ...]


def simulator() -> Environment:
    return made_from(Path(__file__).with_name("snmpsim.lock"), ROOT / ".venv-snmpsim")


@dataclass(frozen=True)
class Recording:
    """The text of one device: lines of ``OID|type|value``, hexadecimal where the type has an ``x``."""

    name: str
    path: Path

    @cached_property
    def lines(self) -> list[tuple[str, str, str]]:
        split = [line.split("|", 2) for line in self.path.read_text("latin-1").split("\n")]
        return [(one[0], one[1], one[2]) for one in split if len(one) == 3]

    def column(self, oid: str) -> dict[Oid, str]:
        """Values by index; those of hexadecimal type as they stand."""
        start = oid + "."
        return {
            tuple(map(int, at[len(start) :].split("."))): value for at, _, value in self.lines if at.startswith(start)
        }

    @property
    def is_cisco(self) -> bool:
        return any(at.startswith("1.3.6.1.4.1.9.9.46.1.3.1.1.2.") for at, _, _ in self.lines)

    def ports(self) -> set[int]:
        """ifIndex of what switches frames."""
        return {index for (index,), sort in self.column("1.3.6.1.2.1.2.2.1.3").items() if sort in PORT_TYPES}

    def vlans(self) -> set[int]:
        if self.is_cisco:
            sorts = self.column("1.3.6.1.4.1.9.9.46.1.3.1.1.3")
            return {vlan for (_, vlan), sort in sorts.items() if sort == "1"}
        static, current = self.column(BRIDGE + "7.1.4.3.1.1"), self.column(BRIDGE + "7.1.4.2.1.4")
        return {index[0] for index in static} | {index[1] for index in current}

    def neighbours(self) -> int:
        return len(self.column("1.0.8802.1.1.2.1.4.1.1.7"))

    def learned(self) -> int:
        """Entries of the FDB that were learned on a port; a row that came between two columns has no status."""
        table = BRIDGE + ("7.1.2.2.1" if self.column(BRIDGE + "7.1.2.2.1.2") else "4.3.1")
        statuses, base = self.column(table + ".3"), self.column(BRIDGE + "1.4.1.2")
        on_ports = {port for (port,), index in base.items() if int(index) in self.ports()}
        found = self.column(table + ".2")
        return sum(statuses.get(at, "3") == "3" and int(port) in on_ports for at, port in found.items())

    def arp(self) -> int:
        """IPv4 addresses that have a MAC address."""
        return len({at[1:] for at in self.column("1.3.6.1.2.1.4.22.1.2")})


def recordings(environment: Environment, folder: Path) -> dict[str, Recording]:
    """The devices, unpacked into ``folder``; the name of a file is its community.

    A Cisco's BRIDGE-MIB is served a second time in the context of VLAN 1, which is where it was recorded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in (*DEVICES, DISORDERED):
        path = folder / f"{name}.snmprec"
        if not path.exists():
            packed = next(environment.folder.glob(f"lib/python*/site-packages/snmpsim_data/data/**/{name}.snmprec.bz2"))
            path.write_bytes(bz2.decompress(packed.read_bytes()))
        found[name] = Recording(name, path)
        if found[name].is_cisco:
            bridge = [line for line in path.read_bytes().splitlines(keepends=True) if line.startswith(BRIDGE.encode())]
            (folder / f"{name}@1.snmprec").write_bytes(b"".join(bridge))
    return found


@contextmanager
def served(environment: Environment, folder: Path) -> Iterator[None]:
    """Until the block ends. Raises TimeoutError, with the end of its log, when it does not come up."""
    log = folder.parent / "log"
    command = [
        *(str(environment.folder / "bin" / "snmpsim-command-responder"), f"--data-dir={folder}"),
        *(f"--cache-dir={folder.parent / 'index'}", f"--agent-udpv4-endpoint={ADDRESS}:{PORT}"),
        *(f"--logging-method=file:{log}", "--log-level=error"),
        *(("--process-user=root", "--process-group=root") if os.geteuid() == 0 else ()),
    ]
    with log.with_suffix(".out").open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _wait(process, log.with_suffix(".out"))
            yield
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], out: Path) -> None:
    """It binds its socket once everything is indexed."""
    until = time.monotonic() + INDEXED_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind((ADDRESS, PORT))
            except OSError:
                return
        time.sleep(0.2)
    raise TimeoutError(out.read_text("utf-8", "replace")[-500:])
