"""One folder per switch platform, each with one value, ``PLATFORM``: see :class:`iccc.switch.platform.Platform`."""

from __future__ import annotations

from iccc.switch.platform import Platform
from iccc.switch.platforms import alliedware_plus, aruba_aoscx, cisco_ios, huawei_vrp, juniper_junos

PLATFORMS: dict[str, Platform] = {
    one.PLATFORM.name: one.PLATFORM for one in (alliedware_plus, aruba_aoscx, cisco_ios, huawei_vrp, juniper_junos)
}


def platform_of(name: str) -> Platform:
    """The platform of that name in the catalogue; KeyError if there is none."""
    return PLATFORMS[name]
