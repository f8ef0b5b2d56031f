"""Cisco IOS (classic switches and industrial ones): configuration text to state and back, and ordered changes."""

from iccc.switch.platforms.cisco_ios.changes import changes
from iccc.switch.platforms.cisco_ios.guard import check
from iccc.switch.platforms.cisco_ios.lines import render
from iccc.switch.platforms.cisco_ios.parse import is_saved, management_vlan, parse

__all__ = ["changes", "check", "is_saved", "management_vlan", "parse", "render"]
