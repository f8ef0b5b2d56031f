"""Who may write when: neighbours nearer to the core first, few at once when much fails."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from iccc.city.devices import City, Switch

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


class Turns:
    """The turns of all switches of a run that are to be changed, for both parts of the change.

    ``widen`` goes from the core to the leaves, so that a VLAN has its way before anything is moved into it. ``narrow``
    goes from the leaves to the core, and begins only when all have been widened.
    """

    def __init__(self, city: City) -> None:
        self._turns: dict[tuple[str, str], Turn] = {}
        self._downstream: dict[str, list[str]] = defaultdict(list)
        for switch in city.switches.values():
            for name in switch.upstream:
                self._downstream[name].append(switch.name)

    def take(self, name: str) -> None:
        """The switch is to be changed."""
        for part in ("widen", "narrow"):
            self._turns[name, part] = Turn()

    def of(self, name: str, part: str) -> Turn:
        """Its turn; one of its own for what nobody waits for."""
        return self._turns.get((name, part)) or Turn()

    async def wait(self, switch: Switch, part: str) -> None:
        """Wait for those that go before; if it takes too long, the guards decide."""
        if part == "narrow":
            # In a stage of its own nobody widens any more; else all have begun by now, in the operation before.
            widening = [turn for (_, one), turn in self._turns.items() if one == "widen"]
            await self._over([turn for turn in widening if turn.begun.is_set()])
        names = self._downstream[switch.name] if part == "narrow" else switch.upstream
        await self._over([self._turns[name, part] for name in names if (name, part) in self._turns])

    async def _over(self, turns: list[Turn]) -> None:
        await asyncio.gather(*(turn.over() for turn in turns))


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
