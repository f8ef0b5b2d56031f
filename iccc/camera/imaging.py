"""Imaging: wide dynamic range, IR cut filter, backlight compensation, exposure, and how the picture looks.

Imaging service (ver20) of the first video source. The camera's own settings are patched and sent back whole, since some
refuse anything less. What the camera does not tell is never taken for "off": the maker's own page may have it on.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from iccc.camera.state import Imaging
from iccc.errors import Reason
from iccc.onvif.call import Context, Procedure, Service, Written, element, part, read, submit, write
from iccc.onvif.errors import OnvifFault
from iccc.onvif.xml import Element, children, find, need, need_float, need_text, placed, renamed, text

Range = tuple[float, float]


@dataclass(frozen=True)
class _Leaf:
    """One setting: its name in :class:`Imaging`, and its elements in the camera's settings. Modes are words."""

    name: str
    path: tuple[str, ...]
    words: bool = False

    @property
    def offered(self) -> tuple[str, ...]:
        """Its elements in the camera's options."""
        return ("IrCutFilterModes",) if self.path == ("IrCutFilter",) else self.path

    def __str__(self) -> str:
        return " ".join(self.path)


# The mode of an element comes before its numbers: an element that is not there yet cannot do without.
_LEAVES = (
    _Leaf("wdr", ("WideDynamicRange", "Mode"), words=True),
    _Leaf("wdr_level", ("WideDynamicRange", "Level")),
    _Leaf("ir_cut", ("IrCutFilter",), words=True),
    _Leaf("backlight", ("BacklightCompensation", "Mode"), words=True),
    _Leaf("exposure", ("Exposure", "Mode"), words=True),
    _Leaf("max_exposure_us", ("Exposure", "MaxExposureTime")),
    _Leaf("exposure_us", ("Exposure", "ExposureTime")),
    _Leaf("brightness", ("Brightness",)),
    _Leaf("contrast", ("Contrast",)),
    _Leaf("saturation", ("ColorSaturation",)),
    _Leaf("sharpness", ("Sharpness",)),
)
# In the order of the schema (tt:ImagingSettings20 and what is in it), for elements that are not there yet.
_ORDER = (
    "BacklightCompensation", "Brightness", "ColorSaturation", "Contrast", "Exposure", "Focus", "IrCutFilter",
    "Sharpness", "WideDynamicRange", "WhiteBalance", "Extension",
)  # fmt: skip
_ORDER_INSIDE = (
    "Mode", "Level", "Priority", "Window", "MinExposureTime", "MaxExposureTime", "MinGain", "MaxGain", "MinIris",
    "MaxIris", "ExposureTime", "Gain", "Iris",
)  # fmt: skip


@dataclass(frozen=True)
class _Offer:
    """What is offered of one setting: words, or a range of numbers. Empty: the camera does not say."""

    words: tuple[str, ...] = ()
    limits: Range | None = None


def read_imaging(_context: Context) -> Procedure[Imaging]:
    """What is set; None for what the camera does not have, or does not tell."""
    found = yield from _read_settings()
    return _imaging(found[1]) if found else Imaging()


def write_imaging(_context: Context, wanted: Imaging, _seen: Imaging) -> Procedure[Written]:
    """One Set with everything that differs from the nearest that the camera offers; none when nothing does."""
    written = Written()
    found = yield from _read_settings()
    if found is None:
        written.unsupported["imaging"] = "the camera lets nobody set its picture (no imaging service)"
        return written
    token, told = found
    reply = yield from part(_read_options(token))
    options = reply if isinstance(reply, etree._Element) else None
    settings = copy.deepcopy(told)
    changed = False
    for leaf in _LEAVES:
        wish = getattr(wanted, leaf.name)
        if wish is None or wish == _value(settings, leaf):
            continue
        nearest = _nearest(written, leaf, wish, settings, options)
        if nearest is not None and nearest != _value(settings, leaf):
            _put(settings, leaf.path, nearest.upper() if isinstance(nearest, str) else f"{nearest:.10g}")
            changed = True
    if changed:
        _keep_shortest_below_longest(settings)
        inner = renamed(settings, Service.IMAGING, Service.IMAGING.prefix, "ImagingSettings")
        inner = element("timg:VideoSourceToken", token) + inner + element("timg:ForcePersistence", True)
        yield from submit(written, "imaging", write(Service.IMAGING, "SetImagingSettings", inner))
    return written


