"""A city at full size loads whole, and its rules are judged. How long that takes is told by ``make bench``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from iccc.city.load import load_city
from iccc.rules.all import RULES
from iccc.rules.judge import judge, outcomes
from iccc.rules.rule import Outcome
from tests.scale.generate import KEY, generate


def test_a_full_city_is_built_and_judged(tmp_path: Path) -> None:
    generate(tmp_path)
    city = load_city(tmp_path, KEY)
    field = [switch for switch in city.switches.values() if switch.role == "access"]
    assert (len(city.cameras), len(field), len(city.recorders)) == (7000, 1000, 110)
    assert len({device.address for device in city.inventory()}) == len(list(city.inventory()))
    assert outcomes(judge(city, date(2026, 1, 1), RULES))[Outcome.PASS] > 0
