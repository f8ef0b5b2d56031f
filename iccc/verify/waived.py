"""Failures of checks that a waiver covers. What is unknown cannot be waived: nobody knows what that would accept."""

from __future__ import annotations

from datetime import datetime, timedelta

from iccc.city.devices import City, Device
from iccc.city.model.waivers import Waiver
from iccc.limit import fits, words_of

WAIVABLE = ("fail", "warn")


def waiver_of(city: City, device: Device, check: str, at: datetime) -> Waiver | None:
    """The first waiver in force, in the city's own time, that is about this check of this device."""
    if city.declared.waivers is None:
        return None
    today = (at + timedelta(minutes=city.utc_offset_min)).date()
    words = words_of(device)
    return next(
        (
            waiver
            for waiver in city.declared.waivers.file.waivers
            if waiver.check == check and waiver.given_on <= today <= waiver.expires and fits(waiver.scope or "", words)
        ),
        None,
    )


def said(text: str, waiver: Waiver) -> str:
    """The text of the failure, and who accepted it."""
    return f"{text} (waived by {waiver.approver} until {waiver.expires}: {waiver.reason})"
