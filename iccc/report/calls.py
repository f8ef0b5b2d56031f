"""What became of test calls: a row for each call box and control room, as text or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from iccc.callbox.calls import CallRow, Result
from iccc.city.devices import City
from iccc.report.table import as_data, one_line
from iccc.report.values import counted

VERSION = 1


def calls_text(city: City, rows: Sequence[CallRow]) -> str:
    """The rows, and one line of sums."""
    widths = [max(len(str(getattr(row, key))) for row in rows) for key in ("box", "room", "result")]
    lines = [f"Test calls: {city.name}", ""]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip((row.box, row.room, row.result), widths, strict=True))
        lines.append("  ".join((*cells, one_line(row.text))))
    counts = Counter(row.result for row in rows)
    sums = ", ".join(f"{counts[result]} {result}" for result in Result if counts[result])
    return "\n".join([*lines, "", f"{counted(len(rows), 'call')}: {sums}."]) + "\n"


def calls_json(city: City, rows: Sequence[CallRow]) -> bytes:
    """``{"version": 1, "kind": "test-calls", "rows": [{"box", "room", "result", "text", "answered_s"}]}``."""
    listed = [
        {"box": row.box, "room": row.room, "result": str(row.result), "text": row.text, "answered_s": row.answered_s}
        for row in rows
    ]
    counts = Counter(str(row.result) for row in rows)
    return as_data({"version": VERSION, "kind": "test-calls", "city": city.key, "summary": counts, "rows": listed})
