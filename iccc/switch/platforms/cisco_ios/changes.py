"""From a seen and a wanted state to ordered steps. No diff library orders them so that management survives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from iccc.compare import Unread
from iccc.switch.platforms.cisco_ios import guard, vlans
from iccc.switch.platforms.cisco_ios.interpreter import default_name
from iccc.switch.platforms.cisco_ios.lines import Lines
from iccc.switch.platforms.cisco_ios.names import order, poe_index
from iccc.switch.state import ALL_VLANS, Port, PortMode, SwitchState, Vlan
from iccc.switch.steps import Keep, Phase, SnmpSet, Step

PSE_PORT_ADMIN_ENABLE = "1.3.6.1.2.1.105.1.1.1.3"  # POWER-ETHERNET-MIB pethPsePortAdminEnable
TRUE, FALSE = 1, 2  # SNMPv2-TC TruthValue
BARE = Port("", PortMode.DYNAMIC, 1, ALL_VLANS, True)  # a port that nobody configured


def changes(seen: SwitchState, wanted: SwitchState, keep: Keep, templates: Path) -> tuple[Step, ...]:
    """The steps that bring ``seen`` to ``wanted``, in order of :class:`~iccc.switch.steps.Phase`; () if none is due.

    Undeclared and unread parts are left alone. Every line has passed the guard: raises
    :class:`~iccc.switch.steps.GuardRefusal`, and :class:`~iccc.switch.steps.Unsayable` for a value
    that the command line cannot take.
    """
    lines = Lines(templates)
    steps = [
        *_vlans(seen, wanted, lines),
        *_ports(seen, wanted, keep, lines),
        *_globals(seen, wanted, lines),
    ]
    steps.sort(key=lambda step: step.phase)  # stable: ports stay in order within a phase
    guard.check(seen, steps, keep)
    if wanted.saved and (steps or seen.saved is False):
        steps.append(Step(Phase.SAVE))
    return tuple(steps)


def _vlans(seen: SwitchState, wanted: SwitchState, lines: Lines) -> Iterator[Step]:
    if wanted.vlans is None or not isinstance(seen.vlans, Mapping) or not isinstance(wanted.vlans, Mapping):
        return
    for number, vlan in sorted(wanted.vlans.items()):
        there: Vlan | None = seen.vlans.get(number)
        if there is None:
            undo = lines("delete_vlan", number=number)
        elif vlan.name is not None and vlan.name != there.name:
            undo = lines("add_vlan", number=number, name=there.name or default_name(number))
        else:
            continue
        yield Step(Phase.ADD_VLANS, lines("add_vlan", number=number, name=vlan.name), undoes=undo)


def _ports(seen: SwitchState, wanted: SwitchState, keep: Keep, lines: Lines) -> Iterator[Step]:
    if not isinstance(wanted.ports, Mapping) or not isinstance(seen.ports, Mapping):
        return
    for name in sorted(wanted.ports, key=order):
        there, then = seen.ports.get(name, BARE), wanted.ports[name]
        yield from _trunk(name, there, then, keep, lines)
        yield from _access(name, there, then, lines)
        yield from _attributes(name, there, then, lines)


def _trunk(name: str, there: Port, then: Port, keep: Keep, lines: Lines) -> Iterator[Step]:
    allowed = _all_if_none(there.allowed_vlans)
    target = allowed if then.allowed_vlans is None else then.allowed_vlans
    becomes_trunk = then.mode is PortMode.TRUNK and there.mode is not PortMode.TRUNK

    def allow(vlan_set: frozenset[int]) -> tuple[str, ...]:
        lists = None if vlan_set == ALL_VLANS else vlans.lists(vlan_set, first=keep.management_vlan)
        return lines("allow", port=name, lists=lists)

    def amend(verb: str, some: frozenset[int]) -> tuple[str, ...]:
        return lines("amend", port=name, verb=verb, lists=vlans.lists(some))

    if there.mode is not PortMode.TRUNK:
        # The list comes before the mode, or the new trunk would be open to all VLANs for a moment.
        phase = Phase.WIDEN_TRUNKS if becomes_trunk else Phase.PORT_ATTRIBUTES
        if target != allowed:
            yield Step(phase, allow(target), undoes=allow(allowed))
        if becomes_trunk:
            trunk, back = (lines("mode", port=name, mode=mode) for mode in (then.mode, there.mode))
            yield Step(phase, trunk, undoes=back)
        return
    more, less = target - allowed, allowed - target
    if more and target == ALL_VLANS:
        yield Step(Phase.WIDEN_TRUNKS, allow(target), undoes=allow(allowed))
    elif more:
        yield Step(Phase.WIDEN_TRUNKS, amend("add", more), undoes=amend("remove", more))
    if less and allowed == ALL_VLANS:
        yield Step(Phase.NARROW_TRUNKS, allow(target), undoes=allow(allowed))
    elif less:
        yield Step(Phase.NARROW_TRUNKS, amend("remove", less), undoes=amend("add", less))


def _access(name: str, there: Port, then: Port, lines: Lines) -> Iterator[Step]:
    # The VLAN comes before the mode, or the port would stand in VLAN 1 for a moment.
    if then.access_vlan is not None and then.access_vlan != there.access_vlan:
        do, undo = (lines("access_vlan", port=name, vlan=vlan) for vlan in (then.access_vlan, there.access_vlan or 1))
        yield Step(Phase.MOVE_ACCESS_PORTS, do, undoes=undo)
    if then.mode is PortMode.ACCESS and there.mode is not PortMode.ACCESS:
        do, undo = (lines("mode", port=name, mode=mode) for mode in (then.mode, there.mode))
        yield Step(Phase.MOVE_ACCESS_PORTS, do, undoes=undo)


def _attributes(name: str, there: Port, then: Port, lines: Lines) -> Iterator[Step]:
    if then.description is not None and then.description != there.description:
        do, undo = (lines("description", port=name, text=text) for text in (then.description, there.description or ""))
        yield Step(Phase.PORT_ATTRIBUTES, do, undoes=undo)
    if then.poe is not None and then.poe != there.poe:
        group, port = poe_index(name)
        value, before = (TRUE, FALSE) if then.poe else (FALSE, TRUE)
        yield Step(Phase.PORT_ATTRIBUTES, snmp_set=SnmpSet(f"{PSE_PORT_ADMIN_ENABLE}.{group}.{port}", value, before))


def _globals(seen: SwitchState, wanted: SwitchState, lines: Lines) -> Iterator[Step]:
    for macro, there, then in (
        ("ntp", seen.ntp_servers, wanted.ntp_servers),
        ("syslog", seen.syslog_hosts, wanted.syslog_hosts),
    ):
        if isinstance(there, frozenset) and isinstance(then, frozenset) and there != then:
            new, old = sorted(then - there), sorted(there - then)
            yield Step(Phase.GLOBALS, lines(macro, new=new, old=old), undoes=lines(macro, new=old, old=new))
    name = wanted.hostname
    if isinstance(name, str) and not isinstance(seen.hostname, Unread) and seen.hostname != name:
        undo = lines("hostname", name=seen.hostname or "Switch")
        yield Step(Phase.GLOBALS, lines("hostname", name=name), undoes=undo)


def _all_if_none(allowed: frozenset[int] | None) -> frozenset[int]:
    return ALL_VLANS if allowed is None else allowed
