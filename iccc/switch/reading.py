"""Reads a switch's state over an open command line."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.sessions.cli import CliSession
from iccc.switch.platform import Model, Platform
from iccc.switch.state import Svi, SwitchState
from iccc.switch.steps import Unparsable


@dataclass(frozen=True)
class Reading:
    """A switch as it was read: ``running`` is the text that ``model`` comes from."""

    model: Model
    running: str
    state: SwitchState


async def read(cli: CliSession, where: str, platform: Platform) -> Reading:
    """The whole state, ``saved`` included; BAD_ANSWER when the configuration is not proved complete."""
    command, *others = platform.shows
    running = await cli.show(command)
    texts, hidden = [running], dict[str, Unread]()
    for other in others:
        try:
            texts.append(await cli.show(other))
        except DeviceError as error:
            if error.reason is not Reason.BAD_ANSWER or other not in platform.optional:
                raise
            texts.append("")
            hidden[platform.optional[other]] = Unread.of(error)
    startup = await cli.show(platform.show_startup)
    try:
        model = platform.read(*texts)
    except Unparsable as error:
        raise DeviceError(Reason.BAD_ANSWER, f"{where} {command}", str(error)) from None
    revision = hashlib.sha256(platform.stable(running).encode()).hexdigest()
    known: dict[str, Any] = {"saved": platform.is_saved(running, startup), "revision": revision}
    state = replace(model.state(), **(known | hidden))
    return Reading(model, running, state)


def management_vlan(state: SwitchState, address: str) -> int | None:
    """The VLAN whose interface bears ``address``, so over which the switch is really managed; None if none does."""
    interfaces = state.interfaces if isinstance(state.interfaces, Mapping) else {}
    bearing = [vlan for vlan, svi in interfaces.items() if isinstance(svi, Svi) and _host(svi.address) == address]
    return bearing[0] if bearing else None


def _host(address: str | None) -> str:
    return (address or "").partition("/")[0]
