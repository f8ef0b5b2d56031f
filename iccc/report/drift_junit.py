"""What ``iccc drift`` found, as JUnit XML: a suite for each class of findings."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from iccc.finding import UNKNOWN, Class, Finding
from iccc.report.drifted import Drifted
from iccc.report.junit import count, document
from iccc.report.table import one_line
from iccc.report.what import what


def as_junit(drifted: Drifted) -> bytes:
    """What is wrong is a failure, what could not be seen an error; what is waived, in grace or planned is skipped.

    A class without any finding is one test case that passes.
    """
    suites = [_suite(class_, drifted) for class_ in Class]
    return document(f"iccc drift {drifted.city.key} {drifted.read_at.isoformat(timespec='seconds')}", suites)


def _suite(class_: Class, drifted: Drifted) -> ET.Element:
    suite = ET.Element("testsuite", name=str(class_))
    for finding in drifted.open:
        if finding.class_ is class_:
            tag = "error" if class_ in UNKNOWN else "failure"
            case = ET.SubElement(suite, "testcase", classname=f"{drifted.city.key}.{class_}", name=_name(finding))
            told = ET.SubElement(case, tag, type=str(finding.severity), message=one_line(what(finding)))
            told.text = _details(finding, drifted)
    for one in drifted.judged.suppressed:
        if one.finding.class_ is class_:
            case = ET.SubElement(suite, "testcase", classname=f"{drifted.city.key}.{class_}", name=_name(one.finding))
            why = f"{one.by.about}: {one.by.reason} ({one.by.approver}, until {one.by.until}): {what(one.finding)}"
            ET.SubElement(case, "skipped", message=one_line(why))
    if not len(suite):
        ET.SubElement(suite, "testcase", classname=f"{drifted.city.key}.{class_}", name="no finding")
    return count(suite)


def _name(finding: Finding) -> str:
    return one_line(f"{finding.device} {finding.path}".strip())


def _details(finding: Finding, drifted: Drifted) -> str:
    lines = [
        f"{finding.where or finding.device}: {what(finding)}",
        f"{finding.severity}, id {finding.id}, since {drifted.first_seen(finding).isoformat(timespec='seconds')}",
        *(f"{one.source}: {one.value}" for one in finding.evidence),
        *([f"unknown behind it: {', '.join(finding.behind)}"] if finding.behind else []),
        *([f"do: {finding.next_step}"] if finding.next_step else []),
    ]
    return "\n".join(map(one_line, lines)) + "\n"
