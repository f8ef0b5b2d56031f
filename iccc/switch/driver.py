"""Reads and writes switches: the state over the command line, the facts over SNMP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from typing import TypeVar

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason, stumbled
from iccc.observed import Observed, Outcome
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.switch import push, snmp_only, snmp_reader
from iccc.switch.platforms import platform_of
from iccc.switch.port_facts import names_among, names_of
from iccc.switch.reached import likely, open_cli, refuse_unwritten
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


async def port_facts(switch: Switch, reach: Reach) -> SwitchFacts | Unread:
    """What its agent tells, the ports above all, without a login; never raises."""
    return await _part(switch, reach, nullcontext(), lambda: _facts(switch, reach))


async def apply(switch: Switch, part: str, wanted: SwitchState, reach: Reach, writing: Writing) -> list[Outcome]:
    """Make the switch as ``wanted``: read, plan, guard, back up, push, prove a new login, save, read back.

    ``part`` is ``widen`` (what adds and moves), ``narrow`` (what takes away, and management) or "" for both.
    One :class:`~iccc.observed.Outcome` for every change of the part; [] when nothing was to do. Raises DeviceError
    when the switch is not ours (NOT_OWNED) or could not be read at all: then nothing was sent.
    """
    refuse_unwritten(switch)
    return await push.apply(switch, part, wanted, reach, writing)


async def _observe(switch: Switch, reach: Reach, cli: Slot, snmp: Slot) -> Seen:
    if switch.snmp_only:
        known = await _part(switch, reach, snmp, lambda: _facts(switch, reach))
        told = snmp_reader.unread(known) if isinstance(known, Unread) else known
        return Observed(switch.name, snmp_only.state(switch, told), told, reach.clock.now())
    state, facts = await asyncio.gather(
        _part(switch, reach, cli, lambda: _in_time(switch, reach)),
        _part(switch, reach, snmp, lambda: _facts(switch, reach)),
    )
    told = snmp_reader.unread(facts) if isinstance(facts, Unread) else facts
    return Observed(switch.name, state, told, reach.clock.now())


async def _part(switch: Switch, reach: Reach, slot: Slot, read: Callable[[], Awaitable[Part]]) -> Part | Unread:
    """What ``read`` gives, or why it gave nothing. Its deadline starts when it is this device's turn."""
    async with slot:
        try:
            return await read()
        except DeviceError as error:
            return Unread.of(error)
        except TimeoutError:
            return Unread(
                Reason.NO_ANSWER, f"{switch.name} {switch.address}: not done within {reach.timeouts.device_s:g} s"
            )
        except Exception as error:  # noqa: BLE001
            return Unread.of(stumbled(f"{switch.name} {switch.address}", error))


async def _in_time(switch: Switch, reach: Reach) -> SwitchState:
    async with asyncio.timeout(reach.timeouts.device_s):
        return await _state(switch, reach)


async def _state(switch: Switch, reach: Reach) -> SwitchState:
    platform = platform_of(switch.platform)
    async with open_cli(switch, reach, platform) as cli:
        return (await read(cli, f"{switch.name} {switch.address}", platform)).state


async def _facts(switch: Switch, reach: Reach) -> SwitchFacts:
    """Bounded by itself, part by part: what was read stands. Raises what the last address gave."""
    *first, last = likely(switch, reach)
    for address in first:
        with suppress(DeviceError):
            return await _facts_at(switch, address, reach)
    return await _facts_at(switch, last, reach)


async def _facts_at(switch: Switch, address: str, reach: Reach) -> SwitchFacts:
    def session(vlan: int | None) -> SnmpSession:
        return SnmpSession(switch.name, address, reach, vlan=vlan)

    patience_s, began = reach.timeouts.device_s, reach.clock.now()
    if switch.snmp_only:
        facts = await snmp_reader.read(session, names_among(switch.all_ports), None, switch.vlans, patience_s)
    else:
        platform = platform_of(switch.platform)
        facts = await snmp_reader.read(session, names_of(platform), platform.poe_index, switch.vlans, patience_s)
    return replace(facts, told_at=began)
