"""What ``iccc drift`` found, for the textfile collector of node_exporter.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (text format 0.0.4). Every class and severity is
always there, so that a series which goes to 0 says so instead of vanishing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from iccc.drift.suppress import Sort
from iccc.finding import Class, Severity
from iccc.report.drifted import Drifted
from iccc.report.table import clean

OF_A_FINDING = ("device", "path", "class", "severity", "site")
Sample = tuple[Mapping[str, str], float]


def as_prometheus(drifted: Drifted) -> bytes:
    """Gauges of one run."""
    city = {"city": drifted.city.key, "target": drifted.target}
    found = Counter((finding.class_, finding.severity) for finding in drifted.open)
    suppressed = Counter(one.by.sort for one in drifted.judged.suppressed)
    standing = {(f.device, f.path, str(f.class_), str(f.severity), f.site) for f in drifted.open}
    lines = [
        *_metric(
            "iccc_findings",
            "Findings that stand and are not waived, in grace or part of planned work.",
            (
                (city | {"class": str(class_), "severity": str(severity)}, found[class_, severity])
                for class_ in Class
                for severity in Severity
            ),
        ),
        *_metric(
            "iccc_finding",
            "1 for each of them: the device, and the part of it, that it is about.",
            ((city | dict(zip(OF_A_FINDING, labels, strict=True)), 1) for labels in sorted(standing)),
        ),
        *_metric(
            "iccc_findings_suppressed",
            "Findings that are waived, in grace or part of planned work.",
            ((city | {"by": str(sort)}, suppressed[sort]) for sort in Sort),
        ),
        *_metric(
            "iccc_drift_devices",
            "Devices that were asked about; unread are those that could not be read, wholly or in part.",
            (
                (city | {"state": "read"}, drifted.devices - len(drifted.unread)),
                (city | {"state": "unread"}, len(drifted.unread)),
            ),
        ),
        *_metric(
            "iccc_drift_last_run_timestamp_seconds",
            "When the devices were last read, in seconds since 1970.",
            ((city, round(drifted.read_at.timestamp(), 3)),),
        ),
        *_metric(
            "iccc_drift_duration_seconds",
            "How long reading and comparing took.",
            ((city, round(drifted.duration_s, 3)),),
        ),
    ]
    return ("\n".join(lines) + "\n").encode()


def _metric(name: str, help_: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{name}{{{told}}} {value:.15g}"


def _escaped(text: str) -> str:
    """A label's value: backslash, quote and line end are escaped."""
    return clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
