"""The change record as a table: who changed what when and why, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from iccc.city.devices import City
from iccc.localtime import local
from iccc.report.table import WRITERS, Table
from iccc.report.values import counted
from iccc.state.changes import Change
from iccc.state.store import iso

COLUMNS = ("Began", "Ended", "Who", "Command", "Device", "What", "Reason", "Ticket", "Result", "Change")
NO_RESULT = "no result: it runs, or was killed"


def write_changes(format_: str, city: City, changes: Sequence[Change], since: datetime | None) -> bytes:
    """Oldest first. Times are the city's for people, and UTC in JSON."""
    as_data = format_ == "json"

    def told(at: datetime | None) -> str:
        if at is None:
            return ""
        return iso(at) if as_data else local(at, city, "%Y-%m-%d %H:%M:%S")

    rows = [
        [
            told(one.at), told(one.ended_at), one.by, one.command, one.device, one.what, one.why.reason,
            one.why.ticket, one.result or NO_RESULT, one.id,
        ]
        for one in changes
    ]  # fmt: skip
    open_ = sum(not one.result for one in changes)
    summary = {
        "city": city.key, "since": iso(since) if since else None, "changes": len(changes), "without_result": open_,
    }  # fmt: skip
    said = counted(len(changes), "line") + (f", {open_} without a result" if open_ else "")
    table = Table("changes", f"Changes of {city.name}", COLUMNS, rows, summary, [f"{said}."])
    return WRITERS[format_](table if format_ != "csv" else replace(table, notes=()))
