"""What the templates need of the model: names as they were given, and what has to go before a ``set``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iccc.switch.platforms.juniper_junos import access, ports
from iccc.switch.platforms.juniper_junos.facts import (
    CLASSES,
    DEFAULT_VLAN,
    DROPPING,
    DUPLEXES,
    METHODS,
    SPEEDS,
)
from iccc.switch.platforms.juniper_junos.model import JunosModel, group_of
from iccc.switch.platforms.juniper_junos.sha512 import crypted
from iccc.switch.platforms.juniper_junos.text import quoted, vlan_name, word
from iccc.switch.platforms.juniper_junos.tree import Tree, at, statements, there, value
from iccc.switch.state import ALL_VLANS
from iccc.switch.steps import Unsayable
from iccc.units import ranges


@dataclass(frozen=True)
class Members:
    """Members of a port to take out, as they were given, and to add."""

    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class Renaming:
    """A VLAN under another name: what stands below the old one, and the members by name of the ports."""

    old: str
    new: str
    statements: tuple[str, ...]
    ports: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """The irb unit of a VLAN: the VLAN's name if it has still to be linked, and what its family has now."""

    number: str
    link: str
    old: tuple[str, ...]
    disabled: bool


def name_of(model: JunosModel, number: int) -> str:
    """The name of a VLAN that is there."""
    for name, vlan in ports.vlan_ids(model.tree).items():
        if vlan == number:
            return name
    raise Unsayable(f"VLAN {number} is not on the switch")


def new_name(model: JunosModel, number: int, wanted: str | None) -> str:
    """The name under which a VLAN is made; Junos has no VLAN without one."""
    name = vlan_name(wanted or f"vlan{number}")
    if name in at(model.tree, "vlans"):
        raise Unsayable(f"the VLAN {name} is there already, with another number")
    return name


def rejoined(model: JunosModel, vlan: int) -> str:
    """The irb unit that a VLAN had before it went, and that is still there; "" for none."""
    unit = model.parted().get(vlan, "")
    return unit if there(model.tree, "interfaces", "irb", "unit", unit) else ""


def retired_name(model: JunosModel, number: int) -> str:
    """The name of a VLAN that is to go. Junos refuses the commit while a port names it."""
    ids = ports.vlan_ids(model.tree)
    for port in at(model.tree, "interfaces"):
        given = ports.members(ids, ports.switching_of(model.tree, port))
        native = value(model.tree, "interfaces", port, "native-vlan-id")
        if native == str(number) or any(number in vlans for member, vlans in given.items() if member != "all"):
            raise Unsayable(f"{port} names VLAN {number}: Junos deletes no VLAN that a port names")
    return _not_default(name_of(model, number))


def _not_default(name: str) -> str:
    if name == DEFAULT_VLAN:
        raise Unsayable(f"the VLAN {DEFAULT_VLAN!r} is always there, under that name")
    return name


def renaming(model: JunosModel, number: int, wanted: str | None) -> Renaming:
    """How a VLAN comes to another name: it is deleted and set anew, and so are the members that name it."""
    old = _not_default(name_of(model, number))
    below = tuple(" ".join(map(quoted, path)) for path in statements(at(model.tree, "vlans", old)))
    naming = tuple(
        port
        for port in at(model.tree, "interfaces")
        if old in at(ports.switching_of(model.tree, port), "vlan", "members")
    )
    return Renaming(old, new_name(model, number, wanted), below, naming)


def members(model: JunosModel, port: str, wanted: frozenset[int], single: bool = False) -> Members:
    """How the members of a port come to be ``wanted``; an access port has a ``single`` one, and no range."""
    ids = ports.vlan_ids(model.tree)
    given = ports.members(ids, ports.switching_of(model.tree, port))
    missing = wanted - set(ids.values()) if wanted != ALL_VLANS else frozenset[int]()
    if missing:
        raise Unsayable(f"{port}: VLANs {ranges(missing)} are not on the switch, and Junos takes no such members")
    if not wanted:
        raise Unsayable(f"{port}: Junos has no trunk without VLANs")
    if wanted == ALL_VLANS:
        return Members(tuple(member for member in given if member != "all"), () if "all" in given else ("all",))
    kept = {
        member: vlans
        for member, vlans in given.items()
        if vlans and vlans <= wanted and (not single or "-" not in member or member in ids)
    }
    kept = dict(list(kept.items())[:1]) if single else kept
    left = wanted - frozenset[int]().union(*kept.values())
    return Members(
        old=tuple(member for member in given if member not in kept),
        new=_said(ids, left, single) if left else (),
    )


def _said(ids: dict[str, int], vlans: frozenset[int], single: bool) -> tuple[str, ...]:
    if single and ids.get(DEFAULT_VLAN) in vlans:
        return (DEFAULT_VLAN,)
    return tuple(ranges(vlans).split(","))


def native(model: JunosModel, port: str, wanted: int | None) -> int | None:
    """``wanted``, which has to be a VLAN of the switch."""
    if wanted is not None and wanted not in ports.vlan_ids(model.tree).values():
        raise Unsayable(f"{port}: VLAN {wanted} is not on the switch, and Junos takes no such native VLAN")
    return wanted


def storm_profile(model: JunosModel, percent: float) -> tuple[str, bool]:
    """The profile for a percentage, and whether it has still to be made."""
    if percent != int(percent) or not 1 <= percent <= 100:
        raise Unsayable(f"storm control of {percent:g} per cent: Junos takes whole numbers from 1 to 100")
    profiles = at(model.tree, "forwarding-options", "storm-control-profiles")
    for name in profiles:
        if "all" in profiles[name] and ports.storm_pct(model.tree, name) == percent:
            return name, False
    return f"iccc-{int(percent)}", True


