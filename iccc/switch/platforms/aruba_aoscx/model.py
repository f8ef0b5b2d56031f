"""Reads configuration lines one by one, as the switch does. The parser and the guard both rest on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from ipaddress import IPv4Interface
from typing import TypeVar

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.secrets import Secret
from iccc.switch.platform import Model
from iccc.switch.platforms.aruba_aoscx import vlans as vlan_list
from iccc.switch.platforms.aruba_aoscx.access import AccessModel
from iccc.switch.platforms.aruba_aoscx.facts import DEFAULT_HOSTNAME, DEFAULT_STP_PRIORITY, GROUPS
from iccc.switch.platforms.aruba_aoscx.lines import GLOBAL_LINES
from iccc.switch.platforms.aruba_aoscx.names import default_name
from iccc.switch.platforms.aruba_aoscx.ports import PORT_LINES, SECURITY_LINES, PortModel, SviModel
from iccc.switch.state import ALL_VLANS, PortMode, SpanningTree, Switching, SwitchState, User, Vlan
from iccc.switch.steps import Unsayable

Thing = TypeVar("Thing")
Found = re.Match[str]
Sub = Callable[[str], bool]  # takes a line of a sub-mode

DEEP = 8  # blanks before the lines of a sub-mode's sub-mode
NO_SNMPV3 = Unread(Reason.UNSUPPORTED, "iccc does not judge the SNMPv3 users of AOS-CX: it found no command for views")
PUBLIC = Unread(Reason.UNSUPPORTED, "no community is set while the SNMP agent is on: the switch answers to `public`")
MANY_GATEWAYS = Unread(Reason.UNSUPPORTED, "there are several default routes, which iccc does not judge")


class AoscxModel(Model):
    """The part of a switch's configuration that iccc manages, changed line by line."""

    def __init__(self) -> None:
        self.hostname = DEFAULT_HOSTNAME
        self.vlans: dict[int, str] = {1: ""}  # number: name, "" where it has none
        self.ports: dict[str, PortModel] = {}
        self.svis: dict[int, SviModel] = {}
        self.routes: list[str] = []  # next hops of the default route
        self.access = AccessModel()
        self.ntp_servers: set[str] = set()
        self.syslog_hosts: set[str] = set()
        self.lldp = True
        self.agents: set[str] = set()  # VRFs in which the SNMP agent answers
        self.communities: dict[str, str] = {}
        self.snmpv3: set[str] = set()
        self.users: dict[str, tuple[str, str | None]] = {}  # name: group and ciphertext
        self.methods: dict[str, tuple[str, ...]] = {}  # of the login, by channel
        self.stp_on = False
        self.stp_mode = "mstp"
        self.stp_priority = DEFAULT_STP_PRIORITY
        self.security = False  # port security of the whole switch
        self._modes: list[Sub] = []

    def copy(self) -> AoscxModel:
        """The same settings in objects of its own, in no sub-mode."""
        twin = copy(self)
        twin.__dict__.update({name: _own(value) for name, value in vars(self).items()})
        twin._modes = []
        return twin

    def line(self, text: str) -> bool:
        """Take one line, a sub-mode's with its leading blanks. False if it means nothing to this model."""
        body = text.strip()
        depth = len(text) - len(text.lstrip(" "))
        if body == "exit":
            self._modes = self._modes[:-1] if depth else []
            return True
        if depth < DEEP:
            self._modes = self._modes[: 1 if depth else 0]
        if not depth:
            return try_lines(GLOBAL_LINES, self, body)
        return self._modes[-1](body) if self._modes else False

    def state(self) -> SwitchState:
        shown = {name: port for name, port in self.ports.items() if port.mode is not None and not port.lag}
        return SwitchState(
            hostname=self.hostname,
            vlans={number: Vlan(name or default_name(number)) for number, name in self.vlans.items()},
            ports={name: port.state(self.security) for name, port in shown.items()},
            interfaces={vlan: svi.state() for vlan, svi in self.svis.items()},
            gateway=MANY_GATEWAYS if len(self.routes) > 1 else "".join(self.routes),
            access_from=self.access.access_from(),
            ntp_servers=frozenset(self.ntp_servers),
            syslog_hosts=frozenset(self.syslog_hosts),
            lldp=self.lldp,
            communities={Secret(name): rights for name, rights in self.communities.items()}
            if self.communities or not self.agents
            else PUBLIC,
            snmp_views=NO_SNMPV3,
            snmp_users=NO_SNMPV3,
            users={name: _user(*of) for name, of in self.users.items()},
            logins=self.methods.get("ssh") or self.methods.get("default") or ("local",),
            spanning_tree=SpanningTree(self.stp_mode if self.stp_on else "", self.stp_priority),
        )

    def enter(self, thing: Thing, table: Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]]) -> None:
        """The lines that follow are of ``thing``."""
        self._modes = [lambda body: try_lines(table, thing, body)]

    def enter_port(self, port: PortModel) -> None:
        self._modes = [lambda body: self._port_line(port, body)]

    def _port_line(self, port: PortModel, body: str) -> bool:
        if body == "port-access port-security":
            self._modes.append(lambda line: try_lines(SECURITY_LINES, port, line))
            return True
        return try_lines(self._vlan_lines, port, body) or try_lines(PORT_LINES, port, body)

    @property
    def _vlan_lines(self) -> tuple[tuple[re.Pattern[str], Callable[[PortModel, Found], None]], ...]:
        """Lines of a port that name VLANs: those have to exist."""
        return (
            (_ACCESS, lambda port, found: port.access(*self._existing(found[1] or "1"))),
            (_NATIVE, lambda port, found: port.native(*self._existing(found[1]))),
            (_ALL, lambda port, _found: port.allow(ALL_VLANS)),
            (_ALLOWED, lambda port, found: port.allow(self._existing(found[1]))),
        )

    def _existing(self, text: str) -> frozenset[int]:
        vlans = vlan_list.read(text)
        if not vlans <= set(self.vlans):
            raise ValueError(text)
        return vlans

    # --- what the templates ask

    def port_named(self, name: str) -> str:
        """``name`` if it is a switch port of this switch; Unsayable if not."""
        port = self.ports.get(name)
        if port is None:
            raise Unsayable(f"the switch does not show a port {name}")
        if port.lag:
            raise Unsayable(f"{name} is a member of LAG {port.lag}, which iccc does not set on AOS-CX")
        if port.mode is None:
            raise Unsayable(f"{name} is a routed port: make it a port of VLANs (no routing) by hand first")
        return name

    def port_to_switch(self, name: str, before: Switching, after: Switching) -> str:
        """``name`` if AOS-CX can bring the port from the one to the other; Unsayable if not."""
        self.port_named(name)
        trunk = after.mode is PortMode.TRUNK
        named = {after.native_vlan, *((after.allowed_vlans or frozenset()) if after.allowed_vlans != ALL_VLANS else ())}
        missing = sorted((named if trunk else {after.access_vlan}) - set(self.vlans))
        if missing:
            listed = ", ".join(vlan_list.lists(number for number in missing if number is not None))
            raise Unsayable(f"{name}: VLAN {listed} is not on the switch, and AOS-CX takes only VLANs that are")
        if trunk and not after.allowed_vlans:
            raise Unsayable(f"{name}: AOS-CX has no trunk without VLANs: an emptied list is open to all")
        if before.mode is after.mode is PortMode.TRUNK and before.access_vlan != after.access_vlan:
            raise Unsayable(f"{name}: a trunk on AOS-CX keeps no access VLAN")
        if before.mode is after.mode is PortMode.ACCESS and _trunk(before) != _trunk(after):
            raise Unsayable(f"{name}: an access port on AOS-CX keeps no VLANs of a trunk")
        return name

    def vlan_to_delete(self, vlan: int) -> int:
        """``vlan`` if nothing hangs on it; Unsayable if something does: it would fall to VLAN 1, or be gone."""
        on = [name for name, port in self.ports.items() if port.names(vlan)]
        if on:
            raise Unsayable(f"VLAN {vlan} is still on {', '.join(sorted(on))}, and not declared to leave there")
        if vlan in self.svis:
            raise Unsayable(f"VLAN {vlan} still has its interface, which would go with it")
        return vlan

    def free_address(self, vlan: int, address: str) -> str:
        """``address`` if no other interface has a part of its network; Unsayable if one has."""
        network = IPv4Interface(address).network
        others = {number: svi.address for number, svi in self.svis.items() if number != vlan}
        for number, other in others.items():
            if other not in ("", "dhcp") and IPv4Interface(other).network.overlaps(network):
                raise Unsayable(f"{address} is in the network of interface vlan {number}, which AOS-CX refuses")
        return address


