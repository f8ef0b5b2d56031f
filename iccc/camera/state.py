"""The state of a camera: one type for what is wanted and what is seen. ``None`` in a wanted value: not declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from iccc.compare import AnyOf, Near, Unread
from iccc.onvif.state import Dns, Identity, Time, User


class Codec(StrEnum):
    H264 = "H264"
    H265 = "H265"
    JPEG = "JPEG"


@dataclass(frozen=True)
class Encoder:
    """One video encoder, by its role (``main``, ``sub``), not by its token."""

    codec: Codec | Unread | None = None  # Media has no word for H.265
    width_px: int | None = None
    height_px: int | None = None
    fps: float | None = None
    bitrate_kbps: int | None = None  # ONVIF BitrateLimit
    gop: int | Unread | None = None  # ONVIF GovLength, frames; some do not tell it through Media

    @property
    def told_codec(self) -> Codec | None:
        """None also where it could not be read."""
        return None if isinstance(self.codec, Unread) else self.codec


@dataclass(frozen=True)
class Protocol:
    """One entry of GetNetworkProtocols; the key is ``http``, ``https`` or ``rtsp``."""

    enabled: bool | None = None
    port: int | None = None


@dataclass(frozen=True)
class Metadata:
    """What a stream carries beside picture and sound; the key is the stream's role."""

    events: bool | None = None
    analytics: bool | None = None  # what the camera's analytics see: objects, motion in cells
    ptz_status: bool | None = None  # whether a PTZ camera is turning


@dataclass(frozen=True)
class Dot1x:
    """How the camera logs in at its switch port (802.1X). Its password is told by no camera, and not compared."""

    identity: str | None = None
    method: str | None = None  # md5, ttls, peap


@dataclass(frozen=True)
class Network:
    """How the camera is addressed (IPv4)."""

    address: str | None = None
    prefix_length: int | None = None
    gateway: str | Unread | None = None
    dhcp: bool | None = None


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
class Rule:
    """What a camera looks out for by itself; the key is ``motion`` or ``tamper``."""

    armed: bool | None = None
    sensitivity: float | None = None  # of motion, percent; None when seen: it is not told


@dataclass(frozen=True)
class EdgeRecording:
    """Recording on the camera's own storage. What becomes of it is seen, and never wanted."""

    active: bool | None = None
    state: str | None = None  # of what is active: active, partiallyactive, idle, error
    error: str | None = None  # in the camera's words


@dataclass(frozen=True)
class Preset:
    """Where a PTZ camera looks, in the generic spaces of ONVIF; the key is the preset's name.

    ``pan`` and ``tilt`` are from -1 to 1, ``zoom`` from 0 to 1. Seen as None: the camera does not tell it.
    """

    TOLERANCE: ClassVar[float] = 0.01  # cameras keep positions in steps of theirs

    pan: float | Near | None = None
    tilt: float | Near | None = None
    zoom: float | Near | None = None

    def __str__(self) -> str:
        return f"pan {self.pan}, tilt {self.tilt}, zoom {self.zoom}"


Polygon = tuple[tuple[float, float], ...]  # corners x, y, from (-1, -1), lower left, to (1, 1), upper right


@dataclass(frozen=True)
class Mask:
    """A privacy mask; the key is its name in the declaration, since ONVIF gives it none."""

    polygon: Polygon | None = None
    enabled: bool | None = None


@dataclass(frozen=True)
class CameraState:
    """Settings that iccc manages on a camera. Sections may be Unread when seen."""

    time: Time | Unread | None = None
    hostname: str | Unread | None = None
    location: Mapping[str, str] | Unread | None = None  # scopes onvif://www.onvif.org/location/<key>/<value>
    dns: Dns | Unread | None = None
    users: Mapping[str, User] | Unread | None = None
    encoders: Mapping[str, Encoder] | Unread | None = None
    audio: Mapping[str, bool] | Unread | None = None  # role: whether its profiles carry sound; only False is wanted
    multicast: Mapping[str, bool] | Unread | None = None  # role: whether it is sent by itself; only False is wanted
    metadata: Mapping[str, Metadata] | Unread | None = None
    osd: Mapping[str, Osd] | Unread | None = None
    masks: Mapping[str, Mask] | Unread | None = None  # the declared ones; others are left alone
    imaging: Imaging | Unread | None = None
    rules: Mapping[str, Rule] | Unread | None = None  # ours and the camera's own, never somebody else's
    edge_recording: EdgeRecording | Unread | None = None
    presets: Mapping[str, Preset] | Unread | None = None
    protocols: Mapping[str, Protocol] | Unread | None = None
    dot1x: Dot1x | Unread | None = None
    network: Network | Unread | None = None


@dataclass(frozen=True)
class CameraFacts:
    """What is observed on a camera and never declared."""

    identity: Identity | None
    stream_uris: Mapping[str, str]  # role: RTSP URI as the camera gives it
