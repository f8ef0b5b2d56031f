"""Drift: the differences of a plan as findings, with silence traced to its root.

A dead switch or a wrong port is one finding; the cameras behind it are listed under it, not beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from iccc.city.devices import Camera, City, Recorder, Switch
from iccc.compare import ABSENT, Change, Unknown, Unread, plain
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.plan import DevicePlan, Plan, PlannedChange
from iccc.switch.state import PortFacts, SwitchFacts

Host = Camera | Recorder  # what hangs on a port of a switch

SILENT = frozenset({Reason.NO_ANSWER, Reason.REFUSED})


def findings(city: City, plan: Plan, observed: Mapping[str, Observed[Any, Any]]) -> list[Finding]:
    """All findings of a plan, roots with what is behind them, most severe first."""
    silent = {name for name, d in plan.devices.items() if _is_silent(d) and not _answers_otherwise(observed[name])}
    dead_switches = {name for name in silent if name in city.switches}
    roots = _dead_segments(city, dead_switches)
    root_of: dict[str, str] = {}  # silent device: id of the finding that explains it
    for finding in roots:
        for name in (finding.device, *finding.behind):
            root_of[name] = finding.id
    changes = [
        (_config_finding(city, device, planned), planned.change)
        for device in plan.devices.values()
        for planned in device.changes
    ]
    config = [finding for finding, _ in changes]
    behind: dict[str, list[str]] = defaultdict(list)
    own: list[Finding] = []
    for name in sorted(silent - dead_switches):
        host = city.recorders.get(name) or city.cameras[name]
        if host.switch in root_of:
            behind[root_of[host.switch]].append(name)
            continue
        cause = _config_cause(city, host, changes)
        if cause is not None:
            behind[cause.id].append(name)
            continue
        own.append(_silent_host(host, plan.devices[name], observed.get(host.switch)))
    unread = [
        _unread_finding(city, device, unknown)
        for device in plan.devices.values()
        if device.device not in silent
        for unknown in device.unknown
    ]
    everything = [*roots, *config, *own, *unread]
    with_behind = [replace(f, behind=(*f.behind, *behind[f.id])) if f.id in behind else f for f in everything]
    order = list(Severity)
    return sorted(with_behind, key=lambda f: (order.index(f.severity), f.site, f.device, f.path))


def _is_silent(device: DevicePlan) -> bool:
    """Nothing at all was read, because nothing answered."""
    return any(u.path == "" and u.unread.reason in SILENT for u in device.unknown)


def _answers_otherwise(observed: Observed[Any, Any]) -> bool:
    """A switch whose command line is silent while SNMP answers is not dead."""
    facts = observed.facts
    return isinstance(facts, SwitchFacts) and not isinstance(facts.ports, Unread)


def _dead_segments(city: City, dead: set[str]) -> list[Finding]:
    """One finding for each connected group of silent switches."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for link in city.links:
        neighbours[link.a].add(link.b)
        neighbours[link.b].add(link.a)
    left = set(dead)
    result: list[Finding] = []
    for start in city.switches:  # in declared order, so the same segment always has the same head
        if start not in left:
            continue
        segment: list[str] = []
        queue = [start]
        while queue:
            name = queue.pop(0)
            if name in left:
                left.discard(name)
                segment.append(name)
                queue += sorted(neighbours[name] & left)
        switch = city.switches[start]
        others = sorted(segment)
        others.remove(start)
        text = f"switch {start} ({switch.address}) does not answer"
        if others:
            text = f"{len(segment)} neighbouring switches do not answer: {', '.join([start, *others])}"
        result.append(
            Finding(
                start, "", Class.REACH, Severity.CRITICAL, text, str(switch.where), switch.site, behind=tuple(others)
            )
        )
    return result


def _config_cause(city: City, host: Host, config: Sequence[tuple[Finding, Change]]) -> Finding | None:
    """The difference on a switch that explains why a camera or recorder is silent, if there is one.

    First its own port, then a trunk or VLAN of its ring that lacks its VLAN.
    """
    port = f"ports[{host.port}]"
    own = [f for f, _ in config if f.device == host.switch and (f.path == port or f.path.startswith(port + "."))]
    cutting = [f for f in own if f.path.rpartition(".")[2] in ("poe", "access_vlan", "mode", port)]
    if cutting:
        return cutting[0]
    ring = city.switches[host.switch].chain
    vlan = city.switches[host.switch].ports[host.port].access_vlan
    for finding, change in config:
        switch = city.switches.get(finding.device)
        if switch is None or (switch.chain or ring) != ring:
            continue
        if finding.path == f"vlans[{vlan}]" and change.seen is ABSENT:
            return finding
        if finding.path.endswith(".allowed_vlans") and _lacks(vlan, change):
            return finding
    return None


def _silent_host(host: Host, plan: DevicePlan, switch: Observed[Any, SwitchFacts] | None) -> Finding:
    """A silent device for which there is no other root: what was observed of it, and of its port."""
    text = next(u.unread.text for u in plan.unknown if u.path == "")
    port = _port_facts(host, switch)
    seen = []
    if port is not None and port.poe_delivering is not None:
        seen.append("the port delivers power" if port.poe_delivering else "the port delivers no power")
    if port is not None and port.oper_up is not None:
        seen.append("its link is up" if port.oper_up else "its link is down")
    if seen:
        text = f"{text}; {host.switch} {host.port}: {', '.join(seen)}"
    severity = Severity.MAJOR if isinstance(host, Camera) else Severity.CRITICAL
    return Finding(host.name, "", Class.REACH, severity, text, str(host.where), host.site)


def _port_facts(host: Host, switch: Observed[Any, SwitchFacts] | None) -> PortFacts | None:
    if switch is None or switch.facts is None or isinstance(switch.facts.ports, Unread):
        return None
    return switch.facts.ports.get(host.port)


def _lacks(vlan: int | None, change: Change) -> bool:
    """Whether the trunk of this change did not let the VLAN through."""
    return isinstance(change.seen, frozenset) and vlan not in change.seen


def _config_finding(city: City, plan: DevicePlan, planned: PlannedChange) -> Finding:
    device = city.device(plan.device)
    change = planned.change
    severity = Severity.MAJOR if isinstance(device, Switch) else Severity.MINOR
    return Finding(
        device=device.name,
        path=change.path,
        class_=Class.CONFIG,
        severity=severity,
        text=f"{change.path} differs",
        where=planned.where,
        site=device.site,
        seen=plain(change.seen),
        wanted=plain(change.wanted),
    )


def _unread_finding(city: City, plan: DevicePlan, unknown: Unknown) -> Finding:
    device = city.device(plan.device)
    return Finding(
        device=device.name,
        path=unknown.path,
        class_=Class.OBSERVABILITY,
        severity=Severity.MAJOR,
        text=unknown.unread.text,
        where=str(device.where),
        site=device.site,
        seen=str(unknown.unread.reason),
    )
