"""What an OvsLab is made of, built and taken down: namespaces, cables, bridges, daemons."""

from __future__ import annotations

import ipaddress
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from iccc.city.devices import City
from iccc.lab.sheet import Logins, sheet, write
from iccc.lab.switch import Bootstrap, factory_config
from tests.hosts import agents
from tests.hosts.camera import TCP_PORTS
from tests.hosts.namespaces import Namespace, delete, ip
from tests.hosts.ovs import Bridge
from tests.hosts.peers import KEYS, Peers
from tests.hosts.plan import SWITCH_BRIDGE, Plan
from tests.hosts.site import Camera, Site, device_of
from tests.hosts.wanted import DEAD_VLAN

HERE = Path(__file__).parents[2]
CORE_BRIDGE = "core"
LAB_NETS = "10.0.0.0/8"
STEP_S = 10.0  # every wait of the bring-up is over by then, or it fails with what the daemon said


class Building:
    """Everything of one lab that has to be taken down again. ``folder`` is empty, and its own."""

    def __init__(
        self,
        city: City,
        site: Site,
        logins: Logins,
        folder: Path,
        environment: Mapping[str, str],
        moved: City | None = None,
    ) -> None:
        self.site = site
        self.namespaces: dict[str, Namespace] = {}  # sw, op, cam0, cam1, …
        self.processes: list[subprocess.Popen[bytes]] = []
        self._city = city
        self._moved = moved
        self._logins = logins
        self._folder = folder
        self._environment = environment

    @property
    def tag(self) -> str:
        """What the names of the namespaces have of the folder's."""
        return self._folder.name.rpartition("-")[2]

    def camera(self, camera: Camera) -> Namespace:
        return self.namespaces[f"cam{self.site.cameras.index(camera)}"]

    def plug(self, camera: Camera) -> None:
        """The cable into the camera: the kernel forgets its default route with every link that goes down."""
        self.camera(camera).run("ip", "link", "set", "eth0", "up")
        self.camera(camera).run("ip", "route", "replace", "default", "via", camera.gateway)

    def up(self, minute_s: float) -> None:
        """On return everything answers. ``minute_s``: a minute of the switch's revert timer."""
        for role in ("sw", "op", *(f"cam{number}" for number in range(len(self.site.cameras)))):
            self.namespaces[role] = Namespace(self.tag, role)
        wait_for_peers = self._start_peers()  # the longest part, and it needs no network
        self._cable()
        self._bridges()
        self._start_switch(minute_s)
        operator = self.namespaces["op"]
        self.processes.append(
            agents.start_lldpd(operator, self._folder / "core", self.site.core, [self.site.core_port])
        )
        self._start_cameras()
        wait_for_peers()

    def _cable(self) -> None:
        """A veth for every port. One without a cable keeps its other end at home, and down."""
        switch, operator = self.namespaces["sw"], self.namespaces["op"]
        ends = {self.site.uplink: (operator, device_of(self.site.core_port))}
        for number, camera in enumerate(self.site.cameras):
            ends[camera.port] = (self.namespaces[f"cam{number}"], "eth0")
        for port in self.site.hardware:
            device = device_of(port.name)
            far, far_device = ends.get(port.name, (switch, f"x{device}"))
            ip("link", "add", device, "netns", switch.name, "type", "veth", "peer", far_device, "netns", far.name)
            if port.name in ends:  # frames between two namespaces carry no checksum otherwise
                switch.run("ethtool", "-K", device, "tx", "off")
                far.run("ethtool", "-K", far_device, "tx", "off")
                far.run("ip", "link", "set", far_device, "up")
        for camera in self.site.cameras:
            namespace = self.camera(camera)
            namespace.run("ip", "link", "set", "eth0", "address", camera.mac)
            namespace.run("ip", "address", "add", f"{camera.address}/24", "dev", "eth0")
            self.plug(camera)

    def _bridges(self) -> None:
        site, switch, operator = self.site, self.namespaces["sw"], self.namespaces["op"]
        own = Bridge(SWITCH_BRIDGE, self._folder / "ovs")
        self.processes += own.start(switch)
        commands: list[list[str]] = []
        for port in site.hardware:
            device = device_of(port.name)
            commands.append(["add-port", SWITCH_BRIDGE, device, "tag=4095"])
            commands.append(["set", "interface", device, f"ofport_request={port.index}"])
        own.transact(commands)

        core = Bridge(CORE_BRIDGE, self._folder / "core")
        self.processes += core.start(operator)
        uplink = device_of(site.core_port)
        commands = [["add-port", CORE_BRIDGE, uplink, "vlan_mode=native-untagged", "tag=1"]]
        for vlan in site.vlans:
            commands.append(["add-port", CORE_BRIDGE, f"vlan{vlan}", f"tag={vlan}"])
            commands.append(["set", "interface", f"vlan{vlan}", "type=internal"])
        core.transact(commands)
        self._core = core
        operator.run("sh", "-c", "echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce")  # by the router's own address
        for vlan, address in site.vlans.items():
            operator.run("ip", "address", "add", f"{address}/24", "dev", f"vlan{vlan}")
            operator.run("ip", "link", "set", f"vlan{vlan}", "up")
            # The operator works from behind the router, so a switch needs its gateway to answer.
            network = str(ipaddress.ip_interface(f"{address}/24").network)
            operator.run("ip", "route", "replace", network, "dev", f"vlan{vlan}", "src", site.operator)
        # The rest of the city is silent, not unreachable: as behind a router.
        operator.run("ip", "route", "add", LAB_NETS, "dev", f"vlan{site.management_vlan}", "src", site.operator)

    def carry(self, vlan: int, carried: bool) -> None:
        """Whether the router has anything to do with a VLAN that the cable brings; as built, it has."""
        self._core.transact([["set", "port", f"vlan{vlan}", f"tag={vlan if carried else DEAD_VLAN}"]])

    def _start_switch(self, minute_s: float) -> None:
        """The command line first: it knows the communities that snmpd is started with."""
        switch = self.namespaces["sw"]
        Plan(self.site, factory_config(self._city.switches[self.site.switch], self._bootstrap), minute_s).write(
            self._folder
        )
        self._serve(switch, "tests.hosts.front", "console")()
        self.processes.append(agents.start_snmpd(switch, self._folder))
        agentx = self._folder / "agentx"
        self._wait(agentx.exists, self.processes[-1], self._folder / "snmpd.log")
        ports = [port.name for port in self.site.hardware]
        self.processes.append(agents.start_lldpd(switch, self._folder, self.site.switch, ports, agentx))

    def _start_peers(self) -> Callable[[], None]:
        """The other switches; what is returned waits until they serve."""
        operator = self.namespaces["op"]
        peers = Peers(self._city, self.site.switch, self._bootstrap, self._moved)
        commands = [f"address add {self.site.operator}/32 dev lo"]
        for address in peers.addresses:
            commands.append(f"address add {address}/32 dev lo")
            commands.append(f"route replace local {address}/32 dev lo table local src {self.site.operator}")
        operator.run("ip", "-batch", "-", stdin="\n".join(commands))
        peers.write(self._folder)
        return self._serve(operator, "tests.hosts.peers", KEYS)

    def write_sheet(self, path: Path, own_key: str) -> None:
        """The commissioning sheet of all switches."""
        others: dict[str, str] = json.loads((self._folder / KEYS).read_text(encoding="ascii"))
        keys = {self.site.switch: own_key, **others}
        write(path, sheet(self._logins, list(keys), keys))

    @property
    def _bootstrap(self) -> Bootstrap:
        logins = self._logins
        return Bootstrap.make(*logins.switch, logins.read_community, logins.write_community)

    def _serve(self, namespace: Namespace, module: str, sign: str) -> Callable[[], None]:
        """Start a module with the folder; what is returned waits for the file that tells that it serves."""
        log = self._folder / f"{module.rpartition('.')[2]}.log"
        with log.open("ab") as out:
            process = namespace.start(
                sys.executable, "-m", module, str(self._folder), cwd=HERE, env=self._environment, log=out
            )
        self.processes.append(process)
        return partial(self._wait, (self._folder / sign).exists, process, log)

    def _start_cameras(self) -> None:
        log = self._folder / "cameras.log"
        for number, camera in enumerate(self.site.cameras):
            namespace = self.namespaces[f"cam{number}"]
            with log.open("ab") as out:
                process = namespace.start(sys.executable, "-m", "tests.hosts.camera", camera.address, cwd=HERE, log=out)
            self.processes.append(process)
            self._wait(partial(_listens, namespace), process, log)

    def _wait(self, there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + STEP_S
        while not there():
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
                raise RuntimeError(f"{process.args!r}: did not come up: {said}")
            time.sleep(0.02)

    def down(self) -> None:
        delete([namespace.name for namespace in self.namespaces.values()])
        for process in self.processes:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(3)


def _listens(namespace: Namespace) -> bool:
    said: Sequence[str] = namespace.run("ss", "-Htln", f"sport = :{TCP_PORTS[-1]}").splitlines()
    return bool(said)
