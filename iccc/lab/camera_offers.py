"""What makes of cameras offer beside their encoders: on-screen text, masks, sound, metadata. The data are examples."""

from __future__ import annotations

from iccc.lab.camera_audio import AudioOptions
from iccc.lab.camera_masks import BLACK, GREY, WHITE, MaskOptions
from iccc.lab.camera_metadata import Metadata, MetadataOptions
from iccc.lab.camera_osd import CORNERS, Osd, OsdOptions

AXIS_OSD = OsdOptions(maximum=8, text_length=128, font_size=(16, 96))
AXIS_MASKS = MaskOptions(maximum=8, max_points=20, types=("Color", "Pixelated"), colors=(BLACK, GREY, WHITE))
AXIS_AUDIO = AudioOptions(
    "audio_source_0", "audio_source_config_0", "audio_encoder_0", ("AAC", "MP4A-LATM"), 32, 16,
    frozenset(("profile_1_h264", "profile_2_h264")),
)  # fmt: skip

HIKVISION_OSD = OsdOptions(
    maximum=10,
    text_length=44,
    font_size=(16, 64),
    clamps=True,
    factory=(
        Osd("OsdToken_100", "DateAndTime", "UpperLeft", 32, date_format="yyyy-MM-dd"),
        Osd("OsdToken_101", "Plain", "LowerRight", 32, text="Camera 01"),
    ),
)
HIKVISION_MASKS = MaskOptions(maximum=4, max_points=4, grid=704)
HIKVISION_AUDIO = AudioOptions(
    "AudioSourceToken_1", "AudioSourceConfigToken_1", "AudioEncoderToken_1", ("G711", "PCMU"), 64, 8,
    frozenset(("Profile_1",)),
)  # fmt: skip

CPPLUS_OSD = OsdOptions(
    maximum=4,
    text_length=32,
    font_size=(24, 24),
    positions=CORNERS,
    latin_only=True,
    factory=(Osd("OSD00000", "DateAndTime", "UpperRight", 24),),
)
CPPLUS_MASKS = MaskOptions(maximum=4, max_points=4, rectangle_only=True)

GENERIC_AUDIO = AudioOptions(
    "audio_source", "audio_source_config", "audio_encoder", ("G711", "PCMU"), 64, 8, frozenset(("main", "sub"))
)

AXIS_METADATA = MetadataOptions("default", frozenset(("profile_1_h264", "profile_2_h264")), ptz=True)
HIKVISION_METADATA = MetadataOptions(
    "MetaDataToken", frozenset(("Profile_1", "Profile_2")), Metadata(events=True, analytics=True), in_media1=False
)
CPPLUS_METADATA = MetadataOptions("00000", frozenset(("MediaProfile00000",)), Metadata(events=True), events_always=True)
GENERIC_METADATA = MetadataOptions("metadata", frozenset())
