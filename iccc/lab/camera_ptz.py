"""PTZ service (tptz): where the camera looks, presets, home. Moves take no time here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from iccc.lab.onvif_inject import string
from iccc.lab.onvif_services import PTZ_CAPABILITIES
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, escape, quoteattr, text

PAN_TILT_SPACE = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/PositionGenericSpace"
ZOOM_SPACE = "http://www.onvif.org/ver10/tptz/ZoomSpaces/PositionGenericSpace"
_AXES = ((-1.0, 1.0), (-1.0, 1.0), (0.0, 1.0))
_NAME_MAX = 64

Position = tuple[float, float, float]  # pan, tilt -1 to 1, zoom 0 to 1, in the generic spaces


@dataclass(frozen=True, slots=True)
class Preset:
    token: str
    name: str
    position: Position


@dataclass(frozen=True, kw_only=True)
class PtzOptions:
    """What the PTZ unit of a model is like."""

    node: str
    configuration: str
    max_presets: int
    fixed_home: bool = False  # SetHomePosition is refused
    step: float = 0.0001  # positions are kept and told in multiples of it
    home: Position = (0.0, 0.0, 0.0)
    presets: tuple[Preset, ...] = ()  # out of the box


@dataclass(slots=True)
class PtzState:
    """``profiles``: the tokens of the media profiles that move it. ``clock``: the camera's own time, Unix seconds."""

    options: PtzOptions
    profiles: tuple[str, ...]
    clock: Callable[[], float]
    position: Position
    home: Position
    presets: tuple[Preset, ...]

    @classmethod
    def factory(cls, options: PtzOptions, profiles: tuple[str, ...], clock: Callable[[], float]) -> PtzState:
        return cls(options, profiles, clock, options.home, options.home, options.presets)

    def preset(self, token: str | None) -> Preset:
        """Raises SoapFault NoToken."""
        for preset in self.presets:
            if preset.token == token:
                return preset
        raise SoapFault(f"there is no preset {token}", "ter:InvalidArgVal", "ter:NoToken")

    def put(self, preset: Preset) -> None:
        """Add a preset or replace the one with its token."""
        if any(old.token == preset.token for old in self.presets):
            self.presets = tuple(preset if old.token == preset.token else old for old in self.presets)
        else:
            self.presets += (preset,)

    def inject(self, path: str, value: object) -> None:
        """``home``, ``position``, ``presets.<token>`` (a name, or None to remove it), ``presets.<token>.position``."""
        head, *rest = path.split(".")
        if head in ("home", "position") and not rest:
            position = _checked(value)
            self.home, self.position = (position, self.position) if head == "home" else (self.home, position)
        elif head == "presets" and len(rest) == 1:
            old = next((preset for preset in self.presets if preset.token == rest[0]), None)
            if value is None:
                self.presets = tuple(preset for preset in self.presets if preset.token != rest[0])
            elif old:
                self.put(replace(old, name=string(value)))
            else:
                self.put(Preset(rest[0], string(value), self.position))
        elif head == "presets" and rest[1:] == ["position"] and any(rest[0] == known.token for known in self.presets):
            self.put(replace(self.preset(rest[0]), position=_checked(value)))
        else:
            tokens = "|".join(preset.token for preset in self.presets)
            raise KeyError(
                f"there is no {path!r}; there are home, position, presets.<token>, presets.<{tokens}>.position"
            )

    def snapshot(self) -> dict[str, object]:
        return {
            "position": list(self.position),
            "home": list(self.home),
            "presets": {
                preset.token: {"name": preset.name, "position": list(preset.position)} for preset in self.presets
            },
        }


def _checked(value: object) -> Position:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise ValueError(f"{value!r} is not pan, tilt, zoom")
    for number, (low, high) in zip(value, _AXES, strict=True):
        if isinstance(number, bool) or not isinstance(number, int | float) or not low <= number <= high:
            raise ValueError(f"{number!r} is not between {low:g} and {high:g}")
    pan, tilt, zoom = map(float, value)
    return pan, tilt, zoom


