"""Class reach: devices that do not answer, and what silence is traced to.

A dead switch or a wrong port is one finding; the cameras behind it are listed under it, not beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from iccc.city.devices import Camera, City, Recorder
from iccc.compare import ABSENT, Change, Unread
from iccc.drift.view import View
from iccc.errors import Reason
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.plan import DevicePlan
from iccc.switch.seen import PortFacts, SwitchFacts

Host = Camera | Recorder  # what hangs on a port of a switch

SILENT = frozenset({Reason.NO_ANSWER, Reason.REFUSED})


def silent(view: View) -> frozenset[str]:
    """Devices of which nothing at all was read, because nothing answered."""
    return frozenset(
        name
        for name, device in view.plan.devices.items()
        if _is_silent(device) and not _answers_otherwise(view.observed[name])
    )


def with_roots(view: View, dead: frozenset[str], candidates: Sequence[Finding]) -> list[Finding]:
    """The candidates and the silent devices, each of these under what explains it."""
    city, plan = view.city, view.plan
    dead_switches = {name for name in dead if name in city.switches}
    roots = _dead_segments(city, dead_switches)
    root_of: dict[str, str] = {}  # silent device: id of the finding that explains it
    for finding in roots:
        for name in (finding.device, *finding.behind):
            root_of[name] = finding.id
    seen = {(p.device, c.change.path): c.change for p in plan.devices.values() for c in p.changes}
    changes = [(f, seen[f.device, f.path]) for f in candidates if (f.device, f.path) in seen]
    behind: dict[str, list[str]] = defaultdict(list)
    own: list[Finding] = []
    for name in sorted(dead - dead_switches):
        host = city.recorders.get(name) or city.cameras[name]
        if host.switch in root_of:
            behind[root_of[host.switch]].append(name)
            continue
        cause = _config_cause(city, host, changes)
        if cause is not None:
            behind[cause.id].append(name)
            continue
        own.append(_silent_host(host, plan.devices[name], view))
    everything = [*roots, *candidates, *own]
    return [replace(f, behind=(*f.behind, *behind[f.id])) if f.id in behind else f for f in everything]


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


def _silent_host(host: Host, plan: DevicePlan, view: View) -> Finding:
    """A silent device for which there is no other root: what was observed of it, and of its port."""
    text = next(u.unread.text for u in plan.unknown if u.path == "")
    port: PortFacts | None = view.port(host.switch, host.port)
    seen = []
    if port is not None and port.poe_delivering is not None:
        seen.append("the port delivers power" if port.poe_delivering else "the port delivers no power")
    if port is not None and port.oper_up is not None:
        seen.append("its link is up" if port.oper_up else "its link is down")
    if seen:
        text = f"{text}; {host.switch} {host.port}: {', '.join(seen)}"
    severity = Severity.MAJOR if isinstance(host, Camera) else Severity.CRITICAL
    return Finding(host.name, "", Class.REACH, severity, text, str(host.where), host.site)


def _lacks(vlan: int | None, change: Change) -> bool:
    """Whether the trunk of this change did not let the VLAN through."""
    return isinstance(change.seen, frozenset) and vlan not in change.seen
