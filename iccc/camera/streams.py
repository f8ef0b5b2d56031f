"""The video streams of a camera: profiles of Media2 where the camera has it, else of Media, by role.

A role is given by source and resolution, not by token: of the first source's encoders the largest is ``main``,
the next ``sub``. Where the order of the profiles says otherwise, what the encoders *can* do decides, so that a
main stream that somebody made tiny is still the main stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from iccc.camera.options import Options, read_options
from iccc.camera.state import Codec, Encoder
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.onvif.call import Context, Procedure, Service, element, part, read
from iccc.onvif.errors import BadAnswer, OnvifFault
from iccc.onvif.xml import Element, children, find, need, need_float, need_int, need_text, text, whole

ROLES = ("main", "sub")
_TYPES = "".join(element("tr2:Type", kind) for kind in ("VideoSource", "VideoEncoder", "AudioSource", "AudioEncoder"))


@dataclass(frozen=True)
class Stream:
    """One encoder configuration. ``element`` is the camera's own XML of it."""

    service: Service
    profile: str  # token
    source: str  # token
    token: str
    element: Element
    encoder: Encoder


def read_streams() -> Procedure[dict[str, Stream]]:
    """Streams by role."""
    service, reply = yield from read_profiles()
    return (yield from by_role(service, reply))


def read_profiles(*more: str) -> Procedure[tuple[Service, Element]]:
    """GetProfiles with sources, encoders and ``more`` of Media2, or all that Media has without Media2.

    Encoders, sound and multicast ask the same question, so that a sweep puts it once.
    """
    types = _TYPES + "".join(element("tr2:Type", kind) for kind in more)
    try:
        return Service.MEDIA2, (yield read(Service.MEDIA2, "GetProfiles", types))
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
    return Service.MEDIA, (yield read(Service.MEDIA, "GetProfiles"))


def by_role(service: Service, reply: Element) -> Procedure[dict[str, Stream]]:
    """The streams of a GetProfiles reply."""
    streams = _streams(service, reply)
    if not streams:
        raise BadAnswer("no profile has a video encoder")
    streams = [stream for stream in streams if stream.source == streams[0].source]
    by_size = sorted(streams, key=lambda stream: -area(stream.encoder))
    if by_size != streams:
        by_size = yield from _by_ability(by_size)
    return dict(zip(ROLES, by_size, strict=False))


def read_source_configuration(service: Service) -> Procedure[str]:
    """The token of the first video source configuration, which texts and masks of the picture belong to."""
    reply = yield read(service, "GetVideoSourceConfigurations")
    return need(reply, "Configurations").get("token") or ""


def read_encoders(_context: Context) -> Procedure[dict[str, Encoder]]:
    """Encoders by role."""
    streams = yield from read_streams()
    return {role: stream.encoder for role, stream in streams.items()}


def read_encoders_and_uris() -> Procedure[tuple[dict[str, Encoder], dict[str, str]]]:
    """Encoders and RTSP URIs by role. A stream whose URI is not given has none."""
    streams = yield from read_streams()
    uris: dict[str, str] = {}
    for role, stream in streams.items():
        uri = yield from part(_read_uri(stream))
        if isinstance(uri, str):
            uris[role] = uri
    return {role: stream.encoder for role, stream in streams.items()}, uris


def area(encoder: Encoder) -> int:
    return (encoder.width_px or 0) * (encoder.height_px or 0)


