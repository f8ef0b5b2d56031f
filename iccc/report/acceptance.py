"""The acceptance report: of each place and each recorder every check with its evidence and time, as HTML or JSON.

It is made of what the last ``iccc verify`` wrote down, and asks no device. A device that should be there and has no
evidence is unknown. Where a camera looks no machine can tell: that needs a person, who signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from iccc.city.devices import Camera, City, Device, Equipment, Recorder, Switch
from iccc.localtime import local
from iccc.report.counts import STAGES, CountRow, as_plain, when
from iccc.report.table import as_data, clean
from iccc.report.verify import Check

VERSION = 1
TEMPLATE = "acceptance.html.j2"
# The worst first: what a place, and the whole, comes to.
OUTCOMES = ("fail", "unknown", "warn", "needs_human", "waived", "pass")


@dataclass(frozen=True)
class Line:
    """One check of one device. ``at`` is "" where nothing was looked at."""

    device: str
    check: str
    of: str
    outcome: str
    text: str
    at: str


@dataclass(frozen=True)
class Part:
    """A place, or a recorder with the cameras that it records: its devices' checks, and what they come to."""

    key: str
    name: str
    kind: str  # junction, core, …; recorder
    devices: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def outcome(self) -> str:
        found = {line.outcome for line in self.lines}
        return next((outcome for outcome in OUTCOMES if outcome in found), "unknown")

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in OUTCOMES if counted[outcome]}


@dataclass(frozen=True)
class Acceptance:
    """All of it. ``checked``: from when to when the evidence is."""

    city: City
    target: str
    made_at: datetime
    checked: str
    places: tuple[Part, ...]
    recorders: tuple[Part, ...]
    counts: tuple[CountRow, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> dict[str, int]:
        counted = Counter(line.outcome for part in self.places for line in part.lines)
        return {outcome: counted[outcome] for outcome in OUTCOMES if counted[outcome]}


OF_FOOTAGE = frozenset({"recorded", "retention", "gaps", "unit"})


def accepted(
    city: City, devices: Sequence[Device], checks: Sequence[Check], counts: Iterable[CountRow], target: str,
    now: datetime, notes: Sequence[str] = (),
) -> Acceptance:  # fmt: skip
    """``devices`` are those that are looked at; the others have no part in it."""
    listed = [d for d in devices if d.on_the_wire and isinstance(d, Switch | Recorder | Camera | Equipment)]
    by_device: dict[str, list[Line]] = {}
    for check in checks:
        line = Line(*(clean(check[key]) for key in ("device", "check", "of", "outcome", "text", "at")))
        by_device.setdefault(line.device, []).append(line)
    own = {device.name: _own(device, by_device.get(device.name, [])) for device in listed}
    by_place: dict[str, list[Device]] = {}
    for device in listed:
        by_place.setdefault(device.site, []).append(device)
    places = [_part(site, *_named(city, site), found, own) for site, found in sorted(by_place.items())]
    recorders = []
    for recorder in (device for device in listed if isinstance(device, Recorder)):
        cameras = city.recorded_by(recorder.name)
        footage = {camera.name: _footage(camera, by_device.get(camera.name, [])) for camera in cameras}
        title = f"{recorder.recorder_type}, {len(cameras)} cameras"
        whole = {recorder.name: own[recorder.name], **footage}
        recorders.append(_part(recorder.name, title, "recorder", [recorder, *cameras], whole))
    used = [check for check in checks if check["device"] in own]
    return Acceptance(
        city, target, now, when(used, city), tuple(places), tuple(recorders), tuple(counts), tuple(notes)
    )  # fmt: skip


def _own(device: Device, lines: Sequence[Line]) -> list[Line]:
    """Of one device; with what is not there, and what only a person can say."""
    found = list(lines)
    if not found:
        text = "it was not verified: there is no evidence of it"
        found.append(Line(device.name, "verified", device.name, "unknown", text, ""))
    if isinstance(device, Camera):
        text = f"declared view: {device.view.replace('_', ' ')}; a person has to look at the picture"
        found.append(Line(device.name, "view", device.name, "needs_human", text, ""))
    return found


def _footage(camera: Camera, lines: Sequence[Line]) -> list[Line]:
    """What its recorder is judged by; unknown where nobody has looked."""
    found = [line for line in lines if line.check in OF_FOOTAGE]
    if not any(line.check == "recorded" for line in found):
        found.append(Line(camera.name, "recorded", camera.name, "unknown", "it was not verified", ""))
    return found


def _part(
    key: str, name: str, kind: str, devices: Sequence[Device], lines: Mapping[str, Sequence[Line]]
) -> Part:  # fmt: skip
    names = tuple(device.name for device in devices)
    return Part(key, name, kind, names, tuple(line for name in names for line in lines[name]))


def _named(city: City, site: str) -> tuple[str, str]:
    found = city.sites.get(site)
    return (found.name, found.type) if found else ("control centre", "core")


def as_json(report: Acceptance) -> bytes:
    """``version`` 1; ``places`` and ``recorders`` have every check, ``counts`` are of ``iccc report CITY counts``."""

    def part(one: Part) -> dict[str, Any]:
        lines = [asdict(line) for line in one.lines]
        return {"key": one.key, "name": one.name, "kind": one.kind, "outcome": one.outcome, "summary": one.counts,
                "devices": list(one.devices), "checks": lines}  # fmt: skip

    city = report.city
    return as_data(
        {
            "version": VERSION, "kind": "acceptance", "city": city.key, "name": city.name, "target": report.target,
            "made_at": report.made_at.isoformat(), "declaration": city.digest, "evidence": report.checked,
            "summary": report.summary, "notes": list(report.notes),
            "counts": [as_plain(row) for row in report.counts],
            "places": [part(one) for one in report.places], "recorders": [part(one) for one in report.recorders],
        }
    )  # fmt: skip


def as_html(report: Acceptance, templates: Path) -> bytes:
    """One page that needs nothing else, and prints. Everything from outside is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["local"] = lambda at: local(datetime.fromisoformat(at), report.city) if at else ""
    page = environment.get_template(TEMPLATE).render(
        report=report, city=report.city, stages=STAGES, made_at=local(report.made_at, report.city)
    )
    return page.encode()
