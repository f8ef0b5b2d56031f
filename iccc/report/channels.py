"""The channels of recorders as a table: for whoever binds them by hand, and for whoever looks whether it is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from iccc.city.devices import City
from iccc.recorder.sheet import Bound, Line
from iccc.report.table import WRITERS, Table

COLUMNS = ("Recorder", "Channel", "Camera", "Address", "Port", "Stream", "User", "Password", "State", "What")


def write_channels(format_: str, city: City, listed: Sequence[Line]) -> bytes:
    """In the order of recorders and of the declaration. A password is the name that the store has it under."""
    rows = [
        [
            one.recorder, one.number or "", one.camera, one.address, one.port or "", one.path, one.user, one.secret,
            str(one.state), one.text,
        ]
        for one in listed
    ]  # fmt: skip
    count = Counter(one.state for one in listed)
    summary = {"city": city.key, **{str(state): count[state] for state in Bound}}
    said = ", ".join(f"{count[state]} {state}" for state in Bound if count[state]) or "no channel"
    table = Table("channels", f"Channels of {city.name}", COLUMNS, rows, summary, [f"{said}."])
    return WRITERS[format_](table if format_ != "csv" else replace(table, notes=()))