def _by_ability(streams: Sequence[Stream]) -> Procedure[list[Stream]]:
    """Largest offered resolution first; as they are if any encoder does not say what it offers."""
    offered: list[int] = []
    for stream in streams:
        options = yield from part(read_options(stream.service, stream.profile, stream.token))
        if not isinstance(options, Options) or not options.largest_area():
            return list(streams)
        offered.append(options.largest_area())
    ranked = sorted(zip(offered, range(len(offered)), strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [streams[place] for _, place in ranked]


def _read_uri(stream: Stream) -> Procedure[str]:
    if stream.service is Service.MEDIA2:
        inner = element("tr2:Protocol", "RTSP") + element("tr2:ProfileToken", stream.profile)
        return need_text((yield read(Service.MEDIA2, "GetStreamUri", inner)), "Uri")
    setup = f"{element('tt:Stream', 'RTP-Unicast')}<tt:Transport>{element('tt:Protocol', 'RTSP')}</tt:Transport>"
    inner = f"<trt:StreamSetup>{setup}</trt:StreamSetup>{element('trt:ProfileToken', stream.profile)}"
    return need_text((yield read(Service.MEDIA, "GetStreamUri", inner)), "MediaUri", "Uri")


@lru_cache(16)  # cameras of one make give one reply, which soap.parse makes one element of
def _streams(service: Service, reply: Element) -> list[Stream]:
    return _media2(reply) if service is Service.MEDIA2 else _media(reply)


def _media2(reply: Element) -> list[Stream]:
    streams: list[Stream] = []
    for profile in children(reply, "Profiles"):
        found = find(profile, "Configurations", "VideoEncoder")
        if found is None:
            continue
        codec = _codec(need_text(found, "Encoding"))
        gop = None if codec is Codec.JPEG else _attribute_int(found, "GovLength")
        source = text(profile, "Configurations", "VideoSource", "SourceToken") or ""
        streams.append(_stream(Service.MEDIA2, profile, source, found, codec, gop))
    return _distinct(streams)


def _media(reply: Element) -> list[Stream]:
    streams: list[Stream] = []
    for profile in children(reply, "Profiles"):
        found = find(profile, "VideoEncoderConfiguration")
        if found is None and find(profile, "VideoSourceConfiguration") is not None:
            # Dahua and Axis leave an encoder out that runs H.265: the next one would be taken for it.
            named = profile.get("token", "")[:40]
            raise BadAnswer(f"profile {named!r} tells no encoder: Media has no word for one that runs H.265")
        if found is None:
            continue
        codec = _codec(need_text(found, "Encoding"))
        gop = None if codec is Codec.JPEG else _media_gop(found, codec)
        source = text(profile, "VideoSourceConfiguration", "SourceToken") or ""
        streams.append(_stream(Service.MEDIA, profile, source, found, codec, gop))
    return _distinct(streams)


def _stream(
    service: Service, profile: Element, source: str, found: Element, codec: Codec, gop: int | Unread | None
) -> Stream:
    resolution, rate = need(found, "Resolution"), need(found, "RateControl")
    encoder = Encoder(
        codec=codec,
        width_px=need_int(resolution, "Width"),
        height_px=need_int(resolution, "Height"),
        fps=need_float(rate, "FrameRateLimit"),
        bitrate_kbps=need_int(rate, "BitrateLimit"),
        gop=gop,
    )
    return Stream(service, _attribute(profile, "token"), source, _attribute(found, "token"), found, encoder)


def _media_gop(found: Element, codec: Codec) -> int | Unread:
    """The schema lets the codec's own part be left out, as ipycam does: the rest of the encoder stands."""
    try:
        return need_int(found, codec, "GovLength")
    except BadAnswer as error:
        return error.unread()


def _distinct(streams: list[Stream]) -> list[Stream]:
    """Profiles may share an encoder: the first one that uses it speaks for it."""
    return list({stream.token: stream for stream in reversed(streams)}.values())[::-1]


def _codec(encoding: str) -> Codec:
    name = encoding.upper().rpartition("/")[2]
    if name not in set(Codec):
        raise BadAnswer(f"Encoding is {encoding[:40]!r}, not one of {', '.join(Codec)}")
    return Codec(name)


def _attribute(found: Element, name: str) -> str:
    value = found.get(name)
    if not value:
        raise BadAnswer(f"{found.tag} has no {name}")
    return value


def _attribute_int(found: Element, name: str) -> int:
    value = _attribute(found, name)
    number = whole(value)
    if number is None:
        raise BadAnswer(f"{name} is {value[:40]!r}, not a whole number")
    return number
