"""One attempt to change a switch, in rounds: arm a revert, push, prove a new login, look around, confirm.

The rounds go by what can cut the way in: everything else first, then management, then the old way in. A switch
that is cut off takes the change back by itself, also when this process has ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from itertools import groupby

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession
from iccc.sessions.reach import Reach
from iccc.switch import pending, takeback
from iccc.switch.foreseen import differs, ended, foreseen, shut, tried
from iccc.switch.platform import Platform, Revert
from iccc.switch.reading import Reading
from iccc.switch.state import SwitchState
from iccc.switch.steps import ARMED, Phase, Step
from iccc.switch.takeback import Fate, Round, take_back
from iccc.switch.vitals import Vitals, lost
from iccc.switch.wire import Wire

TAKES_AWAY = frozenset({Phase.NARROW_TRUNKS, Phase.DELETE_VLANS})


class NotTaken(Exception):  # noqa: N818
    """The change does not stand; the text says what was observed, and what became of what had been sent.

    ``stands``: a part of it does, and the switch will not take that back by itself.
    """

    def __init__(self, text: str, stands: bool = False, pending: bool = False) -> None:
        super().__init__(text)
        self.stands = stands and not pending
        self.pending = pending


class Held(NotTaken):
    """Nothing was sent: what hangs on the switch forbids the change."""


class Attempt:
    """The rounds of one change. ``cli`` is the session that works at first; sessions end with ``stack``.

    ``proof``: what has to hold besides before a round is confirmed. Raises DeviceError.
    """

    def __init__(
        self,
        switch: Switch,
        platform: Platform,
        reach: Reach,
        cli: CliSession,
        reading: Reading,
        stack: AsyncExitStack,
        proof: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.wire = Wire(switch, platform, reach, cli, stack)
        self._switch = switch
        self._platform = platform
        self._reach = reach
        self._reading = reading
        self._proof = proof

    async def carry_out(self, steps: Sequence[Step]) -> str:
        """All rounds and the save; gives what could not be checked, "" when all was. Raises :class:`NotTaken`."""
        notes: list[str] = []
        due = [step for step in steps if step.phase is not Phase.SAVE]
        has_to_arm = self._platform.revert is not None and any(step.phase in ARMED for step in due)
        self._check_community(due)
        stand, made = 0, None
        for management, group in groupby(due, key=lambda step: step.phase if step.phase in ARMED else None):
            listed = list(group)
            try:
                if made is not None:
                    await self._read_again(made)
                round_ = Round(listed, management, self._reading, foreseen(self._reading, listed))
                notes.append(await self._round(round_, has_to_arm))
            except NotTaken as failure:
                if isinstance(failure, Held) and not stand:
                    raise
                before = f"; {stand} steps before that stand, and are not saved" if stand else ""
                raise NotTaken(f"{failure}{before}", failure.stands or stand > 0, failure.pending) from None
            stand, made = stand + len(listed), round_.after
        if any(step.phase is Phase.SAVE for step in steps):
            await self._save()
        return "; ".join(dict.fromkeys(note for note in notes if note))

    async def _read_again(self, made: SwitchState) -> None:
        """What a round that fails is taken back to is what the round before has made, and nobody else."""
        try:
            self._reading = await self.wire.read()
        except DeviceError as error:
            raise NotTaken(f"not read again: {error}; nothing more was sent") from None
        if others := differs(made, self._reading.state):
            text = (
                f"it reads otherwise than what was sent in {', '.join(others)}: not taken, or somebody else is at work"
            )
            raise NotTaken(f"{text}; nothing more was sent")

    async def _round(self, round_: Round, has_to_arm: bool) -> str:
        before = await self.wire.vitals()
        self._hold(before, round_)
        await self._arm(round_)
        unarmed = "" if round_.armed else self._without_revert(round_, has_to_arm)
        note, write_s = "", self._reach.timeouts.write_s + self._reach.timeouts.settle_s
        try:
            async with asyncio.timeout(write_s):
                await self._send(round_)
                fresh = await self._prove(round_)
                if self._proof is not None:
                    await self._proof()
                note = await self._look_around(before, round_)
                if round_.armed:
                    assert self._platform.revert is not None
                    round_.confirming = True
                    await fresh.type(self._platform.revert.confirm)
                pending.forget(self._reach, self._switch.name)
        except (DeviceError, TimeoutError) as error:
            told = str(error) or f"{self._switch.name}: not done within {write_s:g} s"
            back = await take_back(self.wire, round_)
            if back.fate is not Fate.STANDS:
                left, still = back.fate is Fate.LEFT, back.fate is Fate.PENDING
                raise NotTaken(f"{told}; {back.text}", left, still) from None
        else:
            if round_.management is not None:
                self.wire.cli = fresh
        return "; ".join(filter(None, (unarmed, note)))

    def _hold(self, before: Vitals | Unread, round_: Round) -> None:
        """Raise :class:`Held` when the round would cut a switch off, or have its port shut at its first frame."""
        if isinstance(before, Unread):
            return
        cut = {step.downs for step in round_.steps} & before.bridges
        closed = {
            port for port in ended(self._platform, round_.before.state, round_.after) if port in before.neighbours
        }
        for port in sorted(cut, key=self._platform.order):
            raise Held(f"{port} would lose its link, and LLDP shows a switch there: {before.neighbours[port]}")
        for port in sorted(closed - before.stations, key=self._platform.order):
            what = "max_macs, edge and bpdu_guard are for ports on which no switch hangs"
            raise Held(f"{what}, and LLDP shows {before.neighbours[port]} on {port}")

    def _without_revert(self, round_: Round, has_to_arm: bool) -> str:
        """What to say of a round that nothing takes back by itself; raises when it needs that."""
        there = self._platform.revert is not None
        why = "the switch did not say that its revert is armed" if there else f"{self._platform.name} has no revert"
        if has_to_arm:
            raise NotTaken(f"{why}, which management needs; {round_.nothing}")
        takes_away = any(step.phase in TAKES_AWAY for step in round_.steps)
        shuts = shut(self._platform, round_.before.state, round_.after)
        if (takes_away or shuts) and not self._switch.out_of_band:
            what = f"shutting {', '.join(shuts)} needs" if shuts else "taking VLANs away needs"
            raise NotTaken(f"{why}, which {what} where no out_of_band is declared; {round_.nothing}")
        return f"changed without an armed revert: {why}"

    async def _arm(self, round_: Round) -> None:
        """Have the switch take back by itself what comes now; ``round_.armed`` stays False when it refuses to."""
        revert = self._platform.revert
        if revert is None:
            return
        pending.note(self._reach, self._switch.name, self.wire.minutes)
        try:
            if lines := revert.needs(self._reading.running):
                round_.prepared = lines  # before it is sent
                await self.wire.cli.configure(lines)
            await self.wire.cli.type(revert.clear)
            round_.marked = revert.marked(await self.wire.cli.type(revert.mark))
            answer = await self.wire.cli.type(revert.arm(self.wire.minutes))
            round_.armed = self._platform.candidate or revert.armed(answer)
        except DeviceError as error:
            # A timer that is pending already is somebody else's: it would take our change back, too.
            if error.reason is not Reason.BAD_ANSWER or "pending" in error.observed or self._platform.candidate:
                pending.forget(self._reach, self._switch.name)
                raise NotTaken(f"the revert was not armed: {error}; {round_.nothing}") from None
        if not round_.armed:
            pending.forget(self._reach, self._switch.name)
        elif revert.prove:
            await self._prove_armed(revert, round_)

    async def _prove_armed(self, revert: Revert, round_: Round) -> None:
        """A timer that was only claimed would leave the change to stand. It stays noted: it may run all the same."""
        try:
            answer = await self.wire.cli.type(revert.prove)
        except DeviceError as error:
            raise NotTaken(f"whether the revert is armed was not answered: {error}; {round_.nothing}") from None
        if not revert.proved(answer):
            said = " ".join(answer.split())[:200]
            raise NotTaken(f"it said that its revert is armed, and then {said!r}; {round_.nothing}")

    async def _send(self, round_: Round) -> None:
        management = round_.management is not None
        for step in round_.steps:
            round_.sent.append(step)  # before it is sent: half of it may arrive
            try:
                await self.wire.send(step)
            except DeviceError as error:
                if not (management and error.reason is Reason.NO_ANSWER) or step.snmp_set:
                    raise
                # A line about the switch's own address may end the session that sent it: the others of its step
                # have not been sent, and those that have may be sent twice.
                await self.wire.reopen()
                await self.wire.send(step)
        revert = self._platform.revert
        if revert is not None and self._platform.candidate:
            await self._commit(revert, round_)

    async def _commit(self, revert: Revert, round_: Round) -> None:
        round_.committed = True  # before it is sent
        try:
            answer = await self.wire.cli.type(revert.commit(self.wire.minutes))
        except DeviceError as error:
            if not (round_.management is not None and error.reason is Reason.NO_ANSWER):
                round_.committed = error.reason is not Reason.BAD_ANSWER
                raise
            return
        if not revert.armed(answer):
            raise DeviceError(Reason.BAD_ANSWER, self._switch.name, "the commit did not say that it will be taken back")

    async def _prove(self, round_: Round) -> CliSession:
        """A new login: the way in stands. After a change of management, at the declared address."""
        return await (self.wire.fresh() if round_.management is None else self.wire.declared())

    async def _look_around(self, before: Vitals | Unread, round_: Round) -> str:
        """Whether links and neighbours are still there; gives why that could not be checked."""
        if isinstance(before, Unread):
            return f"links and neighbours were not checked: {before.text}"
        await self._is_back(before, round_)
        if before.up & tried(self._platform, round_.before.state, round_.after):
            # A guard shuts a port at the first frame that it does not like, not at once.
            await asyncio.sleep(self._reach.timeouts.settle_s)
            await self._is_back(before, round_)
        return ""

    async def _is_back(self, before: Vitals, round_: Round) -> None:
        """Wait until everything that was there is there again."""
        downs = frozenset(step.downs for step in round_.steps)
        same_lldp = round_.before.state.lldp == round_.after.lldp
        deadline = asyncio.get_running_loop().time() + takeback.BACK_S
        while True:
            after = await self.wire.vitals()
            missing = after.text if isinstance(after, Unread) else lost(before, after, downs, same_lldp)
            if not missing:
                return
            if asyncio.get_running_loop().time() >= deadline:
                raise DeviceError(Reason.BAD_ANSWER, self._switch.name, f"after the change: {missing}")
            await asyncio.sleep(takeback.POLL_S)

    async def _save(self) -> None:
        try:
            async with asyncio.timeout(self._reach.timeouts.write_s):
                await self.wire.cli.type(self._platform.save)
        except (DeviceError, TimeoutError) as error:
            told = f"applied, but not saved: {error or 'no answer in time'}; a restart takes it back"
            raise NotTaken(told, stands=True) from None

    def _check_community(self, steps: Sequence[Step]) -> None:
        sets = any(step.snmp_set for step in steps)
        if sets and self._reach.credentials.snmp(self._switch.name, write=True) is None:
            raise NotTaken(f"{self._switch.name}: no SNMP login for writing is stored; nothing was sent")
