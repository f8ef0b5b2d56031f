"""What ``iccc check`` found, as JUnit XML: a suite for each rule, a test case for each row that is no pass."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from iccc.report.junit import count, document
from iccc.report.table import one_line
from iccc.rules.checked import Checked
from iccc.rules.judge import OPEN, Verdict
from iccc.rules.rule import Row, Rule


def as_junit(checked: Checked) -> bytes:
    """Findings are failures; what nobody knows yet, and what is waived, is skipped with its reason.

    All subjects of a rule that pass are one test case. A rule that is about nothing in this city has no suite.
    """
    told = [verdict for verdict in checked.verdicts if verdict.rows or verdict.passes or not verdict.in_force]
    return document(f"iccc check {checked.key} {checked.today}", [_suite(checked.key, verdict) for verdict in told])


def _suite(key: str, verdict: Verdict) -> ET.Element:
    rule = verdict.rule
    suite = ET.Element("testsuite", name=rule.id)
    for row in verdict.rows:
        case = ET.SubElement(suite, "testcase", classname=f"{key}.{rule.id}", name=_name(row))
        if row.outcome in OPEN:
            failure = ET.SubElement(case, "failure", type=row.outcome, message=one_line(row.said))
            failure.text = _details(rule, row)
        else:
            ET.SubElement(case, "skipped", message=f"{row.outcome.replace('_', ' ')}: {one_line(row.said)}")
    if not verdict.in_force:
        case = ET.SubElement(suite, "testcase", classname=f"{key}.{rule.id}", name=rule.title)
        ET.SubElement(case, "skipped", message=f"in force from {rule.in_force_from}")
    if verdict.passes:
        ET.SubElement(suite, "testcase", classname=f"{key}.{rule.id}", name=f"{verdict.passes} pass")
    return count(suite)


def _name(row: Row) -> str:
    return f"{one_line(row.subjects)} ({one_line(str(row.where))})"


def _details(rule: Rule, row: Row) -> str:
    found = f"{one_line(str(row.where))}: {one_line(row.said)}"
    return f"{found}\n{rule.severity}, {rule.stage}: {rule.title}\ndo: {rule.do}\n"
