"""The formats of ``iccc drift``; each has a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iccc.report.drift_json import as_json, as_jsonl
from iccc.report.drift_junit import as_junit
from iccc.report.drift_prometheus import as_prometheus
from iccc.report.drift_sarif import as_sarif
from iccc.report.drift_table import as_csv_table, as_md
from iccc.report.drift_text import as_text
from iccc.report.drifted import Drifted

WRITERS: Mapping[str, Callable[[Drifted], bytes]] = {
    "text": as_text,
    "json": as_json,
    "jsonl": as_jsonl,
    "junit": as_junit,
    "sarif": as_sarif,
    "csv": as_csv_table,
    "md": as_md,
    "prometheus": as_prometheus,
}
