"""The declared settings of a camera before and after an act: which of them are not what they were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.city.devices import Camera, City
from iccc.compare import Change, Unread, compare, managed
from iccc.sessions.reach import Reach


async def settings(camera: Camera, city: City, reach: Reach) -> CameraState | Unread:
    """What the city declares of the camera, as it is now."""
    users = [user.name for user in city.camera_users]
    seen = await driver.observe_all([camera], reach, users, lambda _name: None, driver.declared_sections(city))
    return seen[camera.name].state


def differs(camera: Camera, city: City, state: CameraState | Unread) -> frozenset[str]:
    """Paths that are not as declared."""
    wanted = desired(camera, city).state
    return frozenset(found.path for found in compare(wanted, state) if isinstance(found, Change))


def unread(camera: Camera, city: City, state: CameraState | Unread) -> frozenset[str]:
    """Paths of which nobody knows."""
    wanted = desired(camera, city).state
    return frozenset(found.path or "everything" for found in compare(wanted, state) if not isinstance(found, Change))


def lost(camera: Camera, city: City, before: CameraState | Unread, after: CameraState | Unread) -> str:
    """What an act has cost: settings that were as declared and are not any more, or cannot be read; "" for nothing."""
    gone = sorted(differs(camera, city, after) - differs(camera, city, before))
    silent = sorted(unread(camera, city, after) - unread(camera, city, before))
    parts = [f"{_some(gone)} not as declared any more"] if gone else []
    parts += [f"{_some(silent)} cannot be read any more"] if silent else []
    return " and ".join(parts)


@dataclass(frozen=True)
class Compared:
    """Settings of two moments, by path. What is asked of the camera only at one of them is left out."""

    same: Sequence[str]
    other: Sequence[str]
    silent: Sequence[str]  # read then, and not now

    @property
    def unread(self) -> str:
        """``encoders, users cannot be read any more``; "" when all that was read can be."""
        return f"{_some(self.silent)} cannot be read any more" if self.silent else ""


def as_data(camera: Camera, city: City, state: CameraState | Unread) -> Mapping[str, Any]:
    """What the city declares, as it was read (:func:`iccc.compare.managed`); {} when the camera could not be."""
    if isinstance(state, Unread):
        return {}
    found: Mapping[str, Any] = managed(desired(camera, city).state, state)
    return found


def compared(then: Mapping[str, Any], now: Mapping[str, Any]) -> Compared:
    """Two moments as :func:`as_data` gives them."""
    found: dict[str, list[str]] = {"same": [], "other": [], "silent": []}
    for path, what in _walk(then, now, ""):
        found[what].append(path)
    return Compared(**found)


def _walk(then: Any, now: Any, path: str) -> Iterator[tuple[str, str]]:
    if _is_unread(then):
        return
    if _is_unread(now):
        yield path, "silent"
    elif isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in sorted(then.keys() & now.keys()):
            yield from _walk(then[key], now[key], f"{path}.{key}" if path else str(key))
    else:  # an entry that came or went is a mapping at one of the two
        yield path, "same" if then == now else "other"


def _is_unread(value: Any) -> bool:
    return isinstance(value, Mapping) and "unread" in value


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more
