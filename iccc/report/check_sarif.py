"""What ``iccc check`` found, as SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import re

from iccc.report.sarif import Json, document, location, suppression
from iccc.report.table import one_line
from iccc.rules.checked import Checked
from iccc.rules.rule import Outcome, Row, Rule, Severity

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
# Of a kind other than `fail` SARIF 2.1.0 (3.27.10) wants the level `none`.
KINDS = {Outcome.UNKNOWN: "open", Outcome.NEEDS_HUMAN: "review"}


def as_sarif(checked: Checked) -> bytes:
    """One run with every rule; a result for each row that is no pass. What is waived is a suppressed result."""
    rules = [_rule(verdict.rule) for verdict in checked.verdicts]
    results = [
        _result(index, verdict.rule, row) for index, verdict in enumerate(checked.verdicts) for row in verdict.rows
    ]
    properties = {"asOf": checked.today.isoformat(), "declaration": checked.digest}
    return document("check", checked.key, rules, results, properties)


def _rule(rule: Rule) -> Json:
    properties: dict[str, str] = {"severity": rule.severity, "stage": rule.stage}
    if rule.in_force_from is not None:
        properties["inForceFrom"] = rule.in_force_from.isoformat()
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": f"{rule.do}. Source: {rule.source}."},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": properties,
    }


def _result(index: int, rule: Rule, row: Row) -> Json:
    return {
        "ruleId": rule.id,
        "ruleIndex": index,
        "kind": KINDS.get(row.outcome, "fail"),
        "level": _level(rule, row),
        "message": {"text": one_line(row.said)},
        "locations": [location(row.where.file, row.where.line, row.where.column, row.subject)],
        # The same finding on another line is still the same.
        "partialFingerprints": {"ruleAndSubject/v1": _fingerprint(rule, row)},
        "suppressions": _suppressions(row),
        "properties": {"outcome": row.outcome},
    }


def _suppressions(row: Row) -> list[Json]:
    """The waiver of a waived row. All results of a run have the list, or none has (SARIF 2.1.0, 3.27.23)."""
    waiver = row.waiver
    return [] if waiver is None else [suppression(waiver.reason, waiver.approver, waiver.expires)]


def _level(rule: Rule, row: Row) -> str:
    if row.outcome in KINDS:
        return "none"
    level = LEVELS[rule.severity]
    return "warning" if row.outcome is Outcome.WARN and level == "error" else level


def _fingerprint(rule: Rule, row: Row) -> str:
    words = re.sub(r"[0-9.,]+", "", one_line(row.text))  # numbers change while the finding stays
    told = f"{rule.id} {one_line(row.subject)} {one_line(row.where.file)} {words}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
