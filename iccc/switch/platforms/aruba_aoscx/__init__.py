"""Aruba AOS-CX: 4100i, 6000, 6100, 6200, 6300 and 6400 series."""

from iccc.switch.platforms.aruba_aoscx.platform import PLATFORM

__all__ = ["PLATFORM"]
