"""The guard beneath every plan: steps all lines on a model of the switch and refuses what would cut its management."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from iccc.switch.platforms.cisco_ios.interpreter import Model, PortModel, default_name
from iccc.switch.state import ALL_VLANS, Port, PortMode, SwitchState
from iccc.switch.steps import GuardRefusal, Invariant, Keep, Step

Broken = tuple[Invariant, str]
_SVI = re.compile(r"(?:no |default )?interface vlan ?\d+", re.IGNORECASE)


def check(seen: SwitchState, steps: Iterable[Step], keep: Keep) -> None:
    """Raise :class:`GuardRefusal` if any line of any step, or of what takes it back, breaks an invariant.

    A thing that already was broken (a factory switch without the management VLAN) may stay so: a line may only
    never make it worse.
    """
    model = model_of(seen)
    for step in steps:
        before, accepted = model.copy(), _broken(model, keep)
        _run(model, step.lines, keep, frozenset())
        back = model.copy()
        _run(back, step.undoes, keep, accepted)
        if back.settings() != before.settings():
            raise GuardRefusal(Invariant.UNDO, "; ".join(line.strip() for line in step.lines))


def model_of(seen: SwitchState) -> Model:
    """A model that stands where the switch stands."""
    model = Model(hostname=seen.hostname if isinstance(seen.hostname, str) else None)
    if isinstance(seen.vlans, Mapping):
        model.vlans = {number: vlan.name or default_name(number) for number, vlan in seen.vlans.items()}
    if isinstance(seen.ports, Mapping):
        model.ports = {name: _port(port) for name, port in seen.ports.items()}
    model.ntp_servers = set(seen.ntp_servers) if isinstance(seen.ntp_servers, frozenset) else set()
    model.syslog_hosts = set(seen.syslog_hosts) if isinstance(seen.syslog_hosts, frozenset) else set()
    return model


def _port(port: Port) -> PortModel:
    return PortModel(
        description=port.description or "",
        mode=port.mode,
        access_vlan=port.access_vlan or 1,
        allowed_vlans=ALL_VLANS if port.allowed_vlans is None else port.allowed_vlans,
        poe=port.poe is not False,
    )


def _run(model: Model, lines: Iterable[str], keep: Keep, accepted: frozenset[Broken]) -> None:
    """Step ``lines`` on ``model``; ``accepted`` is what was broken before the step and may be so again."""
    broken = _broken(model, keep) | accepted
    for line in lines:
        vlans = set(model.vlans)
        if _SVI.fullmatch(line.strip()):
            raise GuardRefusal(Invariant.MANAGEMENT_INTERFACE, line)
        if not model.line(line):
            raise GuardRefusal(Invariant.KNOWN_LINE, line)
        now = _broken(model, keep)
        for invariant, _place in sorted(now - broken):
            raise GuardRefusal(invariant, line)
        gone = vlans - set(model.vlans)
        if gone and any(port.access_vlan in gone for port in model.ports.values() if port.mode is not PortMode.TRUNK):
            raise GuardRefusal(Invariant.VLAN_IN_USE, line)
        broken = now | accepted


def _broken(model: Model, keep: Keep) -> frozenset[Broken]:
    """What does not hold as the switch stands, and on which port."""
    found: set[Broken] = set()
    if keep.management_vlan not in model.vlans:
        found.add((Invariant.MANAGEMENT_VLAN, ""))
    for name in keep.uplinks:
        port = model.ports.get(name, PortModel())
        tagged = keep.management_vlan in port.allowed_vlans
        untagged = port.access_vlan == keep.management_vlan
        carries = {PortMode.TRUNK: tagged, PortMode.ACCESS: untagged}.get(port.mode or PortMode.DYNAMIC)
        if port.routed or not (tagged or untagged if carries is None else carries):
            found.add((Invariant.UPLINK, name))
        if port.mode is PortMode.TRUNK and port.allowed_vlans == ALL_VLANS:
            found.add((Invariant.TRUNK_OPEN, name))
    return frozenset(found)
