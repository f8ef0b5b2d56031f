"""Reading a city and comparing it: the one thing that plan, deploy, drift and verify start with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iccc import fleet
from iccc.city.devices import Device
from iccc.context import Context
from iccc.drift import findings
from iccc.finding import Finding
from iccc.fleet import Progress
from iccc.observed import Observed
from iccc.plan import Plan, make_plan
from iccc.wanted import Wanted


@dataclass(frozen=True)
class Survey:
    """What was wanted, what was seen, and what follows from it, for the devices asked about."""

    devices: Sequence[Device]
    wanted: Mapping[str, Wanted[Any]]
    observed: Mapping[str, Observed[Any, Any]]
    plan: Plan
    findings: Sequence[Finding]


def survey(context: Context, devices: Sequence[Device], progress: Progress) -> Survey:
    """Read the devices that are on the wire, compare, and keep what was seen and found in the state store.

    Cameras are judged with the switches that feed them: those are read too, so that a silent camera has a root.
    """
    asked = [device for device in devices if device.on_the_wire]
    observed = asyncio.run(fleet.observe(asked, context.city, context.reach, progress))
    wanted = fleet.wanted_all(asked, context.city)
    now = context.clock.now()
    plan = make_plan(context.city, str(context.settings.target), now, asked, wanted, observed)
    found = findings(context.city, plan, observed)
    context.keep(observed, wanted, found, whole=len(asked) == sum(1 for d in context.city.devices() if d.on_the_wire))
    return Survey(asked, wanted, observed, plan, found)
