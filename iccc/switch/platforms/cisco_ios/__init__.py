"""Cisco IOS, IOS-XE and the industrial IE series."""

from iccc.switch.platforms.cisco_ios.platform import PLATFORM

__all__ = ["PLATFORM"]
