"""The platform as one value. Facts and their sources: docs/platforms/alliedware_plus.md."""

from __future__ import annotations

from iccc.compare import ABSENT
from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.platform import Level, Platform
from iccc.switch.platforms.alliedware_plus import vlans
from iccc.switch.platforms.alliedware_plus.access import said
from iccc.switch.platforms.alliedware_plus.facts import ERRORS, SHOW_ERROR
from iccc.switch.platforms.alliedware_plus.names import canonical, order
from iccc.switch.platforms.alliedware_plus.ports import PortModel
from iccc.switch.platforms.alliedware_plus.read import is_saved, read, stable
from iccc.switch.platforms.alliedware_plus.text import described, judged, named, password, say, word

DIALECT = Dialect(
    netmiko="allied_telesis_awplus",
    config_error=ERRORS,
    show_error=SHOW_ERROR,
    exec_prompt=r"{name}[>#] ?$",
    config_prompt=r"\S{{0,64}}\(config[^)\n]*\)# ?$",
    setup=("terminal length 0",),
    enter="configure terminal",
    leave="end",
)

PLATFORM = Platform(
    name="alliedware_plus",
    level=Level.PLAN,  # what trunks and the deletion of VLANs do is inferred in part, and nothing reverts itself
    dialect=DIALECT,
    templates="switch/alliedware_plus",
    shows=("show running-config",),
    show_startup="show startup-config",
    read=read,
    is_saved=is_saved,
    stable=stable,
    save=(Typed("write memory"),),
    blank=PortModel().state(),
    canonical=canonical,
    order=order,
    say=say,
    filters={
        "vlan_lists": vlans.lists,
        "whole_list": vlans.whole,
        "present": lambda table: {key: one for key, one in (table or {}).items() if one is not ABSENT},
        "rule": said,
        "described": described,
        "judged": judged,
        "named": named,
        "password": password,
        "word": word,
    },
)
