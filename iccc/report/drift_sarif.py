"""What ``iccc drift`` found, as SARIF 2.1.0: a rule for each class of findings."""

from __future__ import annotations

from iccc.drift.suppress import Suppressed
from iccc.finding import Class, Finding, Severity
from iccc.report.drifted import Drifted, place
from iccc.report.sarif import Json, document, location, suppression
from iccc.report.table import one_line
from iccc.report.what import what

LEVELS = {Severity.CRITICAL: "error", Severity.MAJOR: "error", Severity.MINOR: "warning"}
TITLES = {
    Class.CONFIG: "A setting differs from the declaration",
    Class.TOPOLOGY: "A neighbour, a cable or a hardware address is not where it is declared",
    Class.INVENTORY: "Another device or firmware than the one that was there or is declared",
    Class.OPERATIONAL: "As declared, and not working as it should",
    Class.ADDRESSING: "An address is not where, or whose, it should be",
    Class.REACH: "A device, or a part of the network, does not answer",
    Class.OBSERVABILITY: "Something could not be read",
}
_INDEX = {class_: index for index, class_ in enumerate(Class)}


def as_sarif(drifted: Drifted) -> bytes:
    """One run; a result for each finding. What is waived, in grace or planned is a suppressed result."""
    rules: list[Json] = [{"id": str(one), "shortDescription": {"text": TITLES[one]}} for one in Class]
    results = [_result(finding, []) for finding in drifted.open]
    results += [_result(one.finding, [_suppression(one)]) for one in drifted.judged.suppressed]
    properties = {"readAt": drifted.read_at.isoformat(), "declaration": drifted.declaration}
    return document("drift", drifted.city.key, rules, results, properties)


def _result(finding: Finding, suppressions: list[Json]) -> Json:
    unread = finding.class_ is Class.OBSERVABILITY  # nobody knows whether it is wrong: 3.27.9, `open`
    more = "".join(
        f" {text}: {', '.join(names)}."
        for text, names in (("Unknown behind it", finding.behind), ("Not recorded because of it", finding.affected))
        if names
    )
    step = f" {finding.next_step}" if finding.next_step else ""
    return {
        "ruleId": str(finding.class_),
        "ruleIndex": _INDEX[finding.class_],
        "kind": "open" if unread else "fail",
        "level": "none" if unread else LEVELS[finding.severity],
        "message": {"text": one_line(f"{finding.device}: {what(finding)}.{more}{step}")},
        "locations": [location(*place(finding.where), f"{finding.device} {finding.path}".strip())],
        "partialFingerprints": {"finding/v1": finding.id},
        "suppressions": suppressions,
        "properties": {"severity": str(finding.severity), "site": one_line(finding.site)},
    }


def _suppression(one: Suppressed) -> Json:
    return suppression(f"{one.by.about}: {one.by.reason}", one.by.approver, one.by.until)
