"""The password of a local user of a switch: set under an armed revert, and proved by its own login before that ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from iccc.city.devices import Switch
from iccc.errors import DeviceError, Reason
from iccc.secrets import Login, Secret
from iccc.sessions import cli
from iccc.sessions.reach import Reach
from iccc.switch.attempt import Attempt, NotTaken
from iccc.switch.changes import one_step
from iccc.switch.platform import Level
from iccc.switch.platforms import platform_of
from iccc.switch.push import keep_of
from iccc.switch.reached import likely, open_cli, refuse_unwritten
from iccc.switch.reading import read
from iccc.switch.state import User
from iccc.switch.steps import Edit, GuardRefusal, Phase, Unsayable
from iccc.writing import Writing


def by_hand(switch: Switch) -> str:
    """Why iccc sets no password of a user there; "" when it does."""
    if switch.snmp_only:
        return "it is observed by SNMP only: set the password on its own page"
    platform = platform_of(switch.platform)
    if platform.level is not Level.DEPLOY:
        return f"iccc writes nothing to {platform.name}: set the password on its command line"
    if platform.revert is None and not switch.out_of_band:
        return f"{platform.name} has no revert timer, and no out_of_band is declared: set the password by hand"
    return ""


async def set_password(
    switch: Switch,
    user: str,
    password: Secret,
    reach: Reach,
    writing: Writing,
    sending: Callable[[], None],
    proof: Callable[[], Awaitable[None]],
) -> None:
    """Set it, prove it, confirm, save. ``sending`` is called before it goes out, ``proof`` before it is confirmed.

    Raises DeviceError: NO_ANSWER when nobody knows what stands, any other when the old one does, also on a switch to
    which nothing may be written.
    """
    refuse_unwritten(switch)
    platform, where = platform_of(switch.platform), f"{switch.name} {switch.address}"
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_cli(switch, reach, platform))
        reading = await read(opened, where, platform)
        users = reading.state.users
        there = users.get(user) if isinstance(users, Mapping) else None
        if not isinstance(there, User):
            raise DeviceError(Reason.UNSUPPORTED, where, f"there is no user {user} on it: iccc deploy makes it")
        edit = Edit("users", user, "", there, User(there.level, password))
        try:
            keep = keep_of(switch, reading).with_links(writing.links.get(switch.name, frozenset()))
            steps = one_step(platform, reading.model, Phase.MANAGEMENT, edit, keep, writing.templates)
        except (GuardRefusal, Unsayable) as refusal:
            raise DeviceError(Reason.GUARDED, where, str(refusal)) from None
        writing.backup(switch.name, platform.stable(reading.running))
        sending()
        try:
            await Attempt(switch, platform, reach, opened, reading, stack, proof).carry_out(steps)
        except NotTaken as failure:
            unknown = failure.stands or failure.pending
            raise DeviceError(Reason.NO_ANSWER if unknown else Reason.BAD_ANSWER, where, str(failure)) from None


async def log_in(switch: Switch, user: str, password: Secret, reach: Reach) -> None:
    """Prove a password by a login at the address where the switch is. Raises DeviceError."""
    await cli.log_in(switch.name, likely(switch, reach)[0], reach, Login(user, password, managed=True))
