"""One attempt to change a switch, in rounds: arm a revert, push, prove a new login, look around, confirm.

The rounds go by what can cut the way in: everything else first, then management, then the old way in. A switch
that is cut off takes the change back by itself, also when this process has ended.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import groupby

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import set_integer
from iccc.switch import pending
from iccc.switch.platform import Platform, Revert
from iccc.switch.reached import ELSEWHERE, addresses, answered, likely, open_cli
from iccc.switch.reading import Reading, read
from iccc.switch.state import SwitchState
from iccc.switch.steps import ARMED, Phase, SnmpSet, Step
from iccc.switch.vitals import Vitals, lost, read_vitals

SETTLE_S = 10.0  # how long ports and neighbours may take to come back after a change
POLL_S = 1.0
MARGIN_S = 30.0  # beyond the revert timer: the switch needs a moment to take everything back


class NotTaken(Exception):  # noqa: N818
    """The change does not stand; the text says what was observed, and what became of what had been sent."""


class Attempt:
    """The rounds of one change. ``cli`` is the session that works now; sessions end with ``stack``."""

    def __init__(
        self,
        switch: Switch,
        platform: Platform,
        reach: Reach,
        cli: CliSession,
        reading: Reading,
        stack: AsyncExitStack,
    ) -> None:
        self.cli = cli
        self._switch = switch
        self._platform = platform
        self._reach = reach
        self._reading = reading
        self._stack = stack
        self._reopened = AsyncExitStack()  # the session that was opened last in place of another
        stack.push_async_callback(lambda: self._reopened.aclose())
        self._sent: list[Step] = []
        self._committed = False

    async def carry_out(self, steps: Sequence[Step]) -> str:
        """All rounds and the save; gives what could not be checked, "" when all was. Raises :class:`NotTaken`."""
        notes: list[str] = []
        due = [step for step in steps if step.phase is not Phase.SAVE]
        has_to_arm = self._platform.revert is not None and any(step.phase in ARMED for step in due)
        self._check_community(due)
        stand = 0
        for management, group in groupby(due, key=lambda step: step.phase if step.phase in ARMED else None):
            round_ = list(group)
            try:
                if stand:
                    await self._read_again()
                notes.append(await self._round(round_, management, has_to_arm))
            except NotTaken as failure:
                before = f"; {stand} steps before that stand, and are not saved" if stand else ""
                raise NotTaken(f"{failure}{before}") from None
            stand += len(round_)
        if any(step.phase is Phase.SAVE for step in steps):
            await self._save()
        return "; ".join(dict.fromkeys(note for note in notes if note))

    async def _read_again(self) -> None:
        """What a round that fails is taken back to is what the round before has made."""
        try:
            self._reading = await read(self.cli, self._switch.name, self._platform)
        except DeviceError as error:
            raise NotTaken(f"not read again: {error}; nothing more was sent") from None

    async def _round(self, steps: Sequence[Step], management: Phase | None, has_to_arm: bool) -> str:
        self._sent, self._committed = [], False
        before = await self._vitals()
        if self._platform.revert is not None:
            pending.note(self._reach, self._switch.name, self._minutes(self._platform.revert))
        try:
            armed = await self._arm()
        except DeviceError as error:
            pending.forget(self._reach, self._switch.name)
            raise NotTaken(f"the revert was not armed: {error}; nothing was sent") from None
        if not armed:
            pending.forget(self._reach, self._switch.name)
        if has_to_arm and not armed:
            raise NotTaken("the switch did not say that its revert is armed, which management needs; nothing was sent")
        try:
            async with asyncio.timeout(self._reach.timeouts.write_s):
                await self._send(steps, management is not None)
                fresh = await self._prove(management)
                note = await self._look_around(before, steps)
                if armed:
                    assert self._platform.revert is not None
                    await fresh.type(self._platform.revert.confirm)
                pending.forget(self._reach, self._switch.name)
        except (DeviceError, TimeoutError) as error:
            told = str(error) or f"{self._switch.name}: not done within {self._reach.timeouts.write_s:g} s"
            raise NotTaken(f"{told}; {await self._take_back(armed)}") from None
        if management is not None:
            self.cli = fresh
        return note

    async def _arm(self) -> bool:
        """Whether the switch will take back by itself what comes now; False when it refuses to."""
        revert = self._platform.revert
        if revert is None:
            return False
        try:
            await self.cli.configure(revert.needs(self._reading.running))
            answer = await self.cli.type(revert.arm(self._minutes(revert)))
        except DeviceError as error:
            # A timer that is pending already is somebody else's: it would take our change back, too.
            if error.reason is not Reason.BAD_ANSWER or "pending" in error.observed or self._platform.candidate:
                raise
            return False
        return self._platform.candidate or revert.armed(answer)

    async def _send(self, steps: Sequence[Step], management: bool) -> None:
        for step in steps:
            self._sent.append(step)  # before it is sent: half of it may arrive
            if step.snmp_set:
                await self._set(step.snmp_set, step.snmp_set.value)
                continue
            try:
                await self.cli.configure(step.lines, step.hidden)
            except DeviceError as error:
                if not (management and error.reason is Reason.NO_ANSWER):
                    raise
                # A line about the switch's own address may end the session that sent it: the others of its step
                # have not been sent, and those that have may be sent twice.
                await self._reopen()
                await self.cli.configure(step.lines, step.hidden)
        revert = self._platform.revert
        if revert is not None and self._platform.candidate:
            await self._commit(revert, management)

    async def _commit(self, revert: Revert, management: bool) -> None:
        self._committed = True  # before it is sent
        try:
            answer = await self.cli.type(revert.commit(self._minutes(revert)))
        except DeviceError as error:
            if not (management and error.reason is Reason.NO_ANSWER):
                self._committed = error.reason is not Reason.BAD_ANSWER
                raise
            return
        if not revert.armed(answer):
            raise DeviceError(Reason.BAD_ANSWER, self._switch.name, "the commit did not say that it will be taken back")

    async def _prove(self, management: Phase | None) -> CliSession:
        """A new login: the way in stands. After a change of management, at the declared address."""
        if management is None:
            return await self._stack.enter_async_context(open_cli(self._switch, self._reach, self._platform))
        address = addresses(self._switch)[0]
        session = CliSession(self._switch.name, address, self._reach, self._platform.dialect)
        fresh = await self._stack.enter_async_context(session)
        answered(self._switch, self._reach, address)
        return fresh

    async def _look_around(self, before: Vitals | Unread, steps: Sequence[Step]) -> str:
        """Whether links and neighbours are still there; gives why that could not be checked."""
        if isinstance(before, Unread):
            return f"links and neighbours were not checked: {before.text}"
        touched = frozenset(step.downs for step in steps)
        deadline = asyncio.get_running_loop().time() + SETTLE_S
        while True:
            after = await self._vitals()
            missing = after.text if isinstance(after, Unread) else lost(before, after, touched)
            if not missing:
                return ""
            if asyncio.get_running_loop().time() >= deadline:
                raise DeviceError(Reason.BAD_ANSWER, self._switch.name, f"after the change: {missing}")
            await asyncio.sleep(POLL_S)

    async def _vitals(self) -> Vitals | Unread:
        return await read_vitals(self._platform, self._switch, self._reach)

    async def _take_back(self, armed: bool) -> str:
        """Undo what was sent, and say how that went. Never raises DeviceError."""
        if self._platform.candidate and not self._committed:
            return await self._discard()
        if not self._sent:
            return "nothing was sent"
        if armed:
            return await self._reverted()
        return await self._undone()

    async def _discard(self) -> str:
        revert = self._platform.revert
        assert revert is not None
        try:
            await self.cli.type(revert.discard)
        except DeviceError as error:
            return f"nothing was committed; the candidate was not discarded: {error}"
        return "nothing was committed, the candidate is discarded"

    async def _reverted(self) -> str:
        """The switch takes its whole change back: at once if it can be told so, else by its own timer."""
        revert = self._platform.revert
        assert revert is not None
        told = f"the switch takes it back by itself within {self._minutes(revert)} minutes, and nothing is saved"
        before = _lasting(self._reading.state)
        deadline = asyncio.get_running_loop().time() + self._minutes(revert) * 60 + MARGIN_S
        asked = False
        late = deadline  # when the switch has nothing to take back any more, and still is not as it was
        while asyncio.get_running_loop().time() < deadline:
            try:
                async with asyncio.timeout(self._reach.timeouts.write_s):
                    if not asked:
                        if not await self._ask_back(revert):
                            late = asyncio.get_running_loop().time() + SETTLE_S
                        asked = True
                    await self._reopen()
                    after = await read(self.cli, self._switch.name, self._platform)
            except (DeviceError, TimeoutError) as error:
                if isinstance(error, DeviceError) and error.reason not in (Reason.NO_ANSWER, Reason.REFUSED):
                    return f"{told}; {error}" if not asked else f"it was told to take it back: {error}"
                await self._try_reopen()
                await asyncio.sleep(POLL_S)
                continue
            if _lasting(after.state) == before:
                pending.forget(self._reach, self._switch.name)
                return f"all {len(self._sent)} steps were taken back by the switch"
            if asyncio.get_running_loop().time() >= late:
                return f"the timer had run out before its end; {await self._undone()}"
            await asyncio.sleep(POLL_S)
        return told if not asked else "it was told to take it back, and reads otherwise than before"

    async def _ask_back(self, revert: Revert) -> bool:
        """Tell the switch to take its change back; False when nothing is pending any more."""
        try:
            await self.cli.type(revert.now)
        except DeviceError as error:
            if error.reason is not Reason.BAD_ANSWER:
                raise
            return False
        return True

    async def _undone(self) -> str:
        """Without a revert: the inverse of each step, the last one first."""
        failures: list[str] = []
        try:
            async with asyncio.timeout(self._reach.timeouts.write_s):
                for step in reversed(self._sent):
                    try:
                        if step.snmp_set:
                            await self._set(step.snmp_set, step.snmp_set.before)
                        else:
                            await self.cli.configure(step.undoes, step.hidden)
                    except DeviceError as error:
                        failures.append(str(error))
                        if error.reason is Reason.NO_ANSWER:
                            break
        except TimeoutError:
            failures.append(f"not done within {self._reach.timeouts.write_s:g} s")
        if not failures:
            return f"all {len(self._sent)} steps were taken back"
        return f"taking back failed: {failures[0]}; nothing is saved: a restart takes the changes back"

    async def _save(self) -> None:
        try:
            async with asyncio.timeout(self._reach.timeouts.write_s):
                await self.cli.type(self._platform.save)
        except (DeviceError, TimeoutError) as error:
            raise NotTaken(f"applied, but not saved: {error or 'no answer in time'}; a restart takes it back") from None

    async def _reopen(self) -> None:
        opened = AsyncExitStack()
        cli = await opened.enter_async_context(open_cli(self._switch, self._reach, self._platform))
        await self._reopened.aclose()  # a switch has few lines for sessions
        self._reopened, self.cli = opened, cli

    async def _try_reopen(self) -> None:
        try:
            await self._reopen()
        except DeviceError:
            return  # the loop around it asks again, until the timer has run out

    def _minutes(self, revert: Revert) -> int:
        """Longer than the push may take: the timer must not fire in the middle of it."""
        return max(revert.minutes, math.ceil(self._reach.timeouts.write_s / 60) + 1)

    def _check_community(self, steps: Sequence[Step]) -> None:
        sets = any(step.snmp_set for step in steps)
        if sets and self._reach.credentials.community(self._switch.name, True) is None:
            raise NotTaken(f"{self._switch.name}: no SNMP community for writing is stored; nothing was sent")

    async def _set(self, what: SnmpSet, value: int) -> None:
        *others, last = likely(self._switch, self._reach)
        for address in others:
            try:
                await set_integer(self._switch.name, address, self._reach, what.oid, value)
            except DeviceError as error:
                if error.reason not in ELSEWHERE:
                    raise
            else:
                return
        await set_integer(self._switch.name, last, self._reach, what.oid, value)


def _lasting(state: SwitchState) -> SwitchState:
    """What a revert brings back: all but whether it is saved, which the lines that the revert needs have changed."""
    return replace(state, saved=None, revision=None)
