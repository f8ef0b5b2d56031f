"""A declared switch, built of Open vSwitch in network namespaces, between its cameras and an operator."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iccc.city.devices import City
from iccc.lab.sheet import Logins
from tests.hosts.building import HERE, LAB_NETS, Building
from tests.hosts.console import Console
from tests.hosts.declared import declared_lines
from tests.hosts.hand import Did
from tests.hosts.namespaces import existing, prefix, sweep
from tests.hosts.probe import Loss
from tests.hosts.site import Camera, Site, site_of

FOLDER = "iccc-ovs-"
SWITCH = "bsp-j01-sw1"


@dataclass
class Probe:
    """A probe that runs, or its result once :meth:`OvsLab.probing` has ended."""

    loss: Loss = field(default_factory=lambda: Loss(0, 0.0, (), 0.0))


class OvsLab:
    """One declared switch that forwards real frames, in namespaces of its own. A context manager; needs root.

    ::

        operator namespace                    switch namespace                        camera namespaces
        lo      10.80.0.100
        vlan110 10.81.1.1 ┐                                      ┌ Gi1/1 ── eth0 10.82.1.31  (ICMP, TCP 80 and 554,
        vlan201 10.82.1.1 ┴ bridge "core" ═══ Gi1/9 bridge "sw" ─┤                            UDP echo 9000)
        lldpd: bsp-agg1 Gi1/0/1     trunk     vlan110 10.81.1.11 └ Gi1/2 ── eth0 10.82.1.41
                                              SSH 22, snmpd 161, lldpd

    The operator works from 10.80.0.100 (of ``management.sources``), behind a router; so the switch's access lists and
    its default gateway decide about sessions, too. The other ports have no cable.
    All other switches of the city are simulated on the operator's side, as declared, at their addresses: SSH 22,
    SNMP 161. They forward nothing; they are there to be looked at before the real one is changed. Nothing else answers.
    With ``moved``, the city with another management network, they answer there as well and carry both VLANs, and so
    does the router.

    SSH is the lab's IOS command line; each accepted line is at work in Open vSwitch before the next prompt: access and
    trunk VLANs, native VLAN, shutdown, PoE (off takes the link down), SVIs and their VLAN, the VLAN database, default
    gateway. If the management VLAN is cut, SSH and SNMP are cut.
    SNMP is Debian's snmpd: LLDP-MIB of the real lldpd, the rest of the switch's state (``community@vlan`` as on IOS).
    A minute of the revert timer lasts ``minute_s``.

    The switch starts as a technician leaves it (:func:`iccc.lab.switch.factory_config`): only the management VLAN,
    cameras in VLAN 1. :meth:`declare` types the declared VLANs at the console.

    A program under test runs on the operator's side: ``lab.operator(...)`` runs it and returns what it printed,
    ``lab.start(...)`` starts it; both give it :attr:`environment`. iccc needs a folder whose ``pyinfra.cfg`` says
    ``target = netns``, and ``iccc enrol CITY --sheet`` with :attr:`sheet_path` first. :attr:`console` reaches the
    switch always. Everything ends with the context, and with this process however it ends; namespaces that a killed
    process left are removed by the next lab.
    """

    site: Site
    console: Console
    logins: Logins

    def __init__(self, city: City, switch: str = SWITCH, minute_s: float = 3.0, moved: City | None = None) -> None:
        self._city = city
        self._moved = moved
        self.site = site_of(city, switch, moved=moved)
        self.logins = Logins()
        self.minute_s = minute_s
        self.bring_up_s = 0.0
        self._folder = Path("/nonexistent")
        self._stack = ExitStack()

    def __enter__(self) -> OvsLab:
        began = time.monotonic()
        clean_up()
        with ExitStack() as stack:
            self._folder = Path(tempfile.mkdtemp(prefix=FOLDER))
            self._folder.chmod(0o711)  # lldpd's unprivileged half comes to its socket there
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._built = self._building()
            stack.callback(self._built.down)
            self._built.up(self.minute_s)
            self.console = Console(self._folder / "console")
            self._built.write_sheet(self.sheet_path, self.console.host_key())
            self._stack = stack.pop_all()
        self.bring_up_s = time.monotonic() - began
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    def _building(self) -> Building:
        return Building(self._city, self.site, self.logins, self._folder, self.environment, self._moved)

    # For tests

    @property
    def environment(self) -> dict[str, str]:
        """Of a program on the operator's side: nothing of pytest's, and the guard with the lab's addresses."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ICCC_"))}
        return {**kept, "ICCC_LOOPBACK_ONLY": "1", "ICCC_LAB_NETS": LAB_NETS, "PYTHONPATH": str(HERE)}

    @property
    def sheet_path(self) -> Path:
        """The commissioning sheet, as ``iccc enrol --sheet`` takes it."""
        return self._folder / "sheet.json"

    def operator(
        self, *arguments: str, cwd: Path | None = None, timeout_s: float = 110.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a program on the operator's side and return when it ends."""
        return subprocess.run(
            self._built.namespaces["op"].command(*arguments),
            cwd=cwd, env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, cwd: Path | None = None, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a program on the operator's side; it is ended with the lab at the latest."""
        process = self._built.namespaces["op"].start(*arguments, cwd=cwd, env=self.environment, stdout=stdout)
        self._built.processes.append(process)
        return process

    def hand(self, *steps: Sequence[str], timeout_s: float = 60.0, **more: Any) -> Did:
        """Do ``["show", COMMAND]``, ``["config", LINE…]`` and ``["arm", COMMAND]`` in one netmiko session."""
        user, password = self.logins.switch
        login = {
            "device_type": "cisco_ios", "host": self.site.address, "username": user, "password": password,
            "conn_timeout": 3, "auth_timeout": 5, "banner_timeout": 5, "read_timeout_override": 4, **more,
        }  # fmt: skip
        job = json.dumps({"login": login, "steps": steps})
        done = self.operator(sys.executable, "-m", "tests.hosts.hand", job, cwd=HERE, timeout_s=timeout_s)
        assert done.returncode == 0, done.stderr
        return Did.from_json(done.stdout)

    def answers(self, address: str, wait_s: float = 1.0) -> bool:
        """Whether an address answers ICMP from the operator's side within that time."""
        done = self.operator("ping", "-n", "-q", "-c", "1", "-W", str(wait_s), address)
        return done.returncode == 0

    def becomes(self, address: str, answering: bool, within_s: float = 5.0) -> bool:
        """Wait until an address answers, or no longer does; False when it did not come to that."""
        deadline = time.monotonic() + within_s
        while self.answers(address, 0.3) is not answering:
            if time.monotonic() > deadline:
                return False
        return True

    @contextmanager
    def probing(self, address: str, rate_hz: float = 100.0, max_s: float = 60.0) -> Iterator[Probe]:
        """Numbered datagrams to a camera while the block runs; afterwards :attr:`Probe.loss` tells what got lost."""
        assert self.becomes(address, True), f"{address} does not answer: nothing could get lost"
        probe, result = Probe(), self._folder / f"probe-{time.monotonic_ns()}"
        with result.open("wb") as out:
            process = self._built.namespaces["op"].start(
                sys.executable, "-m", "tests.hosts.probe", address, str(rate_hz), str(max_s), cwd=HERE, stdout=out
            )
            try:
                time.sleep(0.2)  # it sends by now
                yield probe
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(5)
        probe.loss = Loss.from_json(result.read_text(encoding="ascii"))

    def declare(self) -> None:
        """Type the declared VLANs, access ports and trunks at the console, and save."""
        self.console.type(*declared_lines(self._city.switches[self.site.switch]))
        self.console.save()

    def carry(self, vlan: int, carried: bool) -> None:
        """Let the core forget a VLAN of the site, or have it again: nobody there answers in it meanwhile."""
        self._built.carry(vlan, carried)

    def unplug(self, camera: Camera) -> None:
        """Pull a camera's cable."""
        self._built.camera(camera).run("ip", "link", "set", "eth0", "down")

    def plug(self, camera: Camera) -> None:
        """Put it back."""
        self._built.plug(camera)

    def snmp_walk(self, oid: str, community: str | None = None) -> list[tuple[str, str]]:
        """OIDs and values of a subtree, read from the operator's side; AssertionError when nothing answers."""
        return [(found, value) for found, value in self._snmp("walk", community or self.logins.read_community, oid)]

    def snmp_set(self, oid: str, value: int) -> None:
        """SET an INTEGER with the write community."""
        self._snmp("set", self.logins.write_community, oid, str(value))

    def _snmp(self, *arguments: str) -> Any:
        done = self.operator(sys.executable, "-m", "tests.hosts.snmp", self.site.address, *arguments, cwd=HERE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def crashes(self) -> str:
        """What the command line's process said since its first traceback; empty when it had none."""
        said = (self._folder / "front.log").read_text(encoding="utf-8", errors="replace")
        return said[at:] if (at := said.find("Traceback")) >= 0 else ""

    def left_behind(self) -> list[str]:
        """Namespaces and processes of this lab that are still there; none after the context."""
        alive = [f"{process.args!r}" for process in self._built.processes if process.poll() is None]
        return [*(name for name in existing() if name.startswith(prefix(self._built.tag))), *alive]


def clean_up() -> list[str]:
    """Remove what killed labs left: namespaces, which are returned, what runs in them, and folders."""
    left = sweep()
    for name in left:
        shutil.rmtree(Path(tempfile.gettempdir(), f"{FOLDER}{name.split('-')[2]}"), ignore_errors=True)
    return left
