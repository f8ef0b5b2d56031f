"""A small Bilaspur with one Debian recorder and one Debian server in the control centre that does everything."""

from __future__ import annotations

from pathlib import Path

from tests.flow.declaration import CITY, edit
from tests.hosts.server_lab import ADDRESSES, GOOD, ServerLab

RECORDER, SERVER = GOOD, "bsp-srv01"
ADDRESS = ADDRESSES[SERVER]
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
        declare_server(root)


def declare_server(root: Path) -> None:
    """It serves the time, takes the logs and watches the others."""
    folder = root / "cities" / CITY
    (folder / "servers.yaml").write_text(SERVERS, encoding="utf-8")
    city = folder / "city.yaml"
    edit(city, r"(?m)^(  recording: .*)$", r"\1\n  servers: {vlan: 310, name: servers, prefix: 10.80.0.0/24}")
    edit(city, r"ntp: \[[^]]*\]", "ntp: [10.80.0.11]")
    edit(city, r"syslog: \[[^]]*\]", "syslog: [10.80.0.11]")
