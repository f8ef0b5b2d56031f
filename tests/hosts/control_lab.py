"""A small Bilaspur with one Debian recorder and one Debian server in the control centre that does everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.flow.declaration import CITY, edit
from tests.hosts import ntp_peer
from tests.hosts.server_lab import ADDRESSES, GOOD, ICCC, ServerLab, environment

RECORDER, SERVER = GOOD, "bsp-srv01"
ADDRESS = ADDRESSES[SERVER]
UPSTREAM = "10.80.0.10"  # where a time server of the test's own answers, while there is one
DEAD = "bsp-j01-c03"  # a camera that dies
SERVERS = """\
schema: servers/v1
servers:
  - {number: 1, roles: [ntp, syslog, monitoring], at: bsp-core1 TenGigabitEthernet1/0/17, device_type: server-2u,
     host: {}, status: installed, phase: existing}
"""


class ControlLab(ServerLab):
    """The lab of that city."""

    without = ()

    def __init__(self, root: Path) -> None:
        super().__init__(root, recorders=1)
        declare_server(root, UPSTREAM)


def declare_server(root: Path, *upstream: str) -> None:
    """It serves the time, takes the logs and watches the others. Without ``upstream`` its own clock is the city's."""
    folder = root / "cities" / CITY
    (folder / "servers.yaml").write_text(SERVERS, encoding="utf-8")
    city = folder / "city.yaml"
    edit(city, r"(?m)^(  recording: .*)$", r"\1\n  servers: {vlan: 310, name: servers, prefix: 10.80.0.0/24}")
    edit(city, r"ntp: \[[^]]*\]", "ntp: [10.80.0.11]")
    edit(city, r"syslog: \[[^]]*\]", "syslog: [10.80.0.11]")
    edit(city, r"upstream: \[[^]]*\]", f"upstream: [{', '.join(upstream)}]")


class TimeServer:
    """``with TimeServer(root):`` one answers at :data:`UPSTREAM`, in the network of the lab whose folder this is."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> None:
        command = (*ICCC, "lab", CITY, "run", "--", sys.executable, ntp_peer.__file__, UPSTREAM)
        self.process = subprocess.Popen(
            command, cwd=self.root, env=environment(), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None and self.process.stdout.readline() == "ready\n"

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
