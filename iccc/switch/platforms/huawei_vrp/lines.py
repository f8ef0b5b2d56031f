"""What each configuration line does to the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Interface
from typing import Any, TypeVar

from iccc.secrets import Secret
from iccc.switch.platforms.huawei_vrp import vlans as vlan_list
from iccc.switch.platforms.huawei_vrp.access import STEP, AccessModel
from iccc.switch.platforms.huawei_vrp.facts import (
    DEFAULT_NAME,
    DEFAULT_VLAN,
    FULL_LEVEL,
    METHODS,
)
from iccc.switch.platforms.huawei_vrp.model import VrpModel
from iccc.switch.platforms.huawei_vrp.names import canonical
from iccc.switch.platforms.huawei_vrp.ports import PORT_LINES, SVI_LINES, PortModel, SviModel
from iccc.switch.state import User

Thing = TypeVar("Thing")
Found = re.Match[str]
Table = Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]]


def take(model: VrpModel, body: str) -> bool:
    """A line of system view."""
    return _attempt(SYSTEM_LINES, model, body)


def _attempt(table: Table[Thing], thing: Thing, body: str) -> bool:
    """Do what the first fitting pattern says; False when none fits, or with a number, list or name that is none."""
    for pattern, action in table:
        found = pattern.fullmatch(body)
        if found:
            try:
                action(thing, found)
            except ValueError:
                return False
            return True
    return False


Action = Callable[[VrpModel, Found], None]


def _enter(model: VrpModel, thing: Thing, table: Table[Thing]) -> None:
    """The lines that follow, one blank deeper, are of ``thing``."""
    model.inside.append(lambda body: _attempt(table, thing, body))


def _table(*entries: tuple[str, Callable[[Thing, Found], None]]) -> Table[Thing]:
    return tuple((re.compile(pattern), action) for pattern, action in entries)


def _take_out(table: dict[Thing, Any], key: Thing) -> None:
    """Removes an entry; ValueError if there is none: the switch complains then."""
    if table.pop(key, None) is None:
        raise ValueError(f"{key} does not exist")


def _batch(model: VrpModel, found: Found) -> None:
    for number in vlan_list.read(found[1]):
        model.vlans.setdefault(number, "")


def _vlan(model: VrpModel, found: Found) -> None:
    (number,) = vlan_list.read(found[1])
    model.vlans.setdefault(number, "")
    nameless = DEFAULT_VLAN[1] if number == DEFAULT_VLAN[0] else ""
    lines: Table[dict[int, str]] = _table(
        (r"name (\S{1,31})", lambda vlans, entry: vlans.update({number: entry[1]})),
        (r"undo name", lambda vlans, _entry: vlans.update({number: nameless})),
        (r"(?:undo )?description.*", lambda _vlans, _entry: None),
    )
    _enter(model, model.vlans, lines)


def _delete_vlans(model: VrpModel, found: Found) -> None:
    numbers = vlan_list.read(found[1])
    if 1 in numbers or numbers & set(model.svis) or not numbers & set(model.vlans):
        raise ValueError("refused: VLAN 1, a VLAN with an interface, or none that exists")
    for number in numbers:
        model.vlans.pop(number, None)
    for port in model.ports.values():  # lists of trunks keep the number
        if port.access_vlan in numbers:
            port.access_vlan = 1


def _svi(model: VrpModel, found: Found) -> None:
    number = int(found[1])
    if number not in model.vlans:
        raise ValueError(f"VLAN {number} does not exist")
    own = model.svis.setdefault(number, SviModel())

    def address(svi: SviModel, entry: Found) -> None:
        new = IPv4Interface(f"{entry[1]}/{entry[2]}")
        others = (IPv4Interface(one.address) for one in model.svis.values() if one is not own and one.address)
        if any(new.network.overlaps(other.network) for other in others):
            raise ValueError(f"{new} overlaps with another interface")
        svi.address = str(new)

    _enter(model, own, (*_table((r"ip address (\d+\.\d+\.\d+\.\d+) (\d+\.\d+\.\d+\.\d+|\d+)", address)), *SVI_LINES))


def _no_svi(model: VrpModel, found: Found) -> None:
    _take_out(model.svis, int(found[1]))


def _port(model: VrpModel, found: Found) -> None:
    name = canonical(found[1])
    if name is None:
        raise ValueError(f"{found[1]} is no port of VLANs")
    port = model.ports.setdefault(name, PortModel())

    def line(body: str) -> bool:
        access = re.fullmatch(r"port default vlan (\d+)", body)
        if access and not model.reading and int(access[1]) not in model.vlans:
            return False  # the switch refuses it; what it shows is taken as it stands
        return _attempt(PORT_LINES, port, body)

    model.inside.append(line)


def _gateway(model: VrpModel, found: Found) -> None:
    """A second one shares the load with the first, it does not replace it."""
    gateway = str(IPv4Address(found[1]))
    if gateway not in model.gateways:
        model.gateways = (*model.gateways, gateway)


def _no_gateway(model: VrpModel, found: Found) -> None:
    left = tuple(one for one in model.gateways if found[1] and one != found[1])
    if left == model.gateways:
        raise ValueError("no such route")
    model.gateways = left


def _member(section: str) -> Action:
    def action(model: VrpModel, found: Found) -> None:
        members: frozenset[str] = getattr(model, section)
        one = frozenset({str(IPv4Address(found[2]))})
        if found[1] and not one <= members:
            raise ValueError(f"{found[2]} is not there")
        setattr(model, section, members - one if found[1] else members | one)

    return action


def _set(name: str, value: object) -> Action:
    return lambda model, _found: setattr(model, name, value)


def _acl(model: VrpModel, found: Found) -> None:
    rules = model.access.lists.setdefault(int(found[1]), {})

    def rule(_rules: dict[int, str], entry: Found) -> None:
        rules[int(entry[1]) if entry[1] else (max(rules, default=0) // STEP + 1) * STEP] = entry[2]

    def no_rule(_rules: dict[int, str], entry: Found) -> None:
        _take_out(rules, int(entry[1]))

    lines: Table[dict[int, str]] = _table(
        (r"rule (?:(\d+) )?((?:permit|deny).*)", rule),
        (r"undo rule (\d+)", no_rule),
        (r"(?:rule \d+ )?description .*|step \d+", lambda _rules, _entry: None),
    )
    _enter(model, rules, lines)


def _no_acl(model: VrpModel, found: Found) -> None:
    _take_out(model.access.lists, int(found[1]))


def _vty(model: VrpModel, found: Found) -> None:
    lines = found[1]
    model.access.vty.setdefault(lines, 0)
    settings: Table[dict[str, int]] = _table(
        (r"acl (\d+) inbound", lambda vty, entry: vty.update({lines: int(entry[1])})),
        (r"undo acl inbound", lambda vty, _entry: vty.update({lines: 0})),
        (r"(?:undo )?(?:authentication-mode|protocol|user|idle-timeout|history|screen).*", lambda _vty, _entry: None),
    )
    _enter(model, model.access.vty, settings)


def _aaa(model: VrpModel, _found: Found) -> None:
    def scheme(access: AccessModel, found: Found) -> None:
        name = found[1]
        access.schemes.setdefault(name, ("local",))

        def methods(schemes: dict[str, tuple[str, ...]], entry: Found) -> None:
            schemes[name] = tuple(METHODS.get(word, word) for word in entry[1].split())

        lines: Table[dict[str, tuple[str, ...]]] = _table(
            (r"authentication-mode (.+)", methods),
            (r"undo authentication-mode", lambda schemes, _entry: schemes.update({name: ("local",)})),
        )
        _enter(model, access.schemes, lines)

    def administrators(access: AccessModel, _found: Found) -> None:
        named = _table((r"authentication-scheme (\S+)", lambda one, found: setattr(one, "scheme", found[1])))
        _enter(model, access, named)

    def user(_access: AccessModel, found: Found) -> None:
        _user(model, found)

    lines: Table[AccessModel] = _table(
        (r"authentication-scheme (\S+)", scheme),
        (r"domain default_admin", administrators),
        (r"(undo) local-user (\S+)", user),
        (r"()local-user (\S+) (password|privilege|service-type|state|idle-timeout) ?(.*)", user),
    )
    _enter(model, model.access, lines)


def _user(model: VrpModel, found: Found) -> None:
    name = found[2]
    if found[1]:
        _take_out(model.users, name)
        return
    kind, text = found[3], found[4]
    there = model.users.get(name)
    if kind == "password":
        words = text.split()
        if len(words) != 2 or words[0] not in ("irreversible-cipher", "cipher", "simple"):
            raise ValueError(text)
        model.users[name] = User(there.level if there else 1, digest=Secret(words[1]))
    elif there is None:
        raise ValueError(f"no user {name}")
    elif kind == "privilege":
        level = int(text.removeprefix("level "))
        if not 0 <= level <= 15:
            raise ValueError(text)
        model.users[name] = User(15 if level >= FULL_LEVEL else 1, digest=there.digest)


def _view(model: VrpModel, found: Found) -> None:
    trees = model.views.get(found[2], frozenset())
    tree = frozenset({found[3]}) if found[3] else trees
    left = trees - tree if found[1] else trees | tree
    if found[1] and left == trees:
        raise ValueError(f"no view {found[2]} with that")
    model.views[found[2]] = left
    if not left:
        del model.views[found[2]]


def _priority(model: VrpModel, found: Found) -> None:
    number = int(found[1])
    if number % 4096 or number > 61440:
        raise ValueError(number)
    model.stp_priority = number


def _key(name: str) -> Action:
    """An entry of two words: a key and its value, where it has one."""
    return lambda model, found: getattr(model, name).update({found[1]: found[2] or ""})


def _gone(name: str) -> Action:
    return lambda model, found: _take_out(getattr(model, name), found[1])


DEFAULT = r"0\.0\.0\.0 (?:0\.0\.0\.0|0)"
SYSTEM_LINES: Table[VrpModel] = _table(
    (r"sysname (\S+)", lambda model, found: setattr(model, "hostname", found[1])),
    (r"undo sysname", _set("hostname", DEFAULT_NAME)),
    (r"vlan batch (.+)", _batch),
    (r"vlan (\d+)", _vlan),
    (r"undo vlan (?:batch )?(.+)", _delete_vlans),
    (r"interface [Vv]lanif ?(\d+)", _svi),
    (r"undo interface [Vv]lanif ?(\d+)", _no_svi),
    (r"interface (\S+(?: \d\S*)?)", _port),
    (rf"ip route-static {DEFAULT} (\d\S+)(?: description .*)?", _gateway),
    (rf"undo ip route-static {DEFAULT}(?: (\d\S+))?", _no_gateway),
    (r"(undo )?ntp-service unicast-server (\d\S+).*", _member("ntp_servers")),
    (r"(undo )?info-center loghost (\d\S+).*", _member("syslog_hosts")),
    (r"lldp enable", _set("lldp", True)),
    (r"undo lldp enable", _set("lldp", False)),
    (r"acl (?:number )?(2\d{3})", _acl),
    (r"acl name \S+ (2\d{3})", _acl),
    (r"undo acl (?:number )?(2\d{3})", _no_acl),
    (r"user-interface vty (\d+(?: \d+)?)", _vty),
    (r"aaa", _aaa),
    (r"(undo )?snmp-agent mib-view (?:included )?(\S+)(?: (\S+))?", _view),
    (r"snmp-agent group v3 (\S+) privacy(?: read-view (\S+))?.*", _key("groups")),
    (r"snmp-agent usm-user v3 (\S+) group (\S+)", _key("snmp_users")),
    (r"snmp-agent usm-user v3 (\S+) (?:authentication|privacy)-mode \S+ cipher \S+", lambda _model, _found: None),
    (r"undo snmp-agent usm-user v3 (\S+).*", _gone("snmp_users")),
    (r"stp mode (stp|rstp|mstp|vbst)", lambda model, found: setattr(model, "stp_mode", found[1])),
    (r"stp (?:instance 0 )?priority (\d+)", _priority),
    (r"return", lambda _model, _found: None),
)
