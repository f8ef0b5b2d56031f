"""A certificate that has expired, or will before long, is a finding with its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from iccc.drift import certificates
from iccc.drift.all import findings
from iccc.finding import Class, Severity
from tests.drift.readings import Reading

CAMERA = "bsp-j01-c01"


def reading(days: float | None) -> Reading:
    made = Reading("bsp-j01")
    ends = None if days is None else made.at + timedelta(days=days)
    made.tell(CAMERA, identity=replace(made.seen[CAMERA].facts.identity, certificate_ends=ends))
    return made


@pytest.mark.parametrize(
    ("days", "severity", "said"),
    [(-3.5, Severity.MAJOR, "has expired 3 days ago"), (29.5, Severity.MINOR, "expires in 29 days")],
)
def test_an_expired_one_is_told_with_its_days(days: float, severity: Severity, said: str) -> None:
    (found,) = findings(reading(days).view)
    assert (found.device, found.path, found.class_, found.severity) == (
        CAMERA, "certificate", Class.OPERATIONAL, severity,
    )  # fmt: skip
    assert f"the certificate for HTTPS of {CAMERA} {said}, at " in found.text
    assert found.next_step.endswith(f"iccc enrol bilaspur --limit {CAMERA} --replace")


@pytest.mark.parametrize("days", [30.5, 3650.0, None])
def test_one_that_is_good_or_was_not_shown_is_none(days: float | None) -> None:
    assert list(certificates.findings(reading(days).view)) == []
