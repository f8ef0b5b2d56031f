"""Debian's snmpd and lldpd in a namespace: over v3, both libraries see what the kernel and lldpd say themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.agents import start_lldpd
from tests.hosts.facts import USER
from tests.hosts.namespaces import Namespace, delete, hindrance
from tests.hosts.site import device_of

pytestmark = pytest.mark.hosts

HERE = Path(__file__).parents[2]
ADDRESS, DECLARED = "127.77.9.1", "10.77.9.1"
PORTS = [f"GigabitEthernet1/{number}" for number in range(1, 5)]
HEARD, SHUT, UNPLUGGED = PORTS[:2], PORTS[2], PORTS[3]
CONF = """\
exactEngineID 0x80001f8804636974797378
agentaddress udp:{address}:20161
createUser see SHA-256 "{auth}" AES-256 "{privacy}"
rouser see priv
agentXSocket unix:{agentx}
master agentx
agentXPerms 0777 0777
"""


@dataclass
class Agents:
    switch: Namespace
    sock: Path

    def facts(self, reader: str) -> dict[str, Any]:
        environment = {**os.environ, "ICCC_LOOPBACK_ONLY": "1", "PYTHONPATH": str(HERE)}
        done = subprocess.run(
            self.switch.command(sys.executable, "-m", "tests.hosts.facts", DECLARED, reader),
            capture_output=True, text=True, timeout=40, check=False, env=environment, cwd=HERE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return dict(json.loads(done.stdout))

    def links(self) -> dict[str, dict[str, Any]]:
        return {link["ifname"]: link for link in json.loads(self.switch.run("ip", "-j", "link"))}

    def heard(self) -> dict[str, tuple[str, str, str]]:
        """Port: name, chassis and port of the neighbour, as lldpcli has them."""
        told = json.loads(self.switch.run("lldpcli", "-u", str(self.sock), "show", "neighbors", "-f", "json0"))
        return {
            one["name"]: (
                one["chassis"][0]["name"][0]["value"],
                one["chassis"][0]["id"][0]["value"],
                one["port"][0]["id"][0]["value"],
            )
            for one in told["lldp"][0].get("interface", ())
        }


@pytest.fixture(scope="module")
def agents() -> Iterator[Agents]:
    """Four ports: two with a neighbour, one shut, one whose far end is down."""
    if reason := hindrance():
        pytest.skip(reason)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iccc-agents-")))
        folder.chmod(0o711)
        switch, far = Namespace("real", "sw"), Namespace("real", "far")
        stack.callback(delete, [switch.name, far.name])
        for port in PORTS:
            device = device_of(port)
            switch.run("ip", "link", "add", device, "type", "veth", "peer", "name", device, "netns", far.name)
            if port != SHUT:
                switch.run("ip", "link", "set", device, "up")
            if port in HEARD:
                far.run("ip", "link", "set", device, "up")
        _snmpd(stack, switch, folder)
        stack.callback(start_lldpd(far, folder / "far", "bsp-agg1", HEARD).wait, 10)
        stack.callback(start_lldpd(switch, folder / "near", "bsp-j01-sw1", PORTS, folder / "agentx").wait, 10)
        stack.callback(delete, [switch.name, far.name])  # first of all: the daemons end with them
        made = Agents(switch, folder / "near" / "lldpd.sock")
        until = time.monotonic() + 20
        while len(made.heard() if made.sock.exists() else ()) < len(HEARD) and time.monotonic() < until:
            time.sleep(0.3)
        yield made


def _snmpd(stack: ExitStack, switch: Namespace, folder: Path) -> None:
    conf = CONF.format(
        address=ADDRESS,
        auth=USER.auth_password.reveal(),
        privacy=USER.privacy_password.reveal() if USER.privacy_password else "",
        agentx=folder / "agentx",
    )
    (folder / "snmpd.conf").write_text(conf, encoding="ascii")
    own = {**os.environ, "MIBS": "", "SNMPCONFPATH": str(folder), "SNMP_PERSISTENT_DIR": str(folder / "snmp")}
    log = stack.enter_context((folder / "snmpd.log").open("ab"))
    process = switch.start("snmpd", "-f", "-Lo", "-C", "-c", str(folder / "snmpd.conf"), log=log, env=own)
    stack.callback(process.wait, 10)
    until = time.monotonic() + 10
    while not (folder / "agentx").exists() and time.monotonic() < until:
        time.sleep(0.05)


@pytest.mark.parametrize("reader", ["gufo", "pysnmp"])
def test_both_libraries_see_what_the_kernel_and_lldpd_say(agents: Agents, reader: str) -> None:
    facts, links, heard = agents.facts(reader), agents.links(), agents.heard()
    ports = facts["ports"]
    assert set(ports) == set(links)
    for name, port in ports.items():
        link = links[name]
        assert port["index"] == link["ifindex"]
        assert port["admin"] is ("UP" in link["flags"])
        assert port["oper"] is ("LOWER_UP" in link["flags"]), name
        if link["link_type"] == "ether":
            assert port["mac"] == link["address"]
    assert {name: tuple(*port["neighbours"]) for name, port in ports.items() if port["neighbours"]} == heard
    assert set(heard) == {device_of(port) for port in HEARD}
    assert ports[device_of(SHUT)]["admin"] is False and ports[device_of(UNPLUGGED)]["oper"] is False


def test_both_libraries_see_the_same(agents: Agents) -> None:
    for _ in range(5):  # a value of a running agent may move between two readings
        by_gufo, by_pysnmp = agents.facts("gufo"), agents.facts("pysnmp")
        if by_gufo == by_pysnmp:
            break
    assert by_gufo == by_pysnmp
