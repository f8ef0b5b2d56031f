"""The change record as a table: who changed what when and why, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from textwrap import shorten

from iccc.city.devices import City
from iccc.localtime import local
from iccc.report.table import WRITERS, Table, one_line, wrapped
from iccc.report.values import counted
from iccc.state.changes import Change
from iccc.state.store import iso

COLUMNS = ("Began", "Ended", "Who", "Command", "Device", "What", "Reason", "Ticket", "Result", "Change")
TIME = "%Y-%m-%d %H:%M:%S"
WHAT = 60  # of what was changed; the other formats have all of it
NO_RESULT = "no result: it runs, or was killed"


def _as_text(city: City, changes: Sequence[Change], said: str) -> bytes:
    """A paragraph for each change: when, by whom and why, then a line for each device, wrapped to a terminal."""
    lines = [f"Changes of {city.name}", ""]
    for change, same in groupby(changes, key=lambda one: one.id):
        rows = list(same)
        first = rows[0]
        until = f" to {local(first.ended_at, city, TIME)}" if first.ended_at not in (None, first.at) else ""
        why = ", ".join(filter(None, (first.why.reason or "no reason said", first.why.ticket)))
        lines.append(one_line(f"{local(first.at, city, TIME)}{until}  {first.command} by {first.by}"))
        lines += wrapped(one_line(f"  {why}  ({change})"), 2)
        width = max(len(one.device) for one in rows)
        for one in rows:
            name = f"{one.device.ljust(width)}  " if one.device else ""
            text = ": ".join(filter(None, (shorten(one.what, WHAT, placeholder=" …"), one.result or NO_RESULT)))
            lines += wrapped(one_line(f"    {name}{text}"), 4 + len(name))
        lines.append("")
    return ("\n".join([*lines, said]) + "\n").encode()


def write_changes(format_: str, city: City, changes: Sequence[Change], since: datetime | None) -> bytes:
    """Oldest first. Times are the city's for people, and UTC in JSON."""
    as_data = format_ == "json"

    def told(at: datetime | None) -> str:
        if at is None:
            return ""
        return iso(at) if as_data else local(at, city, TIME)

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
    if format_ == "text":
        return _as_text(city, changes, f"{said}.")
    table = Table("changes", f"Changes of {city.name}", COLUMNS, rows, summary, [f"{said}."])
    return WRITERS[format_](table if format_ != "csv" else replace(table, notes=()))
