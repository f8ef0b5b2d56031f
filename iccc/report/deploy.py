"""What a deploy did, for people and as JSON."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence

from iccc.city.devices import City
from iccc.deploy import Deployed, Row
from iccc.observed import Status
from iccc.report.table import one_line
from iccc.report.values import counted

VERSION = 1
LISTED = 40


def deployed_text(city: City, result: Deployed, unknown: Sequence[str]) -> str:
    """Sums by place, then every change that was not applied, and what has to be said of those that were."""
    by_site: dict[str, Counter[Status]] = defaultdict(Counter)
    devices: dict[str, set[str]] = defaultdict(set)
    for row in result.rows:
        site = city.device(row.device).site
        by_site[site][row.status] += 1
        devices[site].add(row.device)
    lines = [f"Deployed to {city.name}", ""]
    width = max(map(len, by_site), default=0)
    for site, counts in sorted(by_site.items()):
        parts = ", ".join(f"{status} {counts[status]}" for status in Status if counts[status])
        lines.append(f"{site.ljust(width)}  {counted(len(devices[site]), 'device'):>11}  {parts}")
    bad, applied = result.bad, [row for row in result.rows if row.status is Status.APPLIED]
    lines += _listed("Not applied:", bad)
    lines += _listed("Applied, but:", [row for row in applied if row.text])
    if result.missed:
        lines += ["", f"Not tried: {', '.join(result.missed[:LISTED])}"]
    if result.stopped:
        lines += ["", f"Stopped: {result.stopped}"]
    if not result.rows and not result.missed:
        summary = "Nothing to do"
    else:
        devices_changed = len({row.device for row in applied})
        summary = f"{counted(len(applied), 'change')} applied and read back on {counted(devices_changed, 'device')}"
    if bad:
        summary += f"; {len(bad)} not applied"
    if unknown:
        summary += f"; {counted(len(unknown), 'device')} unknown"
    return "\n".join([*lines, *([""] if lines[-1] else []), f"{summary}."]) + "\n"


def _listed(heading: str, rows: Sequence[Row]) -> list[str]:
    told = _together(rows)
    more = [f"  … and {len(told) - LISTED} more"] if len(told) > LISTED else []
    return ["", heading, *(f"  {line}" for line in told[:LISTED]), *more] if told else []


def _together(rows: Sequence[Row]) -> list[str]:
    """A line for each change; one for all changes of a device, and for all devices, that came to the same."""
    groups: dict[tuple[Status, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.status, row.text].append(row)
    lines = []
    for (status, text), same in groups.items():
        devices = list(dict.fromkeys(row.device for row in same))
        more = f" and {len(devices) - 1} more" if len(devices) > 1 else ""
        what = same[0].path or "all" if len(same) == 1 else counted(len(same), "change")
        lines.append(f"{devices[0]}{more}  {what}: {status}  {one_line(text)}")
    return lines


def deployed_json(city: City, result: Deployed, unknown: Sequence[str]) -> str:
    counts = Counter(str(row.status) for row in result.rows)
    data = {
        "version": VERSION,
        "kind": "deploy",
        "city": city.key,
        "summary": {"devices": len({row.device for row in result.rows}), **counts, "unknown": len(unknown)},
        "stopped": result.stopped,
        "missed": list(result.missed),
        "rows": [
            {"device": row.device, "path": row.path, "status": str(row.status), "text": row.text} for row in result.rows
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
