"""Reads configuration lines one by one, as the switch does. The parser and the guard both rest on it.

What each line does, and which document says so: docs/platforms/alliedware_plus.md.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.secrets import Secret
from iccc.switch.platform import Model
from iccc.switch.platforms.alliedware_plus.access import AccessModel
from iccc.switch.platforms.alliedware_plus.facts import (
    DEFAULT_NAME,
    DEFAULT_STP_MODE,
    DEFAULT_STP_PRIORITY,
    DEFAULT_VLAN,
)
from iccc.switch.platforms.alliedware_plus.ports import PortModel
from iccc.switch.platforms.alliedware_plus.trunks import TrunkEdit, edit
from iccc.switch.state import PortMode, SnmpUser, SpanningTree, Svi, Switching, SwitchState, User, Vlan
from iccc.switch.steps import GuardRefusal, Invariant


class AwplusModel(Model):
    """The part of a switch's configuration that iccc manages, changed line by line."""

    def __init__(self, take: Callable[[AwplusModel, str], bool]) -> None:
        self.hostname = DEFAULT_NAME
        self.vlans: dict[int, str] = dict((DEFAULT_VLAN,))  # "" for a VLAN without a name
        self.ports: dict[str, PortModel] = {}
        self.svis: dict[int, Svi] = {}
        self.gateways: tuple[str, ...] = ()
        self.access = AccessModel()
        self.ntp_servers: frozenset[str] = frozenset()
        self.syslog_hosts: frozenset[str] = frozenset()
        self.lldp = False
        self.communities: dict[str, str] = {}
        self.views: dict[str, frozenset[str]] = {}
        self.groups: dict[str, str] = {}  # SNMP group: its view
        self.snmp_users: dict[str, str] = {}  # user: its group
        self.users: dict[str, User] = {}
        self.logins: tuple[str, ...] = ("local",)
        self.stp_mode = DEFAULT_STP_MODE
        self.stp_priority = DEFAULT_STP_PRIORITY
        self.lost: dict[
            int, tuple[str, ...]
        ] = {}  # VLANs that were deleted in this plan: trunks that had them in a list
        self.reading = True  # a configuration that the switch shows; False for lines that are typed
        self.below: Callable[[str], bool] | None = None  # the sub-mode
        self._take = take

    def copy(self) -> AwplusModel:
        """The same settings in objects of its own, in no sub-mode."""
        twin = copy(self)
        twin.ports = {name: copy(port) for name, port in self.ports.items()}
        twin.access = self.access.copy()
        for name in ("vlans", "svis", "communities", "views", "groups", "snmp_users", "users", "lost"):
            setattr(twin, name, dict(getattr(self, name)))
        twin.reading, twin.below = False, None
        return twin

    def line(self, text: str) -> bool:
        """Take one line, a sub-mode's with its leading blank. False if it means nothing here."""
        if text.startswith(" "):
            return self.below(text.strip()) if self.below else False
        self.below = None
        return self._take(self, text.strip())

    def state(self) -> SwitchState:
        return SwitchState(
            hostname=self.hostname,
            vlans={number: Vlan(name or None) for number, name in self.vlans.items()},
            ports={name: port.state() for name, port in self.ports.items()},
            interfaces=dict(self.svis),
            gateway=self._gateway(),
            access_from=self.access.access_from(),
            ntp_servers=self.ntp_servers,
            syslog_hosts=self.syslog_hosts,
            lldp=self.lldp,
            communities={Secret(name): rights for name, rights in self.communities.items()},
            snmp_views=dict(self.views),
            snmp_users={name: SnmpUser(self.groups.get(group, "")) for name, group in self.snmp_users.items()},
            users=dict(self.users),
            logins=self.logins,
            spanning_tree=SpanningTree(self.stp_mode, self.stp_priority),
        )

    def _gateway(self) -> str | Unread:
        if len(self.gateways) > 1:
            return Unread(Reason.UNSUPPORTED, f"default routes share the load: {', '.join(self.gateways)}")
        return self.gateways[0] if self.gateways else ""

    def delete(self, vlan: int) -> None:
        """The VLAN, its interface and its place in every list go."""
        del self.vlans[vlan]
        self.svis.pop(vlan, None)
        listed = (n for n, port in self.ports.items() if vlan in port.tagged and port.barred is None)
        self.lost[vlan] = tuple(listed)
        for port in self.ports.values():
            port.lose(vlan)

    # -- for the templates

    def empty(self, vlan: int) -> int:
        """``vlan``, which is to be deleted; GuardRefusal while a port is in it untagged, or an interface.

        The switch would move such a port to VLAN 1, and take the interface with its address along, without a word.
        """
        inside = [name for name, port in self.ports.items() if _untagged(port) == vlan]
        inside += [f"vlan{vlan}"] if vlan in self.svis else []
        if inside:
            raise GuardRefusal(Invariant.VLAN_IN_USE, f"no vlan {vlan} ({', '.join(sorted(inside))})")
        return vlan

    def trunk(self, key: str, before: Switching, after: Switching) -> TrunkEdit:
        """How the port becomes the trunk that it shall be."""
        return edit(key, self.ports.get(key), before, after)


def _untagged(port: PortModel) -> int | None:
    return port.native if port.mode is PortMode.TRUNK else port.access_vlan
