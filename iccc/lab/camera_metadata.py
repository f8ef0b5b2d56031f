"""The metadata of a camera's streams: what they carry beside the picture, in both media services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from iccc.lab.onvif_inject import truth
from iccc.lab.onvif_soap import (
    TR2,
    TRT,
    Access,
    Call,
    Element,
    Operation,
    SoapFault,
    boolean,
    escape,
    service_prefix,
    text,
)

_MULTICAST = (
    "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
    "<tt:Port>0</tt:Port><tt:TTL>5</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
    "<tt:SessionTimeout>PT60S</tt:SessionTimeout>"
)
_TOPICS = (
    '<wsnt:Filter xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"><wsnt:TopicExpression '
    'Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete" xmlns:tns1="http://www.onvif.org/ver10/topics">'
    "{}</wsnt:TopicExpression></wsnt:Filter>"
)
_SWITCHES = ("events", "analytics", "ptz_status", "ptz_position")
_WHOLE = ("Multicast", "SessionTimeout")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The settings of one MetadataConfiguration."""

    events: bool = False
    analytics: bool = False
    ptz_status: bool = False
    ptz_position: bool = False
    topics: str = ""  # which events, where somebody has said so


@dataclass(frozen=True, slots=True)
class MetadataOptions:
    """The one MetadataConfiguration of a make, which its profiles share."""

    token: str
    profiles: frozenset[str]  # tokens of the profiles that carry it out of the box
    factory: Metadata = Metadata()
    ptz: bool = False  # tells where it looks
    in_media1: bool = True  # False: only Media2 knows of it
    events_always: bool = False  # keeps the events on, and says nothing


@dataclass(slots=True)
class MetadataState:
    """What one camera sends; ``options`` is None for a make without metadata."""

    options: MetadataOptions | None
    roles: Mapping[str, str]  # role of each profile by its token; one object for all cameras of a model
    settings: Metadata
    profiles: frozenset[str]  # tokens of the profiles that carry it

    @classmethod
    def factory(cls, options: MetadataOptions | None, roles: Mapping[str, str]) -> MetadataState:
        if options is None:
            return cls(None, roles, _NOTHING, frozenset())
        return cls(options, roles, options.factory, options.profiles)

    def offered(self, prefix: str) -> MetadataOptions:
        """What the media service ``trt`` or ``tr2`` offers. Raises SoapFault ActionNotSupported."""
        if self.options is None or (prefix == "trt" and not self.options.in_media1):
            raise SoapFault("there is no metadata", "ter:ActionNotSupported", receiver=True)
        return self.options

    def profile(self, token: str | None) -> str:
        """Raises SoapFault NoProfile."""
        if token is None or token not in self.roles:
            raise SoapFault(f"there is no profile {token}", "ter:InvalidArgVal", "ter:NoProfile")
        return token

    def put(self, profile: str, there: bool) -> None:
        self.profiles = self.profiles | {profile} if there else self.profiles - {profile}


_NOTHING = Metadata()


def configuration(state: MetadataState, profile: str | None, tag: str) -> str:
    """The MetadataConfiguration of a profile, or "" when it has none; without a profile in any case."""
    options, settings = state.options, state.settings
    if options is None or (profile is not None and profile not in state.profiles):
        return ""
    if not options.in_media1 and not tag.startswith("tr2:"):
        return ""
    ptz = events = ""
    if options.ptz:
        ptz = (
            f"<tt:PTZStatus><tt:Status>{_flag(settings.ptz_status)}</tt:Status>"
            f"<tt:Position>{_flag(settings.ptz_position)}</tt:Position></tt:PTZStatus>"
        )
    if settings.events:
        events = f"<tt:Events>{settings.topics and _TOPICS.format(escape(settings.topics))}</tt:Events>"
    return (
        f'<{tag} token="{options.token}"><tt:Name>Metadata</tt:Name><tt:UseCount>{len(state.profiles)}</tt:UseCount>'
        f"{ptz}{events}<tt:Analytics>{_flag(settings.analytics)}</tt:Analytics>{_MULTICAST}</{tag}>"
    )


def _flag(value: bool) -> str:
    return str(value).lower()


def get_metadata_configurations(state: MetadataState, call: Call) -> str:
    """All that there are, those that fit a profile, or one: there is one."""
    prefix, name = service_prefix(call), call.element.tag.rpartition("}")[2]
    options = state.offered(prefix)
    token = text(call.element, "tr2:ConfigurationToken")
    if token:
        known(options, token)
    profile = text(call.element, f"{prefix}:ProfileToken")
    if profile is not None:
        state.profile(profile)
    inner = configuration(state, None, f"{prefix}:Configurations")
    return f"<{prefix}:{name}Response>{inner}</{prefix}:{name}Response>"


