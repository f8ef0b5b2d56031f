"""What ``iccc check`` found, as JSON."""

from __future__ import annotations

import json

from iccc.report.table import one_line
from iccc.rules.checked import Checked
from iccc.rules.judge import outcomes

VERSION = 1


def as_json(checked: Checked) -> bytes:
    """``{"version": 1, "kind": "check", "city": …, "outcomes": {…}, "rules": [{"id": …, "rows": […]}]}``."""
    data = {
        "version": VERSION,
        "kind": "check",
        "city": checked.key,
        "as_of": checked.today.isoformat(),
        "declaration": checked.digest,
        "outcomes": {str(outcome): count for outcome, count in outcomes(checked.verdicts).items()},
        "rules": [
            {
                "id": verdict.rule.id,
                "title": verdict.rule.title,
                "severity": verdict.rule.severity,
                "stage": verdict.rule.stage,
                "source": verdict.rule.source,
                "in_force_from": verdict.rule.in_force_from.isoformat() if verdict.rule.in_force_from else None,
                "in_force": verdict.in_force,
                "do": verdict.rule.do,
                "passes": verdict.passes,
                "rows": [
                    {
                        "outcome": row.outcome,
                        "subject": one_line(row.subject),
                        "more": row.more,
                        "file": one_line(row.where.file),
                        "line": row.where.line,
                        "column": row.where.column,
                        "text": one_line(row.said),
                        "do": verdict.rule.do,
                    }
                    for row in verdict.rows
                ],
            }
            for verdict in checked.verdicts
        ],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
