"""What a finding found, in the same words in every report."""

from __future__ import annotations

from typing import Any

from iccc.finding import SAVED, Class, Finding
from iccc.report.values import shown
from iccc.state.findings import Episode

DAY_S, YEAR_DAYS = 86_400, 365.25
_COARSE = 100  # from here on no decimals


def what(finding: Finding | Episode) -> str:
    """What was found, on one line, without the name of the device."""
    whole = finding.finding if isinstance(finding, Episode) else finding
    if whole is not None and _is_value(whole):
        return f"{whole.path}: wanted {shown(whole.wanted)}, seen {_measured(whole.path, whole.seen)}"
    if finding.class_ is Class.OBSERVABILITY:
        return f"{finding.path} is unread: {finding.text}" if finding.path else f"unread: {finding.text}"
    return finding.text


def _is_value(finding: Finding) -> bool:
    """Whether it is a setting that differs; that something is not saved, or was changed, its own text says better."""
    if finding.class_ is not Class.CONFIG or finding.event or finding.path == SAVED:
        return False
    return finding.wanted is not None or finding.seen is not None


def _measured(path: str, value: Any) -> str:
    """A value; a measured one no finer than it matters, seconds with how many days that is."""
    if not isinstance(value, float):
        return shown(value)
    told = f"{value:.0f}" if abs(value) >= _COARSE else f"{value:.1f}"
    if not path.endswith("_s"):
        return told
    days = abs(value) / DAY_S
    if days < 1:
        return f"{told} s"
    return f"{told} s ({days / YEAR_DAYS:.1f} years)" if days >= YEAR_DAYS else f"{told} s ({days:.1f} days)"
