"""GeoVision."""

from __future__ import annotations

from iccc.camera.vendors.quirk import Quirk
from iccc.onvif.state import TimeMode

QUIRKS = (
    Quirk(
        manufacturer="geo*vision*",
        model="GV-BX8700*",
        says={"clock_modes": frozenset({TimeMode.NTP})},
        source="https://github.com/edgexfoundry/device-onvif-camera/issues/27",
        harm="it takes NTP and refuses a date set by hand: NTP would never be tried on a camera whose clock is far off",
    ),
)
