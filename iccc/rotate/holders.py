"""Who holds passwords of cameras: the recorders that pull their streams."""

from __future__ import annotations

from collections.abc import Sequence

from iccc.city.devices import Camera, City
from iccc.rotate.cameras import Holder


def holders_of(city: City, cameras: Sequence[Camera]) -> dict[str, list[Holder]]:
    """The holders of each camera's passwords, by camera."""
    return {camera.name: [_by_hand(camera)] for camera in cameras if camera.recorder in city.recorders}


def _by_hand(camera: Camera) -> Holder:
    text = f"it may pull {camera.name} with this password, and iccc cannot write it there"
    return Holder(camera.recorder, "", by_hand=text)
