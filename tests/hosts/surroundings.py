"""What the switch senses on its ports, asked of the kernel, of Open vSwitch and of lldpd."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from iccc.lab.ios import names
from iccc.lab.ios.system import Neighbour, Nothing, Powered
from tests.hosts.namespaces import run
from tests.hosts.ovs import Bridge
from tests.hosts.site import Site, device_of

FRESH_S = 0.5  # so long an answer of a daemon is taken for the present
CAMERA = Powered(3, 8.5)


class RealSurroundings(Nothing):
    """``iccc.lab.ios.system.Surroundings`` of the one switch here. ``mode`` gives a port's configured mode."""

    def __init__(self, site: Site, bridge: Bridge, lldp_socket: Path, mode: Callable[[str], str]) -> None:
        self._site = site
        self._bridge = bridge
        self._lldp_socket = lldp_socket
        self._mode = mode
        self._by_number = {port.index: port.name for port in site.hardware}
        self._cameras = {camera.port for camera in site.cameras}
        self._learned: tuple[float, list[tuple[int, int, str]]] = (-1.0, [])
        self._heard: tuple[float, dict[str, Neighbour]] = (-1.0, {})

    @property
    def revision(self) -> int:
        """Nobody tells of changes here, so all that was sensed is stale after half a second."""
        return int(time.monotonic() / FRESH_S)

    def link_up(self, switch: str, port: str) -> bool:
        try:
            return Path(f"/sys/class/net/{device_of(port)}/carrier").read_text(encoding="ascii").strip() == "1"
        except OSError:  # the kernel does not tell of a port that is shut down
            return False

    def trunking(self, switch: str, port: str) -> bool:
        """The core's end is a trunk that negotiates, so a dynamic port on that cable becomes one."""
        mode = self._mode(port)
        return mode == "trunk" or (mode == "dynamic" and port == self._site.uplink)

    def powered(self, switch: str, port: str) -> Powered | None:
        return CAMERA if port in self._cameras and self.link_up(switch, port) else None

    def neighbour(self, switch: str, port: str) -> Neighbour | None:
        now = time.monotonic()
        if now - self._heard[0] > FRESH_S:
            said = run(["lldpcli", "-u", str(self._lldp_socket), "-f", "json0", "show", "neighbors"], check=False)
            self._heard = (now, _neighbours(said))
        return self._heard[1].get(device_of(port))

    def fdb(self, switch: str, vlan: int) -> Mapping[str, str]:
        now = time.monotonic()
        if now - self._learned[0] > FRESH_S:
            self._learned = (now, self._bridge.learned())
        return {
            mac: self._by_number[port] for port, at, mac in self._learned[1] if at == vlan and port in self._by_number
        }


def _neighbours(said: str) -> dict[str, Neighbour]:
    """By kernel name, from the verbose JSON of lldpcli, in which every element is a list."""
    found: dict[str, Neighbour] = {}
    tables: list[dict[str, Any]] = json.loads(said or "{}").get("lldp", [])
    for table in tables:
        for interface in table.get("interface", []):
            chassis, port = interface["chassis"][0], interface["port"][0]
            number, text = _value(port, "id"), _value(port, "descr")
            address = _value(chassis, "mgmt-ip")
            mac = _value(chassis, "id")
            found[interface["name"]] = Neighbour(mac, names.short(number), text, _value(chassis, "name"), address)
    return found


def _value(element: Mapping[str, Any], key: str) -> str:
    return str(element[key][0]["value"]) if element.get(key) else ""
