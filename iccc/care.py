"""Acts on cameras that set nothing: restarts, backups, firmware. Every camera is looked at first, then waves of them.

One camera of a type and firmware goes first. Guards: what is not ours or under evidence hold, maintenance windows and
freezes, the cameras that may be off at once, another unit than before, and the share of failures that ends the run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iccc.camera import driver
from iccc.camera.state import CameraFacts
from iccc.city.devices import Camera, City
from iccc.compare import Unread
from iccc.context import Context
from iccc.engine.cameras_at_risk import CameraBudget
from iccc.engine.units import stranger
from iccc.errors import IcccError, stumbled
from iccc.maintenance import closed
from iccc.observed import Done, Status
from iccc.onvif.identity import same_serial
from iccc.onvif.state import Identity
from iccc.past import Past
from iccc.state.log import Why
from iccc.trust import TrustStore

Act = Callable[[Camera], Awaitable[Done]]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Errand:
    """What is to be done, and in whose words it stands in the log."""

    command: str  # "camera reboot"
    what: str  # "SystemReboot"
    why: Why
    act: Act
    before: Callable[[Camera, Identity], Done | None] = lambda _camera, _identity: None  # a row instead of the act
    interrupts: bool = True  # whether the camera is off meanwhile
    anytime: bool = False  # also outside of maintenance windows and in freezes
    ended: Callable[[], str] = lambda: ""  # why no other wave is to begin


@dataclass(frozen=True)
class Cared:
    """A row for every camera that was asked about. ``stopped`` says why the run ended early."""

    rows: Sequence[Done]
    stopped: str = ""

    @property
    def bad(self) -> list[Done]:
        return [row for row in self.rows if row.status is not Status.APPLIED]


async def look(context: Context, cameras: Sequence[Camera], progress: Progress) -> dict[str, Identity | Unread]:
    """Who each camera says that it is; nothing is sent to it but that question."""
    seen = await driver.observe_all(cameras, context.reach, (), progress, ())
    found: dict[str, Identity | Unread] = {}
    for name, one in seen.items():
        identity = one.facts.identity if isinstance(one.facts, CameraFacts) else None
        if isinstance(one.state, Unread):
            found[name] = one.state
        else:
            found[name] = identity or Identity("", "", "", "")
    return found


async def carry_out(
    context: Context, seen: Mapping[str, Identity | Unread], errand: Errand, progress: Progress
) -> Cared:
    """Do the errand on the cameras that were looked at, canaries first, then wave by wave."""
    city, limits = context.city, context.settings.limits
    past = context.past()
    rows: dict[str, Done] = {}
    for name, one in seen.items():
        if refused := _refused(city, city.cameras[name], one, past.get(name), context.trust, errand):
            rows[name] = refused
    ready = {name: identity for name, identity in seen.items() if name not in rows and isinstance(identity, Identity)}
    budget = CameraBudget(city.maintenance.camera_loss_budget if errand.interrupts else None)
    tried: list[Done] = []
    stopped = ""
    for wave in _waves(context, ready, limits.care_wave):
        wave = [name for name in wave if not _spoilt(context, ready, name, tried)]
        if not wave:
            continue
        if stopped := _stop(context, errand, tried):
            break
        done = await asyncio.gather(*(_one(context, city.cameras[name], errand, budget, progress) for name in wave))
        tried += done
        rows |= {row.device: row for row in done}
    stopped = stopped or _stop(context, errand, tried, over=True)
    for name in ready.keys() - rows.keys():
        text = _spoilt(context, ready, name, tried) or f"not tried: {stopped}"
        rows[name] = Done(name, Status.REFUSED, text)
    return Cared([rows[name] for name in seen], stopped)


def _refused(
    city: City, camera: Camera, seen: Identity | Unread, past: Past | None, trust: TrustStore, errand: Errand
) -> Done | None:
    """Why nothing is done to a camera, before anything is."""
    if camera.unwritten:
        text = camera.unwritten if camera.ours else f"owner is {camera.owner}; only project is written"
        return Done(camera.name, Status.REFUSED, text)
    if isinstance(seen, Unread):
        return Done(camera.name, Status.FAILED, seen.text)
    budget = city.maintenance.camera_loss_budget
    if errand.interrupts and budget == 0:
        return Done(camera.name, Status.REFUSED, "camera_loss_budget is 0: no camera may be off")
    if not seen.serial and (enrolled := trust.serial(camera.name)):
        text = f"it does not tell its serial number, {enrolled!r} is enrolled"
        return Done(camera.name, Status.REFUSED, text)
    if other := stranger(camera, seen, trust):
        return Done(camera.name, Status.REFUSED, f"another unit: {other}")
    if past is not None and past.serial and seen.serial and not same_serial(past.serial, seen.serial):
        text = f"another unit: serial number {seen.serial} answers, {past.serial} did when it was last read"
        return Done(camera.name, Status.REFUSED, text)
    return errand.before(camera, seen)


def _waves(context: Context, ready: Mapping[str, Identity], size: int) -> Iterator[list[str]]:
    """One camera of each type and firmware, then all the others."""
    first: dict[tuple[str, ...], str] = {}
    for name, identity in ready.items():
        first.setdefault(_alike(context, name, identity), name)
    canaries = list(first.values())
    rest = [name for name in ready if name not in canaries]
    for names in (canaries, rest):
        for start in range(0, len(names), size):
            yield names[start : start + size]


def _alike(context: Context, name: str, identity: Identity) -> tuple[str, ...]:
    """Cameras for which one speaks."""
    return context.city.cameras[name].device_type, identity.model, identity.firmware


def _spoilt(context: Context, ready: Mapping[str, Identity], name: str, tried: Sequence[Done]) -> str:
    """Why a camera is left alone: the first one like it failed, and none has succeeded."""
    alike = _alike(context, name, ready[name])
    same = [row for row in tried if _alike(context, row.device, ready[row.device]) == alike]
    if not same or any(row.status is Status.APPLIED for row in same):
        return ""
    model = " ".join(filter(None, (ready[name].model, ready[name].firmware)))
    return f"not tried: the first one like it ({model}) was {same[0].device}: {same[0].status}"


def _stop(context: Context, errand: Errand, tried: Sequence[Done], over: bool = False) -> str:
    """Why no further wave begins; "" when one may."""
    if why := errand.ended():
        return why
    bad = sum(row.status is not Status.APPLIED for row in tried)
    percent = context.settings.limits.care_fail_percent
    if tried and bad * 100 > percent * len(tried):
        return f"{bad} of {len(tried)} cameras failed, more than {percent} %"
    if over or errand.anytime:
        return ""
    return closed(context.city.maintenance, context.clock.now(), context.city.utc_offset_min) or ""


async def _one(context: Context, camera: Camera, errand: Errand, budget: CameraBudget, progress: Progress) -> Done:
    async with budget.place(1):
        change = context.changes.begin(errand.command, errand.what, errand.why, camera.name)
        try:
            done = await errand.act(camera)
        except IcccError as error:  # also what is kept of it: the others are not to be cut off for that
            done = Done(camera.name, Status.FAILED, str(error))
        except Exception as error:  # noqa: BLE001
            done = Done(camera.name, Status.FAILED, str(stumbled(camera.name, error)))
        context.changes.end(change, errand.command, f"{done.status}: {done.text}", camera.name)
    progress(camera.name)
    return replace(done, device=camera.name)
