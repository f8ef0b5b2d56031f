"""SARIF 2.1.0: the form in which code hosts and editors show findings at their lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from urllib.parse import quote

from iccc.report.table import one_line

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"  # what the URIs are relative to

Json = Mapping[str, object]


def document(command: str, city: str, rules: Sequence[Json], results: Sequence[Json], properties: Json) -> bytes:
    """A log with one run of ``command`` (check, drift) on a city."""
    run = {
        "tool": {"driver": {"name": f"iccc {command}", "version": version("iccc"), "rules": rules}},
        "automationDetails": {"id": f"iccc-{command}/{city}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder that has cities/ and catalogue/ in it."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"city": city, **properties},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode()


def location(file: str, line: int, column: int, subject: str) -> Json:
    """A line of the declaration, and what the finding is about; without a file only that."""
    named: dict[str, object] = {"logicalLocations": [{"fullyQualifiedName": one_line(subject)}]}
    if not file:
        return named
    physical = {
        "artifactLocation": {"uri": quote(one_line(file)), "uriBaseId": ROOT},
        "region": {"startLine": line, "startColumn": column},
    }
    return {"physicalLocation": physical, **named}


def suppression(reason: str, approver: str, until: object) -> Json:
    """By a decision that stands in a file of the city."""
    why = one_line(f"{reason} ({approver}, until {until})")
    return {"kind": "external", "status": "accepted", "justification": why}
