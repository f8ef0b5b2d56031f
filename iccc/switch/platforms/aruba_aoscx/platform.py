"""The platform as one value. Facts and their sources: docs/platforms/aruba_aoscx.md."""

from __future__ import annotations

from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.platform import Level, Platform, Revert
from iccc.switch.platforms.aruba_aoscx import text, vlans
from iccc.switch.platforms.aruba_aoscx.access import entries
from iccc.switch.platforms.aruba_aoscx.facts import CHECKPOINT, COMPLAINT, MAX_MINUTES, SHOW_ERROR
from iccc.switch.platforms.aruba_aoscx.names import canonical, order, poe_index
from iccc.switch.platforms.aruba_aoscx.ports import PortModel, speed_line
from iccc.switch.platforms.aruba_aoscx.read import is_saved, read, stable
from iccc.switch.state import PortMode

DIALECT = Dialect(
    netmiko="aruba_aoscx",
    config_error=COMPLAINT,
    show_error=SHOW_ERROR,
    exec_prompt=r"{name}[>#] ?$",
    config_prompt=r"\S{0,64}\(config[^)\n]*\)# ?$",
    setup=("no page",),
    ansi=True,  # as netmiko's class for AOS-CX has it
    enter="configure terminal",
    leave="end",
    enable=False,  # an administrator is in manager context after the login
)


# A checkpoint can be copied only to a name that is free, and is not made when nothing has changed since the last one
# (AOS-CX Fundamentals Guide, "copy running-config"). Without a new one, that name may be what is left of an earlier
# change: then the timer alone takes this one back.
CLEAR = (Typed(f"erase checkpoint {CHECKPOINT}", may_fail=True),)
MARK = (Typed(f"copy running-config checkpoint {CHECKPOINT}", may_fail=True),)


PLATFORM = Platform(
    name="aruba_aoscx",
    level=Level.DEPLOY,
    dialect=DIALECT,
    templates="switch/aruba_aoscx",
    shows=("show running-config",),
    show_startup="show startup-config",
    read=read,
    is_saved=is_saved,
    stable=stable,
    save=(Typed("write memory"),),
    blank=PortModel(mode=PortMode.ACCESS).state(security=False),
    canonical=canonical,
    order=order,
    say=text.say,
    revert=Revert(
        clear=CLEAR,
        mark=MARK,
        marked=lambda answer: "Success" in answer,
        arm=lambda minutes: (Typed(f"checkpoint auto {min(minutes, MAX_MINUTES)}"),),
        commit=lambda _minutes: (),
        armed=lambda answer: "Auto checkpoint mode expires in" in answer,
        confirm=(Typed("checkpoint auto confirm"),),
        # Only confirming ends the timer. It comes after the rollback has been taken, and confirms what that restored;
        # where it is refused, the timer restores the same once more.
        now=(Typed(f"checkpoint rollback {CHECKPOINT}"), Typed("checkpoint auto confirm", may_fail=True)),
    ),
    filters={
        "vlan_lists": vlans.lists,
        "vlans_to_make": vlans.to_make,
        "entries": entries,
        "speed_line": speed_line,
        **{
            filter_.__name__: filter_
            for filter_ in (
                text.refused,
                text.description,
                text.hostname,
                text.vlan_name,
                text.user_name,
                text.password,
                text.group,
                text.methods,
                text.client_limit,
                text.stp_mode,
                text.stp_multiple,
            )
        },
    },
    poe_index=poe_index,
)
