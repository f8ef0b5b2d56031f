"""One simulated switch: its system behind SSH and SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType

from iccc.city.devices import City, SnmpAccess, Switch
from iccc.lab.device import SNMP_FAULTS, Fault, LabDevice, TcpPort, UdpPort
from iccc.lab.hardware import ports_of
from iccc.lab.ios import vlanlist
from iccc.lab.ios.config import Config, PortConfig, SnmpUser, Svi, User, secret9
from iccc.lab.ios.server import OPERATOR, SshFront
from iccc.lab.ios.system import Misbehaviour, System
from iccc.lab.snmp.agent import Agent
from iccc.lab.snmp.foreign_mib import SOLD_AS, ForeignMib
from iccc.lab.snmp.switch_mib import WRITERS, SwitchMib
from iccc.lab.snmp.traps import Receiver, Sender
from iccc.lab.switch_inject import inject
from iccc.lab.switch_traps import SwitchTraps
from iccc.sessions.dial import LAB_PORT_OFFSET, Dial, Target

SSH_PORT = LAB_PORT_OFFSET + 22
CUT_AFTER, REFUSES = 3, "ntp server"  # of those faults, where nothing else is set
SNMP_PORT = LAB_PORT_OFFSET + 161
NOBODY: Mapping[str, SnmpUser] = MappingProxyType({})


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

    @property
    def communities(self) -> dict[str, str]:
        return {self.read_community: "RO", self.write_community: "RW"}


def lab_address(declared: str) -> str:
    """``127.a.b.c`` for ``10.a.b.c``."""
    return Dial(Target.LAB)(declared, 0)[0]


def declared_address(address: str, port: int) -> tuple[str, int]:
    """What a device is declared with: ``10.a.b.c`` and ``p`` for ``127.a.b.c`` and ``20000 + p``."""
    return f"10.{address.partition('.')[2]}", max(port - LAB_PORT_OFFSET, 0)


def hardware_address(declared: str) -> str:
    """A locally administered MAC address for a device with this IPv4 address: ``02:00:0a:14:0e:0b``."""
    return "02:00:" + ":".join(f"{int(part):02x}" for part in declared.split("."))


class LabSwitch(LabDevice):
    """A declared switch, played."""

    def __init__(
        self, switch: Switch, city: City, bootstrap: Bootstrap, users: Mapping[str, SnmpUser] = NOBODY
    ) -> None:
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
            factory=lambda: (declared_config if switch.snmp_only else factory_config)(switch, bootstrap, users),
            now=lambda: datetime.now(UTC),
            poe_budget_w=known.poe_budget_w if known else 240.0,
            sold_as=SOLD_AS if switch.snmp_only else None,
        )
        self.built = (self.system.model, self.system.serial, self.system.firmware)
        self.ssh = SshFront(self.system, self.counters, lambda: (self.fault, self.delay_s))
        self.operator = operator_of(city)
        self.ssh.operator = self.operator
        self.mib = ForeignMib(self.system) if switch.snmp_only else SwitchMib(self.system)
        self.agent = Agent(self.mib, self.counters, lambda: self.fault)
        self.tcp = [] if switch.snmp_only else [TcpPort(self.address, SSH_PORT, self.ssh)]
        port = UdpPort(self.address, SNMP_PORT, self._snmp, lambda: self.fault is Fault.SNMP_ELSEWHERE)
        self.udp = [port]
        self._sender = Sender(port, self.mib.up_ticks)
        self.traps = SwitchTraps(self.system, self._sender)
        self._community = bootstrap.read_community

    def _snmp(self, request: bytes, peer: str, reply: Callable[[bytes], None]) -> None:
        answer = None if self._sender.acknowledged(request) else self.agent.answer(request, self.ssh.source(peer))
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
        self.traps.dark()
        self.system.reboot()

    def power_on(self) -> None:
        self.system.start()

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
        self.mib.wide = fault is not Fault.SNMP_WRAPS
        self.mib.meters.wrap(fault is Fault.SNMP_WRAPS)
        if fault is not Fault.NONE and fault not in SNMP_FAULTS:
            self.ssh.abort()

    def factory_reset(self) -> None:
        self.ssh.abort()
        self.system.minute_s, self.system.xe = 60.0, False
        self.system.model, self.system.serial, self.system.firmware = self.built
        self.ssh.operator = self.operator
        self.traps.told_to = []
        self.system.factory_reset()

    def exchange(self, serial: str, mac: str) -> None:
        """Another unit stands here, as a technician sets it up."""
        self.factory_reset()
        self.system.mac, self.system.serial = mac.lower(), serial

    def inject(self, path: str, value: object) -> None:
        """Paths: see :mod:`iccc.lab.switch_inject`; ``traps_to``, ``informs_to``: the address that is told too."""
        if path == "operator" and isinstance(value, str):
            self.ssh.operator = str(IPv4Address(value))
        elif path in ("traps_to", "informs_to") and isinstance(value, str):
            self.traps.told_to = [Receiver(str(IPv4Address(value)), self._community, path == "informs_to")]
        elif not inject(self.system, path, value):
            super().inject(path, value)
        elif path == "reboot":
            self.ssh.abort()


def operator_of(city: City) -> str:
    """Where the control centre's operators sit: in the first network whence one may log in to switches."""
    if not city.management_sources:
        return OPERATOR
    network = IPv4Network(city.management_sources[0])
    return str(network[min(10, network.num_addresses - 1)])


def factory_config(switch: Switch, bootstrap: Bootstrap, users: Mapping[str, SnmpUser] = NOBODY) -> Config:
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
        communities=bootstrap.communities,
        snmp_users=dict(users),
        lines={
            "con 0": [],
            "vty 0 4": ["login local", "transport input ssh"],
            "vty 5 15": ["login local", "transport input ssh"],
        },
    )


def declared_config(switch: Switch, bootstrap: Bootstrap, users: Mapping[str, SnmpUser]) -> Config:
    """What somebody left who set a switch up by hand, from the declaration: nothing can log in to it."""
    config = factory_config(switch, bootstrap, users)
    config.hostname = switch.name
    config.vlans |= switch.vlans
    for name, port in switch.ports.items():
        config.ports[name] = PortConfig(
            description=port.description,
            mode=port.mode,
            access_vlan=port.access_vlan or 1,
            allowed=port.allowed_vlans if port.allowed_vlans is not None else vlanlist.ALL,
            poe=port.poe is not False,
        )
    return config


def snmp_users(access: SnmpAccess, passwords: Callable[[str], tuple[str, str]]) -> dict[str, SnmpUser]:
    """The v3 users that the declaration names for a device; none where another version is spoken."""
    if access.version != "3":
        return {}
    privacy = {"des": "DES", "aes": "AES128", "aes256": "AES256"}[access.privacy]
    groups = {access.user: "read", access.write_user: WRITERS}
    return {
        name: SnmpUser(group, access.auth.upper(), privacy, *passwords(name)) for name, group in groups.items() if name
    }
