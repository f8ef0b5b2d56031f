"""The state of a camera: one type for what is wanted and what is seen. ``None`` in a wanted value: not declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from iccc.compare import AnyOf, Unread
from iccc.onvif.state import Identity, Time, User


class Codec(StrEnum):
    H264 = "H264"
    H265 = "H265"
    JPEG = "JPEG"


@dataclass(frozen=True)
class Encoder:
    """One video encoder, by its role (``main``, ``sub``), not by its token."""

    codec: Codec | None = None
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    bitrate_kbps: int | None = None  # ONVIF BitrateLimit
    gop: int | None = None  # ONVIF GovLength, frames


@dataclass(frozen=True)
class Protocol:
    """One entry of GetNetworkProtocols; the key is ``http``, ``https`` or ``rtsp``."""

    enabled: bool | None = None
    port: int | None = None


class Shows(StrEnum):
    """What a corner of the picture shows."""

    TEXT = "text"
    CLOCK = "clock"  # date and time
    DATE = "date"
    TIME = "time"
    OTHER = "other"  # a picture, or what no standard knows


@dataclass(frozen=True)
class Osd:
    """One corner of the on-screen display; the key is ``upper_left``, ``upper_right``, ``lower_left``, …"""

    shows: Shows | None = None
    text: str | AnyOf | None = None  # of a text, NFC


@dataclass(frozen=True)
class Imaging:
    """How the picture is taken. Modes are words of ONVIF in small letters, levels are in the camera's own units."""

    wdr: str | None = None  # wide dynamic range: on, off
    wdr_level: float | None = None
    ir_cut: str | None = None  # infrared cut filter: auto, on (day), off (night)
    backlight: str | None = None  # backlight compensation: on, off
    exposure: str | None = None  # auto, manual
    max_exposure_us: float | None = None  # the longest that automatic exposure takes
    exposure_us: float | None = None  # of manual exposure
    brightness: float | None = None
    contrast: float | None = None
    saturation: float | None = None
    sharpness: float | None = None


@dataclass(frozen=True)
class CameraState:
    """Settings that iccc manages on a camera. Sections may be Unread when seen."""

    time: Time | Unread | None = None
    hostname: str | Unread | None = None
    location: Mapping[str, str] | Unread | None = None  # scopes onvif://www.onvif.org/location/<key>/<value>
    users: Mapping[str, User] | Unread | None = None
    encoders: Mapping[str, Encoder] | Unread | None = None
    audio: Mapping[str, bool] | Unread | None = None  # role: whether its profiles carry sound; only False is wanted
    multicast: Mapping[str, bool] | Unread | None = None  # role: whether it is sent by itself; only False is wanted
    osd: Mapping[str, Osd] | Unread | None = None
    imaging: Imaging | Unread | None = None
    protocols: Mapping[str, Protocol] | Unread | None = None


@dataclass(frozen=True)
class CameraFacts:
    """What is observed on a camera and never declared."""

    identity: Identity | None
    stream_uris: Mapping[str, str]  # role: RTSP URI as the camera gives it
