"""What is odd about a make, as far as the procedures have to heed it. The defaults are the standard's way.

Which makes have which quirk stands with the kind of device: :mod:`iccc.camera.vendors` for cameras.
"""

from __future__ import annotations

from dataclasses import dataclass

from iccc.onvif.state import TimeMode


@dataclass(frozen=True)
class Quirks:
    """All quirks of one device. A procedure asks for the one that concerns it."""

    zone_form: str = ""  # how it writes a time zone, tried first; ``{}`` is the offset by POSIX: "CST{}:00" for IST
    clock_modes: frozenset[TimeMode] = frozenset(TimeMode)  # with which SetSystemDateAndTime does anything
    ntp_holds_with_mode: bool = False  # SetNTP is accepted, and holds from the next SetSystemDateAndTime on


NO_QUIRKS = Quirks()
