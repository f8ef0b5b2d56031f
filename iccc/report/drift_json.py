"""What ``iccc drift`` found, as JSON and as JSON lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from iccc.drift.suppress import Decision
from iccc.finding import Class, Finding, Severity
from iccc.report.drifted import Drifted
from iccc.report.explain_finding import finding_json
from iccc.report.table import as_data
from iccc.state.findings import Episode

VERSION = 2


def as_json(drifted: Drifted) -> bytes:
    """``{"version": 2, "kind": "drift", …, "summary": {…}, "findings": […], "waived": […], …, "resolved": […]}``."""
    judged = drifted.judged
    classes = Counter(finding.class_ for finding in drifted.open)
    severities = Counter(finding.severity for finding in drifted.open)
    data = {
        "version": VERSION,
        "kind": "drift",
        **_run(drifted),
        "since": drifted.since.isoformat() if drifted.since else None,
        "severity": drifted.severity,
        "duration_s": round(drifted.duration_s, 3),
        "summary": {
            "devices": drifted.devices,
            "unknown": len(drifted.unread),
            "findings": len(drifted.open),
            **{str(class_): classes[class_] for class_ in Class},
            **{str(severity): severities[severity] for severity in Severity},
            "waived": len(judged.waived),
            "in_grace": len(judged.in_grace),
            "planned": len(judged.planned),
            "resolved": len(drifted.resolved),
        },
        "findings": [_open(finding, drifted) for finding in judged.open],
        **{
            name: [_found(one.finding, drifted) | {"decision": _decision(one.by)} for one in part]
            for name, part in (("waived", judged.waived), ("in_grace", judged.in_grace), ("planned", judged.planned))
        },
        "resolved": [_gone(episode) for episode in drifted.resolved],
        "idle_waivers": [str(where) for where in judged.idle],
        "extra": {name: list(paths) for name, paths in drifted.extra.items()},
        "by_hand": list(drifted.by_hand),
    }
    return as_data(data)


def as_jsonl(drifted: Drifted) -> bytes:
    """A line for each finding, whatever became of it: ``{"state": "open", "city": …, "id": …}``."""
    return b"".join(as_data(line, indent=None) for line in _lines(drifted))


def _lines(drifted: Drifted) -> Iterator[dict[str, Any]]:
    judged, run = drifted.judged, _run(drifted)
    for finding in judged.open:
        yield {"state": "open", **run, **_open(finding, drifted)}
    for state, part in (("waived", judged.waived), ("in_grace", judged.in_grace), ("planned", judged.planned)):
        for one in part:
            yield {"state": state, **run, **_found(one.finding, drifted), "decision": _decision(one.by)}
    for episode in drifted.resolved:
        yield {"state": "resolved", **run, **_gone(episode)}


def _run(drifted: Drifted) -> dict[str, Any]:
    return {
        "city": drifted.city.key,
        "target": drifted.target,
        "read_at": drifted.read_at.isoformat(),
        "declaration": drifted.declaration,
    }


def _open(finding: Finding, drifted: Drifted) -> dict[str, Any]:
    return _found(finding, drifted) | {"note": drifted.judged.notes.get(finding.id)}


def _found(finding: Finding, drifted: Drifted) -> dict[str, Any]:
    known = drifted.known.get(finding.id)
    return finding_json(finding) | {
        "first_seen": drifted.first_seen(finding).isoformat(),
        "came_back_24h": known.came_back_24h if known else 0,
        "came_back_7d": known.came_back_7d if known else 0,
    }


def _decision(by: Decision) -> dict[str, str]:
    return {
        "sort": by.sort,
        "about": by.about,
        "reason": by.reason,
        "approver": by.approver,
        "until": by.until,
        "where": str(by.where),
    }


def _gone(episode: Episode) -> dict[str, Any]:
    whole = finding_json(episode.finding) if episode.finding else {}
    return whole | {
        "id": episode.id,
        "device": episode.device,
        "path": episode.path,
        "class": str(episode.class_),
        "severity": str(episode.severity),
        "text": episode.text,
        "first_seen": episode.first_seen.isoformat(),
        "last_seen": episode.last_seen.isoformat(),
        "resolved_at": episode.resolved_at.isoformat() if episode.resolved_at else None,
    }
