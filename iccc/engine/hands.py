"""Writes that pyinfra carries out itself, over its own SSH: the worker gives leave before and reads back after.

Between :meth:`Hands.open` and :meth:`Hands.close` the worker stands in the middle of its ``apply``, under all guards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from iccc.observed import Outcome


@dataclass
class _Hand:
    given: asyncio.Event = field(default_factory=asyncio.Event)
    payload: str = ""  # what is sent to the server
    closed: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    task: asyncio.Task[list[Outcome]] | None = None


@dataclass(frozen=True)
class Leave:
    """What the engine is told: ``outcomes`` when nothing is to be written, else what to send."""

    outcomes: list[Outcome] | None = None
    payload: str = field(default="", repr=False)


class Hands:
    """One hand for each server; a server has one section open at a time."""

    def __init__(self) -> None:
        self._hands: dict[str, _Hand] = {}

    async def open(self, device: str, apply: Coroutine[Any, Any, list[Outcome]]) -> Leave:
        """Begin ``apply``, and come back when it :meth:`gives` the hand or has ended without."""
        hand = self._hands[device] = _Hand()
        hand.task = asyncio.ensure_future(apply)
        given = asyncio.ensure_future(hand.given.wait())
        await asyncio.wait({hand.task, given}, return_when=asyncio.FIRST_COMPLETED)
        if hand.given.is_set():
            return Leave(payload=hand.payload)
        given.cancel()
        del self._hands[device]
        return Leave(await hand.task)

    async def gives(self, device: str, payload: str) -> str:
        """Within ``apply``: let the engine write, and wait until it has; what went wrong, or ""."""
        hand = self._hands[device]
        hand.payload = payload
        hand.given.set()
        return await hand.closed

    async def close(self, device: str, error: str) -> list[Outcome]:
        """The engine has written, or failed to: what became of it."""
        hand = self._hands.pop(device)
        hand.closed.set_result(error)
        assert hand.task is not None
        return await hand.task
