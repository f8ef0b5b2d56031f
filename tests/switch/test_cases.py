"""Platform cases as files: running configuration and wish in, commands (or the guard's refusal) out."""

from __future__ import annotations

from pathlib import Path

import pytest

from iccc.switch.platforms import PLATFORMS
from iccc.switch.steps import Invariant
from tests.switch.casefiles import ROOT, found

CASES = sorted(wanted.parent for name in PLATFORMS for wanted in (ROOT / name).glob("*/wanted.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(case: Path, templates: Path) -> None:
    assert found(case, templates) == (case / "commands.txt").read_text(encoding="utf-8")


BY_LINES_ALONE = {Invariant.ACCESS, Invariant.TRAFFIC}  # no wish leads there: test_guard.py has the lines
BY_PLATFORM = {Invariant.REVERT}  # does not depend on the configuration: test_unarmed.py


@pytest.mark.parametrize("invariant", [one for one in Invariant if one not in BY_LINES_ALONE | BY_PLATFORM])
def test_every_refusal_of_the_guard_has_its_case(invariant: Invariant) -> None:
    texts = [(case / "commands.txt").read_text(encoding="utf-8") for case in CASES if case.parent.name == "cisco_ios"]
    assert any(text.startswith(f"REFUSED {invariant}: ") for text in texts)
