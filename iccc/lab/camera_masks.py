"""Privacy masks: polygons that a camera covers in its picture. Only Media2 has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import NoReturn

from iccc.lab import camera_picture
from iccc.lab.camera_picture import SOURCE, Point, own_source
from iccc.lab.onvif_inject import one_of, truth
from iccc.lab.onvif_soap import (
    TR2,
    Access,
    Call,
    Element,
    Operation,
    SoapFault,
    boolean,
    each,
    quoteattr,
    text,
)

Color = tuple[float, float, float]  # Y, Cb, Cr
BLACK: Color = (0.0, 128.0, 128.0)
GREY: Color = (128.0, 128.0, 128.0)
WHITE: Color = (255.0, 128.0, 128.0)
_FIELDS = "points, type, enabled"


@dataclass(frozen=True, slots=True)
class Mask:
    """One covered part of the picture."""

    token: str
    points: tuple[Point, ...]
    type: str = "Color"  # Color, Pixelated, Blurred
    color: Color = BLACK
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class MaskOptions:
    """What one make of camera covers."""

    maximum: int
    max_points: int
    types: tuple[str, ...] = ("Color",)
    colors: tuple[Color, ...] = (BLACK,)
    rectangle_only: bool = False  # four points, sides along the edges of the picture
    grid: int = (
        0  # steps of the picture's width and height that points are rounded to, without a fault; 0: kept as sent
    )
    factory: tuple[Mask, ...] = ()


@dataclass(slots=True)
class MaskState:
    """The masks of one camera; ``options`` is None for a make without masks."""

    options: MaskOptions | None
    masks: tuple[Mask, ...]

    @classmethod
    def factory(cls, options: MaskOptions | None) -> MaskState:
        return cls(options, options.factory if options else ())

    def offered(self) -> MaskOptions:
        """Raises SoapFault ActionNotSupported."""
        if self.options is None:
            raise SoapFault("masks are not supported", "ter:ActionNotSupported", receiver=True)
        return self.options

    def by_token(self, token: str | None) -> Mask:
        """Raises SoapFault NoConfig."""
        for mask in self.masks:
            if mask.token == token:
                return mask
        raise SoapFault(f"there is no mask {token}", "ter:InvalidArgVal", "ter:NoConfig")

    def put(self, mask: Mask) -> None:
        """Add ``mask`` or replace the one of that token."""
        if any(old.token == mask.token for old in self.masks):
            self.masks = tuple(mask if old.token == mask.token else old for old in self.masks)
        else:
            self.masks += (mask,)

    def remove(self, token: str) -> None:
        self.masks = tuple(mask for mask in self.masks if mask.token != token)


def _color(color: Color, tag: str) -> str:
    return f'<{tag} X="{color[0]:g}" Y="{color[1]:g}" Z="{color[2]:g}"/>'


def _configuration(mask: Mask) -> str:
    points = "".join(camera_picture.vector(at, "Point") for at in mask.points)
    color = _color(mask.color, "tr2:Color") if mask.type == "Color" else ""
    return (
        f"<tr2:Masks token={quoteattr(mask.token)}><tr2:ConfigurationToken>{SOURCE}</tr2:ConfigurationToken>"
        f"<tr2:Polygon>{points}</tr2:Polygon><tr2:Type>{mask.type}</tr2:Type>{color}"
        f"<tr2:Enabled>{str(mask.enabled).lower()}</tr2:Enabled></tr2:Masks>"
    )


def get_masks(state: MaskState, call: Call) -> str:
    state.offered()
    source = text(call.element, "tr2:ConfigurationToken")
    if source is not None:
        own_source(source)
    token = text(call.element, "tr2:Token")
    masks = (state.by_token(token),) if token else state.masks
    return f"<tr2:GetMasksResponse>{''.join(_configuration(mask) for mask in masks)}</tr2:GetMasksResponse>"


def get_mask_options(state: MaskState, call: Call) -> str:
    options = state.offered()
    own_source(text(call.element, "tr2:ConfigurationToken"))
    types = "".join(f"<tr2:Types>{name}</tr2:Types>" for name in options.types)
    colors = "".join(_color(color, "tt:ColorList") for color in options.colors)
    return (
        f'<tr2:GetMaskOptionsResponse><tr2:Options RectangleOnly="{str(options.rectangle_only).lower()}">'
        f"<tr2:MaxMasks>{options.maximum}</tr2:MaxMasks><tr2:MaxPoints>{options.max_points}</tr2:MaxPoints>{types}"
        f"<tr2:Color>{colors}</tr2:Color></tr2:Options></tr2:GetMaskOptionsResponse>"
    )


def set_mask(state: MaskState, call: Call) -> str:
    options = state.offered()
    entry = _entry(call)
    state.put(_requested(options, entry, state.by_token(entry.get("token")).token))
    return "<tr2:SetMaskResponse/>"


def create_mask(state: MaskState, call: Call) -> str:
    """The camera chooses the token, whatever the request says."""
    options = state.offered()
    used = {mask.token for mask in state.masks}
    token = next(token for token in (f"mask_{at}" for at in range(1, len(used) + 2)) if token not in used)
    mask = _requested(options, _entry(call), token)
    if len(state.masks) >= options.maximum:
        raise SoapFault(f"at most {options.maximum} masks", "ter:Action", "ter:MaxMasks", receiver=True)
    state.put(mask)
    return f"<tr2:CreateMaskResponse><tr2:Token>{token}</tr2:Token></tr2:CreateMaskResponse>"


def delete_mask(state: MaskState, call: Call) -> str:
    state.offered()
    state.remove(state.by_token(text(call.element, "tr2:Token")).token)
    return "<tr2:DeleteMaskResponse/>"


def _entry(call: Call) -> Element:
    found = each(call.element, "tr2:Mask")
    if not found:
        raise SoapFault("a mask is missing", "ter:InvalidArgVal")
    return found[0]


def _requested(options: MaskOptions, entry: Element, token: str) -> Mask:
    """The mask as the entry wants it and the camera keeps it. Raises SoapFault."""
    own_source(text(entry, "tr2:ConfigurationToken"))
    points = tuple(camera_picture.point(at) for at in each(entry, "tr2:Polygon/tt:Point"))
    if not 3 <= len(points) <= options.max_points:
        _refuse(f"a polygon of {len(points)} points")
    if options.rectangle_only and not _rectangle(points):
        _refuse("a polygon that is no rectangle")
    type_ = text(entry, "tr2:Type") or ""
    if type_ not in options.types:
        _refuse(f"mask type {type_}")
    given = each(entry, "tr2:Color")
    color = next((color for color in options.colors if not given or _same(color, given[0])), None)
    if color is None:
        _refuse("this color")
    return Mask(
        token, tuple(_rounded(at, options.grid) for at in points), type_, color, boolean(text(entry, "tr2:Enabled"))
    )


def _rectangle(points: tuple[Point, ...]) -> bool:
    columns, rows = {x for x, _ in points}, {y for _, y in points}
    corners = {(x, y) for x in columns for y in rows}
    return len(points) == 4 and len(columns) == len(rows) == 2 and set(points) == corners


def _rounded(at: Point, grid: int) -> Point:
    if not grid:
        return at
    return round(at[0] * grid / 2) * 2 / grid, round(at[1] * grid / 2) * 2 / grid


def _same(color: Color, given: Element) -> bool:
    try:
        return color == tuple(float(given.get(name, "")) for name in "XYZ")
    except ValueError:
        return False


def _refuse(what: str) -> NoReturn:
    raise SoapFault(f"{what} is not possible", "ter:InvalidArgVal", "ter:ConfigModify")


MASKS: Mapping[str, Mapping[str, Operation[MaskState]]] = {
    TR2: {
        "GetMasks": Operation(Access.READ_MEDIA, get_masks),
        "GetMaskOptions": Operation(Access.READ_MEDIA, get_mask_options),
        "SetMask": Operation(Access.ACTUATE, set_mask),
        "CreateMask": Operation(Access.ACTUATE, create_mask),
        "DeleteMask": Operation(Access.ACTUATE, delete_mask),
    }
}


def inject(state: MaskState, rest: list[str], value: object) -> None:
    """``<token>`` with points moves or adds one, with None removes it; ``<token>.<field>``. KeyError, ValueError."""
    if state.options is None:
        raise KeyError("this model has no masks")
    old = next((mask for mask in state.masks if mask.token == rest[0]), None) if rest else None
    if len(rest) == 1 and old is None and value is not None:
        state.put(Mask(rest[0], _points(value), state.options.types[0], state.options.colors[0]))
    elif len(rest) == 1 and old is not None and value is None:
        state.remove(old.token)
    elif len(rest) in (1, 2) and old is not None:
        state.put(_changed(state.options, old, rest[1] if len(rest) == 2 else "points", value))
    else:
        known = ", ".join(mask.token for mask in state.masks)
        raise KeyError(f"there is no masks.{'.'.join(rest)}; there are masks.<token>[.<{_FIELDS}>], tokens: {known}")


def _changed(options: MaskOptions, mask: Mask, field: str, value: object) -> Mask:
    if field == "points":
        return replace(mask, points=_points(value))
    if field == "type":
        return replace(mask, type=one_of(value, options.types))
    if field == "enabled":
        return replace(mask, enabled=truth(value))
    raise KeyError(f"there is no {field!r}; there are {_FIELDS}")


def _points(value: object) -> tuple[Point, ...]:
    """From ``"-1,-1 -1,0 0,0"`` or a list of pairs."""
    parts = value.split() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) < 3:
        raise ValueError(f"{value!r} is no list of three points or more")
    return tuple(camera_picture.parsed(part) for part in parts)


def snapshot(state: MaskState) -> dict[str, object]:
    """The settings of each mask by its token."""
    return {mask.token: {key: value for key, value in asdict(mask).items() if key != "token"} for mask in state.masks}
