"""``docs/rules.md``: every rule of ``iccc check``, as the registry has it. ``make docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from iccc.rules.all import FAMILIES
from iccc.rules.rule import Rule

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"

HEAD = """\
# Rules

Generated from `iccc/rules/` by `make docs`; do not edit.

`iccc check` judges these on the declaration alone, without asking any device. A rule gives a row for each subject that
it is about, and none where it is about nothing:

| outcome | meaning |
|---|---|
| pass | what the rule asks for is declared |
| fail, warn | a finding, with its line; exit code 2 |
| waived | a finding that `waivers.yaml` covers: by rule, scope, reason, approver and expiry |
| unknown | something that the rule needs is not declared; never a pass; exit code 3 |
| needs human | no machine can tell; exit code 3 |

A rule with a date is judged from that day on (`--on` sets the day). `--format sarif` and `--format junit` give the same
rows to code hosts and CI servers.
"""

LOADING = """\
## Already a mistake

With these a city does not load; all are said at once, with line and column.
"""

# What it says, and a case of tests/city/cases that shows it.
MISTAKES = (
    ("keys that there are not, or that are missing; values of a wrong type or out of bounds", "unknown_key"),
    ("keys that stand twice, and what YAML reads otherwise than people: `on`, `014`, `10:20:30`", "yaml_duplicate_key"),
    ("names of phases, groups, streams, device types, heads, roles that are nobody's", "unknown_phase"),
    ("numbers of sites, switches, recorders, slots that are given twice", "site_number_twice"),
    ("addresses, MACs and serial numbers that two devices have", "mac_twice"),
    ("prefixes that overlap, are too small or used up; a gateway outside its subnet", "prefix_too_small"),
    ("switch ports and recorder channels with two devices", "port_used_twice"),
    ("cameras that find no port with enough watts: PoE is placed port by port, never by the sum", "too_many_watts"),
    ("rings with more switches than their protocol carries; sites in no ring, or in two", "ring_too_long"),
    ("switches without a way to the core", "switch_isolated"),
    ("recorders with more cameras than channels", "recorder_full"),
    ("a camera or recorder without the administrator `iccc`", "own_user_missing"),
)


def page() -> str:
    """The whole page: a table for each family, then what is no rule because the city does not load with it."""
    parts = [HEAD]
    for family, rules in FAMILIES.items():
        parts.append("\n".join([f"## {family}", "", *_table(rules)]) + "\n")
    parts.append("\n".join([LOADING, *(f"- {text}" for text, _ in MISTAKES)]) + "\n")
    return "\n".join(parts)


def _table(rules: tuple[Rule, ...]) -> Iterator[str]:
    yield "| rule | severity | stage | from | what holds | what to do | source |"
    yield "|---|---|---|---|---|---|---|"
    for rule in rules:
        day = str(rule.in_force_from or "")
        cells = (f"`{rule.id}`", rule.severity, rule.stage, day, rule.title, rule.do, rule.source)
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