def _space(tag: str, uri: str, *ranges: tuple[float, float]) -> str:
    spans = "".join(
        f"<tt:{axis}Range><tt:Min>{low:g}</tt:Min><tt:Max>{high:g}</tt:Max></tt:{axis}Range>"
        for axis, (low, high) in zip("XY", ranges, strict=False)
    )
    return f"<tt:{tag}><tt:URI>{uri}</tt:URI>{spans}</tt:{tag}>"


def configuration(options: PtzOptions, profiles: int, tag: str) -> str:
    """A ``tt:PTZConfiguration``, as the media profiles tell it too."""
    return (
        f'<{tag} token="{options.configuration}"><tt:Name>{options.configuration}</tt:Name>'
        f"<tt:UseCount>{profiles}</tt:UseCount><tt:NodeToken>{options.node}</tt:NodeToken>"
        f"<tt:DefaultAbsolutePantTiltPositionSpace>{PAN_TILT_SPACE}</tt:DefaultAbsolutePantTiltPositionSpace>"
        f"<tt:DefaultAbsoluteZoomPositionSpace>{ZOOM_SPACE}</tt:DefaultAbsoluteZoomPositionSpace>"
        f"<tt:PanTiltLimits>{_space('Range', PAN_TILT_SPACE, *_AXES[:2])}</tt:PanTiltLimits>"
        f"<tt:ZoomLimits>{_space('Range', ZOOM_SPACE, _AXES[2])}</tt:ZoomLimits></{tag}>"
    )


def _vector(tag: str, position: Position) -> str:
    pan, tilt, zoom = (f"{number:g}" for number in position)
    return (
        f'<tt:{tag}><tt:PanTilt x="{pan}" y="{tilt}" space="{PAN_TILT_SPACE}"/>'
        f'<tt:Zoom x="{zoom}" space="{ZOOM_SPACE}"/></tt:{tag}>'
    )


def get_nodes(state: PtzState, _: Call) -> str:
    options = state.options
    return (
        f'<tptz:GetNodesResponse><tptz:PTZNode token="{options.node}" '
        f'FixedHomePosition="{str(options.fixed_home).lower()}"><tt:Name>{options.node}</tt:Name><tt:SupportedPTZSpaces>'
        f"{_space('AbsolutePanTiltPositionSpace', PAN_TILT_SPACE, *_AXES[:2])}"
        f"{_space('AbsoluteZoomPositionSpace', ZOOM_SPACE, _AXES[2])}</tt:SupportedPTZSpaces>"
        f"<tt:MaximumNumberOfPresets>{options.max_presets}</tt:MaximumNumberOfPresets>"
        "<tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode></tptz:GetNodesResponse>"
    )


def get_configurations(state: PtzState, _: Call) -> str:
    inner = configuration(state.options, len(state.profiles), "tptz:PTZConfiguration")
    return f"<tptz:GetConfigurationsResponse>{inner}</tptz:GetConfigurationsResponse>"


def _profile(state: PtzState, call: Call) -> None:
    token = text(call.element, "tptz:ProfileToken")
    if token not in state.profiles:
        raise SoapFault(f"there is no profile {token}", "ter:InvalidArgVal", "ter:NoProfile")


def get_presets(state: PtzState, call: Call) -> str:
    _profile(state, call)
    inner = "".join(
        f"<tptz:Preset token={quoteattr(preset.token)}><tt:Name>{escape(preset.name)}</tt:Name>"
        f"{_vector('PTZPosition', preset.position)}</tptz:Preset>"
        for preset in state.presets
    )
    return f"<tptz:GetPresetsResponse>{inner}</tptz:GetPresetsResponse>"


def set_preset(state: PtzState, call: Call) -> str:
    """With a token the preset is overwritten, without one it is new; it keeps where the camera looks now."""
    _profile(state, call)
    given = text(call.element, "tptz:PresetToken")
    name = text(call.element, "tptz:PresetName")
    if name and len(name) > _NAME_MAX:
        raise SoapFault("the name is too long", "ter:InvalidArgVal", "ter:InvalidPresetName")
    old = state.preset(given) if given else None
    if any(preset.name == name and preset is not old for preset in state.presets):
        raise SoapFault(f"a preset {name} exists", "ter:InvalidArgVal", "ter:PresetExist")
    if old:
        token = old.token
    else:
        if len(state.presets) >= state.options.max_presets:
            raise SoapFault("too many presets", "ter:Action", "ter:TooManyPresets", receiver=True)
        used = {preset.token for preset in state.presets}
        token = next(str(number) for number in range(1, len(used) + 2) if str(number) not in used)
    state.put(Preset(token, name or (old.name if old else f"Preset {token}"), state.position))
    return f"<tptz:SetPresetResponse><tptz:PresetToken>{escape(token)}</tptz:PresetToken></tptz:SetPresetResponse>"


