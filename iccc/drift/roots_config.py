"""Settings of switches that explain a silence: a port, a trunk, a VLAN that is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from iccc.compare import ABSENT
from iccc.drift.places import place_of
from iccc.drift.roots import Case, Root, Stand, part_of, port_of
from iccc.finding import Class, Finding
from iccc.switch.state import PortMode

CUTTING = frozenset({"poe", "mode", "shutdown", "access_vlan", ""})  # parts of a port; "" is all of it


@dataclass(frozen=True)
class Setting:
    """A finding of class config, with the values themselves in place of what a report shows of them."""

    finding: Finding
    seen: Any


def settings(case: Case) -> list[Setting]:
    """The differences that were found on switches and can cut something off."""
    seen = {(p.device, c.change.path): c.change.seen for p in case.view.plan.devices.values() for c in p.changes}
    return [
        Setting(finding, seen[finding.device, finding.path])
        for finding in case.candidates
        if finding.class_ is Class.CONFIG and (finding.device, finding.path) in seen
        if finding.device in case.city.switches
        and (_of_vlan(finding) or part_of(finding) in CUTTING and port_of(finding))
    ]


def _of_vlan(finding: Finding) -> bool:
    return part_of(finding) == "allowed_vlans" or finding.path.startswith("vlans[")


def cut_switches(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """Silent switches behind a setting that takes their management away.

    Reasoning: a segment whose ways in are *all* shut by a setting, or that stands with its links up behind a trunk
    that lacks its management VLAN, is silent because of that setting.
    Limits: a way in that is down without a setting is a fault of its own, and then the segment is not the setting's.
    Other settings that would cut it as well stay findings by themselves.
    """
    silent = [name for name in case.city.switches if name in left]
    found = settings(case) if silent else []
    groups = case.segments(set(silent) - case.mute) + [[name] for name in silent if name in case.mute]
    for group in groups:
        borders = [end for end in case.borders(group) if case.looked_at(end.switch)]
        known = [end for end in borders if case.stand(end.switch, end.port) is not Stand.UNKNOWN]
        shut = [cut for end in known if (cut := _shut(found, end.switch, end.port)) is not None]
        if shut and len(shut) == len(known):
            yield Root(shut[0], tuple(group), _port_symptoms(case, shut))
            continue
        if any(case.stand(end.switch, end.port) is not Stand.UP for end in known):
            continue
        vlans = {case.city.switches[name].management_vlan for name in group}
        near = {end.switch for end in borders}
        chains = {case.city.switches[name].chain for name in group}
        lacking = [s.finding for s in found if all(_cuts_vlan(case, s, vlan, chains, near) for vlan in vlans)]
        if lacking:
            yield Root(lacking[0], tuple(group))


def cut_hosts(case: Case, left: frozenset[str]) -> Iterator[Root]:
    """Cameras and others behind the setting that cuts them off: of their own port, else of a VLAN on their way.

    Reasoning: a port without PoE, shut, or in another VLAN cuts off what hangs on it. A trunk of its ring (or of the
    core) that lacks its VLAN, or a switch there without it, cuts the VLAN off.
    Limits: a port that delivers power is not without PoE, and a VLAN in which something on the same switch answers
    gets through: then the setting is a finding by itself. Where several would do, the nearest is taken.
    """
    of_ports: dict[tuple[str, str | None], list[Setting]] = defaultdict(list)
    of_vlans: list[Setting] = []
    for setting in settings(case) if left else ():
        of_ports[setting.finding.device, port_of(setting.finding)].append(setting)
        if _of_vlan(setting.finding):
            of_vlans.append(setting)
    for name in sorted(left):
        place = place_of(case.city.find(name))
        if place is None:
            continue
        cause = _port_cause(case, of_ports[place], *place) or _vlan_cause(case, of_vlans, *place)
        if cause is not None:
            yield Root(cause, (name,), case.symptoms.get(place, ()))


def _shut(found: list[Setting], switch: str, port: str) -> Finding | None:
    return next(
        (
            s.finding
            for s in found
            if (s.finding.device, s.finding.path) == (switch, f"ports[{port}].shutdown") and s.seen
        ),
        None,
    )


def _port_symptoms(case: Case, cuts: list[Finding]) -> tuple[str, ...]:
    ids: list[str] = []
    for cut in cuts:
        ids += case.symptoms.get((cut.device, port_of(cut) or ""), ())
    return tuple(ids)


def _port_cause(case: Case, found: list[Setting], switch: str, port: str) -> Finding | None:
    facts = case.view.port(switch, port)
    for setting in found:
        part, seen = part_of(setting.finding), setting.seen
        if part == "poe":
            cuts = seen is False and not (facts is not None and facts.poe_delivering)
        elif part == "mode":
            cuts = seen is not PortMode.ACCESS
        elif part == "shutdown":
            cuts = seen is True
        else:
            cuts = part in CUTTING
        if cuts:
            return setting.finding
    return None


def _vlan_cause(case: Case, found: list[Setting], switch: str, port: str) -> Finding | None:
    known = case.city.switches.get(switch)
    declared = known.ports.get(port) if known is not None else None
    if known is None or declared is None or declared.access_vlan is None:
        return None
    vlan = declared.access_vlan
    for host in case.hosts.get(switch, ()):
        other = place_of(case.city.find(host))
        if case.answers(host) and other is not None and known.ports[other[1]].access_vlan == vlan:
            return None
    cutting = [s.finding for s in found if _cuts_vlan(case, s, vlan, {known.chain}, {switch})]
    return min(cutting, key=lambda finding: finding.device != switch, default=None)


def _cuts_vlan(case: Case, setting: Setting, vlan: int, chains: set[str | None], near: set[str]) -> bool:
    """Whether the setting takes the VLAN away on a trunk or switch of these chains, of the core, or near by."""
    finding = setting.finding
    chain = case.city.switches[finding.device].chain
    if chain is not None and chain not in chains and finding.device not in near:
        return False
    if finding.path == f"vlans[{vlan}]":
        return setting.seen is ABSENT
    return part_of(finding) == "allowed_vlans" and isinstance(setting.seen, frozenset) and vlan not in setting.seen
