"""The other switches of the city, played on the operator's side at their declared addresses, ports 22 and 161.

``python -m tests.hosts.peers FOLDER``. They forward nothing: they are there to be read and written by a program that
looks at the neighbours of the real switch before it touches it. All have their declared VLANs.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from iccc.city.devices import City
from iccc.lab.fabric import Fabric
from iccc.lab.switch import Bootstrap, LabSwitch
from tests.hosts.declared import declared_lines, widened_lines
from tests.hosts.snmp_port import SnmpPort

FILE, KEYS = "peers", "peers.json"


@dataclass(frozen=True)
class Peers:
    """What the process is started with: a pickle in the lab's folder, which only root reads."""

    city: City
    real: str  # the switch that is not played
    bootstrap: Bootstrap
    moved: City | None = None  # where they are reached as well, and whose VLANs they carry as well

    def write(self, folder: Path) -> None:
        path = folder / FILE
        path.touch(mode=0o600)
        path.write_bytes(pickle.dumps(self))

    @property
    def addresses(self) -> list[str]:
        return [address for name in self.city.switches if name != self.real for address in self.addresses_of(name)]

    def addresses_of(self, name: str) -> list[str]:
        """Those of one switch; [] when it is not on the wire."""
        cities = [city for city in (self.city, self.moved) if city is not None]
        return [city.switches[name].address for city in cities if city.switches[name].on_the_wire]


def played(peers: Peers) -> dict[str, LabSwitch]:
    """All switches of the city as declared, with the cables between them; the real one too, so that others see it."""
    switches = {
        switch.name: LabSwitch(switch, peers.city, peers.bootstrap)
        for switch in peers.city.switches.values()
        if switch.on_the_wire
    }
    Fabric(peers.city, switches, {})
    for switch in switches.values():
        switch.inject("lines", declared_lines(switch.declared))
        if peers.moved is not None:
            switch.inject("lines", widened_lines(peers.moved.switches[switch.name]))
        switch.inject("saved", True)
    return switches


async def main(folder: Path) -> None:
    """Serve until killed. The file with the host keys comes last."""
    peers = pickle.loads((folder / FILE).read_bytes())
    switches = played(peers)
    loop = asyncio.get_running_loop()
    del switches[peers.real]
    for switch in switches.values():
        for address in peers.addresses_of(switch.name):
            await loop.create_server(switch.ssh, address, 22)
            await loop.create_datagram_endpoint(partial(SnmpPort, switch.agent), (address, 161))
    draft = folder / f"{KEYS}.draft"
    draft.write_text(json.dumps({name: switch.ssh.public_key for name, switch in switches.items()}), encoding="ascii")
    draft.replace(folder / KEYS)
    await asyncio.Event().wait()


if __name__ == "__main__":
    from tests.hosts import peers as module  # the pickle names the module, not __main__

    asyncio.run(module.main(Path(sys.argv[1])))
