"""Reads configuration lines one by one, as the switch does. The parser and the guard both rest on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from typing import TypeVar

from iccc.compare import Unread
from iccc.errors import Reason
from iccc.secrets import Secret
from iccc.switch.platform import Model
from iccc.switch.platforms.cisco_ios.access import AccessModel
from iccc.switch.platforms.cisco_ios.bars import bars
from iccc.switch.platforms.cisco_ios.facts import DEFAULT_VLAN, NO_VTP_MODE, ROUTES, SHOWING_VLANS
from iccc.switch.platforms.cisco_ios.lines import GLOBAL_LINES
from iccc.switch.platforms.cisco_ios.names import canonical
from iccc.switch.platforms.cisco_ios.ports import PORT_LINES, PortModel, SviModel
from iccc.switch.platforms.cisco_ios.tree import TreeModel
from iccc.switch.state import SnmpUser, SwitchState, User, Vlan
from iccc.switch.steps import Edit

HANDED_ON = re.compile(r"(?:no )?(?:switchport (?:mode|access|trunk)|shutdown)")  # from a port channel
Thing = TypeVar("Thing")
Found = re.Match[str]


class IosModel(Model):
    """The part of a switch's configuration that iccc manages, changed line by line."""

    def __init__(self) -> None:
        self.hostname = ""
        self.vtp_mode = ""  # "" as long as no line tells it
        self.vlans: dict[int, str] = dict((DEFAULT_VLAN,))
        self.ports: dict[str, PortModel] = {}
        self.svis: dict[int, SviModel] = {}
        self.gateway = ""
        self.routes = False  # `ip routing` or a default route: `ip default-gateway` is not what counts
        self.access = AccessModel()
        self.ntp_servers: set[str] = set()
        self.syslog_hosts: set[str] = set()
        self.lldp = False
        self.communities: dict[str, str] = {}
        self.views: dict[str, frozenset[str]] = {}
        self.groups: dict[str, str] = {}  # group: its view
        self.snmp_users: dict[str, str] = {}  # user: its group
        self.users: dict[str, User] = {}
        # What iccc does not manage of a community or user, kept when it goes so that it can be brought back whole.
        self.community_words: dict[str, tuple[str, str]] = {}  # its view, its access list
        self.server_lines: dict[tuple[str, str], str] = {}  # of a section and a server: with its VRF, key, port
        self.user_words: dict[str, str] = {}  # secret | password
        # With lines that the model does not hold, so that nothing brings them back.
        self.odd_users: set[str] = set()
        self.odd_vlans: set[int] = set()
        self.odd_svis: set[int] = set()
        self.tree = TreeModel()
        self._lines: Callable[[str], bool] | None = None  # the sub-mode

    def copy(self) -> IosModel:
        """The same settings in objects of its own, in no sub-mode."""
        twin = copy(self)
        twin.__dict__.update({name: _own(value) for name, value in vars(self).items()})
        twin._lines = None
        return twin

    def line(self, text: str) -> bool:
        """Take one line, a sub-mode's with its leading blank. False if it means nothing to this model."""
        body = text.strip()
        if text.startswith(" "):
            return self._lines(body) if self._lines else False
        self._lines = None
        return _try(GLOBAL_LINES, self, body)

    def state(self) -> SwitchState:
        return SwitchState(
            hostname=self.hostname,
            vlans=self._vlans(),
            ports={name: port.state() for name, port in self.ports.items() if not port.routed},
            interfaces={vlan: svi.state() for vlan, svi in self.svis.items()},
            gateway=Unread(Reason.UNSUPPORTED, ROUTES) if self.routes else self.gateway,
            access_from=self.access.access_from(),
            ntp_servers=frozenset(self.ntp_servers),
            syslog_hosts=frozenset(self.syslog_hosts),
            lldp=self.lldp,
            communities={Secret(name): rights for name, rights in self.communities.items()},
            snmp_views=dict(self.views),
            snmp_users={name: SnmpUser(self.groups.get(group, "")) for name, group in self.snmp_users.items()},
            users=dict(self.users),
            logins=self.access.logins(),
            spanning_tree=self.tree.state(),
        )

    def beyond(self) -> object:
        return (
            {name: self.community_words[name] for name in self.communities},
            {name: self.user_words.get(name) for name in self.users},
            {server: self.server_lines["ntp_servers", server] for server in self.ntp_servers},
            {host: self.server_lines["syslog_hosts", host] for host in self.syslog_hosts},
            {header: (vty.access_class, vty.vrf_also) for header, vty in self.access.vty.items()},
        )

    def bars(self, edit: Edit) -> str:
        return bars(self, edit)

    def _vlans(self) -> dict[int, Vlan] | Unread:
        """A running configuration shows the VLANs in VTP transparent and off mode only."""
        if self.vtp_mode not in SHOWING_VLANS:
            return Unread(Reason.UNSUPPORTED, NO_VTP_MODE)
        return {number: Vlan(name) for number, name in self.vlans.items()}

    def enter(self, thing: Thing, table: Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]]) -> None:
        """The lines that follow are of ``thing``."""
        self._lines = lambda body: _try(table, thing, body)

    def enter_port(self, name: str) -> None:
        """The lines that follow are of a port; a port channel hands those of its VLANs on to its members."""
        port, channel = self.port(name), re.fullmatch(r"Port-channel(\d+)", canonical(name) or "")
        members = [one for one in self.ports.values() if channel and one.bundle == f"channel-group {channel[1]}"]

        def take(body: str) -> bool:
            shared = members if HANDED_ON.match(body) else []
            return all(_try(PORT_LINES, one, body) for one in (port, *shared))

        self._lines = take

    def port(self, name: str) -> PortModel:
        """The port of that name; ValueError for what is no port of VLANs."""
        full = canonical(name)
        if full is None:
            raise ValueError(name)
        return self.ports.setdefault(full, PortModel())


def _try(table: Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]], thing: Thing, body: str) -> bool:
    for pattern, action in table:
        found = pattern.fullmatch(body)
        if found:
            try:
                action(thing, found)
            except ValueError:  # a number, list or name that is none
                return False
            return True
    return False


def _own(value: Thing) -> Thing:
    """A copy as deep as the model goes: tables of entries that lines change."""
    if isinstance(value, AccessModel):
        twin = copy(value)
        twin.lists = {name: dict(rules) for name, rules in value.lists.items()}
        twin.foreign = set(value.foreign)
        twin.vty = {header: copy(vty) for header, vty in value.vty.items()}
        return twin
    if isinstance(value, TreeModel):
        return replace(value)
    if isinstance(value, dict):
        mutable = (PortModel, SviModel)
        return {key: copy(part) if isinstance(part, mutable) else part for key, part in value.items()}  # type: ignore[return-value]
    return copy(value) if isinstance(value, set) else value
