"""One simulated switch: its system behind SSH and SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network

from iccc.city.devices import City, Switch
from iccc.lab.device import Fault, LabDevice, TcpPort, UdpPort
from iccc.lab.hardware import ports_of
from iccc.lab.ios.config import Config, PortConfig, Svi, User, secret9
from iccc.lab.ios.server import OPERATOR, SshFront
from iccc.lab.ios.session import Mode, Session
from iccc.lab.ios.shell import Shell
from iccc.lab.ios.system import Misbehaviour, System
from iccc.lab.snmp.agent import Agent
from iccc.sessions.dial import LAB_PORT_OFFSET, Dial, Target

SSH_PORT = LAB_PORT_OFFSET + 22
CUT_AFTER, REFUSES = 3, "ntp server"  # of those faults, where nothing else is set
SNMP_PORT = LAB_PORT_OFFSET + 161


@dataclass(frozen=True)
class Bootstrap:
    """What a technician sets on every switch: the login, its printed hash, and the SNMP communities."""

    user: str
    password: str
    read_community: str
    write_community: str
    shown: str

    @classmethod
    def make(cls, user: str, password: str, read_community: str, write_community: str) -> Bootstrap:
        return cls(user, password, read_community, write_community, secret9(password))


def lab_address(declared: str) -> str:
    """``127.a.b.c`` for ``10.a.b.c``."""
    return Dial(Target.LAB)(declared, 0)[0]


def hardware_address(declared: str) -> str:
    """A locally administered MAC address for a device with this IPv4 address: ``02:00:0a:14:0e:0b``."""
    return "02:00:" + ":".join(f"{int(part):02x}" for part in declared.split("."))


class LabSwitch(LabDevice):
    """A declared switch, played."""

    def __init__(self, switch: Switch, city: City, bootstrap: Bootstrap) -> None:
        super().__init__(switch.name, lab_address(switch.address))
        self.declared = switch
        known = city.catalogue.get(switch.device_type)
        self.system = System(
            name=switch.name,
            address=switch.address,
            mac=hardware_address(switch.address),
            model="IE-3300-8P2S" if switch.role == "access" else "IE-3400-24S",
            serial="FOC" + "".join(f"{int(part):02X}" for part in switch.address.split(".")),
            hardware=ports_of(switch, city),
            factory=lambda: factory_config(switch, bootstrap),
            now=lambda: datetime.now(UTC),
            poe_budget_w=known.poe_budget_w if known else 240.0,
        )
        self.ssh = SshFront(self.system, self.counters, lambda: (self.fault, self.delay_s))
        self.operator = operator_of(city)
        self.ssh.operator = self.operator
        self.agent = Agent(self.system, self.counters, lambda: self.fault)
        self.tcp = [TcpPort(self.address, SSH_PORT, self.ssh)]
        self.udp = [UdpPort(self.address, SNMP_PORT, self._snmp)]

    def _snmp(self, request: bytes, reply: Callable[[bytes], None]) -> None:
        answer = self.agent.answer(request)
        if answer is None:
            return
        if self.fault is Fault.SLOW:
            asyncio.get_running_loop().call_later(self.delay_s, reply, answer)
        else:
            reply(answer)

    async def unplug(self) -> None:
        await super().unplug()
        self.ssh.abort()

    async def close(self) -> None:
        await super().close()
        self.ssh.abort()
        self.system.disarm()

    def power_cut(self) -> None:
        self.ssh.abort()
        self.system.reboot()

    def faulted(self) -> None:
        fault = self.fault
        self.system.wrong_clock = fault is Fault.WRONG_CLOCK
        self.system.misbehaviour = Misbehaviour(
            cut_after=CUT_AFTER if fault is Fault.CUT else None,
            refuses=REFUSES if fault is Fault.REFUSES else "",
            save_lies=fault is Fault.SAVE_LIES,
            asks=fault is Fault.ASKS,
            pager=fault is Fault.PAGER,
            wrong_enable=fault is Fault.WRONG_ENABLE,
        )
        if self.fault is not Fault.NONE:
            self.ssh.abort()

    def factory_reset(self) -> None:
        self.ssh.abort()
        self.system.minute_s, self.system.xe = 60.0, False
        self.ssh.operator = self.operator
        self.system.factory_reset()

    def inject(self, path: str, value: object) -> None:
        """Paths: ``lines``: configuration lines typed at the console; ``saved``: True saves.

        ``minute_s``: length of a minute of the revert timer; ``operator``: the address that the operator's sessions
        come from; ``xe``: prints as IOS-XE does; ``cut_after``: number of configuration lines after which every
        session dies; ``refuses``: text that no line may have. The last two last until the next fault or reset.
        """
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if path == "saved" and value is True:
            self.system.save()
        elif path == "lines" and isinstance(value, list):
            self._type([str(line) for line in value])
        elif path == "minute_s" and isinstance(value, int | float) and number and value > 0:
            self.system.minute_s = float(value)
        elif path == "operator" and isinstance(value, str):
            self.ssh.operator = str(IPv4Address(value))
        elif path == "xe" and isinstance(value, bool):
            self.system.xe = value
        elif path == "cut_after" and isinstance(value, int) and number and value > 0:
            self.system.misbehaviour.cut_after = value
        elif path == "refuses" and isinstance(value, str):
            self.system.misbehaviour.refuses = value
        else:
            super().inject(path, value)

    def _type(self, lines: list[str]) -> None:
        """All lines, or ValueError at the first that the switch refuses."""
        shell = Shell(Session(self.system, "console", Mode.CONFIG), lambda: None, lambda: False)
        for line in lines:
            printed = shell.type(line)
            if shell.session.ask is not None:
                printed += shell.type("")  # whoever stands at the console says yes
            refused = [out for out in printed if out.startswith(("% Inv", "% Inc", "% Amb", "%Inv", "Command"))]
            if refused:
                raise ValueError(f"{self.name}: {line!r}: {refused[0]}")


def operator_of(city: City) -> str:
    """Where the control centre's operators sit: in the first network whence one may log in to switches."""
    if not city.management_sources:
        return OPERATOR
    network = IPv4Network(city.management_sources[0])
    return str(network[min(10, network.num_addresses - 1)])


def factory_config(switch: Switch, bootstrap: Bootstrap) -> Config:
    """What a technician leaves: management VLAN and address, open uplinks, login and communities; nothing else."""
    ports = {name: PortConfig(mode="trunk") for name, port in switch.ports.items() if port.mode == "trunk"}
    network = switch.address.rpartition(".")[0]
    return Config(
        vlans={1: "default", switch.management_vlan: ""},
        ports=ports,
        svis={1: Svi(shutdown=True), switch.management_vlan: Svi(address=switch.address)},
        gateway=f"{network}.1",
        users={bootstrap.user: User(15, bootstrap.password, bootstrap.shown)},
        lldp=True,
        communities={bootstrap.read_community: "RO", bootstrap.write_community: "RW"},
        lines={
            "con 0": [],
            "vty 0 4": ["login local", "transport input ssh"],
            "vty 5 15": ["login local", "transport input ssh"],
        },
    )
