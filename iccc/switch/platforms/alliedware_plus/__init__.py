"""Industrial switches of Allied Telesis (IE series) under AlliedWare Plus."""

from iccc.switch.platforms.alliedware_plus.platform import PLATFORM

__all__ = ["PLATFORM"]
