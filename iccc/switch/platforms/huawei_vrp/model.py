"""Reads configuration lines one by one, as the switch does. The parser and the guard both rest on it.

What each line does, and which document says so: docs/platforms/huawei_vrp.md.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.switch.platform import Model
from iccc.switch.platforms.huawei_vrp.access import AccessModel
from iccc.switch.platforms.huawei_vrp.facts import (
    DEFAULT_NAME,
    DEFAULT_STP_MODE,
    DEFAULT_STP_PRIORITY,
    DEFAULT_VLAN,
)
from iccc.switch.platforms.huawei_vrp.ports import PortModel, SviModel
from iccc.switch.state import PortMode, SnmpUser, SpanningTree, SwitchState, User, Vlan
from iccc.switch.steps import GuardRefusal, Invariant

HIDDEN = Unread(Reason.UNSUPPORTED, "the switch shows the names of communities as cipher text")


class VrpModel(Model):
    """The part of a switch's configuration that iccc manages, changed line by line."""

    def __init__(self, take: Callable[[VrpModel, str], bool]) -> None:
        self._take = take  # a line of system view
        self.hostname = DEFAULT_NAME
        self.vlans: dict[int, str] = dict((DEFAULT_VLAN,))  # "" for a VLAN without a name
        self.ports: dict[str, PortModel] = {}
        self.svis: dict[int, SviModel] = {}
        self.gateways: tuple[str, ...] = ()
        self.access = AccessModel()
        self.ntp_servers: frozenset[str] = frozenset()
        self.syslog_hosts: frozenset[str] = frozenset()
        self.lldp = False
        self.views: dict[str, frozenset[str]] = {}
        self.groups: dict[str, str] = {}  # SNMP group: its view
        self.snmp_users: dict[str, str] = {}  # user: its group
        self.users: dict[str, User] = {}
        self.stp_mode = DEFAULT_STP_MODE
        self.stp_priority = DEFAULT_STP_PRIORITY
        self.reading = True  # a configuration that the switch shows; False for lines that are typed
        self.inside: list[Callable[[str], bool]] = []  # the views that we are in, the outermost first

    def copy(self) -> VrpModel:
        """The same settings in objects of its own, in system view."""
        twin = copy(self)
        twin.ports = {name: copy(port) for name, port in self.ports.items()}
        twin.svis = {number: copy(svi) for number, svi in self.svis.items()}
        twin.access = self.access.copy()
        for name in ("vlans", "views", "groups", "snmp_users", "users"):
            setattr(twin, name, dict(getattr(self, name)))
        twin.reading, twin.inside = False, []
        return twin

    def line(self, text: str) -> bool:
        """Take one line, with a leading blank for each view below system view. False if it means nothing here."""
        body = text.strip()
        depth = len(text) - len(text.lstrip())
        del self.inside[depth:]
        if body == "quit":
            del self.inside[-1:]
            return True
        if not depth:
            return self._take(self, body)
        return len(self.inside) == depth and self.inside[-1](body)

    def state(self) -> SwitchState:
        return SwitchState(
            hostname=self.hostname,
            vlans={number: Vlan(name or None) for number, name in self.vlans.items()},
            ports={name: port.state() for name, port in self.ports.items()},
            interfaces={vlan: svi.state() for vlan, svi in self.svis.items()},
            gateway=self._gateway(),
            access_from=self.access.access_from(),
            ntp_servers=self.ntp_servers,
            syslog_hosts=self.syslog_hosts,
            lldp=self.lldp,
            communities=HIDDEN,
            snmp_views=dict(self.views),
            snmp_users={name: SnmpUser(self.groups.get(group, "")) for name, group in self.snmp_users.items()},
            users=dict(self.users),
            logins=self.access.logins(),
            spanning_tree=SpanningTree(self.stp_mode, self.stp_priority),
        )

    def _gateway(self) -> str | Unread:
        if len(self.gateways) > 1:
            return Unread(Reason.UNSUPPORTED, f"default routes share the load: {', '.join(self.gateways)}")
        return self.gateways[0] if self.gateways else ""

    def empty(self, vlan: int) -> int:
        """``vlan``, which is to be deleted; GuardRefusal while a port or an interface is in it.

        The switch would move its access ports to VLAN 1 without a word, and refuse on behalf of the interface.
        """
        users = [n for n, port in self.ports.items() if port.mode is not PortMode.TRUNK and port.access_vlan == vlan]
        users += [f"Vlanif{vlan}"] if vlan in self.svis else []
        if users:
            raise GuardRefusal(Invariant.VLAN_IN_USE, f"undo vlan {vlan} ({', '.join(sorted(users))})")
        return vlan
