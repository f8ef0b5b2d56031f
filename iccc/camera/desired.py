"""What a city wants of a camera."""

from __future__ import annotations

from iccc.camera.state import CameraState, Codec, Encoder, Protocol
from iccc.city.devices import Camera, City
from iccc.compare import Within
from iccc.onvif.state import Password, Time, TimeMode, User, UserLevel
from iccc.wanted import Wanted


def desired(camera: Camera, city: City) -> Wanted[CameraState]:
    """The state that ``camera`` shall have."""
    state = CameraState(
        time=Time(
            mode=TimeMode.NTP,
            utc_offset_min=city.utc_offset_min,
            ntp_servers=frozenset(city.ntp_servers),
            skew_s=Within(city.max_skew_s),
        ),
        hostname=camera.name,
        location={"city": city.name, "junction": camera.site_name},
        users={user.name: User(UserLevel(user.level), Password.PROVED) for user in city.camera_users},
        encoders={
            role: Encoder(
                Codec(stream.codec), stream.width_px, stream.height_px, stream.fps, stream.bitrate_kbps, stream.gop
            )
            for role, stream in camera.streams.items()
        },
        protocols={name: Protocol(enabled, port) for name, (enabled, port) in city.protocols.items()},
    )
    places = {
        "": camera.where,
        "time": city.wheres["time"],
        "time.ntp_servers": city.wheres["time.ntp"],
        "time.utc_offset_min": city.wheres["time.posix"],
        "time.skew_s": city.wheres["time.max_skew_s"],
        "location[city]": city.wheres["city"],
        "protocols": city.wheres["protocols"],
    }
    places |= {f"users[{user.name}]": user.where for user in city.camera_users}
    places |= {f"encoders[{role}]": stream.where for role, stream in camera.streams.items()}
    places |= {f"protocols[{name}]": city.wheres[f"protocols.{name}"] for name in city.protocols}
    return Wanted(camera.name, state, places)