_ACCESS = re.compile(r"(?:vlan access (\d+)|no vlan access(?: \d+)?)")
_NATIVE = re.compile(r"vlan trunk native (\d+)")
_ALL = re.compile(r"vlan trunk allowed all")
_ALLOWED = re.compile(r"vlan trunk allowed ([\d,-]+)")


def try_lines(table: Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]], thing: Thing, body: str) -> bool:
    for pattern, action in table:
        found = pattern.fullmatch(body)
        if found:
            try:
                action(thing, found)
            except (ValueError, KeyError):  # a number, list, name or entry that is none
                return False
            return True
    return False


def _trunk(switching: Switching) -> tuple[int | None, frozenset[int] | None]:
    return switching.native_vlan, switching.allowed_vlans


def _user(group: str, ciphertext: str | None) -> User:
    return User(GROUPS.get(group), digest=Secret(ciphertext) if ciphertext else None)


def _own(value: Thing) -> Thing:
    """A copy as deep as the model goes: tables of entries that lines change."""
    if isinstance(value, AccessModel):
        return deepcopy(value)
    if isinstance(value, dict):
        return {key: copy(one) if isinstance(one, PortModel | SviModel) else one for key, one in value.items()}  # type: ignore[return-value]
    return copy(value) if isinstance(value, set | list) else value
