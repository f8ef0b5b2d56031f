"""What makes of cameras offer beside their encoders: on-screen text, masks, sound, metadata, rules, cards. Examples."""

from __future__ import annotations

from iccc.lab.camera_analytics import (
    CELLS,
    REGION,
    TAMPER,
    TAMPERING,
    AnalyticsOptions,
    Rule,
    RuleType,
)
from iccc.lab.camera_audio import AudioOptions
from iccc.lab.camera_masks import BLACK, GREY, WHITE, MaskOptions
from iccc.lab.camera_metadata import Metadata, MetadataOptions
from iccc.lab.camera_osd import CORNERS, Osd, OsdOptions
from iccc.lab.camera_recording import Job, RecordingOptions

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
RLVD_OSD = OsdOptions(maximum=4, text_length=64, font_size=(16, 64))
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

_MOTION = (("MinCount", "5"), ("AlarmOnDelay", "1000"), ("AlarmOffDelay", "1000"), ("ActiveCells", "0P8A8A=="))
AXIS_ANALYTICS = AnalyticsOptions("analytics_0", {REGION: RuleType(room=10), TAMPERING: RuleType(room=2)})
# Both rules are the camera's own, and there for ever; the sensitivity has six steps.
HIKVISION_ANALYTICS = AnalyticsOptions(
    "VideoAnalyticsToken",
    {CELLS: RuleType(room=1, fixed=True), TAMPER: RuleType(room=1, fixed=True)},
    (Rule("MyMotionDetectorRule", CELLS, _MOTION), Rule("MyTamperDetectorRule", TAMPER)),
    cells=(22, 18),
    sensitivity=60,
    step=20,
)
# Tells neither how many rules there may be nor that its own stays.
CPPLUS_ANALYTICS = AnalyticsOptions(
    "00000",
    {CELLS: RuleType(), TAMPER: RuleType()},
    (Rule("tt:CellMotionDetector", CELLS, _MOTION),),
    cells=(22, 18),
    sensitivity=48,
)

AXIS_RECORDING = RecordingOptions("Recording_1")
HIKVISION_RECORDING = RecordingOptions("OnvifRecordingToken_1", (Job("OnvifRecordingJob_1", "Idle", "Profile_1"),))
