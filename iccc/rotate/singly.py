"""Rotation of what goes one device after the other: switches and recorders, on which many others rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from iccc.care import Cared
from iccc.city.devices import Device
from iccc.context import Context
from iccc.errors import IcccError, stumbled
from iccc.maintenance import closed
from iccc.observed import Done, Status
from iccc.state.log import Why

DeviceT = TypeVar("DeviceT", bound=Device)


async def singly(
    context: Context,
    devices: Sequence[DeviceT],
    users: Sequence[str],
    kind: Callable[[DeviceT], str],
    before: Callable[[DeviceT], Done | None],
    act: Callable[[DeviceT], Awaitable[Done]],
    why: Why,
    anytime: bool,
    progress: Callable[[str], None],
) -> Cared:
    """A row for each. When the first of a ``kind`` fails that kind ends, when too many do everything does.

    ``before`` gives a row instead of the act.
    """
    rows: list[Done] = []
    tried: list[tuple[DeviceT, Done]] = []
    stopped = ""
    for device in devices:
        row = _refused(context, device, users) or before(device)
        stopped = stopped or ("" if row else _stop(context, tried, anytime))
        if row is None and stopped:
            row = Done(device.name, Status.REFUSED, f"not tried: {stopped}")
        if row is None and (first := _spoilt(device, tried, kind)):
            row = Done(device.name, Status.REFUSED, f"not tried: the first one like it ({kind(device)}) was {first}")
        if row is None:
            row = await _one(context, device, users, act, why)
            tried.append((device, row))
        rows.append(row)
        progress(device.name)
    return Cared(rows, stopped)


def _refused(context: Context, device: Device, users: Sequence[str]) -> Done | None:
    if device.unwritten or not device.ours:
        text = device.unwritten if device.ours else f"owner is {device.owner}; only project is written"
        return Done(device.name, Status.REFUSED, text)
    missing = [user for user in users if context.vault.password(device.name, user) is None]
    if missing:
        text = f"no password of {', '.join(missing)} is stored for it: iccc deploy sets them first"
        return Done(device.name, Status.REFUSED, text)
    return None


def _stop(context: Context, tried: Sequence[tuple[DeviceT, Done]], anytime: bool) -> str:
    bad = sum(row.status is not Status.APPLIED for _, row in tried)
    percent, least = context.settings.limits.care_fail_percent, context.settings.limits.wave_fail_least
    if bad >= least and bad * 100 > percent * len(tried):
        return f"{bad} of {len(tried)} devices failed, more than {percent} %"
    if anytime:
        return ""
    return closed(context.city.maintenance, context.clock.now(), context.city.utc_offset_min) or ""


def _spoilt(device: DeviceT, tried: Sequence[tuple[DeviceT, Done]], kind: Callable[[DeviceT], str]) -> str:
    """The first device of the same kind, which failed, while none has succeeded."""
    same = [row for one, row in tried if kind(one) == kind(device)]
    if not same or any(row.status is Status.APPLIED for row in same):
        return ""
    return f"{same[0].device}: {same[0].status}"


async def _one(
    context: Context, device: DeviceT, users: Sequence[str], act: Callable[[DeviceT], Awaitable[Done]], why: Why
) -> Done:
    change = context.changes.begin("rotate", f"passwords of {', '.join(users)}", why, device.name)
    try:
        done = await act(device)
    except Exception as error:  # noqa: BLE001  the others are not to be cut off for one
        told = error if isinstance(error, IcccError) else stumbled(device.name, error)
        done = Done(device.name, Status.FAILED, str(told))
    context.changes.end(change, "rotate", f"{done.status}: {done.text}", device.name)
    return done
