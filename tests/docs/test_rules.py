"""``docs/rules.md`` is what the registry says, and every rule says enough."""

from __future__ import annotations

import pytest

from iccc.rules.all import RULES
from iccc.rules.rule import Rule
from tests.city.test_cases import CASES
from tests.docs.generate_rules import MISTAKES, PAGE, page


def test_page_of_rules_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_holds_what_to_do_and_why(rule: Rule) -> None:
    assert rule.title[:1].isupper()
    assert "\n" not in rule.title + rule.do + rule.source
    assert min(map(len, (rule.title, rule.do, rule.source))) > 8


@pytest.mark.parametrize("case", [case for _, case in MISTAKES])
def test_mistakes_that_the_page_names_have_a_case(case: str) -> None:
    assert (CASES / case / "expected.txt").exists()
