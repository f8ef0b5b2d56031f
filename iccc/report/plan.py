"""A plan for people (every change when they are few, sums by place when they are many) and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from iccc.city.devices import City, Kind
from iccc.compare import section_of
from iccc.drift.reach import SILENT
from iccc.effects import effect, needs
from iccc.plan import DevicePlan, to_json
from iccc.report.commands import commands_json
from iccc.report.drift_text import finding_lines, root_findings
from iccc.report.table import one_line
from iccc.report.values import as_declared, counted, shown
from iccc.survey import Survey
from iccc.switch.preview import Preview

FEW = 60  # changes up to which each one is listed
GUARDED = (
    "Guards may still refuse some of these: each switch is judged when its turn comes, by what stands around it then. "
    "What its own lines would break, plan --commands says."
)


def plan_json(seen: Survey, previews: Sequence[Preview] = ()) -> str:
    """The plan as it is stored; ``commands`` of switches where they were asked for."""
    commands = {"commands": commands_json(previews)} if previews else {}
    return json.dumps(to_json(seen.plan) | commands, ensure_ascii=False, indent=1) + "\n"


def plan_text(city: City, seen: Survey) -> str:
    """The plan as text: changes, what they interrupt, what could not be read, one line of sums."""
    plan = seen.plan
    changes = sum(len(device.changes) for device in plan.changing)
    lines = [f"Plan for {city.name} ({plan.target}): {counted(len(plan.devices), 'device')} asked about", ""]
    if changes:
        lines += _each(plan.changing) if changes <= FEW else _sums(city, plan.changing)
        lines += ["", *_interruptions(city, plan.changing), *_refused(city, plan.changing)]
        if any(city.device(device.device).kind is Kind.SWITCH for device in plan.changing):
            lines += ["", GUARDED, ""]
    if plan.held:
        lines += ["", "Held, and not written:"]
        for device in plan.held:
            lines += [f"{device.device}  {device.held}", *_each([device])[1:]]
    foreign = [d for d in plan.devices.values() if d.read_only and d.changes and not d.held]
    for device in foreign:
        why = city.device(device.device).unwritten
        lines.append(f"read only, {why}: {device.device} differs in {len(device.changes)} settings")
    roots = root_findings(seen.findings)
    if roots:
        lines += ["", "Not reached:"]
        for finding in roots:
            lines += finding_lines(finding)
    partly = [d for d in plan.unknown if not any(u.path == "" and u.unread.reason in SILENT for u in d.unknown)]
    if partly:
        lines += ["", "Could not be read:"]
        lines += [f"  {d.device}  {u.path or 'all'}: {one_line(u.unread.text)}" for d in partly[:20] for u in d.unknown]
        lines += [f"  … and {len(partly) - 20} more devices"] if len(partly) > 20 else []
    lines += ["", _sum_line(plan.changing, changes, len(plan.held), len(plan.unknown), len(plan.devices))]
    return "\n".join(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).split("\n")) + "\n"


def _each(devices: Sequence[DevicePlan]) -> list[str]:
    lines = []
    for device in devices:
        lines.append(f"{device.device}")
        for planned in device.changes:
            change = planned.change
            lines.append(f"  {change.path}: {shown(change.seen)} -> {shown(change.wanted)}   {planned.where}")
    return lines


def _sums(city: City, devices: Sequence[DevicePlan]) -> list[str]:
    """Devices and changes by place, then by setting."""
    by_site: dict[str, list[DevicePlan]] = defaultdict(list)
    for device in devices:
        by_site[city.device(device.device).site].append(device)
    width = max(map(len, by_site))
    lines = []
    for site, there in sorted(by_site.items()):
        kinds = Counter(str(city.device(d.device).kind) for d in there)
        name = city.junctions[site].name if site in city.junctions else ""
        what = ", ".join(
            f"{n} {kind}{'es' * (kind == 'switch' and n != 1)}{'s' * (kind != 'switch' and n != 1)}"
            for kind, n in sorted(kinds.items())
        )
        lines.append(
            f"{site.ljust(width)}  {what:<40} {sum(len(d.changes) for d in there):>5} changes  {name}".rstrip()
        )
    settings: Counter[tuple[str, str]] = Counter()
    for device in devices:
        for section in {section_of(c.change.path) for c in device.changes}:
            settings[str(city.device(device.device).kind), section] += 1
    lines += [
        "",
        "Settings, by devices: "
        + ", ".join(f"{kind} {section} {count}" for (kind, section), count in sorted(settings.items())),
    ]
    return lines


def _interruptions(city: City, devices: Sequence[DevicePlan]) -> list[str]:
    effects: dict[str, set[str]] = defaultdict(set)
    for device in devices:
        for planned in device.changes:
            if what := effect(city.device(device.device).kind, planned.change.path):
                effects[what].add(device.device)
    return [f"Interrupts: {what}: {_names(names)}" for what, names in sorted(effects.items())]


def _refused(city: City, devices: Sequence[DevicePlan]) -> list[str]:
    """What a deploy does not write unless it is told to."""
    options: dict[str, set[str]] = defaultdict(set)
    for device in devices:
        for planned in device.changes:
            if option := needs(city.device(device.device).kind, planned.change.path):
                options[option].add(device.device)
    return [
        f"Refused without {option}, for a wrong address takes a device away: {_names(names)}"
        for option, names in sorted(options.items())
    ]


def _names(names: set[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed) if len(listed) <= 4 else f"{len(listed)} devices"


def _sum_line(changing: Sequence[DevicePlan], changes: int, held: int, unknown: int, total: int) -> str:
    if not changes and not held and not unknown:
        return f"No changes: {as_declared(total)}."
    parts = [f"{counted(changes, 'change')} on {counted(len(changing), 'device')}"] if changes else ["no changes"]
    if held:
        parts.append(f"{counted(held, 'device')} held")
    if unknown:
        parts.append(f"{counted(unknown, 'device')} unknown, wholly or in part")
    return ("; ".join(parts) + ".").capitalize()
