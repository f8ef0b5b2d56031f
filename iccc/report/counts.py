"""Cameras that are sanctioned, planned, installed, reachable and recording: by site, category, phase and head.

The first three are declared, the last two are what the last verification saw. What nobody knows is unknown, and no 0:
a head of third parties' cameras is known by its published numbers alone, and no device of it is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from rich.cells import cell_len

from iccc.city.devices import Camera, City
from iccc.city.model.common import ON_THE_WIRE, Lifecycle
from iccc.city.model.third_party import HeadCount
from iccc.city.totals import OUT, head_counts
from iccc.localtime import local
from iccc.report.table import VERSION, WRITERS, Cell, Table, as_data, clean, one_line, short, wrapped
from iccc.report.verify import Check

STAGES = ("sanctioned", "planned", "installed", "reachable", "recording")
BEFORE_SANCTION = frozenset({Lifecycle.PLANNED, Lifecycle.DECOMMISSIONED})
OBSERVED = {"reachable": "reachable", "recording": "recorded"}  # stage: the check that shows it
NOT_VERIFIED = "not verified"
LEVELS = ("city", "category", "phase", "site", "head")


@dataclass(frozen=True)
class Count:
    """``number`` are known; of ``open`` others nobody knows (None: nor how many). ``evidence`` has its date."""

    number: int
    open: int | None
    evidence: str

    def __str__(self) -> str:
        if self.open == 0:
            return f"{self.number:,}"
        if not self.number:
            return "unknown"
        return f"{self.number:,} + " + ("unknown" if self.open is None else f"{self.open:,} unknown")


@dataclass(frozen=True)
class CountRow:
    """One line: ``level`` is one of :data:`LEVELS`."""

    level: str
    key: str
    category: str
    name: str
    stages: Mapping[str, Count]


def counted(city: City, checks: Sequence[Check], now: datetime) -> list[CountRow]:
    """The whole city first, then categories, phases, sites, and third parties' heads."""
    cameras = [camera for camera in city.cameras.values() if camera.ours]
    seen = {(check["device"], check["check"]): check for check in checks if check["check"] in OBSERVED.values()}

    def row(
        level: str, key: str, category: str, name: str, fits: Callable[[Camera], bool] = lambda _: True
    ) -> CountRow:
        return CountRow(level, key, category, name, _stages(city, [c for c in cameras if fits(c)], seen, now))

    def of_site(code: str) -> Callable[[Camera], bool]:
        return lambda camera: camera.site == code

    def of_type(category: str) -> Callable[[Camera], bool]:
        return lambda camera: city.sites[camera.site].type == category

    def of_phase(phase: str) -> Callable[[Camera], bool]:
        return lambda camera: camera.phase == phase

    sites = city.sites.values()
    rows = [row("city", city.key, "", f"{city.name}: the project's cameras")]
    rows += [row("category", kind, kind, kind, of_type(kind)) for kind in sorted({site.type for site in sites})]
    rows += [_sanctioned(city, row("phase", key, "", title, of_phase(key))) for key, title in city.phases.items()]
    rows = [one for one in rows if one.level != "phase" or one.stages["planned"].number]  # others are third parties'
    rows += [row("site", site.code, site.type, site.name, of_site(site.code)) for site in sites]
    return rows + _heads(city)


def _sanctioned(city: City, row: CountRow) -> CountRow:
    """A phase, with the number that was sanctioned for it where the declaration has one."""
    document, file = city.declared.city
    phase = file.phases[row.key]
    if phase.sanctioned is None:
        return row
    evidence = f"{document.where('phases', row.key, 'sanctioned')}: {phase.source or 'no source is declared'}"
    count = Count(phase.sanctioned, 0, evidence) if isinstance(phase.sanctioned, int) else Count(0, None, evidence)
    return replace(row, stages={**row.stages, "sanctioned": count})


def _stages(
    city: City, cameras: Sequence[Camera], seen: Mapping[tuple[str, str], Check], now: datetime
) -> dict[str, Count]:
    installed = [camera for camera in cameras if camera.status in ON_THE_WIRE]
    declared = f"declaration {city.digest[:12]}, read {local(now, city)}"
    counts = {
        "sanctioned": Count(sum(camera.status not in BEFORE_SANCTION for camera in cameras), 0, declared),
        "planned": Count(sum(camera.status is not OUT for camera in cameras), 0, declared),
        "installed": Count(len(installed), 0, declared),
    }
    for stage, check in OBSERVED.items():
        found = [seen[camera.name, check] for camera in installed if (camera.name, check) in seen]
        passed = sum(one["outcome"] == "pass" for one in found)
        known = sum(one["outcome"] != "unknown" for one in found)
        evidence = f"verification {when(found, city)}" if found else NOT_VERIFIED
        counts[stage] = Count(passed, len(installed) - known, evidence)
    return counts


