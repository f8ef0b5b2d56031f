"""PTZ presets by name, and the home position, over the PTZ service (ver20/ptz).

A preset can only be stored where the camera looks. So a preset that is missing or elsewhere costs a turn: the camera
goes there, is seen to have arrived, stores it, and after the last one turns back to where it looked. A camera that is
turning already is left alone: somebody steers it, or it is on a tour. It is left alone, too, when it does not tell
where it looks. When the connection breaks in the middle, it stays where it was sent.

Some cameras list presets without a position (``PTZPosition``), or in a space of their own: of those only the name is
compared. The home position cannot be read in the standard at all. The preset named ``home`` stands for it: home is set
in the same turn and before that preset is stored, so that the preset is the mark that home was set. Who moves home
alone, without the preset, is not found out. ``GotoHomePosition`` is never called.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from iccc.camera.state import Preset
from iccc.compare import Near, Unread, compare
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, part, read, split, submit, write
from iccc.onvif.errors import BadAnswer, OnvifFault
from iccc.onvif.xml import Element, children, find, need, need_float, text

HOME = "home"
TURNING_S = 25.0  # after so long no further turn is begun: ``write_s`` has to suffice for the way back
WAITS_S = (0.1, 0.4, 0.5, 1.0, 1.0, 1.0, 1.0)  # between looks at a camera that turns

_AXES = tuple(axis.name for axis in fields(Preset))
_LIMITS = {"pan": (-1.0, 1.0), "tilt": (-1.0, 1.0), "zoom": (0.0, 1.0)}
_GENERIC = "PositionGenericSpace"
_SPACE = "http://www.onvif.org/ver10/tptz/{}Spaces/PositionGenericSpace"

Range = tuple[float, float]


@dataclass(frozen=True)
class _Unit:
    """The PTZ unit that a profile moves. ``ranges`` by axis; one that takes no absolute position has none."""

    profile: str  # token
    ranges: Mapping[str, Range]
    settable_home: bool


@dataclass(frozen=True)
class _Kept:
    """One preset of the camera."""

    token: str
    preset: Preset


@dataclass(frozen=True)
class _View:
    """Where the camera looks, and whether it is turning. Without an answer about the latter it is not."""

    position: Preset
    moving: bool


def read_presets(_context: Context) -> Procedure[dict[str, Preset]]:
    """Presets by name; {} for a camera without a PTZ service."""
    unit = yield from _read_unit()
    if unit is None:
        return {}
    kept = yield from _read_kept(unit)
    return {name: one.preset for name, one in kept.items()}


def write_presets(context: Context, wanted: Mapping[str, Preset], _seen: Mapping[str, Preset]) -> Procedure[Written]:
    """Remove what is declared absent, turn the camera for what is missing or elsewhere. Other presets stay."""
    written = Written()
    unit = yield from _read_unit()
    if unit is None:
        written.unsupported["presets"] = "the camera has no PTZ service"
        return written
    kept = yield from _read_kept(unit)
    shall_be, gone = split(wanted)
    for name in gone:
        if name in kept:
            yield from submit(written, _path(name), _remove(unit, kept[name].token))
    due: dict[str, Preset] = {}
    for name, preset in shall_be.items():
        if name == HOME and not unit.settable_home:
            written.unsupported[_path(name)] = "the home position of the camera is fixed"
            continue
        nearest = _snapped(written, unit, name, preset)
        if list(compare(nearest, kept[name].preset if name in kept else None)):
            due[name] = nearest
    if due:
        tokens = {name: one.token for name, one in kept.items()}
        yield from _turn(context, written, unit, due, tokens)
    return written


def _turn(
    context: Context, written: Written, unit: _Unit, due: Mapping[str, Preset], tokens: Mapping[str, str]
) -> Procedure[None]:
    """Store each where it belongs, then look again where the camera looked before."""
    before = yield from _read_view(unit)
    if before.moving:
        written.guarded.update({_path(name): "the camera is turning: somebody steers it" for name in due})
        return
    if not unit.ranges or not _told(before.position, unit.ranges):
        lacking = "the camera does not tell where it looks" if unit.ranges else "the camera takes no absolute position"
        written.unsupported.update({_path(name): lacking for name in due})
        return
    began = context.clock.monotonic()
    stopped, turned = "", False
    for name, preset in due.items():
        if not stopped and context.clock.monotonic() - began > TURNING_S:
            stopped = "left for the next run: the camera has been turned long enough"
        if stopped:
            written.guarded[_path(name)] = stopped
            continue
        if not (yield from submit(written, _path(name), _move(unit, preset))):
            continue
        turned = True
        if not (yield from _arrives(unit, preset)):
            written.faults[_path(name)] = BadAnswer(
                f"sent to {preset}, the camera did not arrive in {sum(WAITS_S):g} s"
            )
            stopped = f"not tried: the camera did not arrive at {name}"
        elif name != HOME or (yield from _set_home(written, unit)):
            yield from submit(written, _path(name), _store(unit, name, tokens.get(name)))
    if turned:
        back = Preset(*(_near(getattr(before.position, axis)) if axis in unit.ranges else None for axis in _AXES))
        if not ((yield from submit(Written(), "", _move(unit, back))) and (yield from _arrives(unit, back))):
            remark = f"the camera did not turn back to {before.position}"
            written.remarks.update({_path(name): remark for name in due})


def _set_home(written: Written, unit: _Unit) -> Procedure[bool]:
    done = yield from submit(written, _path(HOME), write(Service.PTZ, "SetHomePosition", _profile(unit)))
    fault = written.faults.get(_path(HOME))
    if not done and isinstance(fault, OnvifFault) and "CannotOverwriteHome" in fault.subcode:
        written.unsupported[_path(HOME)] = "the home position of the camera is fixed"
    return done


def _arrives(unit: _Unit, preset: Preset) -> Procedure[bool]:
    """Whether the camera stands still at ``preset`` before the waits are over."""
    for wait_s in WAITS_S:
        view = yield from part(_read_view(unit, wait_s))
        if isinstance(view, Unread) or view.moving or not _told(view.position, unit.ranges):
            continue
        if not list(compare(preset, view.position)):
            return True
    return False


def _snapped(written: Written, unit: _Unit, name: str, preset: Preset) -> Preset:
    """``preset`` within what the unit takes; what had to be changed is noted."""
    nearest = preset
    for axis in _AXES:
        wanted = getattr(preset, axis)
        if wanted is None:
            continue
        path = f"{_path(name)}.{axis}"
        if axis not in unit.ranges:
            written.unsupported[path] = f"the camera takes no absolute {axis}"
            nearest = replace(nearest, **{axis: None})
            continue
        low, high = unit.ranges[axis]
        value = max(low, min(high, wanted.value))
        if value != wanted.value:
            nearest = replace(nearest, **{axis: _near(value)})
            written.clamped[path] = _near(value)
    if nearest != preset:
        written.clamped[_path(name)] = nearest
    return nearest


def _read_unit() -> Procedure[_Unit | None]:
    """None where the camera says that it has no PTZ service."""
    try:
        reply = yield read(Service.PTZ, "GetNodes")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        return None
    profile, configuration = yield from _read_profile()
    nodes = children(reply, "PTZNode")
    named = [node for node in nodes if node.get("token") == text(configuration, "NodeToken")]
    node = (named or nodes or [need(reply, "PTZNode")])[0]
    fixed = node.get("FixedHomePosition") in ("true", "1") or text(node, "HomeSupported") in ("false", "0")
    return _Unit(profile, _ranges(node, configuration), not fixed)


def _read_profile() -> Procedure[tuple[str, Element]]:
    """The token of the first profile that moves the camera, and its PTZ configuration."""
    for service, inner, path in (
        (Service.MEDIA2, element("tr2:Type", "PTZ"), ("Configurations", "PTZ")),
        (Service.MEDIA, "", ("PTZConfiguration",)),
    ):
        try:
            reply = yield read(service, "GetProfiles", inner)
        except OnvifFault as fault:
            if fault.reason is not Reason.UNSUPPORTED:
                raise
            continue
        for profile in children(reply, "Profiles"):
            found, token = find(profile, *path), profile.get("token")
            if found is not None and token:
                return token, found
    raise BadAnswer("no profile has a PTZ configuration")


def _ranges(node: Element, configuration: Element) -> dict[str, Range]:
    """What absolute moves in the generic spaces take, by axis: of the unit, within the limits of the profile."""
    spaces = find(node, "SupportedPTZSpaces")
    ranges: dict[str, Range] = {}
    for name, limits, axes in (
        ("AbsolutePanTiltPositionSpace", "PanTiltLimits", {"pan": "XRange", "tilt": "YRange"}),
        ("AbsoluteZoomPositionSpace", "ZoomLimits", {"zoom": "XRange"}),
    ):
        offered = [space for space in (children(spaces, name) if spaces is not None else ()) if _generic(space)]
        if not offered:
            continue
        limit = find(configuration, limits, "Range")
        bounds = offered[:1] if limit is None or not _generic(limit) else [offered[0], limit]
        for axis, tag in axes.items():
            lows, highs = zip(
                *((need_float(one, tag, "Min"), need_float(one, tag, "Max")) for one in bounds), strict=True
            )
            ranges[axis] = max(lows), min(highs)
    return ranges


def _generic(space: Element) -> bool:
    return (text(space, "URI") or "").endswith(_GENERIC)


def _read_kept(unit: _Unit) -> Procedure[dict[str, _Kept]]:
    """The camera's presets by name; of those with one name the first, none without a name."""
    kept: dict[str, _Kept] = {}
    for entry in children((yield read(Service.PTZ, "GetPresets", _profile(unit))), "Preset"):
        name, token = unicodedata.normalize("NFC", text(entry, "Name") or ""), entry.get("token")
        if name and token:
            kept.setdefault(name, _Kept(token, _position(find(entry, "PTZPosition"))))
    return kept


