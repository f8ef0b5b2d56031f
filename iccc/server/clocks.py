"""How a server's clock stood over a period, as its own chrony measured it against the server that it followed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from iccc.city.devices import Hosted
from iccc.errors import DeviceError, Reason
from iccc.server.calls import COMMAND, BadReply, reply, sent
from iccc.server.timekeeping import STEPS, TRACKING, apart_s
from iccc.sessions.host import SSH_PORT, HostSession
from iccc.sessions.reach import Reach

PROGRAM = "remote/clocklog.py"

Offset = tuple[datetime, float]  # by how many seconds the clock was ahead


@dataclass(frozen=True)
class ClockHistory:
    """What was measured from ``begin`` to ``end``. Times are of the server's own clock.

    ``unmeasured``: the first of the ``unmeasured_all`` spans of more than ``apart_s`` between two samples. ``steps``:
    when the clock was set instead of slewed, the first of ``steps_all``; ``steps_from``: since when that is written
    down, None: it is not.
    """

    apart_s: float
    samples: int
    sources: Mapping[str, int]  # address that it followed: samples
    largest: Offset | None
    mean_s: float | None
    before: Offset | None  # the last sample before the period, and the first one after it
    after: Offset | None
    unmeasured: tuple[tuple[datetime, datetime], ...]
    unmeasured_all: int
    unmeasured_s: float
    steps: tuple[tuple[datetime, str], ...]
    steps_all: int
    steps_from: datetime | None


async def history(device: Hosted, begin: datetime, end: datetime, reach: Reach) -> ClockHistory:
    """Asked over SSH, within ``host_s``; nothing is written. Raises DeviceError."""
    host, where = device.host, f"{device.name} {device.address}:{SSH_PORT}"
    assert host is not None
    request = {
        "verb": "history", "begin": begin.timestamp(), "end": end.timestamp(), "apart_s": apart_s(device),
        "tracking": TRACKING, "steps": STEPS,
    }  # fmt: skip
    try:
        async with (
            asyncio.timeout(reach.timeouts.host_s),
            HostSession(device.name, device.address, host.ssh_user, reach) as session,
        ):
            told = reply(*await session.run(COMMAND, sent(PROGRAM, request)))
        if "refused" in told:
            raise BadReply(str(told["refused"])[:200])
        return _history(told["ok"], apart_s(device))
    except TimeoutError:
        raise DeviceError(Reason.NO_ANSWER, where, f"not done within {reach.timeouts.host_s:g} s") from None
    except (BadReply, LookupError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        text = f"its answer cannot be understood ({type(error).__name__}: {str(error)[:200]})"
        raise DeviceError(Reason.BAD_ANSWER, where, text) from None


def _history(told: Mapping[str, Any], apart: float) -> ClockHistory:
    return ClockHistory(
        apart_s=apart,
        samples=int(told["samples"]),
        sources={str(name)[:60]: int(number) for name, number in told["sources"].items()},
        largest=_offset(told["largest"]),
        mean_s=None if told["mean"] is None else float(told["mean"]),
        before=_offset(told["before"]),
        after=_offset(told["after"]),
        unmeasured=tuple((_at(a), _at(b)) for a, b in told["unmeasured"]),
        unmeasured_all=int(told["unmeasured_all"]),
        unmeasured_s=float(told["unmeasured_s"]),
        steps=tuple((_at(at), str(text)[:200]) for at, text in told["steps"]),
        steps_all=int(told["steps_all"]),
        steps_from=None if told["steps_from"] is None else _at(told["steps_from"]),
    )


def _offset(told: Any) -> Offset | None:
    return None if told is None else (_at(told[0]), float(told[1]))


def _at(told: Any) -> datetime:
    return datetime.fromtimestamp(float(told), UTC)
