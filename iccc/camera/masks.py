"""Privacy masks: the polygons that a camera covers in its picture. Only Media2 knows them.

ONVIF gives masks no names, so a declared one is found again by its polygon; the others are nobody's, stay, and are
left out. Only those of the first video source are looked at.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from iccc.camera.state import Mask, Polygon
from iccc.camera.streams import read_source_configuration
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, part, read, split, submit, write
from iccc.onvif.errors import BadAnswer, OnvifFault
from iccc.onvif.xml import Element, children, find, need, need_bool, renamed, text, whole

TOLERANCE = 0.02  # in each direction: a hundredth of the picture, since cameras round corners to a grid
_COLOR = ("X", "Y", "Z", "Colorspace")
_TYPES = ("Color", "Pixelated", "Blurred")  # what hides most first


@dataclass(frozen=True)
class _Found:
    """One mask of the camera; ``element`` is its own XML of it."""

    token: str
    polygon: Polygon
    enabled: bool
    element: Element


def read_masks(_context: Context, declared: Mapping[str, Polygon] | None = None) -> Procedure[dict[str, Mask]]:
    """The masks that cover a ``declared`` polygon, by its name. What is within the tolerance is read as declared."""
    found = yield from _read_found()
    polygons = declared or {}
    return {name: Mask(polygons[name], one.enabled) for name, one in _matched(found or [], polygons).items()}


def write_masks(_context: Context, wanted: Mapping[str, Mask], _seen: Mapping[str, Mask]) -> Procedure[Written]:
    """Create what is missing and switch on what is there and off."""
    written = Written()
    found = yield from _read_found()
    if found is None:
        written.unsupported["masks"] = "the camera covers nothing in its picture"
        return written
    polygons = {name: mask.polygon for name, mask in split(wanted)[0].items() if mask.polygon is not None}
    there = _matched(found, polygons)
    for name, one in there.items():
        if not one.enabled and wanted[name].enabled:
            yield from submit(written, f"masks[{name}]", _enabled(one))
    missing = {name: polygon for name, polygon in polygons.items() if name not in there}
    if missing:
        source = yield from read_source_configuration(Service.MEDIA2)
        options = yield from part(_read_options(source))
        offers = options if isinstance(options, _Offers) else _Offers()
        for name, polygon in missing.items():
            yield from _create(written, source, offers, name, polygon)
    return written


def _create(written: Written, source: str, offers: _Offers, name: str, polygon: Polygon) -> Procedure[None]:
    """One more mask, which is taken away again if the camera made something else of it: no run shall add another."""
    path = f"masks[{name}]"
    before = (yield from _read_found()) or []
    if lacking := offers.lacks(polygon, len(before)):
        written.unsupported[path] = lacking
        return
    if not (yield from submit(written, path, _new(source, offers, polygon))):
        return
    after = (yield from _read_found()) or []
    known = {one.token for one in before}
    added = [one for one in after if one.token not in known]
    if len(added) == 1 and not _alike(polygon, added[0].polygon):
        yield from submit(written, path, write(Service.MEDIA2, "DeleteMask", element("tr2:Token", added[0].token)))
        written.unsupported[path] = "the camera made another polygon of it, which was taken away again"


def _matched(found: Sequence[_Found], declared: Mapping[str, Polygon]) -> dict[str, _Found]:
    """Each mask for one declared polygon at most; those that are on first."""
    left = sorted(found, key=lambda one: not one.enabled)
    matched: dict[str, _Found] = {}
    for name, polygon in declared.items():
        one = next((one for one in left if _alike(polygon, one.polygon)), None)
        if one is not None:
            left.remove(one)
            matched[name] = one
    return matched


def _alike(one: Polygon, other: Polygon) -> bool:
    """The same corners in the same order, from any of them on and in either direction."""
    one, other = _open(one), _open(other)
    if len(one) != len(other):
        return False
    turns = [other[at:] + other[:at] for at in range(len(other))]
    return any(
        all(abs(x - u) <= TOLERANCE and abs(y - v) <= TOLERANCE for (x, y), (u, v) in zip(one, turn, strict=True))
        for turn in (*turns, *(turn[::-1] for turn in turns))
    )


def _open(polygon: Polygon) -> Polygon:
    """Without the first corner told again at the end."""
    return polygon[:-1] if len(polygon) > 1 and polygon[0] == polygon[-1] else polygon


def _read_found() -> Procedure[list[_Found] | None]:
    """The masks of the first video source; None where the camera says that it has none at all."""
    try:
        reply = yield read(Service.MEDIA2, "GetMasks")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        return None
    entries = children(reply, "Masks")
    if not entries:
        return []
    source = yield from read_source_configuration(Service.MEDIA2)
    return [_found(entry) for entry in entries if text(entry, "ConfigurationToken") == source]


def _found(entry: Element) -> _Found:
    polygon = tuple(_point(point) for point in children(need(entry, "Polygon"), "Point"))
    return _Found(entry.get("token") or "", polygon, need_bool(entry, "Enabled"), entry)


def _point(point: Element) -> tuple[float, float]:
    try:
        return float(point.get("x", "")), float(point.get("y", ""))
    except ValueError:
        raise BadAnswer("a Point of a mask has no x and y") from None


@dataclass(frozen=True)
class _Offers:
    """What GetMaskOptions tells; empty where it tells nothing."""

    maximum: int | None = None
    max_points: int | None = None
    rectangles_only: bool = False
    type: str = _TYPES[0]
    color: Element | None = None

    def lacks(self, polygon: Polygon, there: int) -> str:
        """Why the camera cannot cover ``polygon`` beside the masks that are ``there``; "" when it can."""
        if self.rectangles_only and not _rectangle(polygon):
            return "the camera covers only rectangles"
        if self.max_points is not None and len(polygon) > self.max_points:
            return f"the camera takes at most {self.max_points} corners"
        if self.maximum is not None and there >= self.maximum:
            return f"the camera takes at most {self.maximum} masks, and has {there}"
        return ""


def _rectangle(polygon: Polygon) -> bool:
    """Whether the four sides run along the edges of the picture."""
    columns, rows = {x for x, _ in polygon}, {y for _, y in polygon}
    sides = zip(polygon, polygon[1:] + polygon[:1], strict=True)
    straight = all((x == u) != (y == v) for (x, y), (u, v) in sides)
    return len(polygon) == 4 and len(columns) == len(rows) == 2 and straight


def _read_options(source: str) -> Procedure[_Offers]:
    found = find((yield read(Service.MEDIA2, "GetMaskOptions", element("tr2:ConfigurationToken", source))), "Options")
    if found is None:
        return _Offers()
    types = [text(one) for one in children(found, "Types")]
    one_for_all = found.get("SingleColorOnly") in ("true", "1")  # a new one would recolour the others
    return _Offers(
        _number(found, "MaxMasks"),
        _number(found, "MaxPoints"),
        found.get("RectangleOnly") in ("true", "1"),
        next((name for name in _TYPES if name in types), _TYPES[0]),
        None if one_for_all else find(found, "Color", "ColorList"),
    )


def _number(found: Element, name: str) -> int | None:
    return whole(text(found, name) or "")


def _new(source: str, offers: _Offers, polygon: Polygon) -> Call:
    points = "".join(f'<tt:Point x="{x:g}" y="{y:g}"/>' for x, y in polygon)
    color = ""
    if offers.type == "Color" and offers.color is not None:
        given = "".join(
            f" {name}={quoteattr(offers.color.get(name, ''))}" for name in _COLOR if name in offers.color.attrib
        )
        color = f"<tr2:Color{given}/>"
    inner = (
        f"{element('tr2:ConfigurationToken', source)}<tr2:Polygon>{points}</tr2:Polygon>"
        f"{element('tr2:Type', offers.type)}{color}{element('tr2:Enabled', True)}"
    )
    return write(Service.MEDIA2, "CreateMask", f'<tr2:Mask token="">{inner}</tr2:Mask>')


def _enabled(one: _Found) -> Call:
    sent = copy.deepcopy(one.element)
    need(sent, "Enabled").text = "true"
    mask = renamed(sent, Service.MEDIA2, Service.MEDIA2.prefix, "Mask", inside=Service.MEDIA2)
    return write(Service.MEDIA2, "SetMask", mask)
