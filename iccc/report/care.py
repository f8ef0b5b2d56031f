"""What became of an act on cameras: a row for each, as text or JSON."""

from __future__ import annotations

from collections import Counter

from iccc.care import Cared
from iccc.city.devices import City
from iccc.observed import Status
from iccc.report.table import as_data, one_line
from iccc.report.values import counted

VERSION = 1


def cared_text(city: City, title: str, cared: Cared) -> str:
    """The rows, and one line of sums."""
    width = max((len(row.device) for row in cared.rows), default=0)
    wide = max((len(row.status) for row in cared.rows), default=0)
    lines = [f"{title}: {city.name}", ""]
    lines += [f"{row.device:<{width}}  {row.status:<{wide}}  {one_line(row.text)}" for row in cared.rows]
    if cared.stopped:
        lines += ["", f"Stopped: {cared.stopped}"]
    counts = Counter(row.status for row in cared.rows)
    sums = ", ".join(f"{status} {counts[status]}" for status in Status if counts[status])
    what = "camera" if all(row.device in city.cameras for row in cared.rows) else "device"
    return "\n".join([*lines, "", f"{counted(len(cared.rows), what)}: {sums}."]) + "\n"


def cared_json(city: City, act: str, cared: Cared) -> bytes:
    """``{"version": 1, "kind": act, "rows": [{"device", "status", "text"}], "stopped"}``."""
    rows = [{"device": row.device, "status": str(row.status), "text": row.text} for row in cared.rows]
    counts = Counter(row["status"] for row in rows)
    return as_data(
        {"version": VERSION, "kind": act, "city": city.key, "summary": counts, "rows": rows, "stopped": cared.stopped}
    )
