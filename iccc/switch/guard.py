"""The guard beneath every plan: steps all lines on a model of the switch and refuses what would cut its management."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from iccc.switch.platform import Model, Platform
from iccc.switch.state import ALL_VLANS, Port, PortMode, Svi, SwitchState, User
from iccc.switch.steps import TAKING_AWAY, GuardRefusal, Invariant, Keep, Phase, Step, conceal

Broken = tuple[Invariant, str]
Carried = frozenset[tuple[int, bool]]  # VLAN, whether tagged


@dataclass(frozen=True)
class _Watch:
    """What is held against every line: the switch as it stood, and what its ports must go on carrying."""

    keep: Keep
    start: SwitchState
    through: Mapping[str, Carried]
    armed: bool = False


def check(platform: Platform, model: Model, steps: Sequence[Step], keep: Keep) -> None:
    """Raise :class:`GuardRefusal` if any line of any step, or of what takes it back, breaks an invariant.

    A thing that already was broken (a factory switch without the management VLAN) may stay so: a line may only
    never make it worse. Armed phases may break the way in while they last; after them it has to stand.
    """
    if keep.unseen and any(step.phase in TAKING_AWAY for step in steps):
        raise GuardRefusal(Invariant.MANAGED_OVER, keep.unseen)
    final = model.copy()
    for step in steps:
        _understood(final, step.lines, step.hidden)
    watch = _Watch(keep, model.state(), _through(model.state(), final.state()))
    now = model.copy()
    for phase, group in groupby(steps, key=lambda step: step.phase):
        start = now.state()
        held = keep.after() if phase is Phase.RETIRE else keep
        here = replace(watch, keep=held, start=start, armed=phase is Phase.MANAGEMENT)
        for step in group:
            _step(platform, now, step, here)
    accepted = _broken(watch.start, watch)
    left = _broken(now.state(), replace(watch, keep=keep.after(), start=now.state()))
    for invariant, place in sorted(left - accepted):
        raise GuardRefusal(invariant, place or "after all steps")


def _step(platform: Platform, now: Model, step: Step, watch: _Watch) -> None:
    before = now.copy()
    accepted = _broken(before.state(), watch)
    if platform.candidate:
        _understood(now, step.lines, step.hidden)
        _judge(now, accepted, watch, step)
    else:
        _run(now, step.lines, accepted, watch, step)
    back = now.copy()
    _understood(back, step.undoes, step.hidden)
    if (back.state(), back.beyond()) != (before.state(), before.beyond()):
        raise GuardRefusal(Invariant.UNDO, "; ".join(line.strip() for line in step.shown()))


def _run(now: Model, lines: Iterable[str], accepted: frozenset[Broken], watch: _Watch, step: Step) -> None:
    broken = accepted
    for line in lines:
        _understood(now, [line], step.hidden)
        broken = _judge(now, broken | accepted, watch, step, line)


def _judge(
    now: Model, broken: frozenset[Broken], watch: _Watch, step: Step, line: str | None = None
) -> frozenset[Broken]:
    found = _broken(now.state(), watch)
    for invariant, place in sorted(found - broken):
        text = conceal(line, step.hidden) if line is not None else "; ".join(step.shown())
        raise GuardRefusal(invariant, f"{text.strip()}{f' ({place})' if place else ''}")
    return found


def _understood(model: Model, lines: Iterable[str], hidden: tuple[str, ...]) -> None:
    for line in lines:
        if not model.line(line):
            raise GuardRefusal(Invariant.KNOWN_LINE, conceal(line, hidden))


def _broken(state: SwitchState, watch: _Watch) -> frozenset[Broken]:
    """What does not hold as the switch stands, and where."""
    found: set[Broken] = set()
    keep, start = watch.keep, watch.start
    vlans = state.vlans if isinstance(state.vlans, Mapping) else {}
    ports = state.ports if isinstance(state.ports, Mapping) else {}
    interfaces = state.interfaces if isinstance(state.interfaces, Mapping) else {}
    if not watch.armed:
        if keep.management_vlan not in vlans:
            found.add((Invariant.MANAGEMENT_VLAN, ""))
        if _way_in(state, keep) != _way_in(start, keep):
            found.add((Invariant.MANAGEMENT_INTERFACE, ""))
        if (state.access_from, state.logins) != (start.access_from, start.logins):
            found.add((Invariant.ACCESS, ""))
        if _lost_users(start, state):
            found.add((Invariant.ADMINISTRATOR, ", ".join(sorted(_lost_users(start, state)))))
        found |= {(Invariant.UPLINK, name) for name in keep.uplinks if not _carries_management(ports.get(name), keep)}
    if isinstance(state.users, Mapping) and not _administrators(state):
        found.add((Invariant.ADMINISTRATOR, "no user has all rights"))
    for name in keep.uplinks:
        port = ports.get(name)
        if port is not None and port.mode is PortMode.TRUNK and port.allowed_vlans == ALL_VLANS:
            found.add((Invariant.TRUNK_OPEN, name))
    gone = {*(start.vlans if isinstance(start.vlans, Mapping) else ())} - {*vlans}
    for vlan in sorted(gone):
        if isinstance(svi := interfaces.get(vlan), Svi) and svi.address:
            found.add((Invariant.VLAN_IN_USE, f"interface of VLAN {vlan}"))
    for name, port in ports.items():
        if port.mode is not PortMode.TRUNK and port.access_vlan not in (None, 1) and port.access_vlan not in vlans:
            found.add((Invariant.VLAN_IN_USE, name))
        if port.mode is not PortMode.ACCESS and port.native_vlan in gone:
            found.add((Invariant.VLAN_IN_USE, f"native VLAN of {name}"))
        if not watch.through.get(name, frozenset()) <= _carried(port, vlans):
            found.add((Invariant.TRAFFIC, name))
    return frozenset(found)


def _way_in(state: SwitchState, keep: Keep) -> tuple[object, object]:
    interfaces = state.interfaces if isinstance(state.interfaces, Mapping) else {}
    return interfaces.get(keep.management_vlan), state.gateway


def _carries_management(port: Port | None, keep: Keep) -> bool:
    if port is None:
        return True  # the switch does not show it: nobody has configured it, and no line speaks of it
    if port.shutdown:
        return False
    tagged = port.allowed_vlans is None or keep.management_vlan in port.allowed_vlans
    untagged = port.access_vlan == keep.management_vlan
    return {PortMode.TRUNK: tagged, PortMode.ACCESS: untagged}.get(port.mode or PortMode.DYNAMIC, tagged or untagged)


def _carried(port: Port, vlans: Mapping[int, object]) -> Carried:
    """What passes a port now."""
    if port.shutdown:
        return frozenset()
    if port.mode is PortMode.TRUNK:
        allowed = ALL_VLANS if port.allowed_vlans is None else port.allowed_vlans
        return frozenset((vlan, vlan != port.native_vlan) for vlan in vlans if vlan in allowed)
    untagged = frozenset({(port.access_vlan, False)} if port.access_vlan in vlans and port.access_vlan else ())
    if port.mode is not PortMode.DYNAMIC:
        return untagged
    allowed = ALL_VLANS if port.allowed_vlans is None else port.allowed_vlans
    return untagged | {(vlan, vlan != port.native_vlan) for vlan in vlans if vlan in allowed}  # it may be a trunk


def _through(start: SwitchState, final: SwitchState) -> dict[str, Carried]:
    """What each port carries before and after, and so shall carry all the while."""
    ports = start.ports if isinstance(start.ports, Mapping) else {}
    then = final.ports if isinstance(final.ports, Mapping) else {}
    before = start.vlans if isinstance(start.vlans, Mapping) else {}
    after = final.vlans if isinstance(final.vlans, Mapping) else {}
    return {n: _carried(port, before) & _carried(then[n], after) for n, port in ports.items() if n in then}


def _administrators(state: SwitchState) -> set[str]:
    users = state.users if isinstance(state.users, Mapping) else {}
    return {name for name, user in users.items() if isinstance(user, User) and user.level == 15}


def _lost_users(start: SwitchState, state: SwitchState) -> set[str]:
    """Users with all rights that are no more."""
    return _administrators(start) - _administrators(state) if isinstance(state.users, Mapping) else set()
