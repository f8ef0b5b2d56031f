"""The part of SARIF 2.1.0 that iccc writes, as JSON Schema, written from the specification (OASIS, 27 Mar 2020)."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _object(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties, "additionalProperties": False}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


TEXT: Schema = {"type": "string", "minLength": 1}
BAG: Schema = {"type": "object"}  # 3.8: a property bag holds what the tool likes
MESSAGE = _object("text", text=TEXT)
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
KIND: Schema = {"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]}  # 3.27.9
AT: Schema = {"type": "integer", "minimum": 1}  # 3.30.5, 3.30.6: lines and columns count from 1

RULE = _object(  # 3.49
    "id",
    id=TEXT,
    shortDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=_object("", level=LEVEL),
    properties=BAG,
)
LOCATION = _object(  # 3.28
    "",
    physicalLocation=_object(
        "artifactLocation",
        artifactLocation=_object("uri", uri={**TEXT, "pattern": "^[A-Za-z0-9._~%/-]+$"}, uriBaseId=TEXT),
        region=_object("startLine", startLine=AT, startColumn=AT),
    ),
    logicalLocations=_list(_object("", fullyQualifiedName=TEXT)),
)
SUPPRESSION = _object(  # 3.35
    "kind",
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
)
RESULT = _object(  # 3.27
    "message suppressions",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    kind=KIND,
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=_list(SUPPRESSION),
    properties=BAG,
)
RUN = _object(  # 3.14
    "tool",
    tool=_object("driver", driver=_object("name", name=TEXT, version=TEXT, rules={**_list(RULE), "uniqueItems": True})),
    automationDetails=_object("", id=TEXT),
    originalUriBaseIds={"type": "object", "additionalProperties": _object("", description=MESSAGE)},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(RESULT),
    properties=BAG,
)
LOG = _object("version runs", **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=_list(RUN))  # 3.13
