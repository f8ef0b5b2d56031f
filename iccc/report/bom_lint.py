"""What a lint of a bill found, as text and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from iccc.bom.lint import Linted
from iccc.report.table import VERSION, as_data, one_line
from iccc.units import plural


def lint_text(linted: Linted) -> bytes:
    """A line a finding, its place first as editors like it; then what was read, and the counts."""
    lines = [one_line(f"{each.where}: {each.outcome}, {each.check}: {each.text}") for each in linted.findings]
    heads = linted.bill.unknown_heads
    if heads:
        lines += ["", one_line(f"note: columns that are not known, and not judged: {', '.join(heads)}")]
    if linted.bill.tables and linted.bill.without_table:
        lines += ["", one_line(f"note: no table of a bill, and not judged: {', '.join(linted.bill.without_table)}")]
    for table in linted.bill.tables:
        if table.blank:
            at = f"{table.place}:{table.head_row}:{table.columns['rate']}"
            lines += ["", one_line(f"note: no line has a rate yet ({at}): amounts, GST and totals are not judged")]
    lines += ["", f"{_read(linted)}; {said(linted)}."]
    return ("\n".join(lines).lstrip("\n") + "\n").encode()


def _read(linted: Linted) -> str:
    bill = linted.bill
    return f"{plural(len(bill.positions), 'position')} in {plural(len(bill.tables), 'table')}"


def said(linted: Linted) -> str:
    """``2 fail, 1 unknown``; ``nothing found``."""
    counts = Counter(str(finding.outcome) for finding in linted.findings)
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) or "nothing found"


def lint_json(linted: Linted) -> bytes:
    """``{"version": 1, "kind": "bom-lint", "findings": [{"check": …, "outcome": …, "at": …, "text": …}], …}``."""
    bill = linted.bill
    return as_data(
        {
            "version": VERSION,
            "kind": "bom-lint",
            "tables": [
                {
                    "at": f"{table.place}:{table.head_row}:1",
                    "columns": table.columns,
                    "positions": len(table.positions),
                    "rated": len(table.rated),
                }
                for table in bill.tables
            ],
            "findings": [
                {"check": each.check, "outcome": str(each.outcome), "at": each.where, "text": each.text}
                for each in linted.findings
            ],
            "unknown_heads": bill.unknown_heads,
            "sheets_without_table": bill.without_table,
        }
    )


WRITERS: Mapping[str, Callable[[Linted], bytes]] = {"text": lint_text, "json": lint_json}
