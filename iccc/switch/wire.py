"""The way to a switch while it is being changed: its command line, opened anew where need be, and SNMP."""

from __future__ import annotations

import asyncio
import math
from contextlib import AsyncExitStack

from iccc.city.devices import Switch
from iccc.compare import Unread
from iccc.errors import DeviceError
from iccc.sessions.cli import CliSession
from iccc.sessions.reach import Reach
from iccc.sessions.snmp_set import set_value
from iccc.switch.platform import Platform
from iccc.switch.reached import ELSEWHERE, addresses, answered, likely, open_cli
from iccc.switch.reading import Reading, read
from iccc.switch.steps import SnmpSet, Step
from iccc.switch.vitals import Vitals, read_vitals

ANSWERS_S = 10.0  # how long a management address that is new may take to answer


class Wire:
    """``cli`` is the session that works now; sessions end with ``stack``."""

    def __init__(
        self, switch: Switch, platform: Platform, reach: Reach, cli: CliSession, stack: AsyncExitStack
    ) -> None:
        self.switch = switch
        self.platform = platform
        self.reach = reach
        self.cli = cli
        self._stack = stack
        self._reopened = AsyncExitStack()  # the session that was opened last in place of another
        stack.push_async_callback(lambda: self._reopened.aclose())

    @property
    def minutes(self) -> int:
        """Of the revert timer, longer than the push may take: it must not fire in the middle of it."""
        assert self.platform.revert is not None
        times = self.reach.timeouts
        return max(self.platform.revert.minutes, math.ceil((times.write_s + times.settle_s) / 60) + 1)

    async def fresh(self) -> CliSession:
        """A session of a new login, wherever the switch is reached."""
        return await self._stack.enter_async_context(open_cli(self.switch, self.reach, self.platform))

    async def declared(self) -> CliSession:
        """A session of a new login at the declared address, which may need a moment until it answers."""
        address = addresses(self.switch)[0]
        end = asyncio.get_running_loop().time() + ANSWERS_S
        while True:
            session = CliSession(self.switch.name, address, self.reach, self.platform.dialect)
            try:
                fresh = await self._stack.enter_async_context(session)
            except DeviceError as error:
                # Neighbours that asked for the address before it was there still have it as unreachable.
                if error.reason not in ELSEWHERE or asyncio.get_running_loop().time() >= end:
                    raise
                await asyncio.sleep(1.0)
            else:
                answered(self.switch, self.reach, address)
                return fresh

    async def reopen(self) -> None:
        """Put a new session in place of ``cli``."""
        opened = AsyncExitStack()
        cli = await opened.enter_async_context(open_cli(self.switch, self.reach, self.platform))
        await self._reopened.aclose()  # a switch has few lines for sessions
        self._reopened, self.cli = opened, cli

    async def read(self) -> Reading:
        """The whole state over ``cli``."""
        return await read(self.cli, self.switch.name, self.platform)

    async def vitals(self) -> Vitals | Unread:
        return await read_vitals(self.platform, self.switch, self.reach)

    async def send(self, step: Step) -> None:
        """Its lines, or its SET."""
        if step.snmp_set:
            await self._set(step.snmp_set, step.snmp_set.value)
        else:
            await self.cli.configure(step.lines, step.hidden)

    async def send_back(self, step: Step) -> None:
        """What takes the step back."""
        if step.snmp_set:
            await self._set(step.snmp_set, step.snmp_set.before)
        else:
            await self.cli.configure(step.undoes, step.hidden)

    async def _set(self, what: SnmpSet, value: int) -> None:
        *others, last = likely(self.switch, self.reach)
        for address in others:
            try:
                await set_value(self.switch.name, address, self.reach, what.oid, value)
            except DeviceError as error:
                if error.reason not in ELSEWHERE:
                    raise
            else:
                return
        await set_value(self.switch.name, last, self.reach, what.oid, value)
