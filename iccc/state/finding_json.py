"""A finding as the store keeps it: whole, with everything under it, as compact JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from iccc.finding import Class, Evidence, Finding, Severity
from iccc.state.store import to_json


def encode(finding: Finding) -> str:
    """JSON with a stable order. Values that were seen and wanted become plain data, and stay that."""
    return to_json(finding)


def decode(text: str) -> Finding:
    """What :func:`encode` made; a part that an older iccc did not keep has its default."""
    return _finding(json.loads(text))


def _finding(data: dict[str, Any]) -> Finding:
    data = dict(data)
    return Finding(
        class_=Class(data.pop("class_")),
        severity=Severity(data.pop("severity")),
        behind=tuple(data.pop("behind", ())),
        affected=tuple(data.pop("affected", ())),
        under=tuple(map(_finding, data.pop("under", ()))),
        evidence=tuple(
            Evidence(one["source"], one["value"], datetime.fromisoformat(one["at"])) for one in data.pop("evidence", ())
        ),
        **data,
    )
