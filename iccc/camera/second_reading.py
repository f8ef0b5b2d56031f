"""A camera as onvif-zeep reads it: an oracle for the fast reader, with which it shares no parser of settings.

Of its own accord it takes a child in a wrong namespace for one that is missing. What is missing here is unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from iccc.camera.state import CameraFacts, CameraState, Codec, Encoder, Protocol
from iccc.city.devices import Camera
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.observed import Observed
from iccc.onvif.call import Service
from iccc.onvif.scopes import location
from iccc.onvif.state import Dns, Identity, Time, TimeMode, User, UserLevel
from iccc.onvif.timezone import utc_offset_min
from iccc.sessions.reach import Reach
from iccc.sessions.zeep import Engine


async def observe_all(
    cameras: Sequence[Camera],
    reach: Reach,
    progress: Callable[[str], None],
    sections: Callable[[Camera], Sequence[str]],
) -> dict[str, Observed[CameraState, CameraFacts]]:
    """Read one camera after the other, which is what a second opinion needs; a city of 500 takes half a minute."""
    rows = {}
    for camera in cameras:
        rows[camera.name] = await asyncio.to_thread(observe, camera, reach, sections(camera))
        progress(camera.name)
    return rows


def observe(camera: Camera, reach: Reach, sections: Sequence[str]) -> Observed[CameraState, CameraFacts]:
    """The ``sections`` as far as onvif-zeep's WSDLs go; the others are Unread. Synchronous."""
    engine = Engine(camera, reach)
    try:
        identity = _identity(engine)
    except DeviceError as error:
        return Observed(camera.name, Unread.of(error), None, reach.clock.now())
    except Exception as error:  # noqa: BLE001
        late = stumbled(engine.where("login"), error)
        return Observed(camera.name, Unread.of(late), None, reach.clock.now())
    values = {name: _section(engine, camera, name) for name in sections}
    return Observed(camera.name, CameraState(**values), CameraFacts(identity, {}), reach.clock.now())


def _section(engine: Engine, camera: Camera, name: str) -> Any:
    where = f"{camera.name} {camera.address}  onvif-zeep {name}"
    if name not in _READERS:
        return Unread(Reason.UNSUPPORTED, f"{where}: it does not read this")
    try:
        return _READERS[name](engine)
    except DeviceError as error:
        return Unread.of(error)
    except Exception as error:  # noqa: BLE001  None where it found nothing
        return Unread.of(stumbled(where, error))


_OF_DEVICE = ("Manufacturer", "Model", "FirmwareVersion", "SerialNumber")


def _ask(engine: Engine, operation: str, service: str = "devicemgmt") -> Any:
    return engine.ask(service, operation, {})


def _identity(engine: Engine) -> Identity | None:
    told = _ask(engine, "GetDeviceInformation")
    if not told.get("Manufacturer"):
        return None
    maker, model, firmware, serial = (told.get(name) or "" for name in _OF_DEVICE)
    return Identity(maker, model, firmware, serial)


def _time(engine: Engine) -> Time:
    when, ntp = _ask(engine, "GetSystemDateAndTime"), _ask(engine, "GetNTP")
    offset = utc_offset_min(when["TimeZone"]["TZ"])
    hosts = ntp["NTPFromDHCP"] if _known(ntp["FromDHCP"]) else ntp["NTPManual"]
    return Time(
        mode=TimeMode(when["DateTimeType"]),
        utc_offset_min=Unread(Reason.BAD_ANSWER, "time zone") if offset is None else offset,
        ntp_servers=frozenset(map(_host, hosts)),
        skew_s=engine.skew_s,
    )


def _dns(engine: Engine) -> Dns:
    told = _ask(engine, "GetDNS")
    return Dns(_known(told["FromDHCP"]), tuple(map(_host, told["DNSManual"])))


def _location(engine: Engine) -> dict[str, str]:
    scopes = _ask(engine, "GetScopes")["value"]
    return location([(scope["ScopeItem"], scope["ScopeDef"] == "Fixed") for scope in _known(scopes)])


def _users(engine: Engine) -> dict[str, User]:
    untried = Unread(Reason.UNSUPPORTED, "onvif-zeep proves no password")
    levels = set(UserLevel)
    return {
        _known(user["Username"]): User(
            UserLevel(user["UserLevel"]) if user["UserLevel"] in levels else UserLevel.EXTENDED, untried
        )
        for user in _known(_ask(engine, "GetUsers")["value"])
    }


def _protocols(engine: Engine) -> dict[str, Protocol]:
    return {
        entry["Name"].lower(): Protocol(_known(entry["Enabled"]), _known(entry["Port"][0]))
        for entry in _known(_ask(engine, "GetNetworkProtocols")["value"])
    }


def _encoders(engine: Engine) -> dict[str, Encoder]:
    """The largest as ``main``, the next as ``sub``.

    Media has no word for H.265: where the camera has Media2 too, it may tell such an encoder as H264, or not at all.
    """
    doubt = engine.has(Service.MEDIA2)
    found: dict[str, Encoder] = {}
    for profile in _known(_ask(engine, "GetProfiles", "media")["value"]):
        encoder = profile["VideoEncoderConfiguration"]
        if encoder is None and profile["VideoSourceConfiguration"] is not None:
            raise ValueError("an encoder is not told")
        if encoder is None:
            continue
        codec = Codec(encoder["Encoding"])
        found[encoder["token"]] = Encoder(
            codec=Unread(Reason.UNSUPPORTED, "Media has no word for H.265") if doubt else codec,
            width_px=encoder["Resolution"]["Width"],
            height_px=encoder["Resolution"]["Height"],
            fps=float(encoder["RateControl"]["FrameRateLimit"]),
            bitrate_kbps=encoder["RateControl"]["BitrateLimit"],
            gop=encoder["H264"]["GovLength"] if codec is Codec.H264 else None,
        )
    by_size = sorted(found.values(), key=lambda encoder: -(encoder.width_px or 0) * (encoder.height_px or 0))
    return dict(zip(("main", "sub"), by_size, strict=False))


def _host(entry: Any) -> str:
    return str(_known(entry["IPv4Address"] or entry["IPv6Address"] or entry["DNSname"]))


def _known(value: Any) -> Any:
    if value is None:
        raise TypeError("nothing there")
    return value


_READERS: Mapping[str, Callable[[Engine], Any]] = {
    "time": _time,
    "hostname": lambda engine: _known(_ask(engine, "GetHostname")["Name"]),
    "location": _location,
    "dns": _dns,
    "users": _users,
    "encoders": _encoders,
    "protocols": _protocols,
}
READS = tuple(_READERS)
