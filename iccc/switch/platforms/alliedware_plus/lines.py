"""What each configuration line does to the model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface
from typing import TypeVar

from iccc.secrets import Secret
from iccc.switch.platforms.alliedware_plus import vlans as vlan_list
from iccc.switch.platforms.alliedware_plus.facts import DEFAULT_NAME, DEFAULT_STP_PRIORITY
from iccc.switch.platforms.alliedware_plus.model import AwplusModel
from iccc.switch.platforms.alliedware_plus.names import ports
from iccc.switch.platforms.alliedware_plus.ports import PORT_LINES, PortModel
from iccc.switch.state import Svi, User

Thing = TypeVar("Thing")
Found = re.Match[str]
Table = Iterable[tuple[re.Pattern[str], Callable[[Thing, Found], None]]]
Action = Callable[[AwplusModel, Found], None]
METHODS = {"tacacs+", "radius", "local", "none"}
STANDARD = (*range(1, 100), *range(1300, 2000))  # numbers of access lists that judge by the source alone


def take(model: AwplusModel, body: str) -> bool:
    """A line of configuration mode."""
    return _attempt(GLOBAL_LINES, model, body)


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


def _table(*entries: tuple[str, Callable[[Thing, Found], None]]) -> Table[Thing]:
    return tuple((re.compile(pattern), action) for pattern, action in entries)


def _enter(model: AwplusModel, thing: Thing, table: Table[Thing]) -> None:
    model.below = lambda body: _attempt(table, thing, body)


# -- VLANs and ports


def _vlan(model: AwplusModel, found: Found) -> None:
    numbers, name = vlan_list.read(found[1]), found[2]
    if name and (len(numbers) > 1 or 1 in numbers):
        raise ValueError("a name is of one VLAN, and not of VLAN 1")
    for number in numbers:
        model.vlans.setdefault(number, "")
        if name:
            model.vlans[number] = "" if name == f"VLAN{number:04d}" else name


def _no_vlan(model: AwplusModel, found: Found) -> None:
    numbers = vlan_list.read(found[1])
    if 1 in numbers or not numbers <= set(model.vlans):
        raise ValueError("VLAN 1, or a VLAN that does not exist")
    for number in numbers:
        model.delete(number)


_DATABASE: Table[AwplusModel] = _table(
    (r"vlan ([\d,-]+)(?: name (\S{1,32}))?(?: state enable)?", _vlan),
    (r"no vlan ([\d,-]+)", _no_vlan),
)


def _interface(model: AwplusModel, found: Found) -> None:
    """One port, or neighbours that are shown as one block."""
    names = ports(found[1])
    models = [model.ports.setdefault(name, PortModel()) for name in names]

    def line(body: str) -> bool:
        if not model.reading and not _vlans_of(body) <= set(model.vlans):
            return False  # the switch refuses it; what it shows is taken as it stands
        taken = [_attempt(PORT_LINES, port, body) for port in models]  # all of them, also behind one that refuses
        return all(taken)

    model.below = line


def _vlans_of(body: str) -> frozenset[int]:
    """The VLANs that a line names and that have to exist."""
    found = re.fullmatch(r"switchport (?:access vlan|trunk native vlan|trunk allowed vlan add) ([\d,-]+)", body)
    try:
        return vlan_list.read(found[1]) if found else frozenset()
    except ValueError:
        return frozenset({0})


def _svi(model: AwplusModel, found: Found) -> None:
    number = int(found[1])
    if number not in model.vlans and not model.reading:
        raise ValueError(f"VLAN {number} does not exist")

    def change(address: str | None = None, shutdown: bool | None = None) -> None:
        """An interface with neither an address nor a shutdown is as good as none: the VLAN has it anyway."""
        there = model.svis.get(number, Svi("", False))
        new = Svi(there.address if address is None else address, there.shutdown if shutdown is None else shutdown)
        model.svis[number] = new
        if new == Svi("", False):
            del model.svis[number]

    def address(_svis: dict[int, Svi], entry: Found) -> None:
        own = IPv4Interface(entry[1])
        others = [svi.address for vlan, svi in model.svis.items() if vlan != number and svi.address]
        if any(own.network.overlaps(IPv4Interface(other).network) for other in others):
            raise ValueError(f"{own} overlaps with another interface")
        change(address=str(own))

    lines: Table[dict[int, Svi]] = _table(
        (r"ip address (\d+\.\d+\.\d+\.\d+/\d+)", address),
        (r"no ip address(?: \S+)?", lambda _svis, _entry: change(address="")),
        (r"shutdown", lambda _svis, _entry: change(shutdown=True)),
        (r"no shutdown", lambda _svis, _entry: change(shutdown=False)),
    )
    _enter(model, model.svis, lines)


# -- the switch itself


def _gateway(model: AwplusModel, found: Found) -> None:
    """A second one shares the load with the first, it does not replace it."""
    gateway = str(IPv4Address(found[1]))
    if gateway not in model.gateways:
        model.gateways = (*model.gateways, gateway)


def _no_gateway(model: AwplusModel, found: Found) -> None:
    left = tuple(one for one in model.gateways if found[1] and one != found[1])
    if left == model.gateways:
        raise ValueError("no such route")
    model.gateways = left


def _member(section: str) -> Action:
    def action(model: AwplusModel, found: Found) -> None:
        members: frozenset[str] = getattr(model, section)
        one = frozenset({str(IPv4Address(found[2]))})
        if found[1] and not one <= members:
            raise ValueError(f"{found[2]} is not there")
        setattr(model, section, members - one if found[1] else members | one)

    return action


def _set(name: str, value: object) -> Action:
    return lambda model, _found: setattr(model, name, value)


def _gone(name: str) -> Action:
    """Takes an entry out; ValueError if there is none."""

    def action(model: AwplusModel, found: Found) -> None:
        if getattr(model, name).pop(found[1], None) is None:
            raise ValueError(f"no {found[1]}")

    return action


def _rule(model: AwplusModel, found: Found) -> None:
    number, rule = _standard(found[1]), found[2]
    there = model.access.lists.get(number, ())
    model.access.lists[number] = there if rule in there else (*there, rule)


def _no_rule(model: AwplusModel, found: Found) -> None:
    number, rule = _standard(found[1]), found[2]
    there = model.access.lists.get(number, ())
    if not there or (rule and rule not in there):
        raise ValueError("no such rule")
    left = tuple(one for one in there if rule and one != rule)
    model.access.lists[number] = left
    if not left:
        del model.access.lists[number]


def _bind(model: AwplusModel, found: Found) -> None:
    number = _standard(found[1])
    if number not in model.access.lists and not model.reading:
        raise ValueError(f"list {number} does not exist")
    model.access.bound = number


def _free(model: AwplusModel, _found: Found) -> None:
    model.access.bound = None


def _standard(text: str) -> int:
    if int(text) not in STANDARD:
        raise ValueError(f"{text} is no number of a standard list")
    return int(text)


def _user(model: AwplusModel, found: Found) -> None:
    name, digest = found["name"], found["digest"]
    there = model.users.get(name, User(1))
    level = there.level if found["level"] is None else 15 if int(found["level"]) == 15 else 1
    model.users[name] = replace(there, level=level, digest=Secret(digest) if digest else there.digest)


def _logins(model: AwplusModel, found: Found) -> None:
    words = tuple(found[1].replace("group ", "").split())
    if not set(words) <= METHODS or len(set(words)) < len(words):
        raise ValueError(found[1])
    model.logins = words


def _view(model: AwplusModel, found: Found) -> None:
    model.views[found[1]] = model.views.get(found[1], frozenset()) | {found[2]}


def _entry(name: str) -> Action:
    """An entry of two words: a key and its value, where it has one."""
    return lambda model, found: getattr(model, name).update({found[1]: found[2] or ""})


def _priority(model: AwplusModel, found: Found) -> None:
    number = int(found[1])
    if number % 4096 or number > 61440:
        raise ValueError(number)
    model.stp_priority = number


DEFAULT = r"(?:0\.0\.0\.0/0|0\.0\.0\.0 0\.0\.0\.0)"
GLOBAL_LINES: Table[AwplusModel] = _table(
    (r"hostname (\S{1,63})", lambda model, found: setattr(model, "hostname", found[1])),
    (r"no hostname", _set("hostname", DEFAULT_NAME)),
    (r"vlan database", lambda model, _found: _enter(model, model, _DATABASE)),
    (r"interface vlan(\d+)", _svi),
    (r"interface ((?:port|po\d|sa\d).*)", _interface),
    (rf"ip route {DEFAULT} (\d\S+)", _gateway),
    (rf"no ip route {DEFAULT}(?: (\d\S+))?", _no_gateway),
    (r"(no )?ntp server (\d\S+)", _member("ntp_servers")),
    (r"(no )?log host (\d\S+)(?: level \S+)?", _member("syslog_hosts")),
    (r"lldp run", _set("lldp", True)),
    (r"no lldp run", _set("lldp", False)),
    (r"access-list (\d{1,4}) ((?:permit|deny) (?:any|\S+ \S+))", _rule),
    (r"no access-list (\d{1,4})(?: ((?:permit|deny) (?:any|\S+ \S+)))?", _no_rule),
    (r"vty access-class (\d{1,4})", _bind),
    (r"no vty access-class", _free),
    (r"username (?P<name>\S+)(?: privilege (?P<level>\d{1,2}))?(?: password (?P<digest>(?:8 )?\S+))?", _user),
    (r"no username (\S+)", _gone("users")),
    (r"aaa authentication login default (.+)", _logins),
    (r"no aaa authentication login default", _set("logins", ("local",))),
    (
        r"snmp-server community (\S+)(?: view \S+)?(?: (ro|rw))?(?: \d+)?",
        lambda model, found: model.communities.update({found[1]: found[2] or "ro"}),
    ),
    (r"no snmp-server community (\S+)", _gone("communities")),
    (r"snmp-server view (\S+) (\S+) included", _view),
    (r"no snmp-server view (\S+)", _gone("views")),
    (r"snmp-server group (\S+) priv(?: read (\S+))?", _entry("groups")),
    (r"snmp-server user (\S+) (\S+)(?: encrypted)? auth \S+ \S+ priv \S+ \S+", _entry("snmp_users")),
    (r"no snmp-server user (\S+)", _gone("snmp_users")),
    (r"spanning-tree mode (stp|rstp|mstp)", lambda model, found: setattr(model, "stp_mode", found[1])),
    (r"spanning-tree priority (\d+)", _priority),
    (r"no spanning-tree priority", _set("stp_priority", DEFAULT_STP_PRIORITY)),
)
