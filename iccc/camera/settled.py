"""The declared settings of a camera before and after an act: which of them are not what they were."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.camera import driver
from iccc.camera.desired import desired
from iccc.camera.state import CameraState
from iccc.city.devices import Camera, City
from iccc.compare import Change, Unread, compare
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


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more
