"""Devices of one make, model and firmware are written in waves that grow: one alone, ten, a hundred, the rest.

Each section has waves of its own. pyinfra walks through a deploy file operation by operation, so no device can be done
with all sections before the others begin the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from iccc.observed import Outcome, Status
from iccc.state.proofs import Standing

GROWING = (1, 10, 100)  # devices in the first waves; the last has all others
CANARY_ONLY = (1,)

STANDS = frozenset({Status.APPLIED, Status.CLAMPED, Status.PENDING_REBOOT})  # the device has taken it, as far as it can
FAILS = frozenset({Status.FAILED, Status.ACCEPTED_NOT_APPLIED})  # it is not as wanted, and nothing says why


def proof(outcomes: Sequence[Outcome]) -> bool | None:
    """What a write shows of devices like it: True it stands, False it does not, None nothing.

    A device that was refused, had nothing to do, or does not have this proves nothing: the next one like it goes
    alone again.
    """
    found = {outcome.status for outcome in outcomes}
    if found & FAILS:
        return False
    return True if found & STANDS else None


@dataclass(frozen=True)
class Caution:
    """When the others are spared what some devices like them did not stand."""

    canary_tries: int = 2  # that may fail before one has stood it
    wave_fail_percent: int = 10  # of a wave that may fail
    wave_fail_least: int = 3  # that have to fail for that


class Waves:
    """The waves of one section on devices of one kind. ``alike`` names them in messages."""

    def __init__(
        self,
        alike: str,
        section: str,
        standing: Standing,
        caution: Caution,
        sizes: Sequence[int] = GROWING,
    ) -> None:
        self.standing = standing
        self._what = f"{section} ({alike})"
        self._caution = caution
        self._sizes = sizes
        self._wave = self._reached()
        self._entered = 0
        self._inside = 0
        self._failed = 0  # in this wave
        self._changed = asyncio.Condition()

    @property
    def refusal(self) -> str | None:
        """Why no other device is written, or None."""
        return self.standing.stopped or None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait until the wave has room for one more; look at :attr:`refusal` afterwards."""
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self.standing.stopped) or self._has_room())
            self._entered += 1
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                if not self._inside and not self._has_room():
                    self._next()
                self._changed.notify_all()

    def tell(self, device: str, outcomes: Sequence[Outcome]) -> None:
        """What came of a write."""
        success = proof(outcomes)
        if success is None:
            return
        self.standing.written += 1
        if success:
            if not self.standing.stopped:  # else it was on its way already
                self.standing.canary = self.standing.canary or device
            return
        self._failed += 1
        self.standing.failed[device] = next(f"{o.status} {o.text}".strip() for o in outcomes if o.status in FAILS)
        self.standing.stopped = self.standing.stopped or self._too_many()
        if self.standing.stopped:
            self.standing.canary = ""  # the next run begins with a canary again

    def _reached(self) -> int:
        """The wave that is on, by how many have been written."""
        if not self.standing.canary:
            return 0
        wave, before = 1, self._sizes[0]
        while wave < len(self._sizes) and self.standing.written >= before + self._sizes[wave]:
            before += self._sizes[wave]
            wave += 1
        return wave

    def _has_room(self) -> bool:
        return self._wave >= len(self._sizes) or self._entered < self._sizes[self._wave]

    def _next(self) -> None:
        if self._wave or self.standing.canary:
            self._wave += 1
        self._entered = self._failed = 0

    def _too_many(self) -> str:
        """Why it stops here; "" when it does not."""
        failed, caution = self.standing.failed, self._caution
        if not self.standing.canary:
            if len(failed) < caution.canary_tries:
                return ""
            first, last = ", ".join(failed), list(failed.values())[-1]
            canaries = "canary" if len(failed) == 1 else "canaries"
            return f"not tried: {canaries} {first} failed in {self._what}: {last}"
        few = self._failed < caution.wave_fail_least
        if not self._wave or few or self._failed * 100 <= caution.wave_fail_percent * self._entered:
            return ""
        names = list(failed)[-self._failed :]
        return f"not tried: {self._failed} of {self._entered} devices failed in {self._what}: {', '.join(names[:5])}"
