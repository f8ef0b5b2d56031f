"""How many devices are read at once: as many as this host keeps up with.

A device has so many seconds, and they run while it waits for this host's own processor, too. Too many at once on a slow
or busy host would make all of them late, and a city unknown. So a sweep begins with few, and has more as long as the
event loop is on time: soon twice as many, until it is late for the first time; from then on a few more at a time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from types import TracebackType

FEWEST = 32
MOST_MORE = 64  # a tick while it was never late, or twice as many: from few to 512 in half a second
MORE = 16  # a tick after that
TICK_S = 0.05
ON_TIME_S = 0.05  # late by less: there may be more
LATE_S = 0.15  # late by more: there must be fewer, at three quarters a tick


class Pace:
    """A gate for at most ``most`` at once; use as ``async with``. :meth:`keep` runs beside and moves the limit."""

    def __init__(self, most: int) -> None:
        self.limit = min(FEWEST, most)
        self._most = most
        self._inside = 0
        self._was_late = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if self._inside >= self.limit or self._waiting:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            self._let_in()
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._inside -= 1
                    self._let_in()
                raise
        else:
            self._inside += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inside -= 1
        self._let_in()

    async def keep(self) -> None:
        """Look every :data:`TICK_S` how late the event loop is, until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK_S
            await asyncio.sleep(TICK_S)
            self.looked(loop.time() - due)

    def looked(self, late_s: float) -> None:
        """The event loop was so late: fewer at once, or more where all that are allowed are at work."""
        self._was_late = self._was_late or late_s >= ON_TIME_S
        if late_s > LATE_S:
            self.limit = max(min(FEWEST, self._most), self.limit * 3 // 4)
        elif late_s < ON_TIME_S and self._inside >= self.limit:
            more = MORE if self._was_late else min(self.limit, MOST_MORE)
            self.limit = min(self._most, self.limit + more)
            self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self._inside < self.limit:
            turn = self._waiting.popleft()
            if not turn.done():
                self._inside += 1
                turn.set_result(None)
