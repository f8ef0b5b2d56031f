"""Makes of cameras, with what they offer and the oddities that the field knows of them. The data are examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from iccc.lab import camera_offers
from iccc.lab.camera_analytics import AnalyticsOptions
from iccc.lab.camera_audio import AudioOptions
from iccc.lab.camera_imaging import ImagingOptions
from iccc.lab.camera_imaging_offers import ANPR_IMAGING, DAY_IMAGING, FIXED_IMAGING, PTZ_IMAGING
from iccc.lab.camera_masks import MaskOptions
from iccc.lab.camera_metadata import MetadataOptions
from iccc.lab.camera_osd import OsdOptions
from iccc.lab.camera_ptz import Preset, PtzOptions
from iccc.lab.camera_recording import RecordingOptions
from iccc.lab.onvif_model import DEVICE_SERVICE, SCOPE, DeviceModel, Service, TimeZones
from iccc.lab.onvif_soap import TAN, TIMG, TPTZ, TR2, TRC, TRT

Size = tuple[int, int]  # width, height in pixels

_MAIN: tuple[Size, ...] = ((2688, 1520), (2560, 1440), (1920, 1080), (1280, 960), (1280, 720))
_MAIN_8MP: tuple[Size, ...] = ((3840, 2160), (3072, 2048), *_MAIN)
_SUB: tuple[Size, ...] = ((1280, 720), (704, 576), (640, 480), (640, 360), (352, 288))


class H265InMedia1(Enum):
    """What Media v1, which has no word for H.265, tells of an encoder that runs it."""

    AS_H264 = "as-h264"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True)
class Multicast:
    """Where a stream is sent to all, and whether it is. Address 0.0.0.0 means none."""

    address: str = "0.0.0.0"  # noqa: S104
    port: int = 0
    ttl: int = 5
    auto_start: bool = False


NO_MULTICAST = Multicast()


@dataclass(frozen=True, slots=True)
class Encoder:
    """The settings of one video encoder."""

    codec: str  # H264, H265, JPEG
    width_px: int
    height_px: int
    fps: float
    bitrate_kbps: int
    gop: int
    quality: float = 4.0
    profile: str = "Main"  # Baseline, Main, High
    constant_bitrate: bool = False
    multicast: Multicast = NO_MULTICAST


@dataclass(frozen=True, slots=True)
class EncoderOptions:
    """What one encoder offers. Ranges are (lowest, highest)."""

    role: str  # main, sub
    token: str
    profile_token: str
    name: str
    rtsp_path: str  # with its query
    codecs: tuple[str, ...]
    sizes: tuple[Size, ...]
    fps: tuple[float, ...]
    bitrate_kbps: tuple[int, int]
    factory: Encoder
    gop: tuple[int, int] = (1, 400)
    quality: tuple[int, int] = (1, 6)


@dataclass(frozen=True, kw_only=True)
class CameraModel(DeviceModel):
    """A make of camera."""

    sensor: Size
    encoders: tuple[EncoderOptions, ...]  # main, sub
    h265_in_media1: H265InMedia1 = H265InMedia1.AS_H264
    clamps: bool = False  # takes a number outside its range as the nearest one, without a fault
    whole_encoders_only: bool = False  # refuses a Set that leaves parts of the configuration out
    sets_auto_start: bool = True  # of multicast; False: takes the Set and keeps AutoStart, as the standard has it
    osd: OsdOptions | None = None
    masks: MaskOptions | None = None
    audio: AudioOptions | None = None
    metadata: MetadataOptions | None = None
    analytics: AnalyticsOptions | None = None
    recording: RecordingOptions | None = None
    imaging: ImagingOptions
    ptz: PtzOptions | None = None

    @cached_property
    def factory_encoders(self) -> tuple[Encoder, ...]:
        """The settings out of the box: one object for all cameras that were never set."""
        return tuple(options.factory for options in self.encoders)

    @cached_property
    def profile_roles(self) -> dict[str, str]:
        """The role of each profile by its token."""
        return {options.profile_token: options.role for options in self.encoders}

    def media_flags(self, prefix: str) -> str:
        flags = f' OSD="{str(self.osd is not None).lower()}"'
        return f'{flags} Mask="{str(self.masks is not None).lower()}"' if prefix == "tr2" else flags


def _rates(*highest: int) -> tuple[float, ...]:
    return tuple(float(fps) for fps in (*highest, 20, 15, 12, 10, 8, 6, 5, 2, 1))


def _services(*media: Service) -> tuple[Service, ...]:
    return (DEVICE_SERVICE, *media, Service("http://www.onvif.org/ver10/events/wsdl", "/onvif/event_service", (2, 60)))


AXIS = CameraModel(
    manufacturer="AXIS",
    model="P5655-E",
    firmware="10.12.166",
    hardware_id="7C8",
    hostname="axis-camera",
    time_zone="GMT0",
    location=(SCOPE + "location/country/sweden", SCOPE + "name/AXIS%20P5655-E"),
    fixed_scopes=(
        SCOPE + "type/video_encoder",
        SCOPE + "type/ptz",
        SCOPE + "hardware/P5655-E",
        SCOPE + "Profile/Streaming",
        SCOPE + "Profile/T",
    ),
    services=_services(Service(TRT, "/onvif/services", (2, 60)), Service(TR2, "/onvif/services", (2, 60)),
        Service(TIMG, "/onvif/services", (2, 60)), Service(TPTZ, "/onvif/services", (2, 60)),
        Service(TAN, "/onvif/services", (2, 60)), Service(TRC, "/onvif/services", (2, 60)),
    ),
    digest=("SHA-256", "MD5"),
    sensor=(2688, 1520),
    h265_in_media1=H265InMedia1.OMITTED,
    whole_encoders_only=True,
    soft_keeps_users=False,
    factory_certificate=True,
    imaging=PTZ_IMAGING,
    ptz=PtzOptions(node="1", configuration="1", max_presets=100, presets=(Preset("1", "Home", (0.0, 0.0, 0.0)),)),
    sets_auto_start=False,
    osd=camera_offers.AXIS_OSD,
    masks=camera_offers.AXIS_MASKS,
    audio=camera_offers.AXIS_AUDIO,
    metadata=camera_offers.AXIS_METADATA,
    analytics=camera_offers.AXIS_ANALYTICS,
    recording=camera_offers.AXIS_RECORDING,
    encoders=(
        EncoderOptions(
            "main", "default_1", "profile_1_h264", "user0",
            "/axis-media/media.amp?profile=profile_1&sessiontimeout=60",
            ("H264", "H265", "JPEG"), _MAIN, _rates(30, 25), (64, 16384),
            Encoder("H264", 1920, 1080, 30.0, 4096, 32, profile="High"),
        ),
        EncoderOptions(
            "sub", "default_2", "profile_2_h264", "user1",
            "/axis-media/media.amp?profile=profile_2&sessiontimeout=60",
            ("H264", "H265", "JPEG"), _SUB, _rates(30, 25), (32, 8192),
            Encoder("H264", 640, 480, 30.0, 1024, 32, profile="High"),
        ),
    ),
)  # fmt: skip

_HIKVISION_MULTICAST = Multicast(port=8860, ttl=128)
HIKVISION = CameraModel(
    manufacturer="HIKVISION",
    model="iDS-2CD7A46G0-IZHS",
    firmware="V5.7.3 build 220315",
    hardware_id="88",
    hostname="HIKVISION",
    time_zone="CST-8:00:00",
    time_zones=TimeZones.NAMED_ONLY,
    location=(SCOPE + "location/city/hangzhou", SCOPE + "name/HIKVISION%20iDS-2CD7A46G0-IZHS"),
    fixed_scopes=(
        SCOPE + "type/video_encoder",
        SCOPE + "hardware/iDS-2CD7A46G0-IZHS",
        SCOPE + "Profile/Streaming",
        SCOPE + "Profile/G",
        SCOPE + "Profile/T",
    ),
    services=_services(Service(TR2, "/onvif/Media2", (2, 60)), Service(TRT, "/onvif/Media", (2, 60)),
        Service(TIMG, "/onvif/Imaging", (2, 60)), Service(TAN, "/onvif/Analytics", (2, 60)),
        Service(TRC, "/onvif/Recording", (2, 60)),
    ),
    wsse=False,
    digest=("MD5", "SHA-256"),
    password_length=(8, 16),
    battery=False,
    reboot_for_address=True,
    max_certificates=0,
    max_dot1x=0,
    factory_certificate=True,
    factory_address="192.168.1.64",
    activation="isapi",
    sensor=(2688, 1520),
    clamps=True,
    imaging=ANPR_IMAGING,
    osd=camera_offers.HIKVISION_OSD,
    masks=camera_offers.HIKVISION_MASKS,
    audio=camera_offers.HIKVISION_AUDIO,
    metadata=camera_offers.HIKVISION_METADATA,
    analytics=camera_offers.HIKVISION_ANALYTICS,
    recording=camera_offers.HIKVISION_RECORDING,
    encoders=(
        EncoderOptions(
            "main", "VideoEncoderToken_1", "Profile_1", "VideoEncoder_1",
            "/Streaming/Channels/101?transportmode=unicast",
            ("H264", "H265"), _MAIN, _rates(25), (32, 16384),
            Encoder("H265", 2688, 1520, 25.0, 6144, 50, multicast=_HIKVISION_MULTICAST),
        ),
        EncoderOptions(
            "sub", "VideoEncoderToken_2", "Profile_2", "VideoEncoder_2",
            "/Streaming/Channels/102?transportmode=unicast",
            ("H264", "H265", "JPEG"), _SUB, _rates(25), (32, 8192),
            Encoder("H264", 640, 480, 25.0, 512, 50, multicast=_HIKVISION_MULTICAST),
        ),
    ),
)  # fmt: skip

CPPLUS = CameraModel(
    manufacturer="CP PLUS",
    model="CP-UNC-TA41L3C-D",
    firmware="2.840.00CP000.0.R",
    hardware_id="1.00",
    hostname="IPC",
    time_zones=TimeZones.QUOTED,
    location=(SCOPE + "location/country/china", SCOPE + "name/CP%20PLUS"),
    fixed_scopes=(
        SCOPE + "type/Network_Video_Transmitter",
        SCOPE + "hardware/CP-UNC-TA41L3C-D",
        SCOPE + "Profile/Streaming",
        SCOPE + "Profile/T",
    ),
    services=_services(Service(TRT, "/onvif/media_service", (2, 42)), Service(TR2, "/onvif/media2_service", (2, 42)),
        Service(TIMG, "/onvif/imaging_service", (2, 42)), Service(TAN, "/onvif/analytics_service", (2, 42)),
    ),
    digest=(),
    battery=False,
    sensor=(2560, 1440),
    imaging=FIXED_IMAGING,
    osd=camera_offers.CPPLUS_OSD,
    masks=camera_offers.CPPLUS_MASKS,
    metadata=camera_offers.CPPLUS_METADATA,
    analytics=camera_offers.CPPLUS_ANALYTICS,
    encoders=(
        EncoderOptions(
            "main", "00000", "MediaProfile00000", "VideoEncoder00000",
            "/cam/realmonitor?channel=1&subtype=0&unicast=true",
            ("H264", "H265"), _MAIN[1:], _rates(25), (256, 12288),
            Encoder("H264", 1920, 1080, 25.0, 4096, 50, multicast=Multicast("224.1.2.4", 40000, 64, auto_start=True)),
        ),
        EncoderOptions(
            "sub", "00001", "MediaProfile00001", "VideoEncoder00001",
            "/cam/realmonitor?channel=1&subtype=1&unicast=true",
            ("H264", "H265", "JPEG"), _SUB[1:], _rates(25), (64, 2048),
            Encoder("H264", 704, 576, 25.0, 1024, 50, multicast=Multicast("224.1.2.4", 40008, 64)),
        ),
    ),
)  # fmt: skip

GENERIC = CameraModel(
    manufacturer="Generic",
    model="IPC-8M",
    firmware="3.1.0",
    hardware_id="IPC8",
    hostname="camera",
    time_zone="UTC0",
    fixed_scopes=(SCOPE + "type/video_encoder", SCOPE + "hardware/IPC-8M", SCOPE + "Profile/Streaming"),
    services=_services(Service(TRT, "/onvif/media_service", (2, 60)), Service(TR2, "/onvif/media2_service", (2, 60)),
        Service(TIMG, "/onvif/imaging_service", (2, 60)),
    ),
    soft_keeps_users=False,
    sensor=(3840, 2160),
    imaging=DAY_IMAGING,
    audio=camera_offers.GENERIC_AUDIO,
    metadata=camera_offers.GENERIC_METADATA,
    encoders=(
        EncoderOptions(
            "main", "encoder_main", "main", "main", "/live/main",
            ("H264", "H265", "JPEG"), _MAIN_8MP, _rates(30, 25), (64, 16384),
            Encoder("H264", 1920, 1080, 25.0, 4096, 50),
        ),
        EncoderOptions(
            "sub", "encoder_sub", "sub", "sub", "/live/sub",
            ("H264", "H265", "JPEG"), _SUB, _rates(30, 25), (32, 4096),
            Encoder("H264", 704, 576, 25.0, 512, 50),
        ),
    ),
)  # fmt: skip

# A dome whose home position is fixed, that tells positions in steps, and sends no metadata.
DOME = replace(
    GENERIC,
    model="PTZ-8M",
    hardware_id="PTZ8",
    fixed_scopes=(SCOPE + "type/ptz", SCOPE + "hardware/PTZ-8M", SCOPE + "Profile/Streaming"),
    services=(*GENERIC.services, Service(TPTZ, "/onvif/ptz_service", (2, 60))),
    ptz=PtzOptions(node="ptz_node", configuration="ptz_config", max_presets=8, fixed_home=True, step=0.01),
    metadata=None,
)

# Red-light cameras draw into their picture what the challan needs: place and time.
RLVD = replace(
    GENERIC,
    activation="login",
    model="RLVD-8M",
    hardware_id="RLVD8",
    fixed_scopes=(SCOPE + "type/video_encoder", SCOPE + "hardware/RLVD-8M", SCOPE + "Profile/Streaming"),
    osd=camera_offers.RLVD_OSD,
)