def remove_preset(state: PtzState, call: Call) -> str:
    _profile(state, call)
    removed = state.preset(text(call.element, "tptz:PresetToken"))
    state.presets = tuple(preset for preset in state.presets if preset is not removed)
    return "<tptz:RemovePresetResponse/>"


def goto_preset(state: PtzState, call: Call) -> str:
    _profile(state, call)
    state.position = state.preset(text(call.element, "tptz:PresetToken")).position
    return "<tptz:GotoPresetResponse/>"


def get_status(state: PtzState, call: Call) -> str:
    _profile(state, call)
    at = datetime.fromtimestamp(state.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"<tptz:GetStatusResponse><tptz:PTZStatus>{_vector('Position', state.position)}"
        "<tt:MoveStatus><tt:PanTilt>IDLE</tt:PanTilt><tt:Zoom>IDLE</tt:Zoom></tt:MoveStatus>"
        f"<tt:UtcTime>{at}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>"
    )


def set_home_position(state: PtzState, call: Call) -> str:
    _profile(state, call)
    if state.options.fixed_home:
        raise SoapFault("the home position is fixed", "ter:Action", "ter:CannotOverwriteHome", receiver=True)
    state.home = state.position
    return "<tptz:SetHomePositionResponse/>"


def goto_home_position(state: PtzState, call: Call) -> str:
    _profile(state, call)
    state.position = state.home
    return "<tptz:GotoHomePositionResponse/>"


def absolute_move(state: PtzState, call: Call) -> str:
    """What the request leaves out stays."""
    _profile(state, call)
    wanted = call.element.find("{*}Position")
    if wanted is None:
        raise SoapFault("a position is missing", "ter:InvalidArgVal")
    pan_tilt, zoom = wanted.find("{*}PanTilt"), wanted.find("{*}Zoom")
    pan, tilt, depth = state.position
    if pan_tilt is not None:
        pan, tilt = _coordinate(state, pan_tilt, "x", 0), _coordinate(state, pan_tilt, "y", 1)
    if zoom is not None:
        depth = _coordinate(state, zoom, "x", 2)
    state.position = pan, tilt, depth
    return "<tptz:AbsoluteMoveResponse/>"


def _coordinate(state: PtzState, vector: Element, name: str, axis: int) -> float:
    space = vector.get("space")
    if space not in (None, ZOOM_SPACE if axis == 2 else PAN_TILT_SPACE):
        raise SoapFault(f"there is no space {space}", "ter:InvalidArgVal", "ter:SpaceNotSupported")
    low, high = _AXES[axis]
    try:
        value = float(vector.get(name, ""))
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise SoapFault(f"{vector.get(name)} is no position", "ter:InvalidArgVal", "ter:InvalidPosition")
    return round(round(value / state.options.step) * state.options.step, 6)


def get_service_capabilities(_: PtzState, __: Call) -> str:
    return f"<tptz:GetServiceCapabilitiesResponse>{PTZ_CAPABILITIES}</tptz:GetServiceCapabilitiesResponse>"


PTZ: Mapping[str, Operation[PtzState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetNodes": Operation(Access.READ_MEDIA, get_nodes),
    "GetConfigurations": Operation(Access.READ_MEDIA, get_configurations),
    "GetPresets": Operation(Access.READ_MEDIA, get_presets),
    "SetPreset": Operation(Access.ACTUATE, set_preset),
    "RemovePreset": Operation(Access.ACTUATE, remove_preset),
    "GotoPreset": Operation(Access.ACTUATE, goto_preset),
    "GetStatus": Operation(Access.READ_MEDIA, get_status),
    "SetHomePosition": Operation(Access.ACTUATE, set_home_position),
    "GotoHomePosition": Operation(Access.ACTUATE, goto_home_position),
    "AbsoluteMove": Operation(Access.ACTUATE, absolute_move),
}
