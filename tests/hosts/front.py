"""The switch's face, in its namespace: the lab's command line on port 22, its SNMP for snmpd, and a console socket.

``python -m tests.hosts.front FOLDER``. Whatever changes the configuration (a line typed, a SET, a revert timer, a
restart) is applied to Open vSwitch before the prompt comes back, so a session that cuts itself off is cut off.
"""

from __future__ import annotations

import asyncio
import copy
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from iccc.lab.device import Counters, Fault
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import System
from iccc.lab.snmp.agent import Agent
from iccc.lab.snmp.switch_mib import SwitchMib
from iccc.lab.switch import hardware_address
from tests.hosts.agents import FRONT_PORT, snmpd_conf
from tests.hosts.apply import Applier
from tests.hosts.console import serve
from tests.hosts.holding import HoldingFront
from tests.hosts.ovs import Bridge
from tests.hosts.plan import SWITCH_BRIDGE, Plan
from tests.hosts.snmp_port import SnmpPort
from tests.hosts.surroundings import RealSurroundings
from tests.hosts.wanted import wanted


class Front:
    """One switch: the lab's :class:`System` whose every change reaches Open vSwitch and snmpd."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._folder = folder
        bridge = Bridge(SWITCH_BRIDGE, folder / "ovs")
        self._applier = Applier(bridge)
        self._snmp = ""
        site = plan.site
        self.system = System(
            name=site.switch,
            address=site.address,
            mac=hardware_address(site.address),
            model="IE-3300-8P2S",
            serial="FOC" + "".join(f"{int(part):02X}" for part in site.address.split(".")),
            hardware=site.hardware,
            factory=lambda: plan.factory,
            now=lambda: datetime.now(UTC),
            poe_budget_w=site.poe_budget_w,
            minute_s=plan.minute_s,
        )
        self.system.surroundings = RealSurroundings(
            site, bridge, folder / "lldpd.sock", lambda port: self.system.running.ports[port].mode
        )
        self.system.on_change = self._changed
        self.counters = Counters()
        self.ssh = HoldingFront(self.system, self.counters, lambda: (Fault.NONE, 0.0))
        self.agent = Agent(SwitchMib(self.system), self.counters, lambda: Fault.NONE)
        self._changed()

    def _changed(self) -> None:
        system = self.system
        self._applier.apply(
            wanted(system.running, lambda port: system.trunking(port), system.poe_ports)  # noqa: PLW0108  mode changes
        )
        conf = snmpd_conf(system.running.communities, sorted(system.running.vlans), self._folder / "agentx")
        if conf != self._snmp:
            self._snmp = conf
            (self._folder / "snmpd.conf").write_text(conf, encoding="utf-8")
            pid = self._folder / "snmpd.pid"
            if pid.exists():
                os.kill(int(pid.read_text(encoding="ascii")), signal.SIGHUP)

    # What the console does

    def type(self, lines: list[str]) -> list[str]:
        """Configuration lines, typed by somebody who stands beside the switch; what it printed."""
        shell = Shell(Session(self.system, "console", Mode.CONFIG), lambda: None, lambda: False)
        printed = []
        for line in lines:
            printed += shell.type(line)
            if shell.session.ask is not None:
                printed += shell.type("")  # whoever stands at the console says yes
        return printed

    def running(self) -> list[str]:
        return self.system.text(self.system.running)

    def startup(self) -> list[str]:
        return self.system.text(self.system.startup)

    def save(self) -> None:
        self.system.save()

    def reset(self) -> None:
        """As the technician left it, without any session."""
        self.ssh.abort()
        self.system.factory_reset()

    def keep(self) -> None:
        self._kept = copy.deepcopy(self.system.startup)

    def restore(self) -> None:
        """As it was kept: a restart with that configuration."""
        self.ssh.abort()
        self.ssh.hold("")
        self.system.startup = copy.deepcopy(self._kept)
        self.system.reboot()

    def hold(self, line: str) -> None:
        self.ssh.hold(line)

    def held(self) -> int:
        return self.ssh.held

    def armed(self) -> int:
        return self.system.pending.minutes if self.system.pending else 0

    def log(self) -> list[str]:
        return list(self.system.log)

    def host_key(self) -> str:
        return self.ssh.public_key


async def main(folder: Path) -> None:
    """Serve until killed. The console's socket comes last: who finds it finds a switch that works."""
    front = Front(Plan.read(folder), folder)
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: SnmpPort(front.agent), ("127.0.0.1", FRONT_PORT))
    await loop.create_server(front.ssh, "0.0.0.0", 22)  # as a switch: on every address that it has
    await serve(front, folder / "console")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
