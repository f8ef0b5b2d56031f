"""What a city wants of a recorder that is a Debian server."""

from __future__ import annotations

from datetime import datetime

from iccc.city.devices import Camera, City, FootageHold, Recorder
from iccc.compare import Unread
from iccc.server.files import ACCOUNT, GROUPS, PACKAGES, Invalid, group
from iccc.server.state import Account, Array, Cameras, Channel, Part, ServerState
from iccc.wanted import Wanted

RTSP_PORT = 554
INSTALLED = "installed"
STORED = "as stored"


def desired(recorder: Recorder, city: City) -> Wanted[ServerState]:
    """The state that ``recorder`` shall have."""
    host = recorder.host
    assert host is not None
    cameras = city.recorded_by(recorder.name)
    state = ServerState(
        packages=dict.fromkeys(PACKAGES, INSTALLED),
        accounts={ACCOUNT: Account("/usr/sbin/nologin")},
        array=Array(mounted=True, separate=True, fstab=fstab(recorder), owner=f"{ACCOUNT}:{ACCOUNT}"),
        cameras=Cameras(frozenset(), {camera.name: channel(camera, city) for camera in cameras}),
        **{name: _part(name, recorder, city) for name in GROUPS},
    )
    places = {
        "": recorder.where,
        "array": host.where,
        "time": city.wheres["time.ntp"],
        "syslog": city.wheres["syslog"],
        **{f"cameras.each[{camera.name}]": camera.where for camera in cameras},
    }
    return Wanted(recorder.name, state, places)


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
        holds=tuple(sorted(_hold(one) for one in camera.footage_holds)),
        login=STORED,
        enabled=True,
    )


def address(camera: Camera, city: City) -> str:
    """``10.82.1.11:554/live/main``: the main stream, without the login."""
    port = city.protocols.get("rtsp", (True, RTSP_PORT))[1]
    return f"{camera.address}:{port}{camera.stream_path or '/'}"


def _hold(hold: FootageHold) -> str:
    return f"{_end(hold.begin)}/{_end(hold.end)}"


def _end(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else ".."


def _part(name: str, recorder: Recorder, city: City) -> Part | str:
    """A template that is wrong is a difference that no deploy can take away; it says why."""
    try:
        return group(name, recorder, city).part()
    except Invalid as error:
        return f"cannot be made: {error}"


def is_broken(wanted: object) -> bool:
    """Whether a part is wanted as the text of its template's mistake."""
    return isinstance(wanted, str) and not isinstance(wanted, Unread)
