"""What ``iccc drift`` found, as a table: CSV for spreadsheets, Markdown for tickets and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iccc.finding import Finding
from iccc.report.drifted import Drifted
from iccc.report.table import Cell, Table, as_csv, one_line
from iccc.report.what import what
from iccc.state.findings import Episode

COLUMNS = (
    "State", "Severity", "Class", "Device", "Site", "Path", "What", "Since", "Came back in 24 h", "In 7 days",
    "Unknown behind it", "Not recorded", "Under it", "Declared at", "Id", "Do", "Decided",
)  # fmt: skip
SHORT = (0, 1, 3, 6, 7, 13, 14)  # of Markdown
# What Markdown, or GitHub's dialect of it, takes for markup, a link or a name within a cell.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&@$]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def as_csv_table(drifted: Drifted) -> bytes:
    """A row for each finding; no cell is taken for a formula."""
    return as_csv(table(drifted))


def as_md(drifted: Drifted) -> bytes:
    """A heading and one table with the columns that matter; no cell is taken for markup."""
    whole = table(drifted)
    lines = [f"# {_inert(whole.title)}", ""]
    if whole.rows:
        lines += [_line([COLUMNS[i] for i in SHORT]), _line(["---"] * len(SHORT))]
        lines += [_line([_inert(str(row[i])) for i in SHORT]) for row in whole.rows]
        lines.append("")
    lines.append(f"{len(drifted.open)} findings, {len(drifted.judged.suppressed)} waived, in grace or planned.")
    return ("\n".join(lines) + "\n").encode()


def table(drifted: Drifted) -> Table:
    """All findings, whatever became of them, a row each."""
    title = f"Drift of {drifted.city.name} ({drifted.target}), {drifted.read_at:%Y-%m-%d %H:%M} UTC"
    return Table("drift", title, COLUMNS, list(_rows(drifted)))


def _rows(drifted: Drifted) -> Iterator[list[Cell]]:
    judged = drifted.judged
    for finding in judged.open:
        yield _row("open", finding, drifted, judged.notes.get(finding.id, ""))
    for state, part in (("waived", judged.waived), ("in grace", judged.in_grace), ("planned work", judged.planned)):
        for one in part:
            decided = f"{one.by.approver} until {one.by.until}: {one.by.reason} ({one.by.where})"
            yield _row(state, one.finding, drifted, decided)
    for episode in drifted.resolved:
        yield _gone(episode)


def _row(state: str, finding: Finding, drifted: Drifted, decided: str) -> list[Cell]:
    known = drifted.known.get(finding.id)
    return [
        state, str(finding.severity), str(finding.class_), one_line(finding.device), one_line(finding.site),
        one_line(finding.path), one_line(what(finding)), drifted.first_seen(finding).isoformat(timespec="seconds"),
        known.came_back_24h if known else 0, known.came_back_7d if known else 0, len(finding.behind),
        len(finding.affected), len(finding.under), one_line(finding.where), finding.id, one_line(finding.next_step),
        one_line(decided),
    ]  # fmt: skip


def _gone(episode: Episode) -> list[Cell]:
    finding = episode.finding
    ended = f"gone {episode.resolved_at.isoformat(timespec='seconds')}" if episode.resolved_at else ""
    return [
        "resolved", str(episode.severity), str(episode.class_), one_line(episode.device),
        one_line(finding.site) if finding else "", one_line(episode.path), one_line(what(episode)),
        episode.first_seen.isoformat(timespec="seconds"), 0, 0, 0, 0, 0, one_line(finding.where) if finding else "",
        episode.id, "", ended,
    ]  # fmt: skip


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _inert(text: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", one_line(text))
