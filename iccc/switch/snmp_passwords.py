"""The two passwords of a user of SNMP v3 on a switch: set over the command line, proved over SNMP, then saved.

It cuts no way in, for the command line does not rest on it, so it needs no revert: what fails is set back by the same
line. Where a platform's templates do not say it, a person has to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from iccc.city.devices import Switch
from iccc.errors import DeviceError, Reason
from iccc.mib.system import UP_TIME
from iccc.secrets import SpokenAs, UsmUser
from iccc.sessions.reach import Reach
from iccc.sessions.snmp import SnmpSession
from iccc.switch import passwords
from iccc.switch.lines import Lines
from iccc.switch.platforms import platform_of
from iccc.switch.reached import likely, open_cli, refuse_unwritten
from iccc.switch.reading import read
from iccc.switch.steps import Edit, Unsayable

MACRO = "snmp_keys"  # of the templates of a platform that says it
SAY_IT = frozenset({"cisco_ios"})


def by_hand(switch: Switch) -> str:
    """Why iccc does not set them there; "" when it does."""
    return passwords.by_hand(switch) or (
        "" if switch.platform in SAY_IT else f"no template of {switch.platform} says it"
    )


async def set_keys(switch: Switch, user: UsmUser, reach: Reach, templates: Path) -> None:
    """Set both passwords, see that the agent answers to them, save. Raises DeviceError; then nothing was saved."""
    refuse_unwritten(switch)
    platform, where = platform_of(switch.platform), f"{switch.name} {switch.address}"
    async with open_cli(switch, reach, platform) as cli:
        reading = await read(cli, where, platform)
        known = reading.state.snmp_users
        if not isinstance(known, Mapping) or user.name not in known:
            text = f"there is no SNMP user {user.name} on it: set it up by hand first"
            raise DeviceError(Reason.UNSUPPORTED, where, text)
        try:
            lines = Lines(platform, templates)(Edit(MACRO, user.name, "", None, user), reading.model)
        except Unsayable as refusal:
            raise DeviceError(Reason.GUARDED, where, str(refusal)) from None
        await cli.configure(lines, hidden=(user.auth_password.reveal(), user.privacy_password.reveal()))
        await answers(switch, user, reach)
        await cli.type(platform.save)


async def answers(switch: Switch, user: UsmUser, reach: Reach) -> None:
    """Prove the passwords by a read. Raises DeviceError; a wrong one locks nobody out of SNMP."""
    spoken = replace(reach, credentials=SpokenAs(reach.credentials, user))
    found = await SnmpSession(switch.name, likely(switch, reach)[0], spoken).get(UP_TIME)
    if UP_TIME not in found:
        raise DeviceError(Reason.BAD_ANSWER, f"{switch.name} {switch.address} SNMP", "it does not tell sysUpTime")
