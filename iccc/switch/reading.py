"""Reads a switch's state over an open command line."""

from __future__ import annotations

from dataclasses import replace

from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession, Dialect
from iccc.switch.platforms.cisco_ios import is_saved, parse
from iccc.switch.platforms.cisco_ios.facts import ERRORS, SHOW_ERROR
from iccc.switch.state import SwitchState
from iccc.switch.steps import Unparsable

DIALECT = Dialect(config_error=ERRORS, show_error=SHOW_ERROR)


async def read_state(cli: CliSession, where: str) -> SwitchState:
    """The whole state, ``saved`` included; BAD_ANSWER when the configuration is not complete."""
    state, _running = await read(cli, where)
    return state


async def read(cli: CliSession, where: str) -> tuple[SwitchState, str]:
    """The state, and the running configuration that it was read from."""
    running = await cli.show("show running-config")
    startup = await cli.show("show startup-config")
    try:
        return replace(parse(running), saved=is_saved(running, startup)), running
    except Unparsable as error:
        raise DeviceError(Reason.BAD_ANSWER, f"{where} show running-config", str(error)) from None
