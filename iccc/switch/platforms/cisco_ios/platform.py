"""The platform as one value. Facts and their sources: docs/platforms/cisco_ios.md."""

from __future__ import annotations

from ipaddress import IPv4Interface

from iccc.sessions.dialect import Dialect, Typed
from iccc.switch.platform import Level, Platform, Revert
from iccc.switch.platforms.cisco_ios import vlans
from iccc.switch.platforms.cisco_ios.access import said
from iccc.switch.platforms.cisco_ios.facts import ERRORS, SHOW_ERROR
from iccc.switch.platforms.cisco_ios.names import canonical, order, poe_index
from iccc.switch.platforms.cisco_ios.ports import PortModel
from iccc.switch.platforms.cisco_ios.read import is_saved, read, stable
from iccc.switch.platforms.cisco_ios.text import say
from iccc.switch.steps import Edit, SnmpSet

PSE_PORT_ADMIN_ENABLE = "1.3.6.1.2.1.105.1.1.1.3"  # POWER-ETHERNET-MIB pethPsePortAdminEnable
TRUE, FALSE = 1, 2  # SNMPv2-TC TruthValue
CONFIRM = (r"\[confirm\]\s*$", "")  # a question that Return answers with yes
ARCHIVE = ("archive", " path flash:iccc-archive")  # without it IOS refuses a revert timer

DIALECT = Dialect(
    netmiko="cisco_ios",
    config_error=ERRORS,
    show_error=SHOW_ERROR,
    exec_prompt=r"{name}[>#] ?$",
    config_prompt=r"\S{0,64}\(config[^)\n]*\)# ?$",
    setup=("terminal length 0", "terminal width 511"),
    questions=(CONFIRM,),  # `no username` and others ask back, and would swallow the next line
    enter="configure terminal",
    leave="end",
)


def _poe(edit: Edit) -> SnmpSet | None:
    """PoE by SNMP: its object is the same on every switch (docs/adr/0008)."""
    if (edit.section, edit.field) != ("ports", "poe"):
        return None
    group, port = poe_index(edit.key)
    value, before = (TRUE if power else FALSE for power in (edit.after, edit.before))
    return SnmpSet(f"{PSE_PORT_ADMIN_ENABLE}.{group}.{port}", value, before)


def _archive_missing(running: str) -> tuple[str, ...]:
    lines = running.splitlines()
    inside = lines[lines.index("archive") + 1 :] if "archive" in lines else []
    for line in inside:
        if not line.startswith(" "):
            break
        if line.startswith(" path "):
            return ()
    return ARCHIVE


PLATFORM = Platform(
    name="cisco_ios",
    level=Level.DEPLOY,
    dialect=DIALECT,
    templates="switch/cisco_ios",
    shows=("show running-config", "show snmp user"),
    show_startup="show startup-config",
    read=read,
    is_saved=is_saved,
    stable=stable,
    save=(Typed("write memory"),),
    blank=PortModel().state(),
    canonical=canonical,
    order=order,
    say=say,
    optional={"show snmp user": "snmp_users"},
    revert=Revert(
        arm=lambda minutes: (Typed(f"configure terminal revert timer {minutes}", enters=True),),
        commit=lambda _minutes: (),
        armed=lambda answer: "Rollback Confirmed Change: Backing up" in answer,
        # That it backs up does not say that it could: flash may be full.
        prove=(Typed("do show archive config rollback timer", config=True, may_fail=True),),
        proved=lambda answer: "Timer value" in answer,
        confirm=(Typed("configure confirm"),),
        now=(Typed("configure revert now"),),
        now_is_checked=True,
        needs=_archive_missing,
    ),
    snmp_set=_poe,
    filters={
        "vlan_lists": vlans.lists,
        "ip_and_mask": lambda address: IPv4Interface(address).with_netmask.replace("/", " "),
        "address_and_wildcard": lambda prefix: " ".join(filter(None, said(prefix))),
    },
    poe_index=poe_index,
)
