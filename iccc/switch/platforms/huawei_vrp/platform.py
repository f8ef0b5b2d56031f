"""The platform as one value. Facts and their sources: docs/platforms/huawei_vrp.md."""

from __future__ import annotations

from ipaddress import IPv4Interface

from iccc.compare import ABSENT
from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.platform import Level, Platform
from iccc.switch.platforms.huawei_vrp import vlans
from iccc.switch.platforms.huawei_vrp.access import said
from iccc.switch.platforms.huawei_vrp.facts import ERRORS, SHOW_ERROR
from iccc.switch.platforms.huawei_vrp.names import canonical, order
from iccc.switch.platforms.huawei_vrp.ports import UNTAGGED_1, PortModel
from iccc.switch.platforms.huawei_vrp.read import is_saved, read, stable
from iccc.switch.platforms.huawei_vrp.text import ciphered, judged, method, say, whole, word

DIALECT = Dialect(
    netmiko="huawei_vrp",
    config_error=ERRORS,
    show_error=SHOW_ERROR,
    exec_prompt=r"<{name}> ?$",
    config_prompt=r"\[[~*]?\S{{0,64}}\] ?$",
    any_prompt=r"<(?P<name>[^\s>]{1,64})> ?$",
    setup=("screen-length 0 temporary",),
    # Only the question of `save`: one about deleting VLANs means that the plan was wrong, and is left unanswered.
    questions=((r"Are you sure to continue\?\s*\[Y/N\]:? ?$", "y"),),
    enter="system-view",
    leave="return",
    enable=False,
)

PLATFORM = Platform(
    name="huawei_vrp",
    level=Level.PLAN,  # nothing reverts itself on V200R, and much of the page is inferred
    dialect=DIALECT,
    templates="switch/huawei_vrp",
    shows=("display current-configuration",),
    show_startup="display saved-configuration",
    read=read,
    is_saved=is_saved,
    stable=stable,
    save=(Typed("save"),),
    blank=PortModel().state(),
    canonical=canonical,
    order=order,
    say=say,
    filters={
        "vlan_lists": vlans.lists,
        "but_1": lambda numbers: frozenset(numbers) - UNTAGGED_1,
        "present": lambda table: {key: one for key, one in (table or {}).items() if one is not ABSENT},
        "ip_and_mask": lambda address: IPv4Interface(address).with_netmask.replace("/", " "),
        "source": lambda prefix: " ".join(said(prefix)),
        "judged": judged,
        "whole": whole,
        "word": word,
        "ciphered": ciphered,
        "method": method,
    },
)
