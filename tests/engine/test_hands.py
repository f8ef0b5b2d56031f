"""A write that pyinfra carries out stands inside the worker's apply from its begin to its end."""

from __future__ import annotations

import asyncio

from iccc.compare import Change
from iccc.engine.hands import Hands
from iccc.observed import Outcome, Status

APPLIED = [Outcome(Change("time", None, None), Status.APPLIED, None)]
REFUSED = [Outcome(Change("time", None, None), Status.REFUSED, None, "a freeze")]


def test_the_engine_writes_while_apply_waits_and_is_told_what_became_of_it() -> None:
    hands, steps = Hands(), []

    async def apply() -> list[Outcome]:
        steps.append("guards")
        error = await hands.gives("rec", "payload")
        steps.append(f"read back after {error!r}")
        return APPLIED

    async def run() -> list[Outcome]:
        leave = await hands.open("rec", apply())
        assert (leave.outcomes, leave.payload) == (None, "payload")
        steps.append("written")
        return await hands.close("rec", "disk full")

    assert asyncio.run(run()) == APPLIED
    assert steps == ["guards", "written", "read back after 'disk full'"]


def test_what_a_guard_refuses_is_never_written() -> None:
    async def refused() -> list[Outcome]:
        return REFUSED

    leave = asyncio.run(Hands().open("rec", refused()))
    assert (leave.outcomes, leave.payload) == (REFUSED, "")


def test_the_payload_is_in_no_repr() -> None:
    async def run() -> str:
        hands = Hands()

        async def apply() -> list[Outcome]:
            await hands.gives("rec", "rtsp://recorder:secret@10.0.0.1")
            return APPLIED

        leave = await hands.open("rec", apply())
        await hands.close("rec", "")
        return repr(leave)

    assert "secret" not in asyncio.run(run())
