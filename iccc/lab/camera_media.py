"""Media service version 1 (trt): what old clients use. It has no word for H.265."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.lab import camera_analytics, camera_audio, camera_metadata, camera_multicast, camera_ptz
from iccc.lab.camera_encoders import MediaState
from iccc.lab.camera_model import Encoder, EncoderOptions, H265InMedia1, Size
from iccc.lab.onvif_services import media_capabilities
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, boolean, escape, integer, text

SNAPSHOT_PATH = "/onvif/snapshot"
_WHOLE = ("Encoding", "Resolution", "Quality", "RateControl", "Multicast", "SessionTimeout")
_H264_PROFILES = ("Baseline", "Main", "High")


def number(value: float) -> str:
    """``25`` for 25.0 and ``12.5`` for 12.5."""
    return f"{value:g}"


def resolution(size: Size, tag: str) -> str:
    return f"<tt:{tag}><tt:Width>{size[0]}</tt:Width><tt:Height>{size[1]}</tt:Height></tt:{tag}>"


def span(tag: str, limits: tuple[int, int]) -> str:
    return f"<tt:{tag}><tt:Min>{limits[0]}</tt:Min><tt:Max>{limits[1]}</tt:Max></tt:{tag}>"


def source_configuration(state: MediaState, tag: str) -> str:
    width, height = state.model.sensor
    return (
        f'<{tag} token="source_config_1"><tt:Name>VideoSourceConfig</tt:Name>'
        f"<tt:UseCount>{len(state.encoders)}</tt:UseCount><tt:SourceToken>source_1</tt:SourceToken>"
        f'<tt:Bounds x="0" y="0" width="{width}" height="{height}"/></{tag}>'
    )


def ptz_configuration(state: MediaState, tag: str) -> str:
    ptz = state.model.ptz
    return camera_ptz.configuration(ptz, len(state.encoders), tag) if ptz else ""


def shown(state: MediaState, encoder: Encoder) -> bool:
    """Whether this version of the service tells of the encoder at all."""
    return encoder.codec != "H265" or state.model.h265_in_media1 is not H265InMedia1.OMITTED


def configuration(options: EncoderOptions, encoder: Encoder, tag: str) -> str:
    codec = "H264" if encoder.codec == "H265" else encoder.codec
    h264 = ""
    if codec == "H264":
        profile = encoder.profile if encoder.profile in _H264_PROFILES else "Main"
        h264 = (
            f"<tt:H264><tt:GovLength>{encoder.gop}</tt:GovLength><tt:H264Profile>{profile}</tt:H264Profile></tt:H264>"
        )
    return (
        f'<{tag} token="{options.token}"><tt:Name>{escape(options.name)}</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>{codec}</tt:Encoding>{resolution((encoder.width_px, encoder.height_px), 'Resolution')}"
        f"<tt:Quality>{number(encoder.quality)}</tt:Quality>"
        f"<tt:RateControl><tt:FrameRateLimit>{round(encoder.fps)}</tt:FrameRateLimit>"
        f"<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>{encoder.bitrate_kbps}</tt:BitrateLimit>"
        f"</tt:RateControl>{h264}{camera_multicast.element(encoder.multicast)}"
        f"<tt:SessionTimeout>PT60S</tt:SessionTimeout></{tag}>"
    )


def get_profiles(state: MediaState, _: Call) -> str:
    source = source_configuration(state, "tt:VideoSourceConfiguration")
    profiles = ""
    for options, encoder in state.all():
        video = configuration(options, encoder, "tt:VideoEncoderConfiguration") if shown(state, encoder) else ""
        token = options.profile_token
        audio_source = camera_audio.source_configuration(state.audio, token, "tt:AudioSourceConfiguration")
        audio = camera_audio.encoder_configuration(state.audio, token, "tt:AudioEncoderConfiguration")
        analytics = camera_analytics.configuration(
            state.analytics, "tt:VideoAnalyticsConfiguration", len(state.encoders)
        )
        ptz = ptz_configuration(state, "tt:PTZConfiguration")
        metadata = camera_metadata.configuration(state.metadata, token, "tt:MetadataConfiguration")
        profiles += (
            f'<trt:Profiles token="{token}" fixed="true"><tt:Name>{options.role}Stream</tt:Name>'
            f"{source}{audio_source}{video}{audio}{analytics}{ptz}{metadata}</trt:Profiles>"
        )
    return f"<trt:GetProfilesResponse>{profiles}</trt:GetProfilesResponse>"


def get_video_sources(state: MediaState, _: Call) -> str:
    return (
        '<trt:GetVideoSourcesResponse><trt:VideoSources token="source_1"><tt:Framerate>25</tt:Framerate>'
        f"{resolution(state.model.sensor, 'Resolution')}</trt:VideoSources></trt:GetVideoSourcesResponse>"
    )


def get_video_source_configurations(state: MediaState, _: Call) -> str:
    inner = source_configuration(state, "trt:Configurations")
    return f"<trt:GetVideoSourceConfigurationsResponse>{inner}</trt:GetVideoSourceConfigurationsResponse>"


def get_video_encoder_configurations(state: MediaState, _: Call) -> str:
    inner = "".join(
        configuration(options, encoder, "trt:Configurations")
        for options, encoder in state.all()
        if shown(state, encoder)
    )
    return f"<trt:GetVideoEncoderConfigurationsResponse>{inner}</trt:GetVideoEncoderConfigurationsResponse>"


def get_video_encoder_configuration(state: MediaState, call: Call) -> str:
    token = text(call.element, "trt:ConfigurationToken")
    options, encoder = state.by_token(token)
    if not shown(state, encoder):
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")
    inner = configuration(options, encoder, "trt:Configuration")
    return f"<trt:GetVideoEncoderConfigurationResponse>{inner}</trt:GetVideoEncoderConfigurationResponse>"


def chosen(state: MediaState, call: Call, prefix: str) -> EncoderOptions:
    """The encoder that the tokens of a GetVideoEncoderConfigurationOptions mean; the first one without tokens."""
    token = text(call.element, f"{prefix}:ConfigurationToken")
    profile = text(call.element, f"{prefix}:ProfileToken")
    if token:
        return state.by_token(token)[0]
    return state.by_profile(profile)[0] if profile else state.model.encoders[0]


def get_video_encoder_configuration_options(state: MediaState, call: Call) -> str:
    options = chosen(state, call, "trt")
    sizes = "".join(resolution(size, "ResolutionsAvailable") for size in options.sizes)
    rates = span("FrameRateRange", (int(min(options.fps)), int(max(options.fps))))
    interval = span("EncodingIntervalRange", (1, 1))
    profiles = "".join(f"<tt:H264ProfilesSupported>{name}</tt:H264ProfilesSupported>" for name in _H264_PROFILES)
    h264 = f"{sizes}{span('GovLengthRange', options.gop)}{rates}{interval}{profiles}"
    bitrate = span("BitrateRange", options.bitrate_kbps)
    jpeg = f"<tt:JPEG>{sizes}{rates}{interval}</tt:JPEG>" if "JPEG" in options.codecs else ""
    return (
        "<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options>"
        f"{span('QualityRange', options.quality)}{jpeg}<tt:H264>{h264}</tt:H264>"
        f"<tt:Extension><tt:H264>{h264}{bitrate}</tt:H264></tt:Extension>"
        "</trt:Options></trt:GetVideoEncoderConfigurationOptionsResponse>"
    )


def set_video_encoder_configuration(state: MediaState, call: Call) -> str:
    entry = call.element.find("{*}Configuration")
    if entry is None:
        raise SoapFault("a configuration is missing", "ter:InvalidArgVal")
    boolean(text(call.element, "trt:ForcePersistence"))
    options, old = state.by_token(entry.get("token"))
    state.set(options, _requested(state, entry, old))
    return "<trt:SetVideoEncoderConfigurationResponse/>"


def _requested(state: MediaState, entry: Element, old: Encoder) -> Encoder:
    """The old settings with everything that the entry gives."""
    codec = text(entry, "tt:Encoding") or old.codec
    if codec not in ("H264", "JPEG"):
        raise SoapFault(f"invalid encoding {codec}", "ter:InvalidArgVal", "ter:ConfigModify")
    whole = (*_WHOLE, "H264") if codec == "H264" else _WHOLE
    missing = [name for name in whole if text(entry, f"tt:{name}") is None]
    if missing and state.model.whole_encoders_only:
        raise SoapFault(f"{missing[0]} is missing", "ter:InvalidArgVal", "ter:ConfigModify")
    return replace(
        old,
        codec=codec,
        width_px=whole_number(entry, "tt:Resolution/tt:Width", old.width_px),
        height_px=whole_number(entry, "tt:Resolution/tt:Height", old.height_px),
        fps=float(whole_number(entry, "tt:RateControl/tt:FrameRateLimit", round(old.fps))),
        bitrate_kbps=whole_number(entry, "tt:RateControl/tt:BitrateLimit", old.bitrate_kbps),
        gop=whole_number(entry, "tt:H264/tt:GovLength", old.gop),
        quality=real(entry, "tt:Quality", old.quality),
        profile=text(entry, "tt:H264/tt:H264Profile") or old.profile,
        multicast=camera_multicast.requested(state, entry, old.multicast),
    )


def whole_number(entry: Element, path: str, old: int) -> int:
    given = text(entry, path)
    return old if given is None else integer(given)


def real(entry: Element, path: str, old: float) -> float:
    """An ``xs:float``, which must be finite."""
    given = text(entry, path)
    if given is None:
        return old
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e9:
        raise SoapFault(f"{given!r} is no number", "ter:InvalidArgVal")
    return value


def get_stream_uri(state: MediaState, call: Call) -> str:
    options, _ = state.by_profile(text(call.element, "trt:ProfileToken"))
    return _uri("GetStreamUri", call.rtsp_base + options.rtsp_path)


def get_snapshot_uri(state: MediaState, call: Call) -> str:
    options, _ = state.by_profile(text(call.element, "trt:ProfileToken"))
    return _uri("GetSnapshotUri", f"{call.http_base}{SNAPSHOT_PATH}?profile={options.profile_token}")


def _uri(operation: str, uri: str) -> str:
    return (
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        f"<tt:Timeout>PT60S</tt:Timeout></trt:MediaUri></trt:{operation}Response>"
    )


def get_service_capabilities(state: MediaState, _: Call) -> str:
    inner = media_capabilities(state.model, "trt")
    return f"<trt:GetServiceCapabilitiesResponse>{inner}</trt:GetServiceCapabilitiesResponse>"


MEDIA: Mapping[str, Operation[MediaState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetProfiles": Operation(Access.READ_MEDIA, get_profiles),
    "GetVideoSources": Operation(Access.READ_MEDIA, get_video_sources),
    "GetVideoSourceConfigurations": Operation(Access.READ_MEDIA, get_video_source_configurations),
    "GetVideoEncoderConfigurations": Operation(Access.READ_MEDIA, get_video_encoder_configurations),
    "GetVideoEncoderConfiguration": Operation(Access.READ_MEDIA, get_video_encoder_configuration),
    "GetVideoEncoderConfigurationOptions": Operation(Access.READ_MEDIA, get_video_encoder_configuration_options),
    "SetVideoEncoderConfiguration": Operation(Access.ACTUATE, set_video_encoder_configuration),
    "GetStreamUri": Operation(Access.READ_MEDIA, get_stream_uri),
    "GetSnapshotUri": Operation(Access.READ_MEDIA, get_snapshot_uri),
}
