"""Media service version 2 (tr2), where H.265 is at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.lab import camera_analytics, camera_audio, camera_metadata, camera_multicast
from iccc.lab.camera_encoders import MediaState
from iccc.lab.camera_media import (
    SNAPSHOT_PATH,
    number,
    ptz_configuration,
    real,
    resolution,
    source_configuration,
    span,
    whole_number,
)
from iccc.lab.camera_model import Encoder, EncoderOptions
from iccc.lab.onvif_services import media_capabilities
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, boolean, each, escape, text

_WHOLE = ("Encoding", "Resolution", "RateControl", "Quality")
_PROTOCOLS = ("RtspUnicast", "RtspMulticast", "RTSP", "RtspOverHttp")


def configuration(options: EncoderOptions, encoder: Encoder, tag: str) -> str:
    gop = f' GovLength="{encoder.gop}" Profile="{encoder.profile}"' if encoder.codec != "JPEG" else ""
    return (
        f'<{tag} token="{options.token}"{gop}><tt:Name>{escape(options.name)}</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>{encoder.codec}</tt:Encoding>{resolution((encoder.width_px, encoder.height_px), 'Resolution')}"
        f'<tt:RateControl ConstantBitRate="{str(encoder.constant_bitrate).lower()}">'
        f"<tt:FrameRateLimit>{number(encoder.fps)}</tt:FrameRateLimit>"
        f"<tt:BitrateLimit>{encoder.bitrate_kbps}</tt:BitrateLimit></tt:RateControl>"
        f"{camera_multicast.element(encoder.multicast)}<tt:Quality>{number(encoder.quality)}</tt:Quality></{tag}>"
    )


def get_profiles(state: MediaState, call: Call) -> str:
    """Without a ``Type`` the profiles come without their configurations."""
    token = text(call.element, "tr2:Token")
    wanted = {(entry.text or "").strip() for entry in each(call.element, "tr2:Type")}
    profiles = ""
    for options, encoder in [state.by_profile(token)] if token else state.all():
        parts = ""
        if wanted & {"All", "VideoSource"}:
            parts += source_configuration(state, "tr2:VideoSource")
        if wanted & {"All", "AudioSource"}:
            parts += camera_audio.source_configuration(state.audio, options.profile_token, "tr2:AudioSource")
        if wanted & {"All", "VideoEncoder"}:
            parts += configuration(options, encoder, "tr2:VideoEncoder")
        if wanted & {"All", "AudioEncoder"}:
            parts += camera_audio.encoder_configuration(state.audio, options.profile_token, "tr2:AudioEncoder")
        if wanted & {"All", "Analytics"}:
            parts += camera_analytics.configuration(state.analytics, "tr2:Analytics", len(state.encoders))
        if wanted & {"All", "PTZ"}:
            parts += ptz_configuration(state, "tr2:PTZ")
        if wanted & {"All", "Metadata"}:
            parts += camera_metadata.configuration(state.metadata, options.profile_token, "tr2:Metadata")
        profiles += (
            f'<tr2:Profiles token="{options.profile_token}" fixed="true"><tr2:Name>{options.role}Stream</tr2:Name>'
            f"{parts and f'<tr2:Configurations>{parts}</tr2:Configurations>'}</tr2:Profiles>"
        )
    return f"<tr2:GetProfilesResponse>{profiles}</tr2:GetProfilesResponse>"


def _selected(state: MediaState, call: Call) -> list[tuple[EncoderOptions, Encoder]]:
    """The encoders that the tokens of the request mean; all without tokens."""
    token = text(call.element, "tr2:ConfigurationToken")
    profile = text(call.element, "tr2:ProfileToken")
    if token:
        return [state.by_token(token)]
    return [state.by_profile(profile)] if profile else list(state.all())


def get_video_encoder_configurations(state: MediaState, call: Call) -> str:
    inner = "".join(configuration(*pair, "tr2:Configurations") for pair in _selected(state, call))
    return f"<tr2:GetVideoEncoderConfigurationsResponse>{inner}</tr2:GetVideoEncoderConfigurationsResponse>"


def get_video_source_configurations(state: MediaState, _: Call) -> str:
    inner = source_configuration(state, "tr2:Configurations")
    return f"<tr2:GetVideoSourceConfigurationsResponse>{inner}</tr2:GetVideoSourceConfigurationsResponse>"


def get_video_encoder_configuration_options(state: MediaState, call: Call) -> str:
    """One ``Options`` element for each codec."""
    options = _selected(state, call)[0][0]
    sizes = "".join(resolution(size, "ResolutionsAvailable") for size in options.sizes)
    rates = " ".join(number(fps) for fps in options.fps)
    inner = ""
    for codec in options.codecs:
        gop = "" if codec == "JPEG" else f' GovLengthRange="{options.gop[0]} {options.gop[1]}"'
        profiles = {"H264": ' ProfilesSupported="Baseline Main High"', "H265": ' ProfilesSupported="Main"'}
        inner += (
            f'<tr2:Options{gop} FrameRatesSupported="{rates}"{profiles.get(codec, "")} ConstantBitRateSupported="true">'
            f"<tt:Encoding>{codec}</tt:Encoding>{span('QualityRange', options.quality)}{sizes}"
            f"{span('BitrateRange', options.bitrate_kbps)}</tr2:Options>"
        )
    return f"<tr2:GetVideoEncoderConfigurationOptionsResponse>{inner}</tr2:GetVideoEncoderConfigurationOptionsResponse>"


def set_video_encoder_configuration(state: MediaState, call: Call) -> str:
    entry = call.element.find("{*}Configuration")
    if entry is None:
        raise SoapFault("a configuration is missing", "ter:InvalidArgVal")
    options, old = state.by_token(entry.get("token"))
    state.set(options, _requested(state, entry, old))
    return "<tr2:SetVideoEncoderConfigurationResponse/>"


def _requested(state: MediaState, entry: Element, old: Encoder) -> Encoder:
    missing = [name for name in _WHOLE if text(entry, f"tt:{name}") is None]
    if missing and state.model.whole_encoders_only:
        raise SoapFault(f"{missing[0]} is missing", "ter:InvalidArgVal", "ter:ConfigModify")
    gop = entry.get("GovLength", str(old.gop))
    if not gop.isdecimal():
        raise SoapFault(f"invalid GovLength {gop}", "ter:InvalidArgVal")
    rate_control = entry.find("{*}RateControl")
    constant = rate_control.get("ConstantBitRate") if rate_control is not None else None
    return replace(
        old,
        codec=text(entry, "tt:Encoding") or old.codec,
        width_px=whole_number(entry, "tt:Resolution/tt:Width", old.width_px),
        height_px=whole_number(entry, "tt:Resolution/tt:Height", old.height_px),
        fps=real(entry, "tt:RateControl/tt:FrameRateLimit", old.fps),
        bitrate_kbps=whole_number(entry, "tt:RateControl/tt:BitrateLimit", old.bitrate_kbps),
        gop=int(gop),
        quality=real(entry, "tt:Quality", old.quality),
        profile=entry.get("Profile", old.profile),
        constant_bitrate=old.constant_bitrate if constant is None else boolean(constant),
        multicast=camera_multicast.requested(state, entry, old.multicast),
    )


def get_stream_uri(state: MediaState, call: Call) -> str:
    protocol = text(call.element, "tr2:Protocol")
    if protocol not in _PROTOCOLS:
        raise SoapFault(f"invalid protocol {protocol}", "ter:InvalidArgVal", "ter:InvalidStreamSetup")
    options, _ = state.by_profile(text(call.element, "tr2:ProfileToken"))
    uri = escape(call.rtsp_base + options.rtsp_path)
    return f"<tr2:GetStreamUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetStreamUriResponse>"


def get_snapshot_uri(state: MediaState, call: Call) -> str:
    options, _ = state.by_profile(text(call.element, "tr2:ProfileToken"))
    uri = escape(f"{call.http_base}{SNAPSHOT_PATH}?profile={options.profile_token}")
    return f"<tr2:GetSnapshotUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetSnapshotUriResponse>"


def get_service_capabilities(state: MediaState, _: Call) -> str:
    inner = media_capabilities(state.model, "tr2")
    return f"<tr2:GetServiceCapabilitiesResponse>{inner}</tr2:GetServiceCapabilitiesResponse>"


MEDIA2: Mapping[str, Operation[MediaState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetProfiles": Operation(Access.READ_MEDIA, get_profiles),
    "GetVideoEncoderConfigurations": Operation(Access.READ_MEDIA, get_video_encoder_configurations),
    "GetVideoSourceConfigurations": Operation(Access.READ_MEDIA, get_video_source_configurations),
    "GetVideoEncoderConfigurationOptions": Operation(Access.READ_MEDIA, get_video_encoder_configuration_options),
    "SetVideoEncoderConfiguration": Operation(Access.ACTUATE, set_video_encoder_configuration),
    "GetStreamUri": Operation(Access.READ_MEDIA, get_stream_uri),
    "GetSnapshotUri": Operation(Access.READ_MEDIA, get_snapshot_uri),
}
