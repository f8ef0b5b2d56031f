"""Every rule, by family. A new family is a file beside this one, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.rules import totals
from iccc.rules.rule import Rule

FAMILIES: Mapping[str, tuple[Rule, ...]] = {
    "Counts": totals.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)
