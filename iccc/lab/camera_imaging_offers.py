"""What the makes offer of imaging. The data are examples."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from iccc.lab.camera_imaging import ImagingOptions, Modes, Range, Settings

_SWITCH = ("ON", "OFF")
_PERCENT = (0.0, 100.0)
_AUTO_MANUAL: Mapping[str, Modes | Range] = {
    "exposure.mode": ("AUTO", "MANUAL"),
    "exposure.min_exposure_time_us": (10.0, 333_333.0),
    "exposure.max_exposure_time_us": (10.0, 333_333.0),
    "exposure.min_gain_db": _PERCENT,
    "exposure.max_gain_db": _PERCENT,
    "exposure.exposure_time_us": (10.0, 333_333.0),
    "exposure.gain_db": _PERCENT,
}
_PICTURE = dict.fromkeys(("brightness", "color_saturation", "contrast", "sharpness"), _PERCENT)
_FACTORY: Settings = MappingProxyType(
    {
        "backlight_compensation.mode": "OFF",
        "backlight_compensation.level": 50.0,
        "brightness": 50.0,
        "color_saturation": 50.0,
        "contrast": 50.0,
        "exposure.mode": "AUTO",
        "exposure.priority": "FrameRate",
        "exposure.min_exposure_time_us": 33.0,
        "exposure.max_exposure_time_us": 33_333.0,
        "exposure.min_gain_db": 0.0,
        "exposure.max_gain_db": 100.0,
        "exposure.exposure_time_us": 20_000.0,
        "exposure.gain_db": 50.0,
        "ir_cut_filter": "AUTO",
        "sharpness": 50.0,
        "wide_dynamic_range.mode": "OFF",
        "wide_dynamic_range.level": 50.0,
    }
)


def _within(value: str | float, limits: Modes | Range) -> str | float:
    if isinstance(value, str):
        return value if value in limits else str(limits[0])
    return max(float(limits[0]), min(float(limits[-1]), value))


def _offers(
    offered: Mapping[str, Modes | Range], whole_only: bool = False, clamps: bool = False, forgets_others: bool = False
) -> ImagingOptions:
    return ImagingOptions(
        offered=MappingProxyType(dict(offered)),
        factory=MappingProxyType({path: _within(_FACTORY[path], limits) for path, limits in offered.items()}),
        whole_only=whole_only,
        clamps=clamps,
        forgets_others=forgets_others,
    )


_WDR: Mapping[str, Modes | Range] = {"wide_dynamic_range.mode": _SWITCH, "wide_dynamic_range.level": _PERCENT}
_BLC: Mapping[str, Modes | Range] = {"backlight_compensation.mode": _SWITCH, "backlight_compensation.level": _PERCENT}
_IR_CUT: Mapping[str, Modes | Range] = {"ir_cut_filter": ("ON", "OFF", "AUTO")}

# Exposure is automatic only, between limits; WDR has no level.
PTZ_IMAGING = _offers(
    {
        **_PICTURE,
        **_IR_CUT,
        "backlight_compensation.mode": _SWITCH,
        "exposure.mode": ("AUTO",),
        "exposure.priority": ("LowNoise", "FrameRate"),
        "exposure.min_exposure_time_us": (33.0, 500_000.0),
        "exposure.max_exposure_time_us": (33.0, 500_000.0),
        "exposure.max_gain_db": (0.0, 48.0),
        "wide_dynamic_range.mode": _SWITCH,
    },
    whole_only=True,
)
ANPR_IMAGING = _offers({**_PICTURE, **_AUTO_MANUAL, **_IR_CUT, **_WDR, **_BLC}, clamps=True)
FIXED_IMAGING = _offers(
    {**_PICTURE, **_AUTO_MANUAL, **_IR_CUT, **_WDR, "backlight_compensation.mode": _SWITCH}, forgets_others=True
)
DAY_IMAGING = _offers({**_PICTURE, **_AUTO_MANUAL, **_WDR, **_BLC})  # no filter before the sensor