def _read_view(unit: _Unit, after_s: float = 0.0) -> Procedure[_View]:
    reply = yield replace(read(Service.PTZ, "GetStatus", _profile(unit)), after_s=after_s)
    status = need(reply, "PTZStatus")
    moving = "MOVING" in (text(status, "MoveStatus", "PanTilt"), text(status, "MoveStatus", "Zoom"))
    return _View(_position(find(status, "Position")), moving)


def _position(vector: Element | None) -> Preset:
    """None for what is not told, or told in another space."""
    if vector is None:
        return Preset()
    pan_tilt, zoom = find(vector, "PanTilt"), find(vector, "Zoom")
    return Preset(_number(pan_tilt, "x", "pan"), _number(pan_tilt, "y", "tilt"), _number(zoom, "x", "zoom"))


def _number(vector: Element | None, name: str, axis: str) -> float | None:
    if vector is None or not vector.get("space", _GENERIC).endswith(_GENERIC):
        return None
    value = vector.get(name, "")
    try:
        number = float(value)
    except ValueError:
        raise BadAnswer(f"{axis} is {value[:40]!r}, not a number") from None
    low, high = _LIMITS[axis]
    return number if low <= number <= high else None  # degrees, and the like; NaN


def _told(position: Preset, axes: Mapping[str, Range]) -> bool:
    return all(getattr(position, axis) is not None for axis in axes)


def _near(value: float) -> Near:
    return Near(value, Preset.TOLERANCE)


def _path(name: str) -> str:
    return f"presets[{name}]"


def _profile(unit: _Unit) -> str:
    return element("tptz:ProfileToken", unit.profile)


def _move(unit: _Unit, preset: Preset) -> Call:
    pan, tilt, zoom = (getattr(preset, axis) for axis in _AXES)
    inner = ""
    if pan is not None and tilt is not None:
        inner += f'<tt:PanTilt x="{pan}" y="{tilt}" space="{_SPACE.format("PanTilt")}"/>'
    if zoom is not None:
        inner += f'<tt:Zoom x="{zoom}" space="{_SPACE.format("Zoom")}"/>'
    return write(Service.PTZ, "AbsoluteMove", f"{_profile(unit)}<tptz:Position>{inner}</tptz:Position>")


def _store(unit: _Unit, name: str, token: str | None) -> Call:
    inner = _profile(unit) + element("tptz:PresetName", name)
    return write(Service.PTZ, "SetPreset", inner + (element("tptz:PresetToken", token) if token else ""))


def _remove(unit: _Unit, token: str) -> Call:
    return write(Service.PTZ, "RemovePreset", _profile(unit) + element("tptz:PresetToken", token))
