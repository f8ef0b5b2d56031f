"""From a seen and a wanted state to edits in phases: one order for every platform, in which management survives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from iccc.compare import ABSENT, Unread
from iccc.switch.state import ALL_VLANS, Port, PortMode, Switching, SwitchState, Vlan
from iccc.switch.steps import Edit, GuardRefusal, Invariant, Keep, Phase

Phased = tuple[Phase, Edit]
RETIRED = ("interfaces", "ports", "vlans")  # the sections that phase has edits of
ATTRIBUTES = ("description", "speed", "duplex", "poe", "max_macs", "storm_pct", "edge", "bpdu_guard", "shutdown")


def edits(seen: SwitchState, wanted: SwitchState, keep: Keep, blank: Port, order: Callable[[str], Any]) -> list[Phased]:
    """The edits that bring ``seen`` to ``wanted``, sorted by phase. Undeclared and unread parts are left alone."""
    found = [
        *_vlans(seen, wanted, keep),
        *_ports(seen, wanted, keep, blank, order),
        *_globals(seen, wanted),
        *_management(seen, wanted),
    ]
    return sorted(found, key=_turn)  # stable: what belongs together stays in order within a phase


def _turn(one: Phased) -> tuple[Phase, int]:
    """The old way in goes from the top: the interface, then its VLAN on the trunks, then the VLAN."""
    phase, edit = one
    return phase, RETIRED.index(edit.section) if phase is Phase.RETIRE else 0


def _vlans(seen: SwitchState, wanted: SwitchState, keep: Keep) -> Iterator[Phased]:
    there, then = _mappings(seen.vlans, wanted.vlans)
    yield from _freed_names(there, then)
    for number, vlan in sorted(then.items()):
        was: Vlan | None = there.get(number)
        if vlan is ABSENT:
            if was is not None:
                moving = keep.next_vlan not in (None, keep.management_vlan)
                late = (moving and number == keep.management_vlan) or _loses_interface(seen, wanted, number)
                phase = Phase.RETIRE if late else Phase.DELETE_VLANS
                left = Vlan() if _name_is_freed(there, then, number) else was
                yield phase, Edit("vlans", number, "", left, None)
        elif was is None:
            yield Phase.ADD_VLANS, Edit("vlans", number, "", None, vlan)
        elif vlan.name is not None and vlan.name != was.name:
            before = None if _name_is_freed(there, then, number) else was.name
            yield Phase.ADD_VLANS, Edit("vlans", number, "name", before, vlan.name)


def _loses_interface(seen: SwitchState, wanted: SwitchState, vlan: int) -> bool:
    there, then = _mappings(seen.interfaces, wanted.interfaces)
    return vlan in there and then.get(vlan) is ABSENT


def _freed_names(there: Mapping[int, Vlan], then: Mapping[int, Any]) -> Iterator[Phased]:
    """Switches refuse a name that another VLAN bears: who bears it and is to lose it loses it first."""
    for number in sorted(there):
        if _name_is_freed(there, then, number):
            if then.get(number) is None or (then[number] is not ABSENT and then[number].name is None):
                raise GuardRefusal(Invariant.NAME_TAKEN, f"VLAN {number} is {there[number].name}, and is not declared")
            yield Phase.ADD_VLANS, Edit("vlans", number, "name", there[number].name, None)


def _name_is_freed(there: Mapping[int, Vlan], then: Mapping[int, Any], number: int) -> bool:
    """Whether another VLAN is to bear the name that this one has now."""
    name = there[number].name
    wanting = {n for n, vlan in then.items() if vlan is not ABSENT and vlan.name == name and n != number}
    return name is not None and bool(wanting)


def _ports(
    seen: SwitchState, wanted: SwitchState, keep: Keep, blank: Port, order: Callable[[str], Any]
) -> Iterator[Phased]:
    there, then = _mappings(seen.ports, wanted.ports)
    existing = frozenset(_mappings(seen.vlans, {})[0]) or ALL_VLANS
    for name in sorted(then, key=order):
        port = there.get(name, blank)
        yield from _switching(name, Switching.of(port), Switching.of(then[name]), keep, existing)
        for attribute in ATTRIBUTES:
            before, after = getattr(port, attribute), getattr(then[name], attribute)
            if after is not None and not isinstance(before, Unread) and before != after:
                yield Phase.PORT_ATTRIBUTES, Edit("ports", name, attribute, before, after)


def _switching(name: str, there: Switching, wish: Switching, keep: Keep, existing: frozenset[int]) -> Iterator[Phased]:
    """One edit where it can be one; a trunk is widened before and narrowed after everything else.

    ``existing``: the VLANs that the switch has. A link that negotiated may have been a trunk for all of them.
    """
    now = replace(there, allowed_vlans=ALL_VLANS if there.allowed_vlans is None else there.allowed_vlans)
    target = Switching(
        wish.mode or now.mode,
        now.access_vlan if wish.access_vlan is None else wish.access_vlan,
        now.native_vlan if wish.native_vlan is None else wish.native_vlan,
        now.allowed_vlans if wish.allowed_vlans is None else wish.allowed_vlans,
    )
    assert now.allowed_vlans is not None and target.allowed_vlans is not None
    if now.mode is PortMode.DYNAMIC and target.mode is PortMode.TRUNK and name in keep.uplinks:
        fixed = replace(now, mode=target.mode, allowed_vlans=now.allowed_vlans & existing | target.allowed_vlans)
        yield Phase.WIDEN_TRUNKS, Edit("ports", name, "switching", now, fixed)
        now = fixed
    if now.mode is not PortMode.TRUNK or target.mode is not PortMode.TRUNK:
        if now != target:
            yield _turned(name, now, target, keep), Edit("ports", name, "switching", now, target)
        return
    assert now.allowed_vlans is not None and target.allowed_vlans is not None
    wide = replace(now, allowed_vlans=now.allowed_vlans | target.allowed_vlans)
    # A native VLAN is on both sides of a link: on an uplink it may cut the way in.
    native = replace(wide, native_vlan=target.native_vlan, access_vlan=target.access_vlan)
    cuts = name in keep.uplinks and native.native_vlan != wide.native_vlan
    stages = [
        (Phase.WIDEN_TRUNKS, now, wide),
        (Phase.MANAGEMENT if cuts else Phase.MOVE_ACCESS_PORTS, wide, native),
    ]
    moving = keep.next_vlan not in (None, keep.management_vlan)
    late = frozenset({keep.management_vlan}) if moving else frozenset()
    if cuts:
        late = native.allowed_vlans or frozenset()  # narrowed after the native VLAN is what it shall be
    early = replace(native, allowed_vlans=target.allowed_vlans | ((native.allowed_vlans or frozenset()) & late))
    if cuts:
        stages += [(Phase.RETIRE, native, target)]
    else:
        stages += [(Phase.NARROW_TRUNKS, native, early), (Phase.RETIRE, early, target)]
    for phase, before, after in stages:
        if before != after:
            yield phase, Edit("ports", name, "switching", before, after)


def _turned(name: str, now: Switching, target: Switching, keep: Keep) -> Phase:
    """The phase in which a port changes its mode, or a port that is no trunk its VLANs."""
    if target.mode is PortMode.TRUNK:
        if name in keep.uplinks and now.mode is PortMode.ACCESS and target.native_vlan != now.access_vlan:
            return Phase.MANAGEMENT  # its VLAN was untagged and will be tagged: the other end has to follow
        return Phase.WIDEN_TRUNKS
    same = replace(now, allowed_vlans=target.allowed_vlans, native_vlan=target.native_vlan) == target
    return Phase.PORT_ATTRIBUTES if same else Phase.MOVE_ACCESS_PORTS


def _globals(seen: SwitchState, wanted: SwitchState) -> Iterator[Phased]:
    for section in ("ntp_servers", "syslog_hosts"):
        there, then = getattr(seen, section), getattr(wanted, section)
        if isinstance(there, frozenset) and isinstance(then, frozenset) and there != then:
            both = there | then  # new ones first: there is always one
            for before, after in ((there, both), (both, then)):
                if before != after:
                    yield Phase.GLOBALS, Edit(section, None, "", before, after)
    for section in ("hostname", "lldp"):
        there, then = getattr(seen, section), getattr(wanted, section)
        if then is not None and not isinstance(there, Unread) and there != then:
            yield Phase.GLOBALS, Edit(section, None, "", there, then)
    for section in ("snmp_views", "communities", "snmp_users"):
        yield from _entries(section, seen, wanted, Phase.GLOBALS, Phase.GLOBALS)


def _management(seen: SwitchState, wanted: SwitchState) -> Iterator[Phased]:
    yield from _entries("users", seen, wanted, Phase.GLOBALS, Phase.MANAGEMENT)
    for section in ("logins", "access_from", "spanning_tree"):
        there, then = getattr(seen, section), getattr(wanted, section)
        if then is None or isinstance(there, Unread):
            continue
        if section == "spanning_tree":
            for name in ("mode", "priority"):
                before, after = getattr(there, name), getattr(then, name)
                if after is not None and before != after:
                    yield Phase.MANAGEMENT, Edit(section, None, name, before, after)
        elif there != then:
            yield Phase.MANAGEMENT, Edit(section, None, "", there, then)
    there, then = _mappings(seen.interfaces, wanted.interfaces)
    for vlan, svi in sorted(then.items()):
        was = there.get(vlan)
        if svi is ABSENT:
            if was is not None:
                yield Phase.RETIRE, Edit("interfaces", vlan, "", was, None)
            continue
        full = svi if was is None else replace(was, **{k: v for k, v in vars(svi).items() if v is not None})
        if full != was:
            yield Phase.MANAGEMENT, Edit("interfaces", vlan, "", was, full)
    if isinstance(wanted.gateway, str) and not isinstance(seen.gateway, Unread) and seen.gateway != wanted.gateway:
        yield Phase.MANAGEMENT, Edit("gateway", None, "", seen.gateway, wanted.gateway)


def _entries(section: str, seen: SwitchState, wanted: SwitchState, adding: Phase, changing: Phase) -> Iterator[Phased]:
    """New entries of a mapping in phase ``adding``; changed ones and those that go in ``changing``, those last."""
    there, then = _mappings(getattr(seen, section), getattr(wanted, section))
    for key, value in sorted(then.items(), key=lambda one: (one[1] is ABSENT, str(one[0]))):
        was = there.get(key)
        if value is ABSENT and was is not None:
            yield changing, Edit(section, key, "", was, None)
        elif value is not ABSENT and was != value:
            yield adding if was is None else changing, Edit(section, key, "", was, value)


def _mappings(there: object, then: object) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    """Both as mappings; what is undeclared or unread has nothing to change."""
    if isinstance(there, Mapping) and isinstance(then, Mapping):
        return there, then
    return {}, {}
