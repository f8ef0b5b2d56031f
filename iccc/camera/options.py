"""What an encoder offers: GetVideoEncoderConfigurationOptions of Media and Media2, and the nearest value to a wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from iccc.camera.state import Codec, Encoder
from iccc.onvif.call import Procedure, Service, element, read
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import Element, children, find, need, need_float, need_int, need_text

Range = tuple[float, float]


@dataclass(frozen=True)
class CodecOptions:
    """What is offered with one codec. Empty or None: the camera does not say, so nothing is refused."""

    resolutions: tuple[tuple[int, int], ...] = ()
    frame_rates: tuple[float, ...] = ()
    frame_rate_range: Range | None = None
    bitrate_range: Range | None = None
    gop_range: Range | None = None
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What one encoder offers, by codec."""

    codecs: Mapping[Codec, CodecOptions] = field(default_factory=dict)

    def largest_area(self) -> int:
        """Pixels of the largest resolution on offer; 0 when none is named."""
        sizes = (size for offered in self.codecs.values() for size in offered.resolutions)
        return max((width * height for width, height in sizes), default=0)


def read_options(service: Service, profile: str, token: str) -> Procedure[Options]:
    """The options of one encoder in one profile."""
    prefix = service.prefix
    inner = element(f"{prefix}:ConfigurationToken", token) + element(f"{prefix}:ProfileToken", profile)
    reply = yield read(service, "GetVideoEncoderConfigurationOptions", inner)
    return _media2(reply) if service is Service.MEDIA2 else _media(reply)


def snap(wanted: Encoder, current: Encoder, options: Options) -> Encoder:
    """The nearest to ``wanted`` that the camera offers. A codec that it does not offer stays the ``current`` one.

    Width and height go together: both are set when either is wanted.
    """
    codec = wanted.told_codec or current.told_codec
    if wanted.codec is not None and options.codecs and wanted.codec not in options.codecs:
        codec = current.told_codec
        wanted = replace(wanted, codec=codec)
    offered = options.codecs.get(codec, CodecOptions()) if codec else CodecOptions()
    size: tuple[int | None, int | None] = (None, None)
    if wanted.width_px is not None or wanted.height_px is not None:
        size = _nearest_size(wanted.width_px or current.width_px, wanted.height_px or current.height_px, offered)
    fps = wanted.fps
    if fps is not None and offered.frame_rates:
        fps = min(offered.frame_rates, key=lambda rate: abs(rate - (wanted.fps or 0)))
    bitrate = _within(wanted.bitrate_kbps, offered.bitrate_range)
    gop = _within(wanted.gop, offered.gop_range) if codec is not Codec.JPEG and isinstance(wanted.gop, int) else None
    return Encoder(
        codec=wanted.codec,
        width_px=size[0],
        height_px=size[1],
        fps=_within(fps, offered.frame_rate_range),
        bitrate_kbps=int(bitrate) if bitrate is not None else None,
        gop=int(gop) if gop is not None else None,
    )


def differences(wanted: Encoder, snapped: Encoder) -> dict[str, object]:
    """Declared fields whose nearest offered value is another one, with that value."""
    names = [f.name for f in fields(Encoder)]
    return {
        name: getattr(snapped, name)
        for name in names
        if getattr(wanted, name) is not None and getattr(snapped, name) != getattr(wanted, name)
    }


def _nearest_size(width: int | None, height: int | None, offered: CodecOptions) -> tuple[int | None, int | None]:
    """The offered resolution with the nearest number of pixels; the wanted one if it is among them."""
    if not offered.resolutions or (width, height) in offered.resolutions:
        return width, height
    wanted = (width or 0) * (height or 0)
    return min(offered.resolutions, key=lambda size: abs(size[0] * size[1] - wanted))


def _within(value: float | None, limits: Range | None) -> float | None:
    return value if value is None or limits is None else min(max(value, limits[0]), limits[1])


def _media2(reply: Element) -> Options:
    found: dict[Codec, CodecOptions] = {}
    for entry in children(reply, "Options"):
        name = need_text(entry, "Encoding").upper()
        if name not in set(Codec):
            continue
        gops = _numbers(entry.get("GovLengthRange", ""))
        found[Codec(name)] = CodecOptions(
            resolutions=_resolutions(entry),
            frame_rates=tuple(_numbers(entry.get("FrameRatesSupported", ""))),
            bitrate_range=_range(find(entry, "BitrateRange")),
            gop_range=(min(gops), max(gops)) if gops else None,
            profiles=tuple(entry.get("ProfilesSupported", "").split()),
        )
    return Options(found)


def _media(reply: Element) -> Options:
    options = need(reply, "Options")
    found: dict[Codec, CodecOptions] = {}
    for codec in (Codec.JPEG, Codec.H264):
        entry = find(options, codec)
        if entry is None:
            continue
        extended = find(options, "Extension", codec)
        found[codec] = CodecOptions(
            resolutions=_resolutions(entry),
            frame_rate_range=_range(find(entry, "FrameRateRange")),
            gop_range=_range(find(entry, "GovLengthRange")),
            bitrate_range=_range(find(extended, "BitrateRange")) if extended is not None else None,
        )
    return Options(found)


def _resolutions(entry: Element) -> tuple[tuple[int, int], ...]:
    sizes = children(entry, "ResolutionsAvailable")
    return tuple((need_int(size, "Width"), need_int(size, "Height")) for size in sizes)


def _range(found: Element | None) -> Range | None:
    if found is None:
        return None
    low, high = need_float(found, "Min"), need_float(found, "Max")
    return (low, high) if low <= high else None


def _numbers(listed: str) -> list[float]:
    try:
        return [float(word) for word in listed.split()]
    except ValueError:
        raise BadAnswer(f"{listed[:40]!r} is not a list of numbers") from None
