"""The lines of configuration mode outside of interfaces, and what each does to the model."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from iccc.secrets import Secret
from iccc.switch.platforms.cisco_ios import vlans as vlan_list
from iccc.switch.platforms.cisco_ios.access import VtyModel
from iccc.switch.platforms.cisco_ios.facts import DEFAULT_STP_PRIORITY
from iccc.switch.platforms.cisco_ios.ports import SVI_LINES, SviModel
from iccc.switch.state import User

if TYPE_CHECKING:
    from iccc.switch.platforms.cisco_ios.model import IosModel

STANDARD_LISTS = {*range(1, 100), *range(1300, 2000)}  # numbers of standard access lists

Found = re.Match[str]
Action = Callable[["IosModel", Found], None]


def default_name(vlan: int) -> str:
    """The name that IOS gives a VLAN without one."""
    return f"VLAN{vlan:04d}"


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
        if not found[1]:
            model.server_lines[section, found[2]] = found[0]

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


def _tree_of_vlans(model: IosModel, found: Found) -> None:
    model.tree.put(vlan_list.read(found[2]), DEFAULT_STP_PRIORITY if found[1] else int(found[3]))


def _tree_of_instances(model: IosModel, found: Found) -> None:
    priority = DEFAULT_STP_PRIORITY if found[1] else int(found[3])
    instances = {part for part in found[2].split(",") if part != "0"}
    if found[2] == "0" or found[2].startswith(("0,", "0-")):
        model.tree.mst = priority
    if priority == DEFAULT_STP_PRIORITY:
        model.tree.others -= instances
    else:
        model.tree.others |= instances


GLOBAL_LINES: tuple[tuple[re.Pattern[str], Action], ...] = tuple(
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
        (r"spanning-tree mode (\S+)", lambda model, found: setattr(model.tree, "mode", found[1])),
        (r"no spanning-tree mode.*", lambda model, _found: setattr(model.tree, "mode", "")),
        (r"(no )?spanning-tree vlan ([\d,-]+) priority(?: (\d+))?", _tree_of_vlans),
        (r"(no )?spanning-tree mst ([\d,-]+) priority(?: (\d+))?", _tree_of_instances),
    )
)  # fmt: skip
