"""Class reach: devices that do not answer, and what each silence is traced to.

The rules stand in ``roots_*.py``, one sort of cause in each. They are tried in the order of :data:`SWITCHES` and
:data:`HOSTS`, from causes that explain most to those that explain least; what one has explained, no later one sees. So
every silent device is told exactly once: as a finding, or behind one. What was not tried is not silent; where its
switch is dead, or its port is down, it is unknown behind that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from iccc.city.devices import Camera, Recorder
from iccc.compare import Unread
from iccc.drift.places import place_of
from iccc.drift.roots import SILENT as SILENT
from iccc.drift.roots import UNTRIED, Case, Root, Rule, Stand
from iccc.drift.roots_cabinets import cabinets_without_mains
from iccc.drift.roots_config import cut_hosts, cut_switches
from iccc.drift.roots_entry import nothing_answers
from iccc.drift.roots_hosts import moved_hosts, not_recorded, silent_hosts, unplugged_hosts
from iccc.drift.roots_links import links_down
from iccc.drift.roots_swapped import swapped
from iccc.drift.roots_switches import dead_segments, mute_switches
from iccc.drift.roots_time import time_servers
from iccc.drift.view import View
from iccc.finding import Class, Finding, Severity
from iccc.observed import Observed
from iccc.plan import DevicePlan
from iccc.switch.seen import SwitchFacts

SWITCHES: tuple[Rule, ...] = (nothing_answers, cut_switches, cabinets_without_mains, mute_switches, dead_segments)
HOSTS: tuple[Rule, ...] = (moved_hosts, cut_hosts, unplugged_hosts, silent_hosts)


def silent(view: View) -> frozenset[str]:
    """Devices of which nothing at all was read, because nothing that was tried answered."""
    return frozenset(name for name, device in view.plan.devices.items() if _is_silent(device, view.observed[name]))


def with_roots(view: View, dead: frozenset[str], candidates: Sequence[Finding]) -> list[Finding]:
    """The candidates and the silent devices, each of them that follows from something else under or behind that."""
    case = Case(view, dead, tuple(candidates))
    roots, left = _applied(case, SWITCHES, dead)
    left |= case.untried
    roots = [replace(root, behind=(*root.behind, *_hosts_behind(case, root, left))) for root in roots]
    left -= {name for root in roots for name in root.behind}
    more, _ = _applied(case, HOSTS, frozenset(name for name in left if name in dead or _is_unplugged(case, name)))
    roots += [*links_down(case, frozenset()), *more, *time_servers(case), *swapped(case)]
    behind = case.untried & {name for root in roots for name in root.behind}
    candidates = tuple(f for f in candidates if not (f.device in behind and _is_of_whole(f)))
    return list(_folded(replace(case, candidates=candidates), roots))


def _applied(case: Case, rules: Sequence[Rule], left: frozenset[str]) -> tuple[list[Root], frozenset[str]]:
    roots: list[Root] = []
    for rule in rules:
        for root in list(rule(case, left)):
            roots.append(root)
            left -= {root.finding.device, *root.behind}
    return roots, left


def _hosts_behind(case: Case, root: Root, left: frozenset[str]) -> Iterator[str]:
    """Those left that hang on the silent switches of a root, unless a switch forwards: then it explains nothing."""
    switches = {name for name in (root.finding.device, *root.behind) if name in case.silent} - case.mute
    for name in sorted(left):
        place = place_of(case.city.find(name))
        if place is not None and place[0] in switches:
            yield name


def _folded(case: Case, roots: Sequence[Root]) -> Iterator[Finding]:
    """All findings, each candidate in one place: under the first root that explains it, or by itself."""
    by_id = {finding.id: finding for finding in case.candidates}
    new = {root.finding.id: root.finding for root in roots if root.finding.id not in by_id}
    behind: dict[str, list[str]] = {id_: [] for id_ in (*by_id, *new)}
    under: dict[str, list[str]] = {id_: [] for id_ in (*by_id, *new)}
    rooted = {root.finding.id for root in roots}
    claimed: set[str] = set()
    for root in roots:
        # The device that a finding of class reach is about is told by it, and is not behind itself.
        own = root.finding.device if root.finding.class_ is Class.REACH else ""
        behind[root.finding.id] += [name for name in root.behind if name != own]
        for id_ in root.under:
            if id_ not in claimed and id_ not in rooted:
                claimed.add(id_)
                under[root.finding.id].append(id_)
    for id_, finding in (by_id | new).items():
        if id_ in claimed:
            continue
        names = tuple(behind[id_])
        recorders = {name for name in (finding.device, *names) if isinstance(case.city.find(name), Recorder)}
        gone = recorders & {*case.silent, *names} if id_ in rooted else set()
        whole = replace(
            finding,
            behind=(*finding.behind, *names),
            under=(*finding.under, *(by_id[one] for one in under[id_])),
            affected=tuple(c for c in not_recorded(case, gone) if c not in names) if gone else finding.affected,
        )
        yield replace(whole, severity=_severity(case, whole))


def _severity(case: Case, root: Finding) -> Severity:
    """A root is as severe as the worst that it brings about: what is under it is told nowhere else.

    What was not tried is not known to be lost.
    """
    known = [name for name in root.behind if name not in case.untried]
    lost = root.affected or any(isinstance(case.city.find(name), Camera | Recorder) for name in known)
    grades = {root.severity, *(finding.severity for finding in root.under), *([Severity.CRITICAL] if lost else [])}
    return next(severity for severity in Severity if severity in grades)


def _is_silent(device: DevicePlan, observed: Observed[Any, Any]) -> bool:
    """Nothing at all was read, because nothing answered: of a switch neither its command line nor SNMP.

    One whose command line was not tried is silent when SNMP was, and got no answer.
    """
    reasons = {unknown.unread.reason for unknown in device.unknown if unknown.path == ""}
    if not isinstance(observed.facts, SwitchFacts):
        return bool(reasons & SILENT)
    by_snmp = observed.facts.ports
    if not isinstance(by_snmp, Unread):
        return False
    return bool(reasons & SILENT or reasons & UNTRIED and by_snmp.reason in SILENT)


def _is_unplugged(case: Case, host: str) -> bool:
    place = place_of(case.city.find(host))
    return place is not None and case.stand(*place) in (Stand.DOWN, Stand.SHUT)


def _is_of_whole(finding: Finding) -> bool:
    """Whether a finding says that all of a device is unread: told by what that device is behind."""
    return finding.class_ is Class.OBSERVABILITY and finding.path == ""
