"""Takes back what a round of a change has sent: by the switch's own revert, or by the inverse of each step."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto

from iccc.errors import DeviceError, Reason
from iccc.switch import pending
from iccc.switch.foreseen import differs, lasting
from iccc.switch.platform import Revert
from iccc.switch.reading import Reading
from iccc.switch.state import SwitchState
from iccc.switch.steps import ARMED, Phase, Step
from iccc.switch.wire import Wire

BACK_S = 10.0  # how long ports and neighbours, or a whole configuration, may take to be as before
POLL_S = 1.0
MARGIN_S = 30.0  # beyond the revert timer: the switch needs a moment to take everything back


class Fate(Enum):
    """What became of a round that did not go through."""

    BACK = auto()  # nothing of it is left
    LEFT = auto()  # something is left, and stays
    PENDING = auto()  # the switch may be about to take it back; the text says what was observed
    STANDS = auto()  # it was confirmed after all


@dataclass(frozen=True)
class Back:
    fate: Fate
    text: str


@dataclass
class Round:
    """One round: its steps, what the switch was before it and shall be after it, and how far it has come."""

    steps: list[Step]
    management: Phase | None  # the phase of ARMED that it is; None: none of them
    before: Reading
    after: SwitchState
    armed: bool = False
    marked: bool = True  # whether the switch has what `now` goes back to
    prepared: tuple[str, ...] = ()  # the lines that its revert needed first, which stay
    sent: list[Step] = field(default_factory=list)
    committed: bool = False
    confirming: bool = False  # the confirmation was sent, whether it was answered or not

    @property
    def nothing(self) -> str:
        """What to say when none of its steps was sent."""
        lines = "; ".join(line.strip() for line in self.prepared)
        return f"of it nothing was sent; {lines!r}, which its revert needs, stays" if lines else "nothing was sent"


async def take_back(wire: Wire, round_: Round) -> Back:
    """Undo what was sent, and say how that went. Never raises DeviceError."""
    if wire.platform.candidate and not round_.committed:
        return await _discard(wire)
    if not round_.sent:
        return Back(Fate.BACK, round_.nothing)
    if round_.armed:
        return await _Reverting(wire, round_).wait()
    return await _undone(wire, round_.sent)


async def _discard(wire: Wire) -> Back:
    assert wire.platform.revert is not None
    try:
        await wire.cli.type(wire.platform.revert.discard)
    except DeviceError as error:
        return Back(Fate.BACK, f"nothing was committed; the candidate was not discarded: {error}")
    return Back(Fate.BACK, "nothing was committed, the candidate is discarded")


class _Reverting:
    """The switch takes its whole change back: at once if it can be told so, else by its own timer."""

    def __init__(self, wire: Wire, round_: Round) -> None:
        assert wire.platform.revert is not None
        self._wire = wire
        self._round = round_
        self._revert: Revert = wire.platform.revert
        self._asked = not round_.marked  # without what `now` goes back to only the timer is left
        self._told = False  # it said that it takes everything back
        self._over = False  # it said that nothing is pending any more

    async def wait(self) -> Back:
        wire, now = self._wire, asyncio.get_running_loop().time
        by_itself = f"the switch takes it back by itself within {wire.minutes} minutes, and nothing is saved"
        end = late = now() + wire.minutes * 60 + MARGIN_S
        after: SwitchState | None = None
        while now() < end:
            try:
                async with asyncio.timeout(wire.reach.timeouts.write_s):
                    if not self._asked:
                        await self._ask()
                        late = now() + BACK_S if self._over else end
                    after = None
                    await wire.reopen()
                    after = (await wire.read()).state
            except (DeviceError, TimeoutError) as error:
                if isinstance(error, DeviceError) and error.reason not in (Reason.NO_ANSWER, Reason.REFUSED):
                    told = f"it was told to take it back: {error}" if self._told else f"{by_itself}; {error}"
                    return Back(Fate.PENDING, told)
                await self._try_reopen()
            else:
                if lasting(after) == lasting(self._round.before.state):
                    pending.forget(wire.reach, wire.switch.name)
                    return Back(Fate.BACK, f"all {len(self._round.sent)} steps were taken back by the switch")
                if self._over and (self._is_confirmed(after) or now() >= late):
                    break
            await asyncio.sleep(POLL_S)
        if self._told:
            return Back(Fate.PENDING, "it was told to take it back, and reads otherwise than before")
        return Back(Fate.PENDING, by_itself) if after is None else await self._ended(after)

    async def _ask(self) -> None:
        try:
            await self._wire.cli.type(self._revert.now)
        except DeviceError as error:
            if error.reason is not Reason.BAD_ANSWER:
                raise
            # Where `now` is not checked, a refusal says nothing about the timer: it runs on.
            self._over = self._revert.now_is_checked
        else:
            self._told = True
        self._asked = True

    async def _try_reopen(self) -> None:
        try:
            await self._wire.reopen()
        except DeviceError:
            return  # the loop around it asks again, until the timer has run out

    def _is_confirmed(self, after: SwitchState) -> bool:
        """Whether only the answer to the confirmation was lost."""
        return self._round.confirming and not differs(self._round.after, after)

    async def _ended(self, after: SwitchState) -> Back:
        """Nothing is pending any more, and the switch is not as it was before."""
        pending.forget(self._wire.reach, self._wire.switch.name)
        if self._is_confirmed(after):
            return Back(Fate.STANDS, "")
        if any(step.phase in ARMED for step in self._round.steps):
            # Its inverse may cut the way in as well, and nothing would take that back.
            text = "nothing is pending any more, and it reads otherwise than before; it was left as it is"
            return Back(Fate.LEFT, f"{text}, and nothing is saved: a restart takes the changes back")
        back = await _undone(self._wire, self._round.sent)
        return Back(back.fate, f"the timer had run out before its end; {back.text}")


async def _undone(wire: Wire, sent: list[Step]) -> Back:
    """Without a revert: the inverse of each step, the last one first."""
    failures: list[str] = []
    try:
        async with asyncio.timeout(wire.reach.timeouts.write_s):
            for step in reversed(sent):
                try:
                    await wire.send_back(step)
                except DeviceError as error:
                    failures.append(str(error))
                    if error.reason is Reason.NO_ANSWER:
                        break
    except TimeoutError:
        failures.append(f"not done within {wire.reach.timeouts.write_s:g} s")
    if not failures:
        return Back(Fate.BACK, f"all {len(sent)} steps were taken back")
    return Back(Fate.LEFT, f"taking back failed: {failures[0]}; nothing is saved: a restart takes the changes back")