def get_metadata_configuration_options(state: MetadataState, call: Call) -> str:
    prefix = service_prefix(call)
    ptz = _flag(state.offered(prefix).ptz)
    inner = (
        f"<tt:PTZStatusFilterOptions><tt:PanTiltStatusSupported>{ptz}</tt:PanTiltStatusSupported>"
        f"<tt:ZoomStatusSupported>{ptz}</tt:ZoomStatusSupported>"
        f"<tt:PanTiltPositionSupported>{ptz}</tt:PanTiltPositionSupported>"
        f"<tt:ZoomPositionSupported>{ptz}</tt:ZoomPositionSupported></tt:PTZStatusFilterOptions>"
    )
    return (
        f"<{prefix}:GetMetadataConfigurationOptionsResponse><{prefix}:Options>{inner}</{prefix}:Options>"
        f"</{prefix}:GetMetadataConfigurationOptionsResponse>"
    )


def set_metadata_configuration(state: MetadataState, call: Call) -> str:
    prefix = service_prefix(call)
    options = state.offered(prefix)
    entry = call.element.find("{*}Configuration")
    if entry is None:
        raise SoapFault("a configuration is missing", "ter:InvalidArgVal")
    known(options, entry.get("token"))
    if missing := [name for name in _WHOLE if text(entry, f"tt:{name}") is None]:
        raise SoapFault(f"{missing[0]} is missing", "ter:InvalidArgVal", "ter:ConfigModify")
    state.settings = _requested(options, entry)
    return f"<{prefix}:SetMetadataConfigurationResponse/>"


def _requested(options: MetadataOptions, entry: Element) -> Metadata:
    """What is left out is off: a Set gives the whole configuration."""
    status, position = (text(entry, f"tt:PTZStatus/tt:{name}") for name in ("Status", "Position"))
    if status is not None and not options.ptz:
        raise SoapFault("there is no PTZ", "ter:InvalidArgVal", "ter:ConfigModify")
    events = entry.find("{*}Events")
    topics = None if events is None else events.find("{*}Filter/{*}TopicExpression")
    analytics = text(entry, "tt:Analytics")
    return Metadata(
        events=events is not None or options.events_always,
        analytics=analytics is not None and boolean(analytics),
        ptz_status=status is not None and boolean(status),
        ptz_position=position is not None and boolean(position),
        topics="" if topics is None else (topics.text or "").strip(),
    )


def known(options: MetadataOptions | None, token: str | None) -> None:
    """Raises SoapFault NoConfig unless the token is that of the configuration."""
    if options is None or token != options.token:
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")


def add_metadata_configuration(state: MetadataState, call: Call) -> str:
    known(state.offered("trt"), text(call.element, "trt:ConfigurationToken"))
    state.put(state.profile(text(call.element, "trt:ProfileToken")), True)
    return "<trt:AddMetadataConfigurationResponse/>"


def remove_metadata_configuration(state: MetadataState, call: Call) -> str:
    state.offered("trt")
    state.put(state.profile(text(call.element, "trt:ProfileToken")), False)
    return "<trt:RemoveMetadataConfigurationResponse/>"


_BOTH: Mapping[str, Operation[MetadataState]] = {
    "GetMetadataConfigurations": Operation(Access.READ_MEDIA, get_metadata_configurations),
    "GetMetadataConfigurationOptions": Operation(Access.READ_MEDIA, get_metadata_configuration_options),
    "SetMetadataConfiguration": Operation(Access.ACTUATE, set_metadata_configuration),
}
METADATA: Mapping[str, Mapping[str, Operation[MetadataState]]] = {
    TRT: {
        **_BOTH,
        "GetCompatibleMetadataConfigurations": Operation(Access.READ_MEDIA, get_metadata_configurations),
        "AddMetadataConfiguration": Operation(Access.ACTUATE, add_metadata_configuration),
        "RemoveMetadataConfiguration": Operation(Access.ACTUATE, remove_metadata_configuration),
    },
    TR2: _BOTH,
}


def inject(state: MetadataState, rest: list[str], value: object) -> None:
    """``<events|analytics|ptz_status|ptz_position>`` of the configuration; ``<main|sub>``: whether a stream has it."""
    if state.options is None:
        raise KeyError("this model has no metadata")
    for profile, role in state.roles.items():
        if rest == [role]:
            state.put(profile, truth(value))
            return
    if len(rest) == 1 and rest[0] in _SWITCHES:
        switches = {name: truth(value) if name == rest[0] else getattr(state.settings, name) for name in _SWITCHES}
        state.settings = Metadata(**switches, topics=state.settings.topics)
        return
    roles = "|".join(state.roles.values())
    raise KeyError(f"there is no metadata.{'.'.join(rest)}; there are metadata.<{roles}|events|analytics|ptz_status|…>")


def snapshot(state: MetadataState) -> dict[str, object]:
    """``{"events": True, …, "streams": ["main"]}``; ``{}`` for a make without metadata."""
    if state.options is None:
        return {}
    return {**asdict(state.settings), "streams": [state.roles[profile] for profile in sorted(state.profiles)]}
