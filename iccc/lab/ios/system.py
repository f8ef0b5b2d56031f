"""The inside of a switch: hardware, running and startup configuration, and what it senses on its ports."""

from __future__ import annotations

import asyncio
import copy
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from iccc.lab.hardware import HwPort
from iccc.lab.ios import names
from iccc.lab.ios.config import Config, PortConfig
from iccc.lab.ios.history import History, Medium, Source
from iccc.lab.ios.render import config_lines
from iccc.lab.ios.session import Session
from iccc.lab.oddities import HEALTHY, LLDP_FORMS, PortOddity

FIRMWARE = "15.2(7)E4"
SOFTWARE = (
    "Cisco IOS Software, IE3x00 Software (IE3x00-UNIVERSALK9-M), Version {}, RELEASE SOFTWARE (fc2)\n"
    "Technical Support: http://www.cisco.com/techsupport\n"
    "Copyright (c) 1986-2021 by Cisco Systems, Inc.\n"
    "Compiled Thu 04-Mar-21 03:27 by prod_rel_team"
)
EPOCH = datetime(1993, 3, 1, tzinfo=UTC)  # where a switch starts to count without NTP


@dataclass(frozen=True)
class Neighbour:
    """What LLDP hears on a port."""

    mac: str
    port: str  # Gi1/10; in dotted groups when it is a MAC address
    port_description: str
    hostname: str
    address: str
    port_subtype: int = 5  # LldpPortIdSubtype interfaceName
    software: str = ""  # sysDescr


@dataclass(frozen=True)
class Powered:
    """A device that draws power from a port."""

    poe_class: int  # 0–4
    watts: float


class Surroundings(Protocol):
    """What a switch senses: the fabric answers for all switches by their declared names."""

    @property
    def revision(self) -> int:
        """Grows with every change of what can be sensed."""
        ...

    def link_up(self, switch: str, port: str) -> bool: ...

    def trunking(self, switch: str, port: str) -> bool:
        """Whether the port works as a trunk now."""
        ...

    def powered(self, switch: str, port: str) -> Powered | None: ...

    def denied(self, switch: str, port: str) -> bool:
        """Whether a device on the port asks for power and gets none."""
        ...

    def blocked(self, switch: str, vlan: int) -> frozenset[str]:
        """The ports that spanning tree holds back in a VLAN."""
        ...

    def arp(self, switch: str) -> Mapping[str, tuple[int, str]]:
        """What a gateway knows: VLAN and MAC address by IPv4 address. Nothing on switches that are none."""
        ...

    def optical(self, switch: str, port: str) -> bool:
        """Whether a fibre module is in the port."""
        ...

    def neighbour(self, switch: str, port: str) -> Neighbour | None: ...

    def fdb(self, switch: str, vlan: int) -> Mapping[str, str]:
        """MAC address (lower case, colons): port on which it was learned."""
        ...


class Nothing:
    """Surroundings of a switch on a bench: no cable in any port."""

    revision = 0

    def link_up(self, switch: str, port: str) -> bool:  # noqa: ARG002
        return False

    def trunking(self, switch: str, port: str) -> bool:  # noqa: ARG002
        return False

    def powered(self, switch: str, port: str) -> Powered | None:  # noqa: ARG002
        return None

    def denied(self, switch: str, port: str) -> bool:  # noqa: ARG002
        return False

    def blocked(self, switch: str, vlan: int) -> frozenset[str]:  # noqa: ARG002
        return frozenset()

    def arp(self, switch: str) -> Mapping[str, tuple[int, str]]:  # noqa: ARG002
        return {}

    def optical(self, switch: str, port: str) -> bool:  # noqa: ARG002
        return False

    def neighbour(self, switch: str, port: str) -> Neighbour | None:  # noqa: ARG002
        return None

    def fdb(self, switch: str, vlan: int) -> Mapping[str, str]:  # noqa: ARG002
        return {}


class Timer(Protocol):
    """Something that will happen, as ``loop.call_later`` gives it."""

    def cancel(self) -> None: ...


def on_loop(delay_s: float, act: Callable[[], None]) -> Timer:
    """Call ``act`` later in the lab's loop."""
    return asyncio.get_running_loop().call_later(delay_s, act)