def when(checks: Iterable[Check], city: City) -> str:
    """From the oldest to the newest of them."""
    times = sorted({datetime.fromisoformat(check["at"]) for check in checks if check["at"]})
    if not times:
        return "none"
    return local(times[0], city) + (f" to {local(times[-1], city)}" if times[-1] != times[0] else "")


def _heads(city: City) -> list[CountRow]:
    heads: dict[str, list[HeadCount]] = {}
    for file, entry in head_counts(city.declared):
        heads.setdefault(file.head, []).append(entry)
    rows = []
    for _, file in city.declared.third_party:
        entries = heads.get(file.head, [])
        sources = sorted({f"{entry.source}, {entry.as_of}" for entry in entries})
        evidence = "; ".join(sources) or "nothing is published"
        stages = {stage: _published(entries, stage, evidence) for stage in STAGES}
        rows.append(CountRow("head", file.head, " ".join(file.categories), file.title, stages))
    return rows


def _published(entries: Sequence[HeadCount], stage: str, evidence: str) -> Count:
    if stage in OBSERVED:
        return Count(0, None, "no device of it is looked at")
    values = [_value(entry, stage) for entry in entries]
    known = [value for value in values if isinstance(value, int)]
    return Count(sum(known), 0 if known and len(known) == len(values) else None, evidence)


def _value(entry: HeadCount, stage: str) -> int | None:
    """What is printed of that stage, or what the printed number is by its status; None: unknown."""
    told = {"sanctioned": entry.sanctioned, "planned": entry.planned, "installed": entry.installed}[stage]
    if told is None and (stage == "planned" or (stage == "installed" and entry.status in ON_THE_WIRE)):
        told = entry.cameras
    return told if isinstance(told, int) else None


def write_counts(format_: str, city: City, rows: Sequence[CountRow], target: str, notes: Sequence[str]) -> bytes:
    """``notes``: what else is to be known, such as published totals that do not add up."""
    title = f"Cameras of {city.name} by stage (target {target})"
    if format_ == "json":
        return as_data({"version": VERSION, "kind": "counts", "city": city.key, "target": target,
                        "rows": [as_plain(row) for row in rows], "notes": list(notes)})  # fmt: skip
    evidence = [f"{row.key}: {row.stages['installed'].evidence}" for row in rows if row.level in ("city", "head")]
    if format_ == "text":
        return _as_text(title, rows, [*notes, *evidence])
    columns = ("Level", "Of", "Category", "Name", *(stage.capitalize() for stage in STAGES), "Verified")
    cells: list[list[Cell]] = [
        [row.level, row.key, row.category, row.name, *(_cell(row.stages[stage]) for stage in STAGES),
         row.stages["recording"].evidence.removeprefix("verification ")]
        for row in rows
    ]  # fmt: skip
    return WRITERS[format_](Table("counts", title, columns, cells, {}, [*notes, *evidence]))


OF, STAGE = 30, 13  # columns of text: what a row is of, and each stage
LEGEND = "?: nobody knows; 21 + 1 ?: 21 are known, of one nobody knows. csv and xlsx have whole names."


def _as_text(title: str, rows: Sequence[CountRow], notes: Sequence[str]) -> bytes:
    """A part for each level, in :data:`iccc.report.table.WIDTH`; when it was verified once where it is the same."""
    verified = {row.stages["recording"].evidence for row in rows if row.level != "head"}
    lines = [clean(title), *wrapped(f"Reachable and recording: {'; '.join(sorted(verified))}"), *wrapped(LEGEND)]
    heads = "".join(f" {stage:>{STAGE}}" for stage in STAGES)
    for level, of in groupby(rows, key=lambda row: row.level):
        lines += ["", f"{level:<{OF}}{heads}"]
        for row in of:
            name = "" if row.name == row.key else f"  {one_line(row.name)}"
            said = short(f"{row.key}{name}", OF)
            cells = "".join(f" {str(row.stages[stage]).replace('unknown', '?'):>{STAGE}}" for stage in STAGES)
            lines.append(said + " " * (OF - cell_len(said)) + cells)
    lines += [""] if notes else []
    for note in notes:
        lines += wrapped(f"note: {one_line(note)}", 6)
    return ("\n".join(lines) + "\n").encode()


def _cell(count: Count) -> Cell:
    return count.number if count.open == 0 else str(count)


def as_plain(row: CountRow) -> dict[str, object]:
    """For JSON: ``count`` is null where it is unknown; ``unknown`` is null where nobody knows how many."""
    stages = {
        stage: {
            "count": None if one.open != 0 and not one.number else one.number,
            "unknown": one.open, "evidence": one.evidence,
        }
        for stage, one in row.stages.items()
    }  # fmt: skip
    return {"level": row.level, "of": row.key, "category": row.category, "name": row.name, "stages": stages}