def link(model: JunosModel, port: str, statement: str, wanted: str) -> tuple[tuple[str, ...], str]:
    """Statements of speed or duplex that are there and go, and the one to set; "" for none.

    Later releases have them on the interface itself, older ones below ``ether-options``.
    """
    physical = at(model.tree, "interfaces", port)
    direct = there(physical, statement)
    words = {said: plain for plain, said in (SPEEDS if statement == "speed" else DUPLEXES).items() if said != "auto"}
    if wanted != "auto" and wanted not in words:
        raise Unsayable(f"{port}: {statement} {wanted!r} is none that Junos takes")
    inside = there(physical, "ether-options", statement)
    gone = tuple(path for path, is_there in ((statement, direct), (f"ether-options {statement}", inside)) if is_there)
    path = statement if direct else f"ether-options {statement}"
    return (gone, "") if wanted == "auto" else ((), f"{path} {words[wanted]}")


def link_word(wanted: str, statement: str) -> str:
    """Speed or duplex as ``ether-options`` says it."""
    _gone, new = link(JunosModel(), "a port", statement, wanted)
    return new.split()[-1]


def entry(model: JunosModel, path: str, port: str) -> str:
    """The name under which a protocol has a port (``ge-0/0/1`` or ``ge-0/0/1.0``); "" when it has none of its own."""
    return ports.named(at(model.tree, *path.split()), port, everyone=False)


def has(model: JunosModel, path: str) -> bool:
    """Whether a statement is there."""
    return there(model.tree, *path.split())


def values(model: JunosModel, path: str) -> list[str]:
    """The values of a statement in the order given."""
    return list(at(model.tree, *path.split()))


def limit_drops(model: JunosModel, name: str) -> bool:
    """Whether a port's MAC limit has an action that drops."""
    where = at(model.tree, "switch-options", "interface", name, "interface-mac-limit")
    return value(where, "packet-action") in DROPPING


def guard_stays(model: JunosModel, port: str) -> bool:
    """Whether a port is guarded for being an edge port, so that no statement of its own can open it."""
    state = ports.port_state(model.tree, port, ports.vlan_ids(model.tree))
    on_edge = state.edge is True and there(model.tree, "protocols", "rstp", "bpdu-block-on-edge")
    if on_edge:
        raise Unsayable(f"{port}: bpdu-block-on-edge guards all edge ports")
    return False


def unit(model: JunosModel, vlan: int) -> Unit:
    """The irb unit of a VLAN: the one that it has or had, else the one of its number, else a free one."""
    tree = model.tree
    linked = model.units()
    number = linked.get(vlan) or model.parted().get(vlan)
    units = at(tree, "interfaces", "irb", "unit")
    if number is None:
        number = next(str(n) for n in (vlan, *range(5000, 16386)) if str(n) not in {*units, *linked.values()})
    inside: Tree = at(units, number)
    family = at(inside, "family", "inet")
    old = (*(f"address {one}" for one in at(family, "address")), *(["dhcp"] if "dhcp" in family else []))
    ids = ports.vlan_ids(tree)
    names = [name for name, one in ids.items() if one == vlan]
    link_to = names[0] if names and vlan not in linked else ""
    return Unit(number, link_to, old, "disable" in inside)


def linked(model: JunosModel, vlan: int) -> list[str]:
    """The VLAN that an irb unit is linked to, if it is."""
    return [name_of(model, vlan)] if vlan in model.units() else []


def family(address: str) -> tuple[str, ...]:
    """The statements of the family ``inet`` that say an address, as :attr:`iccc.switch.state.Svi.address` has it."""
    return tuple(one if one == "dhcp" else f"address {word(one)}" for one in address.split())


def login_class(level: int) -> str:
    if level not in CLASSES:
        raise Unsayable(f"a user of level {level}: iccc has 15 (super-user) and 1 (read-only) on Junos")
    return CLASSES[level]


def methods(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The words of ``authentication-order``; none where only local users count."""
    words = {said: plain for plain, said in METHODS.items()}
    unknown = [method for method in wanted if method not in words]
    if unknown or not wanted:
        raise Unsayable(f"login method {unknown[0] if unknown else ''!r}: Junos has tacacs+, radius and local")
    return () if wanted == ("local",) else tuple(words[method] for method in wanted)


def priority(wanted: int) -> int:
    if wanted % 4096 or not 0 <= wanted <= 61440:
        raise Unsayable(f"bridge priority {wanted} is no multiple of 4096 up to 61440")
    return wanted


def stp_mode(wanted: str) -> str:
    if wanted not in ("rstp", ""):
        raise Unsayable(f"spanning tree {wanted!r}: iccc sets rstp on Junos")
    return wanted


FILTERS: dict[str, Callable[..., object]] = {
    "quoted": quoted,
    "word": word,
    "crypted": crypted,
    "vlan_name": vlan_name,
    "name_of": name_of,
    "new_name": new_name,
    "retired_name": retired_name,
    "renaming": renaming,
    "rejoined": rejoined,
    "members": members,
    "member_words": lambda vlans: ("all",) if vlans == ALL_VLANS else _said({}, vlans, False),
    "native": native,
    "storm_profile": storm_profile,
    "link": link,
    "entry": entry,
    "has": has,
    "values": values,
    "limit_drops": limit_drops,
    "guard_stays": guard_stays,
    "unit": unit,
    "family": family,
    "login_class": login_class,
    "methods": methods,
    "priority": priority,
    "stp_mode": stp_mode,
    "group_of": lambda model, user: group_of(at(model.tree, "snmp"), user),
    "access_edit": lambda model, wanted: access.edit(model.tree, wanted),
    "vlan_set": frozenset,
    "linked": linked,
    "link_word": link_word,
}
