"""Juniper EX switches with the Enhanced Layer 2 Software."""

from iccc.switch.platforms.juniper_junos.platform import PLATFORM

__all__ = ["PLATFORM"]
