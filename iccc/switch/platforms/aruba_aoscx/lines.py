"""The lines of global configuration mode, and of its sub-modes that are no port's."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from iccc.switch.platforms.aruba_aoscx import vlans as vlan_list
from iccc.switch.platforms.aruba_aoscx.access import STEP, AccessModel
from iccc.switch.platforms.aruba_aoscx.facts import METHODS, STP_MODES, STP_STEP
from iccc.switch.platforms.aruba_aoscx.names import canonical, default_name
from iccc.switch.platforms.aruba_aoscx.ports import PortModel, SviModel

if TYPE_CHECKING:
    from iccc.switch.platforms.aruba_aoscx.model import AoscxModel

Found = re.Match[str]
Action = Callable[["AoscxModel", Found], None]
_WORDS = {word: method for method, word in METHODS.items()}


def _set(name: str, value: object) -> Action:
    return lambda model, _found: setattr(model, name, value)


def _member(section: str) -> Action:
    """Puts the second group into a set, or takes it out; what is not there cannot be taken out."""

    def action(model: AoscxModel, found: Found) -> None:
        members: set[str] = getattr(model, section)
        (members.remove if found[1] else members.add)(found[2])

    return action


# --- VLANs and interfaces


def _vlan(model: AoscxModel, found: Found) -> None:
    numbers = vlan_list.read(found[1])
    for number in numbers:
        model.vlans.setdefault(number, "")
    if len(numbers) == 1:
        model.enter(model.vlans, ((re.compile(r"name ([\w-]{1,32})"), _named(*numbers)),))


def _named(number: int) -> Callable[[dict[int, str], Found], None]:
    def action(vlans: dict[int, str], found: Found) -> None:
        vlans[number] = "" if found[1] == default_name(number) else found[1]

    return action


def _no_vlan(model: AoscxModel, found: Found) -> None:
    """What hung on the VLAN is not documented: the worse reading, as in docs/platforms/aruba_aoscx.md."""
    numbers = vlan_list.read(found[1])
    if 1 in numbers or not numbers <= set(model.vlans):
        raise ValueError(found[1])
    for number in numbers:
        del model.vlans[number]
        model.svis.pop(number, None)
        for port in model.ports.values():
            port.forget(number)


def _port(model: AoscxModel, found: Found) -> None:
    name = canonical(found[1])
    if name is None:
        raise ValueError(found[1])
    model.enter_port(model.ports.setdefault(name, PortModel()))


def _svi(model: AoscxModel, found: Found) -> None:
    vlan = int(found[1])
    if vlan not in model.vlans:
        raise ValueError(found[1])
    svi = model.svis.setdefault(vlan, SviModel())

    def address(_svi: SviModel, entry: Found) -> None:
        wanted = IPv4Interface(entry[1])
        others = (one.address for number, one in model.svis.items() if number != vlan)
        if any(IPv4Interface(one).network.overlaps(wanted.network) for one in others if one not in ("", "dhcp")):
            raise ValueError(entry[1])
        svi.address = str(wanted)

    model.enter(svi, ((re.compile(r"ip address (\d+\.\d+\.\d+\.\d+/\d+)"), address), *_SVI_LINES))


def _no_address(svi: SviModel, found: Found) -> None:
    if svi.address != found[1]:
        raise ValueError(found[1])
    svi.address = ""


_SVI_LINES: tuple[tuple[re.Pattern[str], Callable[[SviModel, Found], None]], ...] = (
    (re.compile(r"no ip address (\S+)"), _no_address),
    (re.compile(r"ip dhcp"), lambda svi, _found: setattr(svi, "address", "dhcp")),
    (re.compile(r"no ip dhcp"), lambda svi, _found: setattr(svi, "address", "")),
    (re.compile(r"shutdown"), lambda svi, _found: setattr(svi, "shutdown", True)),
    (re.compile(r"no shutdown"), lambda svi, _found: setattr(svi, "shutdown", False)),
)


def _route(model: AoscxModel, found: Found) -> None:
    """A second default route is put beside the first one."""
    hop = str(IPv4Address(found[2]))
    if found[1]:
        model.routes.remove(hop)
    elif hop not in model.routes:
        model.routes.append(hop)


# --- who may come in


def _user(model: AoscxModel, found: Found) -> None:
    model.users[found[1]] = (found[2], found[4] if found[3] == "ciphertext" else None)


def _login(model: AoscxModel, found: Found) -> None:
    said = tuple(_WORDS.get(word, word) for word in found[2].removeprefix("group ").split())
    implied = ("local",) if found[1] == "default" and "local" not in said else ()  # so the Hardening Guide
    model.methods[found[1]] = said + implied


def _access_list(model: AoscxModel, found: Found) -> None:
    rules = model.access.lists.setdefault(found[1], {})

    def rule(_rules: object, entry: Found) -> None:
        rules[int(entry[1] or max(rules, default=0) // STEP * STEP + STEP)] = entry[2]

    table = (
        (re.compile(r"(?:(\d+) )?((?:permit|deny) .+)"), rule),
        (re.compile(r"no (\d+)"), lambda _rules, entry: rules.pop(int(entry[1]))),
        (re.compile(r"(?:no )?(?:\d+ )?comment(?: .*)?"), lambda _rules, _entry: None),
    )
    model.enter(rules, table)  # type: ignore[arg-type]


def _no_access_list(model: AoscxModel, found: Found) -> None:
    if found[1] == model.access.applied:
        raise ValueError(found[1])
    del model.access.lists[found[1]]


def _apply(model: AoscxModel, found: Found) -> None:
    access = model.access
    if found[2] not in access.lists or (found[1] and found[2] != access.applied):
        raise ValueError(found[2])
    access.applied = "" if found[1] else found[2]


def _allow_list(model: AoscxModel, _found: Found) -> None:
    def enable(access: AccessModel, _entry: Found) -> None:
        access.allow_list = True

    model.enter(model.access, ((re.compile(r"enable"), enable), (re.compile(r".+"), lambda _access, _entry: None)))


def _community(model: AoscxModel, found: Found) -> None:
    name = found[1]
    model.communities.setdefault(name, "ro")
    level = (re.compile(r"access-level (ro|rw)"), lambda table, entry: table.__setitem__(name, entry[1]))
    model.enter(model.communities, (level,))


# --- spanning tree


def _stp_mode(model: AoscxModel, found: Found) -> None:
    """Only while spanning tree is off: so the Layer 2 Bridging Guide."""
    mode = found[1] or STP_MODES[0]
    if model.stp_on and mode != model.stp_mode:
        raise ValueError(mode)
    model.stp_mode = mode


def _stp_priority(model: AoscxModel, found: Found) -> None:
    model.stp_priority = int(found[1] or 8) * STP_STEP


GLOBAL_LINES: tuple[tuple[re.Pattern[str], Action], ...] = tuple(
    (re.compile(pattern), action)
    for pattern, action in (
        (r"hostname (\S+)", lambda model, found: setattr(model, "hostname", found[1])),
        (r"vlan ([\d,-]+)", _vlan),
        (r"no vlan ([\d,-]+)", _no_vlan),
        (r"interface (\d+/\d+/\d+)", _port),
        (r"interface vlan ?(\d+)", _svi),
        (r"no interface vlan ?(\d+)", lambda model, found: model.svis.pop(int(found[1]))),
        (r"(no )?ip route 0\.0\.0\.0/0 (\S+)(?: (?!vrf )\S+)*(?: vrf default)?", _route),
        (r"lldp(?: enable)?", _set("lldp", True)),
        (r"no lldp(?: enable)?", _set("lldp", False)),
        (r"(no )?ntp server (\S+)(?: .*)?", _member("ntp_servers")),
        (r"(no )?logging (\S*[.:]\S*)(?: .*)?", _member("syslog_hosts")),
        (r"user (\S+) group (\S+) password (ciphertext|plaintext) (\S+)", _user),
        (r"no user (\S+)", lambda model, found: model.users.pop(found[1])),
        (r"aaa authentication login (\S+) (local|group(?: \S+)+)", _login),
        (r"no aaa authentication login (\S+)", lambda model, found: model.methods.pop(found[1])),
        (r"access-list ip (\S+)", _access_list),
        (r"no access-list ip (\S+)", _no_access_list),
        (r"(no )?apply access-list ip (\S+) control-plane vrf default", _apply),
        (r"ssh server allow-list", _allow_list),
        (r"(no )?snmp-server vrf (\S+)", _member("agents")),
        (r"snmp-server community (\S+)", _community),
        (r"no snmp-server community (\S+)", lambda model, found: model.communities.pop(found[1])),
        (r"(no )?snmpv3 user (\S+)(?: .*)?", _member("snmpv3")),
        (r"spanning-tree", _set("stp_on", True)),
        (r"no spanning-tree", _set("stp_on", False)),
        (r"(?:spanning-tree mode (mstp|rpvst)|no spanning-tree mode)", _stp_mode),
        (r"(?:spanning-tree priority (\d{1,2})|no spanning-tree priority(?: \d+)?)", _stp_priority),
        (r"port-access port-security enable", _set("security", True)),
        (r"no port-access port-security enable", _set("security", False)),
    )
)  # fmt: skip
