"""Pushes the steps of one switch over one open session, and takes them back when one fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from iccc.city.devices import Switch
from iccc.compare import Change, compare
from iccc.errors import DeviceError, Reason
from iccc.observed import Outcome, Status
from iccc.sessions.cli import CliSession
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import set_integer
from iccc.switch.platforms.cisco_ios import changes, management_vlan
from iccc.switch.reading import DIALECT, read, read_state
from iccc.switch.state import SwitchState
from iccc.switch.steps import GuardRefusal, Keep, Phase, SnmpSet, Step, Unsayable


async def apply(switch: Switch, wanted: SwitchState, reach: Reach, templates: Path) -> list[Outcome]:
    """See :func:`iccc.switch.driver.apply`, which has checked the owner."""
    where = f"{switch.name} {switch.address}"
    async with CliSession(switch.name, switch.address, reach, DIALECT) as cli:
        seen, running = await read(cli, where)
        differing = [found for found in compare(wanted, seen) if isinstance(found, Change)]
        if not differing:
            return []
        try:
            steps = changes(seen, wanted, _keep(switch, running), templates)
        except (GuardRefusal, Unsayable) as refusal:
            return [Outcome(change, Status.REFUSED, change.seen, str(refusal)) for change in differing]
        pusher = _Pusher(switch, reach, cli)
        try:
            async with asyncio.timeout(reach.timeouts.write_s):
                await pusher.push(steps)
        except (DeviceError, TimeoutError) as error:
            told = str(error) or f"{where}: not done within {reach.timeouts.write_s:g} s"
            text = f"{told}; {await pusher.take_back()}"
            return [Outcome(change, Status.FAILED, change.seen, text) for change in differing]
        try:
            after = await read_state(cli, where)
        except DeviceError as error:
            text = f"written, but not read back: {error}"
            return [Outcome(change, Status.FAILED, change.seen, text) for change in differing]
    return _outcomes(differing, wanted, after)


def _keep(switch: Switch, running: str) -> Keep:
    """What must not be cut: the declared management VLAN, unless the address stands on another one."""
    real = management_vlan(running, switch.address)
    return replace(Keep.of(switch), management_vlan=real) if real is not None else Keep.of(switch)


class _Pusher:
    """The steps of one switch that have been sent so far."""

    def __init__(self, switch: Switch, reach: Reach, cli: CliSession) -> None:
        self._switch = switch
        self._reach = reach
        self._cli = cli
        self._sent: list[Step] = []
        self._saved = False

    async def push(self, steps: Sequence[Step]) -> None:
        """All steps in order; the new login is proved before the save makes them permanent."""
        if any(step.snmp_set for step in steps) and self._reach.credentials.community(self._switch.name, True) is None:
            raise DeviceError(Reason.UNAUTHORISED, self._switch.name, "no SNMP community for writing is stored")
        for step in steps:
            if step.phase is Phase.SAVE:
                await self._save()
                continue
            self._sent.append(step)  # before it is sent: half of it may arrive
            if step.snmp_set:
                await self._set(step.snmp_set, step.snmp_set.value)
            else:
                await self._cli.configure(step.lines)

    async def take_back(self) -> str:
        """Undo what was sent, last step first, and say how that went. Never raises DeviceError."""
        if not self._sent:
            return "nothing was sent"
        failures: list[str] = []
        try:
            async with asyncio.timeout(self._reach.timeouts.write_s):
                for step in reversed(self._sent):
                    try:
                        if step.snmp_set:
                            await self._set(step.snmp_set, step.snmp_set.before)
                        else:
                            await self._cli.configure(step.undoes)
                    except DeviceError as error:
                        failures.append(str(error))
                        if error.reason is Reason.NO_ANSWER:
                            break
                if self._saved:
                    await self._cli.save()
        except DeviceError as error:
            failures.append(str(error))
        except TimeoutError:
            failures.append(f"not done within {self._reach.timeouts.write_s:g} s")
        if not failures:
            return f"all {len(self._sent)} steps were taken back"
        kept = "the changes may be saved" if self._saved else "nothing is saved: a restart takes the changes back"
        return f"taking back failed: {failures[0]}; {kept}"

    async def _set(self, what: SnmpSet, value: int) -> None:
        await set_integer(self._switch.name, self._switch.address, self._reach, what.oid, value)

    async def _save(self) -> None:
        async with CliSession(self._switch.name, self._switch.address, self._reach, DIALECT):
            pass  # a new login works, so the changes have not cut the way in
        self._saved = True
        await self._cli.save()


def _outcomes(differing: Sequence[Change], wanted: SwitchState, after: SwitchState) -> list[Outcome]:
    """What was read back decides, not what the switch said."""
    left = [found for found in compare(wanted, after) if isinstance(found, Change)]
    outcomes = []
    for change in differing:
        rest = next((one for one in left if _is_part(one, change)), None)
        outcomes.append(_not_applied(change, rest) if rest else Outcome(change, Status.APPLIED, change.wanted))
    # What was in order before and is not now: above all a save that the switch only claimed.
    new = [one for one in left if not any(_is_part(one, change) for change in differing)]
    return outcomes + [_not_applied(one, one) for one in new]


def _is_part(one: Change, change: Change) -> bool:
    """A port or VLAN that was missing is one change; what is left of it may be a part."""
    return one.path == change.path or one.path.startswith(f"{change.path}.")


def _not_applied(change: Change, rest: Change) -> Outcome:
    return Outcome(change, Status.ACCEPTED_NOT_APPLIED, rest.seen, f"{rest.path} reads back as {rest.seen!r}")
