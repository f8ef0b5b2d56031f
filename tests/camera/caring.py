"""A run on a few simulated cameras: a city that has only these, and a store of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from iccc.care import Cared, Errand, carry_out, look
from iccc.city.devices import Camera
from iccc.city.policies import Maintenance
from iccc.clock import SystemClock
from iccc.context import Context
from iccc.sessions.reach import Reach
from iccc.settings import Limits, Settings
from iccc.state.log import ActLog
from iccc.state.store import open_store
from tests.unit.states import bilaspur


def caring(
    root: Path, cameras: Mapping[str, Camera], reach: Reach, maintenance: Maintenance | None = None, **limits: int
) -> Context:
    """The context; its store is in ``root``."""
    city = replace(bilaspur(), cameras=cameras, switches={}, recorders={}, equipment={})
    city = replace(city, maintenance=maintenance or Maintenance())
    settings = Settings(root, limits=replace(Limits(), **limits), timeouts=reach.timeouts)
    nothing: Any = None  # what only others need
    trust: Any = reach.trust
    return Context(settings, city, SystemClock(), open_store(root), nothing, trust, nothing, reach, None)


async def cared(context: Context, errand: Errand, progress: list[str] | None = None) -> Cared:
    """Look at all cameras of the context's city, and do the errand."""
    cameras = list(context.city.cameras.values())
    seen = await look(context, cameras, lambda _name: None)
    return await carry_out(context, seen, errand, (progress if progress is not None else []).append)


def acts(context: Context) -> list[tuple[str, str, str]]:
    """The log: device, what, why."""
    return [(act.device, act.what or act.result, act.why.reason) for act in ActLog(context.store).acts()]
