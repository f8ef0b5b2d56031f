"""``iccc report CITY acceptance`` and ``counts``: what the last verification saw, beside what is declared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iccc.city.devices import City
from iccc.cli.common import Exit, emit
from iccc.clock import SystemClock
from iccc.errors import UsageError
from iccc.limit import select
from iccc.report.acceptance import accepted, as_html, as_json
from iccc.report.counts import counted, write_counts
from iccc.report.verify import Check, load_checks
from iccc.settings import Settings

FORMATS = {"acceptance": ("html", "json"), "counts": ("text", "csv", "json", "xlsx")}


def write(
    report: str, city: City, settings: Settings, evidence: Path | None, limits: Sequence[str], format_: str,
    output: Path | None,
) -> int:  # fmt: skip
    """Writes one of :data:`FORMATS`. It judges nothing: ``iccc verify`` has done that."""
    now, target = SystemClock().now(), str(settings.target)
    checks, notes = _evidence(evidence or settings.root / "out" / city.key / "verify.jsonl", city, target)
    counts = counted(city, checks, now)
    notes += [f"{note.where}: {note.text}" for note in city.notes]
    if report == "counts":
        if limits:
            named = {device.site for device in select(city, limits, city.inventory())}
            counts = [row for row in counts if row.level == "site" and row.key in named]
        emit(write_counts(format_, city, counts, target, notes), output)
        return Exit.CLEAN
    made = accepted(city, select(city, limits), checks, counts, target, now, notes)
    emit(as_json(made) if format_ == "json" else as_html(made, settings.root / "templates" / "report"), output)
    return Exit.CLEAN


def _evidence(path: Path, city: City, target: str) -> tuple[list[Check], list[str]]:
    """The checks of this target, and what has to be said of them."""
    try:
        checks = load_checks(path)
    except FileNotFoundError:
        return [], [f"nothing was verified yet: {path.name} is not there; run iccc verify {city.key}"]
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: it is no evidence of iccc verify ({error})") from None
    notes = []
    own = [check for check in checks if check.get("target") == target]
    if others := len(checks) - len(own):
        notes.append(f"{others} checks of another target than {target} are left out: they are no evidence of it")
    if older := sum(check.get("declaration") != city.digest[:12] for check in own):
        notes.append(f"{older} checks are of another declaration than this one: verify again before anything is signed")
    return own, notes
