"""What is on the network otherwise than it is declared, for people and programs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from iccc.discover.against import Row
from iccc.discover.found import Found

COLUMNS = ("what", "devices", "text", "address", "mac", "serial", "endpoint", "at", "evidence")
LISTED = 5  # silent devices, in text


def row_text(row: Row) -> Iterator[str]:
    """What it is, and below it who said so."""
    yield f"{row.what}: {row.text}"
    yield from (f"    {line}" for line in row.evidence)


def row_json(row: Row) -> dict[str, Any]:
    return {
        "what": str(row.what), "devices": list(row.devices), "text": row.text, "address": row.address, "mac": row.mac,
        "serial": row.serial, "endpoint": row.endpoint, "at": " ".join(row.at or ()), "evidence": list(row.evidence),
    }  # fmt: skip


def text(city: str, found: Found, rows: Sequence[Row], ignored: int, silent: Sequence[str]) -> str:
    """A summary, then every row with its evidence. ``silent``: declared devices that were asked in vain."""
    counts = Counter(str(row.what) for row in rows)
    same = "nothing is otherwise than declared" if not silent else "nothing else is otherwise than declared"
    told = ", ".join(f"{count} {what}" for what, count in counts.items()) or same
    beside = f"; {ignored} ignored" if ignored else ""
    answer = f"{len(found.hosts)} cameras and recorders, {len(found.switches)} switches answer"
    lines = [f"{city}: {found.asked:,} addresses asked, {answer}: {told}{beside}"]
    for row in rows:
        lines += row_text(row)
    if silent:
        more = f" and {len(silent) - LISTED} more" if len(silent) > LISTED else ""
        lines.append(f"unknown: {', '.join(silent[:LISTED])}{more}: declared there, and no answer")
    return "\n".join(lines) + "\n"


def as_json(city: str, found: Found, rows: Sequence[Row], ignored: int, silent: Sequence[str]) -> str:
    whole = {
        "version": 1, "kind": "discover", "city": city, "addresses_asked": found.asked, "hosts": len(found.hosts),
        "switches": len(found.switches), "ignored": ignored, "silent": list(silent),
        "rows": [row_json(row) for row in rows],
    }  # fmt: skip
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def as_csv(_city: str, _found: Found, rows: Sequence[Row], _ignored: int, _silent: Sequence[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row_json(row).items()})
    return out.getvalue()


def _cell(value: object) -> str:
    text_ = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return f"'{text_}" if text_[:1] in ("=", "+", "-", "@", "\t") else text_


Writer = Callable[[str, Found, Sequence[Row], int, Sequence[str]], str]
WRITERS: Mapping[str, Writer] = {"text": text, "json": as_json, "csv": as_csv}
