"""What a city wants of a camera."""

from __future__ import annotations

import unicodedata
from typing import Any

from iccc.camera.state import (
    CameraState,
    Codec,
    Dot1x,
    EdgeRecording,
    Encoder,
    Imaging,
    Mask,
    Metadata,
    Network,
    Osd,
    Preset,
    Protocol,
    Rule,
    Shows,
)
from iccc.city.devices import Camera, City
from iccc.city.model.city import Imaging as Profile
from iccc.city.model.city import Rules
from iccc.city.model.site import PresetPosition
from iccc.compare import ABSENT, AnyOf, Near, Within
from iccc.onvif.state import Dns, Password, Time, TimeMode, User, UserLevel
from iccc.wanted import Wanted
from iccc.yamlfile import Where


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
        dns=Dns(from_dhcp=False, servers=city.dns_servers) if city.dns_servers else None,
        users={user.name: User(UserLevel(user.level), Password.PROVED) for user in city.camera_users},
        encoders={
            role: Encoder(
                Codec(stream.codec), stream.width_px, stream.height_px, stream.fps, stream.bitrate_kbps, stream.gop
            )
            for role, stream in camera.streams.items()
        },
        audio=dict.fromkeys(camera.streams, False) if city.audio and not camera.audio else None,
        multicast=dict.fromkeys(camera.streams, False) if city.multicast else None,
        metadata=_metadata(camera, city),
        osd={corner: _osd(camera, city, shows) for corner, shows in city.osd.items()} or None,
        masks={name: Mask(polygon, enabled=True) for name, polygon in camera.masks.items()} or None,
        imaging=_imaging(city.imaging[camera.imaging]) if camera.imaging else None,
        rules=_rules(city.rules[camera.rules]) if camera.rules else None,
        edge_recording=None if camera.edge_recording is None else EdgeRecording(active=camera.edge_recording),
        presets={name: _preset(at) for name, at in camera.presets.items()} or None,
        protocols={name: Protocol(enabled, port) for name, (enabled, port) in city.protocols.items()},
        dot1x=Dot1x(_identity(camera, city.dot1x.identity), city.dot1x.method) if city.dot1x else None,
        network=Network(camera.address, camera.prefix_length, camera.gateway, False) if camera.gateway else None,
    )
    places = {
        "": camera.where,
        "time": city.wheres["time"],
        "time.ntp_servers": city.wheres["time.ntp"],
        "time.utc_offset_min": city.wheres["time.posix"],
        "time.skew_s": city.wheres["time.max_skew_s"],
        "location[city]": city.wheres["city"],
        "protocols": city.wheres["protocols"],
        "network": camera.origins.get("address", (camera.where,))[0],
        "network.prefix_length": city.wheres["network"],
        "network.gateway": city.wheres["network"],
    }
    places |= {f"users[{user.name}]": user.where for user in city.camera_users}
    places |= {f"encoders[{role}]": stream.where for role, stream in camera.streams.items()}
    places |= {f"masks[{name}]": camera.origins.get(f"masks.{name}", (camera.where,))[0] for name in camera.masks}
    if city.dns_servers:
        places["dns"] = city.wheres["dns"]
    if city.dot1x:
        places["dot1x"] = city.wheres["dot1x"]
    if city.multicast:
        places["multicast"] = city.wheres["multicast"]
    if city.metadata:
        places |= {
            f"metadata[{role}].{key}": city.wheres[f"metadata.{key}"]
            for role in camera.streams
            for key in city.metadata.model_fields_set
        }
        places |= {f"metadata[{role}]": city.wheres["metadata"] for role in camera.streams}
    if city.audio:
        places["audio"] = camera.origins.get("audio", (city.wheres["audio"],))[0]
    places |= {f"protocols[{name}]": city.wheres[f"protocols.{name}"] for name in city.protocols}
    places |= {f"osd[{corner}]": city.wheres[f"osd.{corner}"] for corner in city.osd}
    if camera.imaging:
        places |= _imaging_places(camera.imaging, city)
    if camera.edge_recording is not None:
        places["edge_recording"] = camera.origins.get("edge_recording", (camera.where,))[0]
    if camera.rules:
        kinds = city.rules[camera.rules].model_fields_set
        places |= {f"rules[{kind}]": city.wheres[f"rules.{camera.rules}.{kind}"] for kind in kinds}
    places |= {
        f"presets[{name}]": place
        for name in camera.presets
        for place in camera.origins.get(f"presets.{name}", (camera.where,))
    }
    return Wanted(camera.name, state, places)


def _metadata(camera: Camera, city: City) -> dict[str, Metadata] | None:
    declared = city.metadata
    if declared is None:
        return None
    return {role: Metadata(declared.events, declared.analytics, declared.ptz_status) for role in camera.streams}


def _rules(profile: Rules) -> dict[str, Any]:
    """A rule that is declared off shall not exist."""
    wanted: dict[str, Any] = {}
    if motion := profile.motion:
        wanted["motion"] = Rule(armed=True, sensitivity=motion.sensitivity) if motion.enabled else ABSENT
    if profile.tamper is not None:
        wanted["tamper"] = Rule(armed=True) if profile.tamper else ABSENT
    return wanted


def _identity(camera: Camera, form: str) -> str:
    """What the camera calls itself at the port; its name where its hardware address is not declared."""
    return camera.mac.replace(":", "") if form == "mac" and camera.mac else camera.name


def _preset(at: PresetPosition | None) -> Any:
    if at is None:
        return ABSENT
    return Preset(*(Near(value, Preset.TOLERANCE) for value in (at.pan, at.tilt, at.zoom)))


def _imaging(profile: Profile) -> Imaging:
    exposure = profile.exposure
    return Imaging(
        wdr=_switch(profile.wdr),
        wdr_level=profile.wdr_level,
        ir_cut=profile.ir_cut,
        backlight=_switch(profile.backlight),
        exposure=exposure.mode if exposure else None,
        max_exposure_us=exposure.max_time_us if exposure else None,
        exposure_us=exposure.time_us if exposure else None,
        brightness=profile.brightness,
        contrast=profile.contrast,
        saturation=profile.saturation,
        sharpness=profile.sharpness,
    )


def _switch(on: bool | None) -> str | None:
    return None if on is None else "on" if on else "off"


def _imaging_places(name: str, city: City) -> dict[str, Where]:
    """The line of each setting of a profile; all of exposure is at the line of ``exposure``."""
    places = {f"imaging.{key}": city.wheres[f"imaging.{name}.{key}"] for key in city.imaging[name].model_fields_set}
    if "imaging.exposure" in places:
        places |= dict.fromkeys(("imaging.max_exposure_us", "imaging.exposure_us"), places["imaging.exposure"])
    return places


def _osd(camera: Camera, city: City, shows: str) -> Any:
    """A name is in Devanagari where the camera draws it, else in Latin, else of the camera alone."""
    if shows == "none":
        return ABSENT
    if shows == "clock":
        return Osd(Shows.CLOCK)
    hindi = city.sites[camera.site].name_hi
    places = [camera.site_name] if not hindi else [hindi, camera.site_name]
    names = [unicodedata.normalize("NFC", f"{camera.name} {place}") for place in places]
    return Osd(Shows.TEXT, AnyOf((*names, camera.name)))
