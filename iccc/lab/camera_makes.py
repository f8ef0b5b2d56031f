"""Makes that are odd in one way each, and which make plays which type of camera. The data are examples."""

from __future__ import annotations

from dataclasses import replace

from iccc.lab.camera_model import AXIS, CPPLUS, DOME, GENERIC, HIKVISION, RLVD, CameraModel
from iccc.lab.onvif_model import TimeZones

# Its time zones are a list of its own.
HIKVISION_LIST = replace(
    HIKVISION, model="DS-2CD2043G0-I", firmware="V5.5.82 build 190220", time_zones=TimeZones.OWN_LIST
)
# A new NTP server is kept for the next time that the time mode is set.
HIKVISION_NTP = replace(HIKVISION, model="DS-2CD2T47G2-L", firmware="V5.7.3 build 220112", ntp_with_mode=True)
# SetSystemDateAndTime is accepted and does nothing.
BOSCH = replace(GENERIC, manufacturer="Bosch", model="DINION IP 6000 HD", firmware="6.44.0020", clock_modes=())
# The date cannot be set by hand.
GEOVISION = replace(GENERIC, manufacturer="GeoVision", model="GV-BX8700", firmware="1.02", refuses_by_hand=True)

# A word in the device type decides: the make first, then the kind of camera, so that a city meets every make.
_BY_WORD = (
    ("dome", DOME),
    ("rlvd", RLVD),
    ("axis", AXIS),
    ("hik-list", HIKVISION_LIST),
    ("hik-ntp", HIKVISION_NTP),
    ("hik", HIKVISION),
    ("bosch", BOSCH),
    ("geovision", GEOVISION),
    ("cpplus", CPPLUS),
    ("8mp", GENERIC),
    ("ptz", AXIS),
    ("anpr", HIKVISION),
    ("fixed", CPPLUS),
)


def model_for(device_type: str) -> CameraModel:
    """The make that plays cameras of this device type (a key of the catalogue); GENERIC for an unknown type."""
    return next((model for word, model in _BY_WORD if word in device_type), GENERIC)
