"""Reading a city and comparing it: the one thing that plan, deploy, drift and verify start with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from iccc import fleet
from iccc.city.devices import Device, Switch
from iccc.compare import Unread
from iccc.context import Context
from iccc.drift.all import findings, most_severe_first
from iccc.drift.call_boxes import turned_cameras
from iccc.drift.learning import learned
from iccc.drift.roots_beside import feeders, surroundings
from iccc.drift.view import View
from iccc.errors import UsageError
from iccc.finding import Finding
from iccc.fleet import Progress
from iccc.observed import Observed
from iccc.plan import Plan, make_plan
from iccc.sessions import aio
from iccc.state.findings import beneath
from iccc.switch.extra import extra, undeclared_links
from iccc.switch.preview import Preview, preview_all
from iccc.wanted import Wanted
from iccc.writing import Writing


@dataclass(frozen=True)
class Survey:
    """What was wanted, what was seen, and what follows from it, for the devices asked about."""

    devices: Sequence[Device]
    wanted: Mapping[str, Wanted[Any]]
    observed: Mapping[str, Observed[Any, Any]]
    plan: Plan
    findings: Sequence[Finding]
    extra: Mapping[str, Sequence[str]] = field(
        default_factory=dict
    )  # by switch: paths of what is not declared, and left alone


def survey(context: Context, devices: Sequence[Device], progress: Progress) -> Survey:
    """Read the devices that are on the wire, compare, and keep what was seen and found in the state store.

    What a reading shows only once waits in the store until ``iccc drift`` has listed it, whichever command saw it.
    When a camera is silent, the switch that feeds it is read too, and when a switch is, its neighbours and the UPS of
    its cabinet, so that the silence has a root. Beside a call box the cameras are read that turn to who calls.
    """
    city = context.city
    asked = [device for device in devices if device.on_the_wire]
    if not asked:
        raise UsageError("none of these devices is on the wire yet: their status is before installed, or after faulty")
    observed = aio.run(_read(context, asked, progress))
    wanted = fleet.shown(fleet.wanted_all([city.device(name) for name in observed], city), observed, city)
    read = [city.device(name) for name in observed]
    now = context.clock.now()
    whole = make_plan(city, str(context.settings.target), now, read, wanted, observed)
    names = {device.name for device in asked}
    past = context.past()
    back = {name: past[name].read_at for name in past.keys() & observed.keys() if _answered(observed[name])}
    view = View(city, whole, observed, now, past, context.silent_since(back))
    everything = findings(view)
    # Also what stands on the switches that were read beside those asked about.
    context.keep(observed, everything, learned(view))
    found = [f for f in everything if names & {f.device, *f.behind, *f.affected, *(one.device for one in f.under)}]
    plan = replace(whole, devices={name: part for name, part in whole.devices.items() if name in names})
    return Survey(asked, wanted, observed, plan, found, _extra(asked, wanted, observed))


def with_events(found: Sequence[Finding], happened: Mapping[str, Finding], devices: Collection[str]) -> list[Finding]:
    """The findings of a reading, and what happened to ``devices`` that this reading does not show any more."""
    here = {one.id: happened.get(one.id, one) for one in found}
    explained = {one.id for one, _ in beneath(found)}
    here |= {id_: one for id_, one in happened.items() if one.device in devices and id_ not in explained}
    return most_severe_first(here.values())


def _extra(
    asked: Sequence[Device], wanted: Mapping[str, Wanted[Any]], observed: Mapping[str, Observed[Any, Any]]
) -> dict[str, Sequence[str]]:
    found = {}
    for name in (device.name for device in asked if isinstance(device, Switch)):
        state = observed[name].state
        found[name] = () if isinstance(state, Unread) else tuple(extra(wanted[name].state, state))
    return {name: paths for name, paths in found.items() if paths}


def commands(context: Context, seen: Survey) -> list[Preview]:
    """The commands that a deploy would send to each switch with changes. Reads those switches once more."""
    names = {device.device for device in seen.plan.changing}
    switches = [device for device in seen.devices if isinstance(device, Switch) and device.name in names]
    known = context.city.switches
    links = {one.name: undeclared_links(one, seen.observed[one.name].facts, known) for one in switches}
    writing = Writing(context.settings.root / "templates", links=links)
    return aio.run(preview_all(switches, seen.wanted, context.reach, writing))


def _answered(seen: Observed[Any, Any]) -> bool:
    return not isinstance(seen.state, Unread)


async def _read(context: Context, asked: Sequence[Device], progress: Progress) -> dict[str, Observed[Any, Any]]:
    observed = await fleet.observe(asked, context.city, context.reach, progress)
    for beside in (turned_cameras, feeders, surroundings):
        if more := beside(context.city, observed):
            observed |= await fleet.observe(more, context.city, context.reach, lambda _name: None)
    return observed
