"""Imaging service (timg) of the one video source: exposure, wide dynamic range, IR cut filter, picture.

The standard has no word for the frequency of the mains: against flicker a client has the exposure times alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from iccc.lab.onvif_inject import one_of
from iccc.lab.onvif_services import IMAGING_CAPABILITIES
from iccc.lab.onvif_soap import Access, Call, Element, Operation, SoapFault, boolean, local_name, text

SOURCE = "source_1"
Modes = tuple[str, ...]
Range = tuple[float, float]  # lowest, highest

# Our path, the element, its child; in the order of the schema. Times are in microseconds, gains in dB.
SETTINGS = (
    ("backlight_compensation.mode", "BacklightCompensation", "Mode"),
    ("backlight_compensation.level", "BacklightCompensation", "Level"),
    ("brightness", "Brightness", ""),
    ("color_saturation", "ColorSaturation", ""),
    ("contrast", "Contrast", ""),
    ("exposure.mode", "Exposure", "Mode"),
    ("exposure.priority", "Exposure", "Priority"),
    ("exposure.min_exposure_time_us", "Exposure", "MinExposureTime"),
    ("exposure.max_exposure_time_us", "Exposure", "MaxExposureTime"),
    ("exposure.min_gain_db", "Exposure", "MinGain"),
    ("exposure.max_gain_db", "Exposure", "MaxGain"),
    ("exposure.exposure_time_us", "Exposure", "ExposureTime"),
    ("exposure.gain_db", "Exposure", "Gain"),
    ("ir_cut_filter", "IrCutFilter", ""),
    ("sharpness", "Sharpness", ""),
    ("wide_dynamic_range.mode", "WideDynamicRange", "Mode"),
    ("wide_dynamic_range.level", "WideDynamicRange", "Level"),
)
Settings = Mapping[str, str | float]  # by path; never changed, a Set puts another one in its place


@dataclass(frozen=True, kw_only=True)
class ImagingOptions:
    """What a model offers, by path: modes, or a range. What is not in ``offered`` the camera does not have."""

    offered: Mapping[str, Modes | Range]
    factory: Settings
    whole_only: bool = False  # refuses a Set that leaves out what the camera has
    clamps: bool = False  # takes a number outside its range as the nearest one, without a fault
    forgets_others: bool = False  # answers OK to elements that it does not have; otherwise a fault


@dataclass(slots=True)
class ImagingState:
    """``settings`` hold now; ``kept`` come back after a restart (ForcePersistence false changes only the former)."""

    options: ImagingOptions
    settings: Settings
    kept: Settings

    @classmethod
    def factory(cls, options: ImagingOptions) -> ImagingState:
        return cls(options, options.factory, options.factory)

    def put(self, settings: Settings, persistent: bool = True) -> None:
        self.settings = settings
        if persistent:
            self.kept = settings

    def restarted(self) -> None:
        self.settings = self.kept

    def inject(self, path: str, value: object) -> None:
        """``exposure.mode`` and so on. KeyError for what the camera does not have, ValueError for a bad value."""
        offered = self.options.offered.get(path)
        if offered is None:
            raise KeyError(f"there is no {path!r}; there are {', '.join(self.options.offered)}")
        if isinstance(offered[0], str):
            taken: str | float = one_of(value, tuple(map(str, offered)))
        elif (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not offered[0] <= value <= float(offered[-1])
        ):
            raise ValueError(f"{value!r} is not between {offered[0]:g} and {float(offered[-1]):g}")
        else:
            taken = float(value)
        self.put({**self.settings, path: taken})

    def snapshot(self) -> dict[str, object]:
        """``{"brightness": 50.0, "exposure": {"mode": "AUTO", …}, …}``."""
        told: dict[str, object] = {}
        for path, value in self.settings.items():
            head, _, field_name = path.partition(".")
            if field_name:
                inner = told.setdefault(head, {})
                assert isinstance(inner, dict)
                inner[field_name] = value
            else:
                told[head] = value
        return told


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.9g}"


def _nested(parts: list[tuple[str, str, str]]) -> str:
    """Element, child (or ""), XML of its content; neighbours with one element become one."""
    inner, opened = "", ""
    for element, child, content in parts:
        if opened and opened != element:
            inner, opened = f"{inner}</tt:{opened}>", ""
        if child and not opened:
            inner, opened = f"{inner}<tt:{element}>", element
        inner += content
    return f"{inner}</tt:{opened}>" if opened else inner


def _source(call: Call) -> None:
    token = text(call.element, "timg:VideoSourceToken")
    if token != SOURCE:
        raise SoapFault(f"there is no video source {token}", "ter:InvalidArgVal", "ter:NoSource")


def get_imaging_settings(state: ImagingState, call: Call) -> str:
    _source(call)
    parts = []
    for path, element, child in SETTINGS:
        if path in state.settings:
            tag = child or element
            parts.append((element, child, f"<tt:{tag}>{_number(state.settings[path])}</tt:{tag}>"))
    inner = f"<timg:ImagingSettings>{_nested(parts)}</timg:ImagingSettings>"
    return f"<timg:GetImagingSettingsResponse>{inner}</timg:GetImagingSettingsResponse>"


def get_options(state: ImagingState, call: Call) -> str:
    _source(call)
    parts = []
    for path, element, child in SETTINGS:
        if path not in state.options.offered:
            continue
        offered = state.options.offered[path]
        tag = "IrCutFilterModes" if element == "IrCutFilter" else child or element
        if isinstance(offered[0], str):
            content = "".join(f"<tt:{tag}>{mode}</tt:{tag}>" for mode in offered)
        else:
            low, high = map(_number, offered)
            content = f"<tt:{tag}><tt:Min>{low}</tt:Min><tt:Max>{high}</tt:Max></tt:{tag}>"
        parts.append((element, child, content))
    inner = f"<timg:ImagingOptions>{_nested(parts)}</timg:ImagingOptions>"
    return f"<timg:GetOptionsResponse>{inner}</timg:GetOptionsResponse>"


def set_imaging_settings(state: ImagingState, call: Call) -> str:
    _source(call)
    entry = call.element.find("{*}ImagingSettings")
    if entry is None:
        raise SoapFault("the settings are missing", "ter:InvalidArgVal")
    persistent = text(call.element, "timg:ForcePersistence")
    settings = _requested(state, entry)
    lowest, highest = (settings.get(f"exposure.{end}_exposure_time_us") for end in ("min", "max"))
    if isinstance(lowest, float) and isinstance(highest, float) and lowest > highest:
        _refuse(f"MinExposureTime {lowest:g} above MaxExposureTime {highest:g}")
    state.put(settings, persistent is None or boolean(persistent))
    return "<timg:SetImagingSettingsResponse/>"


def _requested(state: ImagingState, entry: Element) -> Settings:
    """The old settings with everything that the entry gives."""
    options = state.options
    known = {element for path, element, _ in SETTINGS if path in options.offered}
    others = [name for child in entry if (name := local_name(child)) not in known]
    settings = dict(state.settings)
    for path, element, child in SETTINGS:
        given = text(entry, f"tt:{element}/tt:{child}" if child else f"tt:{element}")
        if path not in options.offered:
            others += [child] if given is not None and element in known else []
        elif given is not None:
            settings[path] = _taken(options, path, given)
        elif options.whole_only:
            _refuse(f"an object without {element} {child}".rstrip())
    if others and not options.forgets_others:
        _refuse(others[0])
    return settings


def _taken(options: ImagingOptions, path: str, given: str) -> str | float:
    offered = options.offered[path]
    if isinstance(offered[0], str):
        if given not in offered:
            _refuse(f"{path} {given}")
        return given
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    low, high = float(offered[0]), float(offered[-1])
    if options.clamps and value == value:  # no NaN
        return max(low, min(high, value))
    if not low <= value <= high:
        _refuse(f"{path} {given}")
    return value


def _refuse(what: str) -> NoReturn:
    raise SoapFault(f"{what} is not possible", "ter:InvalidArgVal", "ter:SettingsInvalid")


def get_service_capabilities(_: ImagingState, __: Call) -> str:
    return f"<timg:GetServiceCapabilitiesResponse>{IMAGING_CAPABILITIES}</timg:GetServiceCapabilitiesResponse>"


IMAGING: Mapping[str, Operation[ImagingState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetImagingSettings": Operation(Access.READ_MEDIA, get_imaging_settings),
    "GetOptions": Operation(Access.READ_MEDIA, get_options),
    "SetImagingSettings": Operation(Access.ACTUATE, set_imaging_settings),
}
