"""JUnit XML, as CI servers read it: suites of test cases."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def count(suite: ET.Element) -> ET.Element:
    """The suite with its counts."""
    suite.set("tests", str(len(suite.findall("testcase"))))
    for name, tag in _COUNTED.items():
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def document(name: str, suites: Iterable[ET.Element]) -> bytes:
    """All suites, with their counts summed up."""
    root = ET.Element("testsuites", name=name)
    root.extend(suites)
    for key in ("tests", *_COUNTED):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
