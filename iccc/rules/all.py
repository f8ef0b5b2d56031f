"""Every rule, by family. A new family is a file beside this one, and a line here."""

from __future__ import annotations

from iccc.rules import totals
from iccc.rules.rule import Rule

RULES: tuple[Rule, ...] = (*totals.RULES,)
