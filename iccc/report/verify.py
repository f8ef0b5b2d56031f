"""The outcome of the acceptance tests, by junction."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from iccc.city.devices import City
from iccc.report.table import one_line, wrapped

LISTED = 40
_FIRST = ("fail", "warn", "unknown", "waived")  # the order of what did not pass
_WIDTH = {"pass": 6, "fail": 6, "unknown": 8, "warn": 6, "waived": 8}  # of columns
Check = dict[str, str]


def load_checks(path: Path) -> list[Check]:
    """The evidence file: one check a line (device, site, check, of, outcome, text, at)."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def verify_text(city: City, checks: Sequence[Check], junit: Path, evidence: Path) -> str:
    """Sums by place and by check, then every check that did not pass; those of one text, of a silent host say, once."""
    by_site: dict[str, Counter[str]] = defaultdict(Counter)
    by_check: dict[str, Counter[str]] = defaultdict(Counter)
    for check in checks:
        by_site[check["site"]][check["outcome"]] += 1
        by_check[check["check"]][check["outcome"]] += 1
    total = Counter(check["outcome"] for check in checks)
    shown = ("pass", "fail", "unknown", *(name for name in ("warn", "waived") if total[name]))
    lines = [f"Verification of {city.name}", ""]
    for title, counts in (("place", by_site), ("check", by_check)):
        width = max((len(name) for name in counts), default=0)
        lines.append(title.ljust(width) + " " + "".join(f" {name:>{_WIDTH[name]}}" for name in shown))
        for name, outcome in sorted(counts.items()):
            lines.append(name.ljust(width) + " " + "".join(f" {outcome[one]:>{_WIDTH[one]}}" for one in shown))
        lines.append("")
    bad = [check for check in checks if check["outcome"] != "pass"]
    bad.sort(key=lambda check: _FIRST.index(check["outcome"]))
    alike: dict[tuple[str, str], list[Check]] = {}
    for check in bad:
        alike.setdefault((check["outcome"], check["text"]), []).append(check)
    rows = [(one, len(others)) for one, *others in alike.values()]
    for check, more in rows[:LISTED]:
        of = check["of"] + (f" and {more} more" if more else "")
        lines += wrapped(f"{check['outcome']:<8} {check['check']} {of}: {one_line(check['text'])}", 9)
    lines += [f"… and {len(rows) - LISTED} more"] if len(rows) > LISTED else []
    lines.append(f"{total['pass']} passed, {total['fail']} failed, {total['unknown']} unknown" + _besides(total))
    lines += wrapped(f"JUnit: {junit}   evidence: {evidence}")
    return "\n".join(lines) + "\n"


def _besides(total: Counter[str]) -> str:
    hints = f", {total['warn']} with a hint" if total["warn"] else ""
    return hints + (f", {total['waived']} waived." if total["waived"] else ".")
