"""Rules beside what they say: each case is a city, spoilt or not, and the rows of one rule.

A case is a folder ``cases/<rule>/<case>``: ``city.txt`` (the shipped city and the day: ``jhansi 2026-07-01``),
``edit.txt`` (as in ``tests/city/test_cases.py``) or ``files/`` (whole files that replace or join the shipped ones) or
both, and ``expected.txt``: a line for each row that is no pass, then how many passed.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from iccc.city.devices import City
from iccc.city.load import load_city
from iccc.rules.all import RULES
from iccc.rules.judge import judge
from iccc.rules.rule import Rule
from tests.city.test_cases import edit

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent.relative_to(CASES).as_posix() for path in CASES.glob("*/*/city.txt"))
BY_ID = {rule.id: rule for rule in RULES}


@pytest.mark.parametrize("case", FOLDERS)
def test_case(case: str, tmp_path: Path) -> None:
    assert said(CASES / case, tmp_path) == (CASES / case / "expected.txt").read_text(encoding="utf-8")


def said(case: Path, root: Path) -> str:
    """What the case's rule says of the case's city."""
    city, today, rule = made(case, root)
    (verdict,) = judge(city, today, [rule])
    if not verdict.in_force:
        return "not in force\n"
    rows = [f"{row.outcome} {row.subject} {row.where} {row.said}" for row in verdict.rows]
    return "\n".join([*rows, f"{verdict.passes} pass"]) + "\n"


def made(case: Path, root: Path) -> tuple[City, date, Rule]:
    """The case's city, made below ``root``, its day and its rule."""
    key, today = (case / "city.txt").read_text(encoding="utf-8").split()
    shutil.copytree(ROOT / "cities" / key, root / "cities" / key)
    shutil.copytree(ROOT / "catalogue", root / "catalogue")
    if (case / "edit.txt").exists():
        edit(root, (case / "edit.txt").read_text(encoding="utf-8"))
    if (case / "files").exists():
        shutil.copytree(case / "files", root, dirs_exist_ok=True)
    return load_city(root, key), date.fromisoformat(today), BY_ID[case.parent.name]


def test_every_case_is_of_a_rule() -> None:
    assert {path.name for path in CASES.iterdir()} <= set(BY_ID)


@pytest.mark.parametrize("rule", BY_ID)
def test_every_rule_has_a_case_that_it_passes_and_one_that_it_does_not(rule: str) -> None:
    ends = [path.read_text(encoding="utf-8").splitlines() for path in CASES.glob(f"{rule}/*/expected.txt")]
    assert any(lines[-1] not in ("0 pass", "not in force") for lines in ends)
    assert any(len(lines) > 1 for lines in ends)
