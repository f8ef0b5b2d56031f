"""What the import of a survey changes, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from iccc.report.table import VERSION, as_data, one_line
from iccc.siting.imported import Import
from iccc.units import plural


def import_text(made: Import, written: bool) -> bytes:
    """A line a site that is new or changes, and each thing that stays although the survey says otherwise."""
    lines = [f"Survey of {made.city.name}", ""]
    for change in made.changes:
        about = f"site {change.number} {change.name}  ({change.where})"
        if change.new:
            lines.append(f"new       {about}")
        elif change.edits:
            lines.append(f"changed   {about}: {'; '.join(change.edits)}")
        lines += [f"kept      {about}: {told}" for told in change.kept]
        lines += [f"conflict  {about}: {told}; it stays as it is declared" for told in change.conflicts]
    lines += [f"note: {note}" for note in made.notes]
    counts = [
        f"{sum(change.new for change in made.changes)} new",
        f"{sum(bool(change.edits) for change in made.changes)} changed",
        f"{sum(not change.new and not change.edits for change in made.changes)} as they are",
        plural(sum(len(change.conflicts) for change in made.changes), "conflict"),
    ]
    lines += [""] * (len(lines) > 2) + [f"{', '.join(counts)}; {len(made.files)} files{' written' if written else ''}."]
    return ("\n".join(map(one_line, lines)) + "\n").encode()


def import_json(made: Import, written: bool) -> bytes:
    sites = [
        {
            "number": change.number, "name": change.name, "new": change.new, "row": change.where,
            "edits": list(change.edits), "kept": list(change.kept), "conflicts": list(change.conflicts),
        }
        for change in made.changes
    ]  # fmt: skip
    head = {"version": VERSION, "kind": "survey-import", "city": made.city.key, "written": written}
    return as_data({**head, "sites": sites, "files": sorted(made.files), "notes": list(made.notes)})


WRITERS: Mapping[str, Callable[[Import, bool], bytes]] = {"text": import_text, "json": import_json}
