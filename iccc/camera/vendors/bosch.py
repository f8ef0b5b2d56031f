"""Bosch."""

from __future__ import annotations

from iccc.camera.vendors.quirk import Quirk

QUIRKS = (
    Quirk(
        manufacturer="bosch*",
        model="*dinion*6000*",
        says={"clock_modes": frozenset()},
        source="https://github.com/edgexfoundry/device-onvif-camera/issues/27",
        harm="SetSystemDateAndTime changes neither mode nor time: every deploy would send it, and none would say that "
        "the clock has to be set elsewhere",
    ),
)