def _nearest(
    written: Written, leaf: _Leaf, wish: str | float, settings: Element, options: Element | None
) -> str | float | None:
    """The nearest to ``wish`` that the camera offers; None where it offers nothing like it, which is noted."""
    path = f"imaging.{leaf.name}"
    offer = _offer(options, leaf)
    unknown = options is not None and offer is None and find(settings, *leaf.path) is None
    homeless = leaf.path[-1] not in (leaf.path[0], "Mode") and find(settings, leaf.path[0]) is None
    if unknown or homeless:
        written.unsupported[path] = f"the camera has no {leaf}"
        return None
    if offer is None:
        return wish
    if isinstance(wish, str):
        if offer.words and wish not in offer.words:
            written.unsupported[path] = f"the camera offers {', '.join(offer.words)}"
            return None
        return wish
    if offer.limits is None:
        return wish
    nearest = min(max(wish, offer.limits[0]), offer.limits[1])
    if nearest != wish:
        written.clamped[path] = nearest
    return nearest


def _read_settings() -> Procedure[tuple[str, Element] | None]:
    """The token of the first video source and its settings; None where the camera says that it has no such thing."""
    token = yield from _source()
    try:
        reply = yield read(Service.IMAGING, "GetImagingSettings", element("timg:VideoSourceToken", token))
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        return None
    return token, need(reply, "ImagingSettings")


def _read_options(token: str) -> Procedure[Element]:
    reply = yield read(Service.IMAGING, "GetOptions", element("timg:VideoSourceToken", token))
    return need(reply, "ImagingOptions")


def _source() -> Procedure[str]:
    """The token of the video source that the first configuration is of: Media2 where the camera has it, else Media."""
    try:
        reply = yield read(Service.MEDIA2, "GetVideoSourceConfigurations")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        reply = yield read(Service.MEDIA, "GetVideoSourceConfigurations")
    return need_text(need(reply, "Configurations"), "SourceToken")


def _imaging(settings: Element) -> Imaging:
    told: dict[str, Any] = {leaf.name: _value(settings, leaf) for leaf in _LEAVES}
    return Imaging(**told)


def _value(settings: Element, leaf: _Leaf) -> str | float | None:
    """A word in small letters or a number; None where the element is missing or empty."""
    told = text(settings, *leaf.path)
    if not told:
        return None
    return told.lower() if leaf.words else float(f"{need_float(settings, *leaf.path):.6g}")  # xs:float has no more


def _offer(options: Element | None, leaf: _Leaf) -> _Offer | None:
    """None where the options do not speak of it, or could not be read."""
    *outer, name = leaf.offered
    above = find(options, *outer) if options is not None else None
    entries = children(above, name) if above is not None else []
    if not entries:
        return None
    if leaf.words:
        return _Offer(words=tuple((text(entry) or "").lower() for entry in entries))
    lowest, highest = need_float(entries[0], "Min"), need_float(entries[0], "Max")
    return _Offer(limits=(lowest, highest) if lowest <= highest else None)


def _put(settings: Element, path: Sequence[str], value: str) -> None:
    at = settings
    for name, order in zip(path, (_ORDER, _ORDER_INSIDE), strict=False):
        at = placed(at, name, order)
    at.text = value


def _keep_shortest_below_longest(settings: Element) -> None:
    """A longest exposure below the shortest is refused: the shortest, which nobody declares, goes down with it."""
    shortest, longest = find(settings, "Exposure", "MinExposureTime"), find(settings, "Exposure", "MaxExposureTime")
    if shortest is not None and longest is not None and shortest.text and longest.text:
        at_least, at_most = need_float(settings, "Exposure", "MinExposureTime"), need_float(longest)
        if at_least > at_most:
            shortest.text = longest.text
