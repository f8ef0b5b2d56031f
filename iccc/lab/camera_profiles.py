"""What profiles are made of, by Media2: one pair of operations for all kinds of configurations."""

from __future__ import annotations

from collections.abc import Mapping

from iccc.lab import camera_metadata
from iccc.lab.camera_encoders import MediaState
from iccc.lab.onvif_soap import Access, Call, Operation, SoapFault, each, text


def add_configuration(state: MediaState, call: Call) -> str:
    profile = state.audio.profile(text(call.element, "tr2:ProfileToken"))
    audio = state.audio.options
    tokens = {"AudioSource": audio.source_config_token, "AudioEncoder": audio.encoder_token} if audio else {}
    kinds = set()
    for entry in each(call.element, "tr2:Configuration"):
        kind, token = _kind(text(entry, "tr2:Type")), text(entry, "tr2:Token")
        if kind == "Metadata":
            camera_metadata.known(state.metadata.options, token)
        elif token is None or token != tokens.get(kind):
            raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")
        kinds.add(kind)
    if "AudioEncoder" in kinds:
        state.audio.needs_source("AudioSource" in kinds or profile in state.audio.sources)
    state.audio.put(profile, source="AudioSource" in kinds or None, encoder="AudioEncoder" in kinds or None)
    if "Metadata" in kinds:
        state.metadata.put(profile, True)
    return "<tr2:AddConfigurationResponse/>"


def remove_configuration(state: MediaState, call: Call) -> str:
    """What the profile does not have is ignored, as the standard wants it."""
    profile = state.audio.profile(text(call.element, "tr2:ProfileToken"))
    kinds = {_kind(text(entry, "tr2:Type")) for entry in each(call.element, "tr2:Configuration")}
    state.audio.put(
        profile,
        source=False if "AudioSource" in kinds else None,
        encoder=False if "AudioEncoder" in kinds else None,
    )
    if "Metadata" in kinds:
        state.metadata.put(profile, False)
    return "<tr2:RemoveConfigurationResponse/>"


def _kind(given: str | None) -> str:
    """The kind of configuration. The profiles are fixed: their video cannot be exchanged or taken away."""
    if given in (None, "", "All", "VideoSource", "VideoEncoder"):
        raise SoapFault(f"{given} of a fixed profile stays", "ter:InvalidArgVal", "ter:ConfigurationConflict")
    return given


PROFILES: Mapping[str, Operation[MediaState]] = {
    "AddConfiguration": Operation(Access.ACTUATE, add_configuration),
    "RemoveConfiguration": Operation(Access.ACTUATE, remove_configuration),
}