@dataclass
class Pending:
    """A change that goes back unless it is confirmed."""

    user: str
    session: Session  # that armed it; an idle timer follows its keys
    name: str  # of the backup's file
    config: Config  # at arming
    minutes: int
    idle: bool
    since: datetime  # when the timer was started last
    timer: Timer | None = None
    warning: Timer | None = None  # a minute before

    def stop(self) -> None:
        for timer in (self.timer, self.warning):
            if timer is not None:
                timer.cancel()


@dataclass
class Misbehaviour:
    """What a switch does that it should not."""

    cut_after: int | None = None  # the session dies after so many configuration lines; what was typed stands
    refuses: str = ""  # a line with this text in it is no command
    save_lies: bool = False  # says [OK] and saves nothing
    asks: bool = False  # a question before it saves
    pager: bool = False  # deaf to `terminal length 0`
    wrong_enable: bool = False  # logins start below, and no password leads up


@dataclass
class System:
    """A switch without its sockets. ``factory`` makes the configuration that a technician leaves."""

    name: str  # as declared; the hostname is in the configuration
    address: str  # declared management address
    mac: str
    model: str
    serial: str
    hardware: tuple[HwPort, ...]
    factory: Callable[[], Config]
    now: Callable[[], datetime]
    poe_budget_w: float = 240.0
    on_change: Callable[[], None] = lambda: None
    surroundings: Surroundings = field(default_factory=Nothing)
    wrong_clock: bool = False
    firmware: str = FIRMWARE
    sold_as: tuple[str, str, str] | None = None  # another maker, its name for the switch, and its firmware
    oddities: dict[str, PortOddity] = field(default_factory=dict)  # by port
    ntp_lost: bool = False  # no time server answers; the clock runs on
    domain: str = ""  # that sysName and LLDP put behind the hostname
    lldp_form: str = "interfaceName"  # how LLDP names the ports, see LLDP_FORMS
    history: History = field(default_factory=History.empty)
    boots: int = 0
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    xe: bool = False  # prints what IOS-XE prints where that differs from IOS 15
    minute_s: float = 60.0  # length of a minute of the revert timer: tests make it short
    later: Callable[[float, Callable[[], None]], Timer] = on_loop
    flash: dict[str, Config] = field(default_factory=dict)  # archived configurations, oldest first
    flash_number: int = 0  # of the next one
    pending: Pending | None = None
    log: deque[str] = field(default_factory=lambda: deque(maxlen=500))
    running: Config = field(init=False)
    startup: Config = field(init=False)
    revision: int = 0
    booted: datetime = field(init=False)
    changed: datetime = field(init=False)  # running configuration
    saved: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {port.name: port for port in self.hardware}
        self.poe_ports = frozenset(port.name for port in self.hardware if port.poe)
        self.factory_reset()

    def factory_reset(self) -> None:
        """As the technician left it: the factory configuration, saved, freshly started."""
        self.flash, self.flash_number = {}, 0
        self.oddities, self.ntp_lost, self.domain, self.lldp_form = {}, False, "", "interfaceName"
        self.startup = self.factory()
        for port in self.hardware:
            self.startup.ports.setdefault(port.name, PortConfig())
        self.reboot()
        self.saved = self.booted

    def reboot(self) -> None:
        """Start from the startup configuration: what was not saved is gone, and so is a pending rollback."""
        self.disarm()
        self.log.clear()
        self.running = copy.deepcopy(self.startup)
        self.history = History.empty()
        self.boots += 1
        self.start()

    def start(self) -> None:
        """Count sysUpTime from now on."""
        self.booted = self.now()
        self.touch()
        self.changed = self.booted

    def disarm(self) -> None:
        """Forget a pending rollback: the running configuration stays as it is."""
        if self.pending is not None:
            self.pending.stop()
        self.pending = None

    def record(self, text: str) -> None:
        """Put a message into the log, with the time that the switch's clock shows."""
        at = self.clock()
        star = "" if self.synchronised else "*"
        self.log.append(f"{star}{at:%b} {at.day:>2} {at:%H:%M:%S}.{at.microsecond // 1000:03}: {text}")

    def touch(self, source: Source | None = None) -> None:
        """Tell everybody that the running configuration changed, by whom if it was somebody."""
        self.revision += 1
        self.changed = self.now()
        if source is not None:
            self.history.note(self.changed, source, Medium.COMMAND, Medium.RUNNING)
        self.on_change()

    def save(self, source: Source | None = None) -> None:
        """running-config → startup-config."""
        self.startup = copy.deepcopy(self.running)
        self.saved = self.now()
        self.revision += 1
        if source is not None:
            self.history.note(self.saved, source, Medium.RUNNING, Medium.STARTUP)

    @property
    def software(self) -> str:
        """What `show version` begins with, and sysDescr."""
        return ", ".join(self.sold_as) if self.sold_as else SOFTWARE.format(self.firmware)

    @property
    def maker(self) -> str:
        return self.sold_as[0] if self.sold_as else "Cisco"

    @property
    def engine_id(self) -> str:
        """The SNMP engine in hexadecimal digits: Cisco's number, a MAC address (RFC 3411, format 3)."""
        return f"8000000903{self.mac.replace(':', '').upper()}"

    @property
    def sys_name(self) -> str:
        """The hostname with the domain, where there is one: what SNMP and LLDP say."""
        return self.running.hostname + (f".{self.domain}" if self.domain else "")

    def odd(self, name: str) -> PortOddity:
        """What is the matter with a port."""
        return self.oddities.get(name, HEALTHY)

    def port_mac(self, name: str) -> str:
        """The port's own MAC address, apart from the addresses of devices."""
        return f"06:{self.mac[3:14]}:{self.by_name[name].index:02x}"

    def announced(self, name: str) -> tuple[int, str]:
        """How LLDP names a port: subtype, and what it is called. A MAC address comes in dotted groups."""
        said = {
            "interfaceName": names.short(name),
            "macAddress": names.dotted(self.port_mac(name)),
            "interfaceAlias": self.running.ports[name].description,
            "local": str(self.by_name[name].index),
        }[self.lldp_form]
        return LLDP_FORMS[self.lldp_form], said

    def uptime(self) -> timedelta:
        return self.now() - self.booted

    @property
    def synchronised(self) -> bool:
        """Whether NTP gives the time."""
        return bool(self.running.ntp) and not self.wrong_clock and not self.ntp_lost

    def local(self, moment: datetime) -> datetime:
        """What the switch's clock showed at that moment. One that has lost its servers runs on."""
        runs_right = bool(self.running.ntp) and not self.wrong_clock
        return moment if runs_right else EPOCH + (moment - self.booted)

    def clock(self) -> datetime:
        """What the switch takes for the time."""
        return self.local(self.now())

    def text(self, config: Config) -> list[str]:
        """A configuration as lines."""
        return config_lines(config, self.poe_ports, self.xe)

    def port_up(self, name: str) -> bool:
        """Operational state of a physical port or an SVI."""
        vlan = names.vlan_of(name)
        if vlan is not None:
            svi = self.running.svis[vlan]
            return not svi.shutdown and vlan in self.running.vlans
        return not self.running.ports[name].shutdown and self.surroundings.link_up(self.name, name)

    def trunking(self, name: str) -> bool:
        return self.surroundings.trunking(self.name, name)

    def powered(self, name: str) -> Powered | None:
        return self.surroundings.powered(self.name, name)

    def denied(self, name: str) -> bool:
        return self.surroundings.denied(self.name, name)

    def blocked(self, vlan: int) -> frozenset[str]:
        return self.surroundings.blocked(self.name, vlan)

    def arp(self) -> Mapping[str, tuple[int, str]]:
        return self.surroundings.arp(self.name)

    def optical(self, name: str) -> bool:
        return self.surroundings.optical(self.name, name)

    def neighbour(self, name: str) -> Neighbour | None:
        if not self.running.lldp:
            return None
        return self.surroundings.neighbour(self.name, name)

    def fdb(self, vlan: int) -> Mapping[str, str]:
        return self.surroundings.fdb(self.name, vlan)
