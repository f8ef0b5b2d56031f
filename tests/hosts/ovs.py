"""One Open vSwitch bridge in a namespace, in user space, with a database, sockets and logs of its own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.hosts.namespaces import Namespace, run

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


class Bridge:
    """The bridge ``name``. :meth:`start` makes it; afterwards its folder is all that is needed to work with it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def start(self, namespace: Namespace) -> list[subprocess.Popen[bytes]]:
        """Start both daemons and wait until the bridge forwards; they are for the caller to end."""
        self._folder.mkdir(parents=True)
        database, socket = self._folder / "conf.db", self._folder / "db.sock"
        run(["ovsdb-tool", "create", str(database), SCHEMA])
        log = self._folder / "log"
        with log.open("ab") as out:
            server = namespace.start(
                "ovsdb-server",
                str(database),
                f"--remote=punix:{socket}",
                f"--unixctl={self._folder / 'db.ctl'}",
                log=out,
            )
            _wait(socket, server, log)
            self._vsctl("--no-wait", "init")
            forwarder = namespace.start(
                "ovs-vswitchd", f"unix:{socket}", f"--unixctl={self._folder / 'switch.ctl'}", log=out
            )
        self._vsctl(
            "add-br", self.name, "--", "set", "bridge", self.name, "datapath_type=netdev", "fail_mode=standalone"
        )
        return [forwarder, server]

    def transact(self, commands: Sequence[Sequence[str]]) -> None:
        """Several ``ovs-vsctl`` commands as one transaction; on return the bridge works by it."""
        if commands:
            self._vsctl(*(word for command in commands for word in ("--", *command)))

    def learned(self) -> list[tuple[int, int, str]]:
        """The forwarding database: OpenFlow port, VLAN, MAC address."""
        said = run(["ovs-appctl", "-t", str(self._folder / "switch.ctl"), "fdb/show", self.name])
        rows = [line.split() for line in said.splitlines()[1:]]
        return [(int(port), int(vlan), mac) for port, vlan, mac, _ in rows if port.isdigit()]

    def _vsctl(self, *arguments: str) -> str:
        return run(["ovs-vsctl", f"--db=unix:{self._folder / 'db.sock'}", "--timeout=10", *arguments])


def _wait(socket: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no {socket.name}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.01)
