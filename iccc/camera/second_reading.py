"""A camera as onvif-zeep reads it: an oracle for the fast reader, with which it shares no parser of settings."""

from __future__ import annotations

from typing import Any

from iccc.camera.state import CameraState, Codec, Encoder, Protocol
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.onvif.scopes import location
from iccc.onvif.state import Time, TimeMode, User, UserLevel
from iccc.onvif.timezone import utc_offset_min
from iccc.sessions.reach import Reach
from iccc.sessions.zeep import Engine


def observe_with_zeep(camera: Camera, reach: Reach) -> CameraState:
    """The sections of ``camera`` as far as onvif-zeep's WSDLs go: no proof of passwords, encoders through Media.

    Media has no word for H.265: such an encoder is missing or wrong here. Synchronous. Raises DeviceError.
    """
    engine = Engine(camera, reach)

    def ask(operation: str, service: str = "devicemgmt") -> Any:
        return engine.ask(service, operation, {})

    when, ntp = ask("GetSystemDateAndTime"), ask("GetNTP")
    offset = utc_offset_min(when["TimeZone"]["TZ"])
    hosts = ntp["NTPFromDHCP"] if ntp["FromDHCP"] else ntp["NTPManual"]
    scopes = [(scope["ScopeItem"], scope["ScopeDef"] == "Fixed") for scope in ask("GetScopes")["value"]]
    return CameraState(
        time=Time(
            mode=TimeMode(when["DateTimeType"]),
            utc_offset_min=Unread(Reason.BAD_ANSWER, "time zone") if offset is None else offset,
            ntp_servers=frozenset(host["IPv4Address"] or host["IPv6Address"] or host["DNSname"] for host in hosts),
        ),
        hostname=ask("GetHostname")["Name"] or "",
        location=location(scopes),
        users={user["Username"]: User(UserLevel(user["UserLevel"])) for user in ask("GetUsers")["value"]},
        encoders=_encoders(ask("GetProfiles", "media")["value"]),
        protocols={
            entry["Name"].lower(): Protocol(entry["Enabled"], entry["Port"][0])
            for entry in ask("GetNetworkProtocols")["value"]
        },
    )


def _encoders(profiles: Any) -> dict[str, Encoder]:
    """The largest as ``main``, the next as ``sub``."""
    found: dict[str, Encoder] = {}
    for profile in profiles:
        encoder = profile["VideoEncoderConfiguration"]
        if encoder is None:
            continue
        codec = Codec(encoder["Encoding"])
        found[encoder["token"]] = Encoder(
            codec=codec,
            width_px=encoder["Resolution"]["Width"],
            height_px=encoder["Resolution"]["Height"],
            fps=float(encoder["RateControl"]["FrameRateLimit"]),
            bitrate_kbps=encoder["RateControl"]["BitrateLimit"],
            gop=encoder["H264"]["GovLength"] if codec is Codec.H264 else None,
        )
    by_size = sorted(found.values(), key=lambda encoder: -(encoder.width_px or 0) * (encoder.height_px or 0))
    return dict(zip(("main", "sub"), by_size, strict=False))
