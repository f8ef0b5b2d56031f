"""A waiver holds from the day on which it is given until the end of the day on which it expires."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.rules.all import RULES
from iccc.rules.judge import judge
from iccc.rules.rule import Outcome

ROOT = Path(__file__).parents[2]
WAIVER = """schema: waivers/v1
waivers:
  - rule: published-figures
    scope: "*"
    reason: "An example"
    approver: Municipal Commissioner
    given_on: 2026-06-01
    expires: 2026-07-01
"""


@pytest.fixture(scope="module")
def jhansi(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Jhansi, where one figure of a series does not add up, and that is waived for a month."""
    root = tmp_path_factory.mktemp("waivers")
    for folder in ("cities/jhansi", "catalogue"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "cities/jhansi/waivers.yaml").write_text(WAIVER, encoding="utf-8")
    return load_city(root, "jhansi")


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        (date(2026, 5, 31), Outcome.FAIL),
        (date(2026, 6, 1), Outcome.WAIVED),
        (date(2026, 7, 1), Outcome.WAIVED),
        (date(2026, 7, 2), Outcome.FAIL),
    ],
)
def test_first_and_last_day(jhansi: City, today: date, outcome: Outcome) -> None:
    (verdict,) = judge(jhansi, today, [rule for rule in RULES if rule.id == "published-figures"])
    assert [row.outcome for row in verdict.rows] == [outcome]
