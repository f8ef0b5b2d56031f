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
from iccc.switch.platforms.cisco_ios import vlans as vlan_list
from iccc.switch.platforms.cisco_ios.access import AccessModel, VtyModel
from iccc.switch.platforms.cisco_ios.bars import bars
from iccc.switch.platforms.cisco_ios.facts import DEFAULT_STP_PRIORITY, DEFAULT_VLAN, NO_VTP_MODE, ROUTES, SHOWING_VLANS
from iccc.switch.platforms.cisco_ios.names import canonical
from iccc.switch.platforms.cisco_ios.ports import PORT_LINES, SVI_LINES, PortModel, SviModel
from iccc.switch.state import SnmpUser, SpanningTree, SwitchState, User, Vlan
from iccc.switch.steps import Edit

STANDARD_LISTS = {*range(1, 100), *range(1300, 2000)}  # numbers of standard access lists
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
        self.user_words: dict[str, str] = {}  # secret | password
        self.odd_users: set[str] = set()  # with lines that the model does not hold
        self.stp_mode = ""
        self.stp_priority = DEFAULT_STP_PRIORITY
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
        return _try(_GLOBAL_LINES, self, body)

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
            spanning_tree=SpanningTree(self.stp_mode, self.stp_priority),
        )

    def beyond(self) -> object:
        return (
            {name: self.community_words[name] for name in self.communities},
            {name: self.user_words.get(name) for name in self.users},
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


Action = Callable[[IosModel, Found], None]


def default_name(vlan: int) -> str:
    """The name that IOS gives a VLAN without one."""
    return f"VLAN{vlan:04d}"


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
    if isinstance(value, dict):
        mutable = (PortModel, SviModel)
        return {key: copy(part) if isinstance(part, mutable) else part for key, part in value.items()}  # type: ignore[return-value]
    return copy(value) if isinstance(value, set) else value


def _vlan(model: IosModel, found: Found) -> None:
    numbers = vlan_list.read(found[1])
    for number in numbers:
        model.vlans.setdefault(number, default_name(number))
    names = ((re.compile(r"name (\S+)"), _named(model, numbers)), (re.compile(r"no name.*"), _named(model, numbers)))
    model.enter(model.vlans, names)


def _named(model: IosModel, numbers: frozenset[int]) -> Callable[[object, Found], None]:
    def action(_vlans: object, found: Found) -> None:
        for number in numbers:
            given = found[1] if found.re.groups else default_name(number)
            model.vlans[number] = given

    return action


def _delete_vlans(model: IosModel, found: Found) -> None:
    for number in vlan_list.read(found[1]):
        model.vlans.pop(number, None)


def _svi(model: IosModel, found: Found) -> None:
    model.enter(model.svis.setdefault(int(found[1]), SviModel()), SVI_LINES)


def _member(section: str) -> Action:
    def action(model: IosModel, found: Found) -> None:
        members: set[str] = getattr(model, section)
        (members.discard if found[1] else members.add)(found[2])

    return action


def _set(name: str, value: object) -> Action:
    return lambda model, _found: setattr(model, name, value)


def _access_list(model: IosModel, found: Found) -> None:
    rules = model.access.lists.setdefault(found[1], {})

    def rule(_rules: object, entry: Found) -> None:
        rules[int(entry[1] or max(rules, default=0) // 10 * 10 + 10)] = entry[2]

    def no_rule(_rules: object, entry: Found) -> None:
        rules.pop(int(entry[1]), None)

    table = (
        (re.compile(r"(?:(\d+) )?((?:permit|deny) .+)"), rule),
        (re.compile(r"no (\d+)"), no_rule),
        (re.compile(r"remark .*"), lambda _rules, _entry: None),
    )
    model.enter(rules, table)


def _foreign_list(model: IosModel, found: Found) -> None:
    model.access.foreign.add(found[1])
    _skipped(model, found)


def _skipped(model: IosModel, _found: Found) -> None:
    model.enter(model, ((re.compile(r".+"), lambda _model, _entry: None),))


def _numbered_rule(model: IosModel, found: Found) -> None:
    number, rule = int(found[1]), found[2]
    if number not in STANDARD_LISTS:
        model.access.foreign.add(found[1])
    elif not rule.startswith("remark"):
        rules = model.access.lists.setdefault(found[1], {})
        rules[max(rules, default=0) // 10 * 10 + 10] = rule


def _no_access_list(model: IosModel, found: Found) -> None:
    model.access.lists.pop(found[1], None)
    model.access.foreign.discard(found[1])


def _vty(model: IosModel, found: Found) -> None:
    model.enter(model.access.vty.setdefault(found[1], VtyModel()), _VTY_LINES)


def _vty_set(name: str, value: str | None) -> Callable[[VtyModel, Found], None]:
    return lambda vty, found: setattr(vty, name, found[1] if value is None else value)


def _access_class(vty: VtyModel, found: Found) -> None:
    vty.bind(found[1])
    vty.vrf_also = found[2] or ""


def _aaa_list(vty: VtyModel, found: Found) -> None:
    vty.login, vty.methods = "aaa", found[1]


_VTY_LINES = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"access-class (\S+) in(?: (vrf-also))?", _access_class),
        (r"no access-class.*", lambda vty, _found: vty.bind("")),
        (r"login local", _vty_set("login", "local")),
        (r"login authentication (\S+)", _aaa_list),
        (r"no login authentication.*", _vty_set("methods", "default")),
        (r"login", _vty_set("login", "line")),
        (r"no login", _vty_set("login", "none")),
        (r"(?:no )?(?:transport|exec-timeout|logging|privilege|length|session-timeout|password|stopbits|history).*",
         lambda _vty, _found: None),
    )
)  # fmt: skip


def _new_model(model: IosModel, found: Found) -> None:
    model.access.new_model = not found[1]


def _methods(model: IosModel, found: Found) -> None:
    words = found[1].split()
    model.access.methods = tuple(word for word in words if word != "group")


def _no_methods(model: IosModel, _found: Found) -> None:
    model.access.methods = ()


def _user(model: IosModel, found: Found) -> None:
    name, digest = found["name"], found["digest"]
    was = model.users.get(name, User(1))
    model.users[name] = User(
        int(found["level"]) if found["level"] else was.level, digest=Secret(digest) if digest else was.digest
    )
    model.user_words[name] = found["kind"] or model.user_words.get(name, "secret")


def odd_user(model: IosModel, line: str) -> None:
    """Take a line of a user that the model does not hold: of him just his level."""
    found = re.match(r"username (\S+)(?:.* privilege (\d+))?", line)
    if found:
        level = int(found[2]) if found[2] else model.users.get(found[1], User(1)).level
        model.users[found[1]] = replace(model.users.get(found[1], User()), level=level)
        model.odd_users.add(found[1])


def _no_user(model: IosModel, found: Found) -> None:
    model.users.pop(found[1], None)


def _community(model: IosModel, found: Found) -> None:
    model.communities[found[1]] = (found[3] or "ro").lower()
    model.community_words[found[1]] = (found[2] or "", found[4].strip())


def _no_community(model: IosModel, found: Found) -> None:
    model.communities.pop(found[1], None)


def _view(model: IosModel, found: Found) -> None:
    trees = model.views.get(found[2], frozenset())
    tree = frozenset({found[3]}) if found[3] else trees
    left = trees - tree if found[1] else trees | tree
    model.views[found[2]] = left
    if not left:
        del model.views[found[2]]


def _group(model: IosModel, found: Found) -> None:
    model.groups[found[1]] = found[2]


def _snmp_user(model: IosModel, found: Found) -> None:
    model.snmp_users[found[1]] = found[2]


def _no_snmp_user(model: IosModel, found: Found) -> None:
    model.snmp_users.pop(found[1], None)


def _no_svi(model: IosModel, found: Found) -> None:
    model.svis.pop(int(found[1]), None)


def _gateway(model: IosModel, found: Found) -> None:
    model.gateway = found[1]


_GLOBAL_LINES: tuple[tuple[re.Pattern[str], Action], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"hostname (\S+)", lambda model, found: setattr(model, "hostname", found[1])),
        (r"vtp mode (\S+)(?: vlan)?", lambda model, found: setattr(model, "vtp_mode", found[1])),
        (r"vlan ([\d,-]+)", _vlan),
        (r"no vlan ([\d,-]+)", _delete_vlans),
        (r"interface [Vv]lan ?(\d+)", _svi),
        (r"no interface [Vv]lan ?(\d+)", _no_svi),
        (r"interface (\S+(?: \d\S*)?)", lambda model, found: model.enter_port(found[1])),
        (r"ip default-gateway (\S+)", _gateway),
        (r"no ip default-gateway.*", _set("gateway", "")),
        (r"ip routing|ip route 0\.0\.0\.0 0\.0\.0\.0 .+", _set("routes", True)),
        (r"(no )?ntp server (?:vrf \S+ |ip )?(\S+).*", _member("ntp_servers")),
        (r"(no )?logging host (\S+).*", _member("syslog_hosts")),
        (r"(no )?logging (\d+\.\d+\.\d+\.\d+)", _member("syslog_hosts")),  # older releases print no "host"
        (r"lldp run", _set("lldp", True)),
        (r"no lldp run", _set("lldp", False)),
        (r"ip access-list standard (\S+)", _access_list),
        (r"ip access-list extended (\S+)", _foreign_list),
        (r"ipv6 access-list \S+", _skipped),
        (r"access-list (\d+) ((?:permit|deny|remark|dynamic) ?.*)", _numbered_rule),
        (r"no (?:ip access-list (?:standard|extended)|access-list) (\S+)", _no_access_list),
        (r"line vty (\d+(?: \d+)?)", _vty),
        (r"(no )?aaa new-model", _new_model),
        (r"aaa authentication login default (.+)", _methods),
        (r"no aaa authentication login default.*", _no_methods),
        (r"aaa authorization exec default .+", lambda _model, _found: None),
        (r"username (?P<name>\S+)(?: privilege (?P<level>\d+))?(?: algorithm-type \S+)?"
         r"(?: (?P<kind>secret|password) (?P<digest>(?:\d )?\S+))?", _user),
        (r"no username (\S+).*", _no_user),
        (r"snmp-server community (\S+)(?: view (\S+))?(?: (RO|RW|ro|rw))?((?: .*)?)", _community),
        (r"no snmp-server community (\S+).*", _no_community),
        (r"(no )?snmp-server view (\S+)(?: (\S+))?(?: included)?", _view),
        (r"snmp-server group (\S+) v3 priv(?: read (\S+))?.*", _group),
        (r"snmp-server user (\S+) (\S+) v3 .*", _snmp_user),
        (r"no snmp-server user (\S+) .*", _no_snmp_user),
        (r"spanning-tree mode (\S+)", lambda model, found: setattr(model, "stp_mode", found[1])),
        (r"no spanning-tree mode.*", _set("stp_mode", "")),
        (r"spanning-tree vlan 1-4094 priority (\d+)",
         lambda model, found: setattr(model, "stp_priority", int(found[1]))),
        (r"no spanning-tree vlan 1-4094 priority.*", _set("stp_priority", DEFAULT_STP_PRIORITY)),
    )
)  # fmt: skip
