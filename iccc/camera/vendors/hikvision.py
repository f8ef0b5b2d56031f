"""Hikvision."""

from __future__ import annotations

from iccc.camera.vendors.quirk import Quirk

QUIRKS = (
    Quirk(
        manufacturer="hikvision*",
        # Its own pages and ISAPI write every zone with the name CST and seconds: CST-5:30:00 is India's.
        says={"zone_form": "CST{}:00"},
        source="https://github.com/home-assistant/core/issues/90820",
        harm="firmware that knows its own list alone refuses others (ter:InvalidTimeZone), and the whole Set with them",
    ),
    Quirk(
        manufacturer="hikvision*",
        model="DS-2CD2T47*",
        firmware="V5.7.3*",
        says={"ntp_holds_with_mode": True},
        source="a report to this project: it was found in no public one",
        harm="SetNTP answers OK and keeps the old server until the time mode is set: the camera would stay on a server "
        "that nobody declared",
    ),
)
