"""Findings for people and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from iccc.city.devices import City
from iccc.finding import Class, Finding
from iccc.report.table import one_line
from iccc.report.values import shown
from iccc.survey import Survey

VERSION = 1
MANY_BEHIND = 6
FEW = 60  # differences up to which each one is listed


def root_findings(found: Sequence[Finding]) -> list[Finding]:
    """What does not answer, and every difference that has silent devices behind it."""
    return [finding for finding in found if finding.class_ is Class.REACH or finding.behind]


def finding_lines(finding: Finding) -> list[str]:
    """One finding, two to four lines."""
    lines = [f"  {finding.severity:<8} {finding.device}  {_what(finding)}"]
    lines.append(f"           {finding.where}   id {finding.id}")
    if finding.behind:
        listed = ", ".join(finding.behind[:MANY_BEHIND])
        more = len(finding.behind) - MANY_BEHIND
        lines.append(
            f"           unknown behind it: {len(finding.behind)} ({listed}{f' and {more} more' if more > 0 else ''})"
        )
    return lines


def drift_text(city: City, seen: Survey, history: Mapping[str, str]) -> str:
    """The findings (differences as sums when they are many). ``history``: finding id to when it was first seen."""
    found = seen.findings
    plain_differences = [f for f in found if f.class_ is Class.CONFIG and not f.behind]
    many = len(plain_differences) > FEW
    lines = [f"Drift of {city.name} ({seen.plan.target}): {len(seen.devices)} devices asked about", ""]
    for finding in found:
        if many and finding.class_ is Class.CONFIG and not finding.behind:
            continue
        lines += finding_lines(finding)
        if finding.id in history:
            lines.append(f"           first seen {history[finding.id]}")
    if many:
        lines += ["", f"{len(plain_differences)} settings differ (each one: --format json, or a narrower --limit):"]
        settings = Counter(f"{city.device(f.device).kind} {re.split('[.[]', f.path)[0]}" for f in plain_differences)
        lines += [f"  {setting:<24} {count:>6}" for setting, count in sorted(settings.items())]
    lines += _extra(seen)
    sites = Counter(finding.site for finding in found)
    if len(found) > 1:
        lines += ["", "By place: " + ", ".join(f"{site} {count}" for site, count in sorted(sites.items()))]
    behind = sum(len(finding.behind) for finding in found)
    if not found:
        lines.append(f"Nothing: {len(seen.devices)} devices are as declared.")
    else:
        lines += ["", f"{len(found)} findings; {behind} devices unknown behind them."]
    return "\n".join(lines) + "\n"


def _extra(seen: Survey) -> list[str]:
    """What is not declared and left alone: a line for each path, with the switches that have it."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for name, paths in seen.extra.items():
        for path in paths:
            bearers[path].append(name)
    if not bearers:
        return []
    lines = []
    for path, names in sorted(bearers.items())[:FEW]:
        listed = ", ".join(names[:MANY_BEHIND]) + (f" and {len(names) - MANY_BEHIND} more" * (len(names) > MANY_BEHIND))
        lines.append(f"  {path}: {listed}")
    more = [f"  … and {len(bearers) - FEW} more"] if len(bearers) > FEW else []
    return ["", "Not declared, left alone:", *map(one_line, lines), *more, ""]


def drift_json(seen: Survey, history: Mapping[str, str]) -> str:
    data = {
        "version": VERSION,
        "kind": "drift",
        "city": seen.plan.city,
        "target": seen.plan.target,
        "read_at": seen.plan.made_at.isoformat(),
        "declaration": seen.plan.declaration,
        "summary": {
            "devices": len(seen.devices),
            "findings": len(seen.findings),
            "config": sum(1 for f in seen.findings if f.class_ is Class.CONFIG),
            "reach": sum(1 for f in seen.findings if f.class_ is Class.REACH),
            "observability": sum(1 for f in seen.findings if f.class_ is Class.OBSERVABILITY),
            "unknown": len(seen.plan.unknown),
        },
        "findings": [_json(finding, history) for finding in seen.findings],
        "extra": {name: list(paths) for name, paths in seen.extra.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _json(finding: Finding, history: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": finding.id,
        "device": finding.device,
        "site": finding.site,
        "path": finding.path,
        "class": str(finding.class_),
        "severity": str(finding.severity),
        "text": finding.text,
        "where": finding.where,
        "seen": finding.seen,
        "wanted": finding.wanted,
        "behind": list(finding.behind),
        "first_seen": history.get(finding.id),
    }


def _what(finding: Finding) -> str:
    if finding.class_ is Class.CONFIG:
        return f"{finding.path}: wanted {shown(finding.wanted)}, seen {shown(finding.seen)}"
    if finding.class_ is Class.OBSERVABILITY:
        return f"{finding.path or 'all'} is unread: {one_line(finding.text)}"
    return one_line(finding.text)
