"""Class config: settings that differ, are not saved, or were changed by somebody else.

What is not declared is no finding: a switch brings VLANs and users of its own and of other projects, nobody has said
that they are wrong, and a list of them every morning hides what is. `iccc drift` lists them beside the findings
(:mod:`iccc.switch.extra`); who wants one gone declares it absent, and then it is a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from iccc.adopt.offer import Offers
from iccc.city.devices import Switch
from iccc.compare import ABSENT, plain, section_of
from iccc.drift.addressing import is_addressing
from iccc.drift.telling import command, on_device
from iccc.drift.view import View
from iccc.finding import SAVED, Class, Finding, Severity
from iccc.localtime import local
from iccc.past import CLOCK_DRIFT, WRAP_S, Past, ran_through
from iccc.secrets import OWN_USER
from iccc.switch.seen import ConfigEvent, ConfigHistory, SwitchFacts

_WRITING_S = 15.0  # how far off a reading may put a change: the first answer takes up to 12 s (timeouts.device_s)

Effect = tuple[str, Callable[[Any, Any], bool], Severity]


def _always(_seen: Any, _wanted: Any) -> bool:
    return True


def _unwanted(_seen: Any, wanted: Any) -> bool:
    return wanted is ABSENT


def _shut(seen: Any, _wanted: Any) -> bool:
    return seen is True


def _off(seen: Any, wanted: Any) -> bool:
    return wanted is True and seen is not True


def _lacks(seen: Any, wanted: Any) -> bool:
    return not (isinstance(seen, frozenset) and isinstance(wanted, frozenset) and wanted <= seen)


SWITCH_EFFECTS: tuple[Effect, ...] = (
    # What cuts cameras or the management off, or does with the next restart.
    (r"(vlans|interfaces)\[\d+\]", _unwanted, Severity.MINOR),
    (r"vlans\[\d+\]", _always, Severity.CRITICAL),
    (r"interfaces\[\d+\](\.(address|shutdown))?", _always, Severity.CRITICAL),
    (r"ports\[.+\]\.shutdown", _shut, Severity.CRITICAL),
    (r"ports\[.+\]\.poe", _off, Severity.CRITICAL),
    (r"ports\[.+\]\.allowed_vlans", _lacks, Severity.CRITICAL),
    (r"ports\[.+\](\.(mode|access_vlan|native_vlan))?", _always, Severity.CRITICAL),
    # Names, for people.
    (r"hostname|vlans\[\d+\]\.name|ports\[.+\]\.description", _always, Severity.MINOR),
    # The rest is security and safeguards: who may log in, time, logs, spanning tree, limits of ports, saving.
)
HOST_EFFECTS: tuple[Effect, ...] = (
    (r"protocols\[rtsp\](\.\w+)?", _always, Severity.CRITICAL),  # without it nothing is recorded
    (r"users(\[.+\])?(\.\w+)?|protocols(\[.+\])?(\.\w+)?|time(\.\w+)?", _always, Severity.MAJOR),
    (r"channels\[.+\]\.number", _always, Severity.MINOR),
    (r"channels\[.+\]\.(stream|user)", _always, Severity.MAJOR),
    (r"channels\[.+\](\.\w+)?", _always, Severity.CRITICAL),  # the camera is not recorded, or another in its place
    (r".*", _always, Severity.MINOR),  # names, places, and the quality of pictures that are recorded
)
_UNUSED = (r"ports\[.+\](\.\w+)?", _always, Severity.MAJOR)  # of a port on which nothing hangs


def findings(view: View) -> Iterator[Finding]:
    """One finding for every leaf that differs (the gateway is class addressing), and who else changed something."""
    found = list(_differences(view))
    offers = Offers(view.city, found)
    yield from (replace(one, next_step=_next_step(view, one, offers)) for one in found)
    for plan in view.plan.devices.values():
        facts = view.switch_facts(plan.device)
        if facts is not None and view.city.device(plan.device).on_the_wire:
            yield from _changed_outside(view, plan.device, facts)


def _differences(view: View) -> Iterator[Finding]:
    for plan in view.plan.devices.values():
        device = view.city.device(plan.device)
        for planned in plan.changes:
            change = planned.change
            if is_addressing(change.path):
                continue
            yield Finding(
                device=device.name,
                path=change.path,
                class_=Class.CONFIG,
                severity=_severity(view, device.name, change.path, change.seen, change.wanted),
                text="the running configuration is not the startup configuration: a power cut undoes what was changed"
                if change.path == SAVED
                else f"{change.path} differs",
                where=planned.where,
                site=device.site,
                seen=plain(change.seen),
                wanted=plain(change.wanted),
            )


def _next_step(view: View, finding: Finding, offers: Offers) -> str:
    device, path = finding.device, finding.path
    unwritten = view.city.device(device).unwritten
    if path == SAVED:
        return f"Look at what is not saved on {device}, and save it, or restart it to be rid of it."
    held = getattr(view.city.device(device), "hold", None) is not None
    if held and section_of(path) not in view.city.device(device).written_while_held:
        return f"Leave {path} of {device} as it is: {unwritten}."
    if unwritten and not held:
        return f"Have {path} of {device} put right by whoever writes to it: iccc does not ({unwritten})."
    step = f"Put it right with: {command(view, 'deploy', '--limit', device)}"
    if offers.takes(finding):
        step += f" or declare what was seen with: {command(view, 'drift adopt', finding.id)}"
    return step


def _severity(view: View, name: str, path: str, seen: Any, wanted: Any) -> Severity:
    """By effect: the first line of the table that fits."""
    device = view.city.device(name)
    table = SWITCH_EFFECTS if isinstance(device, Switch) else HOST_EFFECTS
    if isinstance(device, Switch) and path.startswith("ports["):
        port = device.ports.get(path[len("ports[") :].partition("]")[0])
        table = table if port is not None and port.device else (_UNUSED,)
    for pattern, fits, severity in table:
        if re.fullmatch(pattern, path) and fits(seen, wanted):
            return severity
    return Severity.MAJOR


def _changed_outside(view: View, name: str, facts: SwitchFacts) -> Iterator[Finding]:
    """The switch says that its configuration changed since it was last read, and by whom, if not by iccc.

    Nothing follows where it does not say who, or restarted since: reading the startup configuration is a change, too.
    A history is no proof of anything unsaved, for IOS counts a visit to the configuration mode as a change.
    """
    past, history, uptime = view.past.get(name), facts.history, facts.uptime_s
    if past is None or past.uptime_s is None or not isinstance(history, ConfigHistory):
        return
    told_at = view.told_at(name)
    if not isinstance(uptime, float | int) or not ran_through(past, uptime, told_at):
        return
    since_s = (uptime - past.uptime_s) % WRAP_S
    if since_s > WRAP_S / 2:  # it stands a little before where it stood, within what clocks may be off
        return
    found = []
    for event in history.events:
        ago_s = (uptime - event.at_s) % WRAP_S
        at = told_at - timedelta(seconds=ago_s)
        if ago_s < since_s and event.user != OWN_USER and not _is_nobody(event) and not _wrote(past, at, ago_s):
            found.append((at, event))
    if not found:
        return
    found.sort(key=lambda one: one[0], reverse=True)
    (at, last), *others = found
    before = ", ".join(dict.fromkeys(event.by for _, event in others))
    yield on_device(
        view, name, "history.changed_s", Class.CONFIG, Severity.MAJOR,
        f"the configuration of {name} was changed at {local(at, view.city)} by {last.by}"
        + (f", and {len(others)} more before, by {before}" if others else ""),
        seen=last.by, wanted=OWN_USER,
        said={f"CISCO-CONFIG-MAN-MIB ccmHistoryEventTable {event.number}": f"{event.at_s} s, "
              f"{when:%Y-%m-%d %H:%M} UTC, {event.by}" for when, event in found},
        step=f"Ask {last.by} what was changed on {name}, and declare it or have it put right.",
        event=True,
    )  # fmt: skip


def _is_nobody(event: ConfigEvent) -> bool:
    """A community is no name."""
    return not event.user and event.by.endswith("(SNMP)")


def _wrote(past: Past, at: datetime, ago_s: float) -> bool:
    """Whether iccc was writing to the device then: its first login is another user than its own."""
    slack = timedelta(seconds=_WRITING_S + ago_s * CLOCK_DRIFT)
    return any(began - slack <= at <= ended + slack for began, ended in past.written)
