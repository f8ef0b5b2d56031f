"""What a city wants of a Debian server."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iccc.city.devices import Camera, City, Hosted, Recorder
from iccc.compare import Unread
from iccc.server.files import ACCOUNT, group, packages, parts_of
from iccc.server.parts import Content, Invalid
from iccc.server.state import STORED, Account, Admin, Admins, Array, Cameras, Channel, Part, ServerState
from iccc.wanted import Wanted
from iccc.yamlfile import Where

RTSP_PORT = 554
INSTALLED = "installed"


def desired(device: Hosted, city: City) -> Wanted[ServerState]:
    """The state that the server shall have."""
    host = device.host
    assert host is not None
    places = {"": device.where, "time": city.wheres["time.ntp"], "syslog": city.wheres["syslog"]}
    users = city.server_users
    state = ServerState(
        packages=dict.fromkeys(packages(device, city), INSTALLED),
        admins=Admins(frozenset(), {name: admin(keys) for name, keys in users.items()}) if users is not None else None,
    )
    parts: dict[str, Any] = {name: _part(name, device, city) for name in parts_of(device, city)}
    state = replace(state, **parts)
    if isinstance(device, Recorder):
        cameras = city.recorded_by(device.name)
        state = replace(
            state,
            accounts={ACCOUNT: Account("/usr/sbin/nologin")},
            array=Array(mounted=True, separate=True, fstab=fstab(device), owner=f"{ACCOUNT}:{ACCOUNT}"),
            cameras=Cameras(frozenset(), {camera.name: channel(camera, city) for camera in cameras}),
        )
        places |= {
            "array": host.where,
            **({"cameras.others": away.where} if (away := city.failed_over(device.name)) else {}),
            **{f"cameras.each[{camera.name}]": _declared_at(camera) for camera in cameras},
        }
    return Wanted(device.name, state, places)


def admin(keys: tuple[str, ...]) -> Admin:
    """What is wanted of one administrator."""
    return Admin(Content(key_file(keys)).digest[:12], root=True)


def key_file(keys: tuple[str, ...]) -> str:
    """As sshd reads it."""
    return "".join(f"{key}\n" for key in keys)


def _declared_at(camera: Camera) -> Where:
    """The line of the fail-over for a camera that a standby records."""
    return camera.origins["recorder"][0] if camera.home else camera.where


def fstab(recorder: Recorder) -> str:
    """The line of /etc/fstab as far as it is declared. Without the array the host starts, and records nothing."""
    host = recorder.host
    assert host is not None
    return f"{host.array} {host.mount} {host.array_type} nofail,noatime,nodev,nosuid,noexec"


def channel(camera: Camera, city: City) -> Channel:
    """What is wanted of one camera's recording."""
    return Channel(
        address=address(camera, city),
        retention_days=camera.retention_days,
        login=STORED,
        enabled=True,
    )


def address(camera: Camera, city: City) -> str:
    """``10.82.1.11:554/live/main``: the main stream, without the login."""
    port = city.protocols.get("rtsp", (True, RTSP_PORT))[1]
    return f"{camera.address}:{port}{camera.stream_path or '/'}"


def _part(name: str, device: Hosted, city: City) -> Part | str:
    """A template that is wrong is a difference that no deploy can take away; it says why."""
    try:
        return group(name, device, city).part()
    except Invalid as error:
        return f"cannot be made: {error}"


def is_broken(wanted: object) -> bool:
    """Whether a part is wanted as the text of its template's mistake."""
    return isinstance(wanted, str) and not isinstance(wanted, Unread)
