"""The plan: what a deploy would change, per device, each change with its line; and what could not be read.

A stored plan carries the hash of the declaration and, per device, of the managed state that it was made on,
so that a deploy can refuse what has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from iccc.city.devices import City, Device
from iccc.compare import Change, Unknown, compare, managed, plain, section_of
from iccc.errors import UsageError
from iccc.observed import Observed
from iccc.wanted import Wanted

VERSION = 1


@dataclass(frozen=True)
class PlannedChange:
    """One change and the line that wants it."""

    change: Change
    where: str


@dataclass(frozen=True)
class DevicePlan:
    """What is to be done on one device. ``state_hash`` covers the managed part of what was seen."""

    device: str
    state_hash: str
    changes: tuple[PlannedChange, ...]
    unknown: tuple[Unknown, ...]
    read_only: bool = False  # not ours, held, or observed only: its differences are reported, never written
    held: str = ""  # the evidence hold that it is under
    keeping: frozenset[str] = frozenset()  # sections that are written although it is: they are how it is kept

    @property
    def written(self) -> tuple[PlannedChange, ...]:
        """The changes that may be written."""
        return tuple(one for one in self.changes if not self.read_only and _allowed(one.change.path, self))

    @property
    def forbidden(self) -> tuple[PlannedChange, ...]:
        """The changes that its evidence hold forbids."""
        return tuple(one for one in self.changes if not _allowed(one.change.path, self))


def _allowed(path: str, device: DevicePlan) -> bool:
    return not device.held or section_of(path) in device.keeping


@dataclass(frozen=True)
class Held:
    """Changes of one device that its evidence ``hold`` forbids."""

    hold: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """The plan of a city, or of a part of it."""

    city: str
    target: str
    made_at: datetime
    declaration: str  # digest of all files
    devices: Mapping[str, DevicePlan] = field(default_factory=dict)

    @property
    def changing(self) -> list[DevicePlan]:
        """Devices with changes that may be written, and these alone."""
        return [replace(d, changes=d.written) for d in self.devices.values() if d.written]

    @property
    def refused(self) -> dict[str, Held]:
        """What evidence holds forbid, by device."""
        return {d.device: Held(d.held, tuple(one.change.path for one in d.changes)) for d in self.held}

    @property
    def held(self) -> list[DevicePlan]:
        """Devices with changes that an evidence hold forbids, and these alone."""
        return [replace(d, changes=d.forbidden) for d in self.devices.values() if d.forbidden]

    @property
    def unknown(self) -> list[DevicePlan]:
        """Devices of which something could not be read."""
        return [d for d in self.devices.values() if d.unknown]


def state_hash(wanted: object, seen: object) -> str:
    """SHA-256 of the managed part of ``seen``; volatile values count only as inside or outside their tolerance."""
    text = json.dumps(managed(wanted, seen), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def plan_device(device: Device, wanted: Wanted[Any], observed: Observed[Any, Any]) -> DevicePlan:
    """Compare one device. The same result feeds drift."""
    differences = list(compare(wanted.state, observed.state))
    held = device.unwritten if getattr(device, "hold", None) and device.ours else ""
    return DevicePlan(
        device=device.name,
        state_hash=state_hash(wanted.state, observed.state),
        changes=tuple(PlannedChange(d, str(wanted.where(d.path))) for d in differences if isinstance(d, Change)),
        unknown=tuple(d for d in differences if isinstance(d, Unknown)),
        read_only=bool(device.unwritten) and not device.written_while_held,
        held=held,
        keeping=device.written_while_held,
    )


def make_plan(
    city: City,
    target: str,
    now: datetime,
    devices: Iterable[Device],
    wanted: Mapping[str, Wanted[Any]],
    observed: Mapping[str, Observed[Any, Any]],
) -> Plan:
    """The plan for ``devices``; every one of them must have been observed."""
    plans = {d.name: plan_device(d, wanted[d.name], observed[d.name]) for d in devices}
    return Plan(city.key, target, now, city.digest, plans)


def to_json(plan: Plan) -> dict[str, Any]:
    """The stored form. It holds no secret: passwords are never compared as text."""
    return {
        "version": VERSION,
        "kind": "plan",
        "city": plan.city,
        "target": plan.target,
        "made_at": plan.made_at.isoformat(),
        "declaration": plan.declaration,
        "summary": {
            "devices": len(plan.devices),
            "changing": len(plan.changing),
            "changes": sum(len(d.changes) for d in plan.changing),
            "unknown": len(plan.unknown),
        },
        "devices": {
            name: {
                "state_hash": device.state_hash,
                "read_only": device.read_only,
                "held": device.held,
                "keeping": sorted(device.keeping),
                "changes": [change_json(c) for c in device.changes],
                "unknown": [
                    {"path": u.path, "reason": str(u.unread.reason), "text": u.unread.text} for u in device.unknown
                ],
            }
            for name, device in plan.devices.items()
            if device.changes or device.unknown
        },
    }


def change_json(planned: PlannedChange) -> dict[str, Any]:
    """One change as JSON."""
    change = planned.change
    return {"path": change.path, "seen": plain(change.seen), "wanted": plain(change.wanted), "where": planned.where}


@dataclass(frozen=True)
class StoredPlan:
    """What a deploy needs of a plan file: which devices may change, and on which state."""

    city: str
    target: str
    declaration: str
    state_hashes: Mapping[str, str]
    paths: Mapping[str, tuple[str, ...]]  # of what is to be changed, by device
    unknown: tuple[str, ...]  # devices of which something could not be read
    refused: Mapping[str, Held]
    digest: str

    def check(self, city: City, target: str) -> None:
        """Refuse a plan that is of another city or target, or of files that have changed since."""
        if (self.city, self.target) != (city.key, target):
            raise UsageError(f"the plan is for {self.city} ({self.target}), not for {city.key} ({target})")
        if self.declaration != city.digest:
            raise UsageError(f"the files of {city.key} have changed since the plan was made: plan again")


def _stored(name: str, told: Mapping[str, Any]) -> DevicePlan:
    """One device of a plan file, with the paths of its changes alone."""
    changes = tuple(PlannedChange(Change(str(one["path"]), None, None), "") for one in told["changes"])
    held, keeping = str(told.get("held", "")), frozenset(map(str, told.get("keeping", ())))
    return DevicePlan(name, str(told["state_hash"]), changes, (), bool(told["read_only"]), held, keeping)


def load_stored(path: Path) -> StoredPlan:
    """Read a plan file."""
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text)
        if data["version"] != VERSION or data["kind"] != "plan":
            raise UsageError(f"{path}: plan version {data['version']!r}; this iccc reads version {VERSION}")
        planned = {name: _stored(name, device) for name, device in data["devices"].items()}
        paths = {name: tuple(one.change.path for one in device.written) for name, device in planned.items()}
        paths = {name: those for name, those in paths.items() if those}
        hashes = {name: planned[name].state_hash for name in paths}
        unknown = tuple(n for n, d in data["devices"].items() if d["unknown"])
        refused = {
            name: Held(device.held, tuple(one.change.path for one in device.forbidden))
            for name, device in planned.items()
            if device.forbidden
        }
        digest = hashlib.sha256(text.encode()).hexdigest()
        return StoredPlan(data["city"], data["target"], data["declaration"], hashes, paths, unknown, refused, digest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path}: not a plan file ({type(error).__name__}: {error})") from None
