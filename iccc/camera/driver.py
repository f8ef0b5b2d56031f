"""Reading and writing cameras. Everything that goes wrong with one is a row of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from iccc.camera.dot1x import SECRET
from iccc.camera.masks import read_masks
from iccc.camera.moving import apply_network
from iccc.camera.network import read_network
from iccc.camera.settings import SECTIONS, SETTINGS
from iccc.camera.state import CameraFacts, CameraState, Network
from iccc.camera.streams import read_encoders_and_uris
from iccc.camera.vendors import quirks_of
from iccc.city.devices import Camera, City
from iccc.compare import Unread
from iccc.observed import Observed, Outcome, Status
from iccc.onvif.call import Context, Procedure
from iccc.onvif.errors import BadAnswer
from iccc.onvif.services import path_of
from iccc.onvif.state import Password
from iccc.secrets import STREAM_USER
from iccc.sessions.onvif_device import Part, apply_section, observe_many, read_parts
from iccc.sessions.reach import STREAM_LOGIN_KEY, STREAMS_KEY, Reach
from iccc.settings import CameraReader, Limits


async def observe(
    camera: Camera, reach: Reach, users: Sequence[str], sections: Sequence[str] = SECTIONS
) -> Observed[CameraState, CameraFacts]:
    """Read one camera over one connection, within ``device_s``. ``users``: whose managed password is proved."""
    parts: dict[str, Part] = {name: SETTINGS[name].read for name in sections}
    if "encoders" in parts:
        parts["encoders"] = _encoders_and_uris
    if "masks" in parts:
        parts["masks"] = partial(read_masks, declared=camera.masks)
    if "network" in parts:
        parts["network"] = partial(read_network, at=camera.address)
    found = await read_parts(camera, reach, users, parts)
    now = reach.clock.now()
    if isinstance(found, Unread):
        return Observed(camera.name, found, None, now)
    values, identity = found
    uris: dict[str, str] = {}
    if isinstance(values.get("encoders"), tuple):
        values["encoders"], uris = values["encoders"]
        _keep_streams(camera, uris, reach)
    _keep_login(camera, values.get("users"), reach)
    return Observed(camera.name, CameraState(**values), CameraFacts(identity, uris), now)


async def apply(camera: Camera, section: str, wanted: CameraState, reach: Reach) -> list[Outcome]:
    """Write one section and read it back. Raises DeviceError when it cannot be read, or the camera is not ours.

    Passwords of users that are created or changed must be stored before (``credentials.ensure``).
    """
    if getattr(wanted, section) is None and not camera.unwritten:
        return []  # nothing is declared, and the camera may not even have it
    if section == "network" and isinstance(wanted.network, Network):
        return await apply_network(camera, wanted.network, reach)
    users = list(wanted.users) if isinstance(wanted.users, Mapping) and section == "users" else []
    if section == "dot1x":
        users = [SECRET]
    setting = SETTINGS[section]
    if section == "masks" and isinstance(wanted.masks, Mapping):  # found again by their polygons
        polygons = {name: mask.polygon for name, mask in wanted.masks.items() if mask.polygon is not None}
        setting = replace(setting, read=partial(read_masks, declared=polygons))
    outcomes = await apply_section(camera, reach, section, setting, getattr(wanted, section), users, quirks_of)
    if any(o.change.path.startswith(f"users[{STREAM_USER}]") and o.status is Status.APPLIED for o in outcomes):
        reach.learned.put(camera.name, STREAM_LOGIN_KEY, True)
    return outcomes


async def observe_all(
    cameras: Sequence[Camera],
    reach: Reach,
    users: Sequence[str],
    progress: Callable[[str], None],
    sections: Sequence[str] = SECTIONS,
) -> dict[str, Observed[CameraState, CameraFacts]]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done."""

    def declared(camera: Camera) -> list[str]:
        own = {name: getattr(camera, name) for name in ("imaging", "masks", "rules", "edge_recording")}
        own["presets"] = camera.presets or camera.turned_to
        return [name for name in sections if own.get(name, True) not in (None, {}, ())]

    if reach.camera_reader is CameraReader.ZEEP:
        from iccc.camera import second_reading

        return await second_reading.observe_all(cameras, reach, progress, declared)

    async def one(camera: Camera) -> Observed[CameraState, CameraFacts]:
        return await observe(camera, reach, users, declared(camera))

    return await observe_many(cameras, reach, one, progress, partial(crowds, reach.limits))


def crowds(limits: Limits, camera: Camera) -> dict[str, int]:
    """What a camera shares with others, and how many of these may be read at once."""
    shared = {f"site {camera.site}": limits.onvif_per_site}
    if camera.recorder:
        shared[f"recorder {camera.recorder}"] = limits.onvif_per_recorder
    return shared


def declared_sections(city: City) -> tuple[str, ...]:
    """The sections that the city declares anything of: the others need not be read."""
    left_out = {
        "dns": not city.dns_servers,
        "osd": not city.osd,
        "imaging": not city.imaging,
        "rules": not city.rules,
        "edge_recording": all(camera.edge_recording is None for camera in city.cameras.values()),
        "audio": not city.audio,
        "multicast": not city.multicast,
        "metadata": not city.metadata,
        "dot1x": not city.dot1x,
    }
    return tuple(name for name in SECTIONS if not left_out.get(name))


def _keep_streams(camera: Camera, uris: Mapping[str, str], reach: Reach) -> None:
    """Recorders are told these paths, and compared with them."""
    paths: dict[str, str] = {}
    for role, uri in uris.items():
        with suppress(BadAnswer):
            paths[role] = path_of(uri)
    if paths:
        reach.learned.put(camera.name, STREAMS_KEY, paths)


def _keep_login(camera: Camera, users: object, reach: Reach) -> None:
    """A recorder is given this login only once the camera has taken it: its tries would lock the user out."""
    if isinstance(users, Mapping):
        user = users.get(STREAM_USER)
        proved = user is not None and user.password is Password.PROVED
        if proved or user is None or user.password is Password.REFUSED:
            reach.learned.put(camera.name, STREAM_LOGIN_KEY, True if proved else None)


def _encoders_and_uris(_context: Context) -> Procedure[Any]:
    return read_encoders_and_uris()
