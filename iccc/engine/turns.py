"""Who may write when: neighbours nearer to the core first, a canary first, few at once when much fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

UPSTREAM_S = 300.0  # how long a switch waits for those nearer to the core
BEGIN_S = 2.0  # for them to begin: with pyinfra --serial their turn comes only after this one's


class Turn:
    """Whether a switch that is to be changed has begun, and whether it is done."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.done = asyncio.Event()

    async def over(self) -> None:
        """Wait until it is done; not for long if it does not even begin."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGIN_S):
                await self.begun.wait()
            async with asyncio.timeout(UPSTREAM_S):
                await self.done.wait()


class Canary:
    """Lets one device of a type go first with a section; the others follow once one has succeeded."""

    def __init__(self) -> None:
        self.proved = False
        self.failures = 0
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Canary]:
        """Wait for the canary, or be it."""
        if not self.proved:
            async with self._one:
                if not self.proved:
                    yield self
                    return
        yield self

    def tell(self, success: bool) -> None:
        """How it went."""
        self.proved = self.proved or success
        self.failures += not success


class Budget:
    """How many devices may fail in a run, and so how many may be written at once.

    A device is let in only while those being written could all fail without the budget being overdrawn by more
    than what has gone well so far: a fault that hits every camera at once costs the budget, not a wave.
    """

    def __init__(self, limit: int, failed: int = 0) -> None:
        self.limit = limit
        self._failed_before = failed
        self._failed: set[str] = set()
        self._succeeded = 0
        self._writing = 0
        self._changed = asyncio.Condition()

    def used_up(self, device: str) -> bool:
        """Whether so many others have failed that nobody else is written."""
        return self._failed_before + len(self._failed - {device}) >= self.limit

    @asynccontextmanager
    async def place(self, device: str) -> AsyncIterator[None]:
        """Wait for a place among those being written; look at :meth:`used_up` afterwards."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.used_up(device) or self._writing < self._window())
            self._writing += 1
        try:
            yield
        finally:
            async with self._changed:
                self._writing -= 1
                self._changed.notify_all()

    def tell(self, device: str, success: bool) -> None:
        """How a section of the device went."""
        if success:
            self._succeeded += 1
        else:
            self._failed.add(device)

    def _window(self) -> int:
        return max(1, self.limit - self._failed_before - len(self._failed) + self._succeeded)
