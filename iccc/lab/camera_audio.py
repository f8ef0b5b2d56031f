"""The microphone of a camera, and which of its profiles carry sound; both media services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.lab.onvif_inject import truth
from iccc.lab.onvif_soap import TR2, TRT, Access, Call, Operation, SoapFault, service_prefix, text

_NO_MULTICAST = (
    "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
    "<tt:Port>0</tt:Port><tt:TTL>5</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
)


@dataclass(frozen=True, slots=True)
class AudioOptions:
    """The microphone of one make of camera: one source, one encoder."""

    source_token: str
    source_config_token: str
    encoder_token: str
    encoding: tuple[str, str]  # as Media v1 and as Media2 call it: G711 PCMU, AAC MP4A-LATM
    bitrate_kbps: int
    sample_rate_khz: int
    factory: frozenset[str]  # tokens of the profiles that carry sound out of the box


@dataclass(slots=True)
class AudioState:
    """Where the sound of one camera goes; ``options`` is None for a make without a microphone."""

    options: AudioOptions | None
    profiles: Mapping[str, str]  # role of each profile by its token; one object for all cameras of a model
    sources: frozenset[str]  # tokens of the profiles with an AudioSourceConfiguration
    encoders: frozenset[str]  # tokens of the profiles with an AudioEncoderConfiguration

    @classmethod
    def factory(cls, options: AudioOptions | None, profiles: Mapping[str, str]) -> AudioState:
        factory = options.factory if options else frozenset[str]()
        return cls(options, profiles, factory, factory)

    def offered(self) -> AudioOptions:
        """Raises SoapFault AudioNotSupported."""
        if self.options is None:
            raise SoapFault("there is no audio", "ter:ActionNotSupported", "ter:AudioNotSupported", receiver=True)
        return self.options

    def profile(self, token: str | None) -> str:
        """Raises SoapFault NoProfile."""
        if token is None or token not in self.profiles:
            raise SoapFault(f"there is no profile {token}", "ter:InvalidArgVal", "ter:NoProfile")
        return token

    def needs_source(self, there: bool) -> None:
        """Raises SoapFault ConfigurationConflict: an encoder has nothing to encode without a source."""
        if not there:
            raise SoapFault("the profile has no audio source", "ter:InvalidArgVal", "ter:ConfigurationConflict")

    def put(self, profile: str, *, source: bool | None = None, encoder: bool | None = None) -> None:
        """Add (True) or take away (False) a configuration of a profile; None leaves it."""
        if source is not None:
            self.sources = self.sources | {profile} if source else self.sources - {profile}
        if encoder is not None:
            self.encoders = self.encoders | {profile} if encoder else self.encoders - {profile}


# What is shown in profiles and in lists


def source_configuration(state: AudioState, profile: str | None, tag: str) -> str:
    """The AudioSourceConfiguration of a profile, or "" when it has none; without a profile in any case."""
    options = state.options
    if options is None or (profile is not None and profile not in state.sources):
        return ""
    return (
        f'<{tag} token="{options.source_config_token}"><tt:Name>AudioSourceConfig</tt:Name>'
        f"<tt:UseCount>{len(state.sources)}</tt:UseCount>"
        f"<tt:SourceToken>{options.source_token}</tt:SourceToken></{tag}>"
    )


def encoder_configuration(state: AudioState, profile: str | None, tag: str) -> str:
    """The AudioEncoderConfiguration of a profile as the service of ``tag`` tells it, or "" as above."""
    options = state.options
    if options is None or (profile is not None and profile not in state.encoders):
        return ""
    old, new = options.encoding
    head = (
        f'<{tag} token="{options.encoder_token}"><tt:Name>AudioEncoderConfig</tt:Name>'
        f"<tt:UseCount>{len(state.encoders)}</tt:UseCount>"
    )
    rates = f"<tt:Bitrate>{options.bitrate_kbps}</tt:Bitrate><tt:SampleRate>{options.sample_rate_khz}</tt:SampleRate>"
    if tag.startswith("tr2:"):
        return f"{head}<tt:Encoding>{new}</tt:Encoding>{_NO_MULTICAST}{rates}</{tag}>"
    timeout = "<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
    return f"{head}<tt:Encoding>{old}</tt:Encoding>{rates}{_NO_MULTICAST}{timeout}</{tag}>"


def get_audio_sources(state: AudioState, _: Call) -> str:
    token = state.offered().source_token
    inner = f'<trt:AudioSources token="{token}"><tt:Channels>1</tt:Channels></trt:AudioSources>'
    return f"<trt:GetAudioSourcesResponse>{inner}</trt:GetAudioSourcesResponse>"


def get_audio_source_configurations(state: AudioState, call: Call) -> str:
    prefix = _selected(state, call, state.offered().source_config_token)
    inner = source_configuration(state, None, f"{prefix}:Configurations")
    return f"<{prefix}:GetAudioSourceConfigurationsResponse>{inner}</{prefix}:GetAudioSourceConfigurationsResponse>"


def get_audio_encoder_configurations(state: AudioState, call: Call) -> str:
    """What the camera has, whether a profile uses it (``UseCount``) or not."""
    prefix = _selected(state, call, state.offered().encoder_token)
    inner = encoder_configuration(state, None, f"{prefix}:Configurations")
    return f"<{prefix}:GetAudioEncoderConfigurationsResponse>{inner}</{prefix}:GetAudioEncoderConfigurationsResponse>"


def _selected(state: AudioState, call: Call, only: str) -> str:
    """The prefix of the service, when the tokens of the request are right."""
    token = text(call.element, "tr2:ConfigurationToken")
    profile = text(call.element, "tr2:ProfileToken")
    if token:
        _known(token, only)
    if profile:
        state.profile(profile)
    return service_prefix(call)


def _known(token: str | None, only: str | None) -> None:
    if token is None or token != only:
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")


# Media v1: one operation for each. Those of Media2 are for all kinds of configurations: camera_profiles


def add_audio_source_configuration(state: AudioState, call: Call) -> str:
    _known(text(call.element, "trt:ConfigurationToken"), state.offered().source_config_token)
    state.put(state.profile(text(call.element, "trt:ProfileToken")), source=True)
    return "<trt:AddAudioSourceConfigurationResponse/>"


def add_audio_encoder_configuration(state: AudioState, call: Call) -> str:
    _known(text(call.element, "trt:ConfigurationToken"), state.offered().encoder_token)
    profile = state.profile(text(call.element, "trt:ProfileToken"))
    state.needs_source(profile in state.sources)
    state.put(profile, encoder=True)
    return "<trt:AddAudioEncoderConfigurationResponse/>"


def remove_audio_source_configuration(state: AudioState, call: Call) -> str:
    state.offered()
    state.put(state.profile(text(call.element, "trt:ProfileToken")), source=False)
    return "<trt:RemoveAudioSourceConfigurationResponse/>"


def remove_audio_encoder_configuration(state: AudioState, call: Call) -> str:
    state.offered()
    state.put(state.profile(text(call.element, "trt:ProfileToken")), encoder=False)
    return "<trt:RemoveAudioEncoderConfigurationResponse/>"


_BOTH: Mapping[str, Operation[AudioState]] = {
    "GetAudioSourceConfigurations": Operation(Access.READ_MEDIA, get_audio_source_configurations),
    "GetAudioEncoderConfigurations": Operation(Access.READ_MEDIA, get_audio_encoder_configurations),
}
AUDIO: Mapping[str, Mapping[str, Operation[AudioState]]] = {
    TRT: {
        **_BOTH,
        "GetAudioSources": Operation(Access.READ_MEDIA, get_audio_sources),
        "AddAudioSourceConfiguration": Operation(Access.ACTUATE, add_audio_source_configuration),
        "AddAudioEncoderConfiguration": Operation(Access.ACTUATE, add_audio_encoder_configuration),
        "RemoveAudioSourceConfiguration": Operation(Access.ACTUATE, remove_audio_source_configuration),
        "RemoveAudioEncoderConfiguration": Operation(Access.ACTUATE, remove_audio_encoder_configuration),
    },
    TR2: _BOTH,
}


def inject(state: AudioState, rest: list[str], value: object) -> None:
    """``<main|sub>`` turns the sound of a stream on or off; ``<main|sub>.<source|encoder>`` one of both."""
    if state.options is None:
        raise KeyError("this model has no audio")
    for profile, role in state.profiles.items():
        if rest == [role]:
            state.put(profile, source=truth(value), encoder=truth(value))
            return
        if rest == [role, "source"]:
            state.put(profile, source=truth(value))
            return
        if rest == [role, "encoder"]:
            state.put(profile, encoder=truth(value))
            return
    roles = "|".join(state.profiles.values())
    raise KeyError(f"there is no audio.{'.'.join(rest)}; there are audio.<{roles}>[.<source|encoder>]")


def snapshot(state: AudioState) -> dict[str, object]:
    """``{"main": {"source": True, "encoder": False}}``; ``{}`` for a make without a microphone."""
    if state.options is None:
        return {}
    return {
        role: {"source": profile in state.sources, "encoder": profile in state.encoders}
        for profile, role in state.profiles.items()
    }
