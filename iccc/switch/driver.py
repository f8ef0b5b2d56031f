"""Reads and writes switches: the state over the command line, the facts over SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import TypeVar

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.mib.values import Columns, Value
from iccc.observed import Observed, Outcome
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.switch import push, snmp_facts
from iccc.switch.platforms import platform_of
from iccc.switch.reached import likely, open_cli
from iccc.switch.reading import read
from iccc.switch.seen import SwitchFacts
from iccc.switch.state import SwitchState
from iccc.writing import Writing

Seen = Observed[SwitchState, SwitchFacts]
Slot = AbstractAsyncContextManager[object]
Part = TypeVar("Part")


async def observe(switch: Switch, reach: Reach) -> Seen:
    """One switch, both protocols at once under one deadline. What could not be read is Unread; never raises."""
    return await _observe(switch, reach, nullcontext(), nullcontext())


async def observe_all(switches: Iterable[Switch], reach: Reach, progress: Callable[[str], None]) -> dict[str, Seen]:
    """All switches at once, within the limits; ``progress`` is called with each name when it is done."""
    cli = asyncio.Semaphore(reach.limits.cli_in_flight)
    snmp = asyncio.Semaphore(reach.limits.snmp_in_flight)

    async def one(switch: Switch) -> Seen:
        seen = await _observe(switch, reach, cli, snmp)
        progress(switch.name)
        return seen

    found = await asyncio.gather(*map(one, switches))
    return {seen.device: seen for seen in found}


async def apply(switch: Switch, part: str, wanted: SwitchState, reach: Reach, writing: Writing) -> list[Outcome]:
    """Make the switch as ``wanted``: read, plan, guard, back up, push, prove a new login, save, read back.

    ``part`` is ``widen`` (what adds and moves), ``narrow`` (what takes away, and management) or "" for both.
    One :class:`~iccc.observed.Outcome` for every change of the part; [] when nothing was to do. Raises DeviceError
    when the switch is not ours (NOT_OWNED) or could not be read at all: then nothing was sent.
    """
    if not switch.ours:
        text = f"its owner is {switch.owner}; only what the project owns is written"
        raise DeviceError(Reason.NOT_OWNED, switch.name, text)
    return await push.apply(switch, part, wanted, reach, writing)


async def _observe(switch: Switch, reach: Reach, cli: Slot, snmp: Slot) -> Seen:
    state, facts = await asyncio.gather(
        _part(switch, reach, cli, lambda: _state(switch, reach)),
        _part(switch, reach, snmp, lambda: _facts(switch, reach)),
    )
    told = snmp_facts.unread(facts) if isinstance(facts, Unread) else facts
    return Observed(switch.name, state, told, reach.clock.now())


async def _part(switch: Switch, reach: Reach, slot: Slot, read: Callable[[], Awaitable[Part]]) -> Part | Unread:
    """What ``read`` gives, or why it gave nothing. The deadline starts when it is this device's turn."""
    async with slot:
        try:
            async with asyncio.timeout(reach.timeouts.device_s):
                return await read()
        except DeviceError as error:
            return Unread.of(error)
        except TimeoutError:
            return Unread(
                Reason.NO_ANSWER, f"{switch.name} {switch.address}: not done within {reach.timeouts.device_s:g} s"
            )


async def _state(switch: Switch, reach: Reach) -> SwitchState:
    platform = platform_of(switch.platform)
    async with open_cli(switch, reach, platform) as cli:
        return (await read(cli, f"{switch.name} {switch.address}", platform)).state


async def _facts(switch: Switch, reach: Reach) -> SwitchFacts:
    platform = platform_of(switch.platform)
    address, system = await _system(switch, reach)
    session = SnmpSession(switch.name, address, reach)
    columns = await session.walk(*snmp_facts.COLUMNS)

    async def fdb(vlan: int, known: bool) -> tuple[int, Columns | None]:
        context = SnmpSession(switch.name, address, reach, vlan=vlan)
        try:
            return vlan, await context.walk(*snmp_facts.FDB_COLUMNS)
        except DeviceError as error:
            if known or error.reason is not Reason.NO_ANSWER:
                raise
            return vlan, None  # the switch may well not have this VLAN

    asked = snmp_facts.vlans_to_ask(columns, switch.vlans)
    fdbs = dict(await asyncio.gather(*(fdb(vlan, known) for vlan, known in asked.items())))
    return snmp_facts.facts(platform, system, columns, {vlan: fdb for vlan, fdb in fdbs.items() if fdb is not None})


async def _system(switch: Switch, reach: Reach) -> tuple[str, Mapping[str, Value]]:
    """Where the agent answers, and its system group; what the last address gave when none does."""
    *first, last = likely(switch, reach)
    for address in first:
        with suppress(DeviceError):
            return address, await SnmpSession(switch.name, address, reach).get(*snmp_facts.SYSTEM)
    return last, await SnmpSession(switch.name, last, reach).get(*snmp_facts.SYSTEM)
