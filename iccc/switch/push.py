"""Changes one switch: read, plan, guard, back up, push under an armed revert, prove, confirm, save, read back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from iccc.city.devices import Switch
from iccc.compare import Change, compare
from iccc.errors import DeviceError
from iccc.observed import Outcome, Status
from iccc.secrets import Secret
from iccc.sessions.reach import Reach
from iccc.switch.attempt import Attempt, Held, NotTaken
from iccc.switch.changes import changes, with_passwords
from iccc.switch.guard import check
from iccc.switch.parking import spare
from iccc.switch.platform import Level
from iccc.switch.platforms import platform_of
from iccc.switch.reached import open_cli
from iccc.switch.reading import Reading, management_vlan, read
from iccc.switch.state import SwitchState
from iccc.switch.steps import ARMED, WIDENING, GuardRefusal, Invariant, Keep, Phase, Step, Unsayable
from iccc.writing import Writing

# All switches are widened before any is narrowed (docs/adr/0015). Either part ends with a save.
PARTS = {"": frozenset(Phase), "widen": WIDENING | {Phase.SAVE}, "narrow": frozenset(Phase) - WIDENING}


async def apply(switch: Switch, part: str, wanted: SwitchState, reach: Reach, writing: Writing) -> list[Outcome]:
    """See :func:`iccc.switch.driver.apply`, which has checked the owner."""
    platform = platform_of(switch.platform)
    where = f"{switch.name} {switch.address}"
    async with AsyncExitStack() as stack:
        cli = await stack.enter_async_context(open_cli(switch, reach, platform))
        reading = await read(cli, where, platform)
        differing = [found for found in compare(wanted, reading.state) if isinstance(found, Change)]
        wanted, differing, rows = await spare(switch, platform, wanted, reading.state, differing, reach)
        rows = [] if part == "narrow" else rows  # told with the first part
        if not differing:
            return rows
        try:
            if refusal := _changed_meanwhile(reading, writing):
                return rows + _refused(differing, refusal)
            steps = steps_for(switch, reading, wanted, reach, writing, part)
        except (GuardRefusal, Unsayable) as refusal:
            return rows + _refused(differing, str(refusal))
        if not steps:
            return rows  # it is the other part's turn
        if platform.level is not Level.DEPLOY:
            text = f"{platform.name} is at level {platform.level}: commands are shown, not sent"
            return rows + _refused(differing, text)
        writing.backup(switch.name, platform.stable(reading.running))
        attempt = Attempt(switch, platform, reach, cli, reading, stack)
        try:
            note = await attempt.carry_out(steps)
        except Held as refusal:
            return rows + _refused(differing, str(refusal))
        except NotTaken as failure:
            left = await _left_standing(attempt, failure)
            if left is None:
                return rows + _failed(differing, str(failure))
            writing.made(left)
            return rows + _split(differing, wanted, left, str(failure))
        try:
            async with asyncio.timeout(reach.timeouts.write_s):
                after = (await read(attempt.wire.cli, where, platform)).state
        except (DeviceError, TimeoutError) as error:
            text = f"written, but not read back: {error or 'no answer in time'}"
            return rows + _failed(differing, text)
    writing.made(after)
    later = _left_for_later(switch, reading, wanted, reach, writing, part)
    return rows + _outcomes(differing, wanted, after, later, note)


def steps_for(
    switch: Switch, reading: Reading, wanted: SwitchState, reach: Reach, writing: Writing, part: str = ""
) -> tuple[Step, ...]:
    """The steps of a part of the change: ``widen`` adds and moves, ``narrow`` takes away, "" does all.

    Raises GuardRefusal, and Unsayable.
    """
    platform = platform_of(switch.platform)
    whole = with_passwords(wanted, _passwords(switch, wanted, reach))
    keep = keep_of(switch, reading).with_links(writing.links.get(switch.name, frozenset()))
    steps = changes(platform, reading.model, whole, keep, writing.templates, saved=reading.state.saved is True)
    if any(step.phase in ARMED for step in steps) and platform.revert is None and not switch.out_of_band:
        raise GuardRefusal(Invariant.REVERT, f"{platform.name} has no revert timer, and no out_of_band is declared")
    chosen = tuple(step for step in steps if step.phase in PARTS[part])
    if part == "narrow" and any(step.phase in WIDENING for step in steps):
        # What should have been added first is still missing: what takes away has to be harmless without it.
        check(platform, reading.model, chosen, keep)
    due = [step for step in chosen if step.phase is not Phase.SAVE]
    return chosen if due or part != "widen" or len(steps) == len(chosen) else ()


def keep_of(switch: Switch, reading: Reading) -> Keep:
    """What must not be cut: the VLAN that the switch is really managed over, and the one that it shall be."""
    # Every link between switches counts: in a ring the management path may turn around.
    links = frozenset(port.name for port in switch.ports.values() if port.peer_port is not None)
    keep = Keep(switch.management_vlan, links)
    old = switch.reached_at
    reached = [address for address in (str(old.address) if old else None, switch.address) if address]
    real = next((vlan for one in reached if (vlan := management_vlan(reading.state, one)) is not None), None)
    if real is None:
        text = f"no VLAN interface has {' or '.join(reached)} (leased by DHCP, a second address, a routed port?)"
        return keep if switch.out_of_band else replace(keep, unseen=text)
    moves = real != switch.management_vlan and old is not None
    return replace(keep, management_vlan=real, next_vlan=switch.management_vlan if moves else None)


def _passwords(switch: Switch, wanted: SwitchState, reach: Reach) -> dict[str, Secret]:
    tables = [table for table in (wanted.users, wanted.snmp_users) if isinstance(table, dict)]
    names = {name for table in tables for name in table}
    found = {name: reach.credentials.password(switch.name, name) for name in names}
    return {name: secret for name, secret in found.items() if secret is not None}


def _changed_meanwhile(reading: Reading, writing: Writing) -> str | None:
    planned = writing.seen.revision if isinstance(writing.seen, SwitchState) else None
    if planned is None or planned == reading.state.revision:
        return None
    return "its configuration has changed since it was read for the plan: somebody else is at work; plan again"


def _refused(differing: Sequence[Change], text: str) -> list[Outcome]:
    return [Outcome(change, Status.REFUSED, change.seen, text) for change in differing]


def _failed(differing: Sequence[Change], text: str) -> list[Outcome]:
    return [Outcome(change, Status.FAILED, change.seen, text) for change in differing]


async def _left_standing(attempt: Attempt, failure: NotTaken) -> SwitchState | None:
    """The state of a switch on which a part of a failed change stands; None where none does, or nobody knows."""
    if not failure.stands:
        return None
    try:
        async with asyncio.timeout(attempt.wire.reach.timeouts.write_s):
            await attempt.wire.reopen()  # the session may be what failed
            return (await attempt.wire.read()).state
    except (DeviceError, TimeoutError):
        return None


def _split(differing: Sequence[Change], wanted: SwitchState, after: SwitchState, text: str) -> list[Outcome]:
    """Rows of a change of which only a part stands."""
    outcomes = []
    for row in _outcomes(differing, wanted, after, False, f"stands, but: {text}"):
        stands = row.status is Status.APPLIED
        outcomes.append(row if stands else replace(row, status=Status.FAILED, text=text))
    unsettled = any(row.status is Status.FAILED for row in outcomes)
    return outcomes if unsettled else _failed(differing, text)  # nothing may hide that it failed


def _left_for_later(
    switch: Switch, reading: Reading, wanted: SwitchState, reach: Reach, writing: Writing, part: str
) -> bool:
    """Whether the other part of the change has steps of its own, so that what still differs is no failure."""
    if part != "widen":
        return False
    everything = steps_for(switch, reading, wanted, reach, writing)
    return any(step.phase not in PARTS["widen"] for step in everything)


def _outcomes(
    differing: Sequence[Change], wanted: SwitchState, after: SwitchState, later: bool, note: str
) -> list[Outcome]:
    """What was read back decides, not what the switch said."""
    left = [found for found in compare(wanted, after) if isinstance(found, Change)]
    outcomes = []
    for change in differing:
        rest = next((one for one in left if _is_part(one, change)), None)
        if rest is None:
            outcomes.append(Outcome(change, Status.APPLIED, change.wanted, note))
        elif not later:
            outcomes.append(_not_applied(change, rest))
    # What was in order before and is not now: above all a save that the switch only claimed.
    new = [one for one in left if not any(_is_part(one, change) for change in differing)]
    return outcomes + [_not_applied(one, one) for one in new]


def _is_part(one: Change, change: Change) -> bool:
    """A port or VLAN that was missing is one change; what is left of it may be a part."""
    return one.path == change.path or one.path.startswith(f"{change.path}.")


def _not_applied(change: Change, rest: Change) -> Outcome:
    return Outcome(change, Status.ACCEPTED_NOT_APPLIED, rest.seen, f"{rest.path} reads back as {rest.seen!r}")
