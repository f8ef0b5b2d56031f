"""Which failures of the acceptance tests a waiver covers: its check, its scope, its days in the city's own time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iccc.city.declared import Sheet
from iccc.city.model.waivers import WaiversFile
from iccc.verify.waived import WAIVABLE, said, waiver_of
from iccc.yamlfile import Document
from tests.unit.states import bilaspur

TEXT = """\
schema: waivers/v1
waivers:
  - {rule: poe-headroom, scope: bsp-j01, reason: another, approver: Engineer, given_on: 2026-01-01, expires: 2026-12-31}
  - {check: gaps, scope: bsp-j01&kind:camera, reason: the feeder, approver: Engineer, given_on: 2026-11-29,
     expires: 2026-11-30}
"""
CITY = bilaspur()
DOCUMENT = Document("waivers.yaml", TEXT)
WAIVED = replace(
    CITY, declared=replace(CITY.declared, waivers=Sheet(DOCUMENT, WaiversFile.model_validate(DOCUMENT.value)))
)


@pytest.mark.parametrize(
    ("device", "check", "at", "covered"),
    [
        ("bsp-j01-c01", "gaps", (29, 12), True),
        ("bsp-j01-c01", "recorded", (29, 12), False),
        ("bsp-j02-c01", "gaps", (29, 12), False),
        ("bsp-j01-sw1", "gaps", (29, 12), False),
        ("bsp-j01-c01", "gaps", (28, 19), True),  # half past midnight of the 29th there
        ("bsp-j01-c01", "gaps", (28, 18), False),
        ("bsp-j01-c01", "gaps", (30, 18), True),
        ("bsp-j01-c01", "gaps", (30, 19), False),  # the first of December there
    ],
)
def test_waived(device: str, check: str, at: tuple[int, int], covered: bool) -> None:
    found = waiver_of(WAIVED, WAIVED.device(device), check, datetime(2026, 11, *at, tzinfo=UTC))
    assert (found is not None) is covered
    if found is not None:
        assert said("2 gaps", found) == "2 gaps (waived by Engineer until 2026-11-30: the feeder)"


def test_what_is_unknown_is_never_waived() -> None:
    assert "unknown" not in WAIVABLE and waiver_of(CITY, CITY.device("bsp-j01-c01"), "gaps", datetime.now(UTC)) is None


def test_every_check_has_a_name_that_a_waiver_may_have() -> None:
    names = set()
    for file in (Path(__file__).parents[1] / "field").glob("test_*.py"):
        names |= set(re.findall(r"(?m)^def test_(\w+)", file.read_text(encoding="utf-8")))
    assert {"gaps", "time_source"} <= names
    entry = {
        "scope": "*",
        "reason": "because",
        "approver": "Engineer",
        "given_on": "2026-01-01",
        "expires": "2026-02-01",
    }
    for name in names:
        WaiversFile.model_validate({"schema": "waivers/v1", "waivers": [{"check": name, **entry}]})
