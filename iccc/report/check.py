"""What ``iccc check`` found, as text; the other formats have a file each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from iccc.report.check_json import as_json
from iccc.report.check_junit import as_junit
from iccc.report.check_sarif import as_sarif
from iccc.report.table import one_line
from iccc.rules.checked import Checked
from iccc.rules.judge import OPEN, UNDECIDED, Verdict, outcomes
from iccc.rules.rule import Outcome

Writer = Callable[[Checked], bytes]


def as_text(checked: Checked) -> bytes:
    """The findings by severity, then what nobody knows yet, then what is waived, then the counts.

    A line of the declaration stands at the beginning of its line, as editors and terminals like it.
    """
    verdicts = checked.verdicts
    counts = outcomes(verdicts)
    lines = [
        f"{checked.name}: {checked.size}; {sum(v.in_force for v in verdicts)} rules as of {checked.today}",
        "",
    ]
    for title, wanted in (("Findings", OPEN), ("Open questions", UNDECIDED), ("Waived", (Outcome.WAIVED,))):
        if said := list(_section(verdicts, wanted)):
            lines += [f"{title}: {sum(counts[outcome] for outcome in wanted)}", "", *said]
    later = [f"{v.rule.id} ({v.rule.in_force_from})" for v in verdicts if not v.in_force]
    if later:
        lines += [f"Not in force yet: {', '.join(later)}.", ""]
    said_of = ", ".join(f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
    lines.append(f"{said_of}." if said_of else "nothing to judge.")
    return ("\n".join(lines) + "\n").encode()


def _section(verdicts: Sequence[Verdict], wanted: Collection[Outcome]) -> Iterator[str]:
    """Rule by rule: its name, its rows, and once what to do."""
    for verdict in verdicts:
        rows = [row for row in verdict.rows if row.outcome in wanted]
        if not rows:
            continue
        found = " and ".join(sorted({row.outcome.replace("_", " ") for row in rows}))
        yield f"{verdict.rule.severity}, {found}, {verdict.rule.id}: {verdict.rule.title}"
        for row in rows:
            # The subject is what a waiver names; what nobody knows yet cannot be waived.
            named = row.outcome in UNDECIDED or (row.subject in row.text and not row.more)
            subject = "" if named else f" ({one_line(row.subjects)})"
            yield f"{one_line(str(row.where))}: {one_line(row.said)}{subject}"
        if Outcome.WAIVED not in wanted:
            yield f"  do: {verdict.rule.do}"
        yield ""


WRITERS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "sarif": as_sarif, "junit": as_junit}
