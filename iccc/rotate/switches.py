"""Rotation of the local users of switches, one switch after the other: each is the way to what hangs behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iccc.care import Cared
from iccc.city.devices import Switch
from iccc.context import Context
from iccc.errors import IcccError, stumbled
from iccc.observed import Done, Status
from iccc.rotate.cameras import said
from iccc.rotate.carry import Passwords, carry
from iccc.rotate.singly import singly
from iccc.rotate.switch_user import SwitchHand
from iccc.secrets import OWN_USER
from iccc.state.backups import Backups
from iccc.state.log import Why
from iccc.switch.passwords import by_hand
from iccc.writing import Writing

ROUNDS_S = 1200.0  # of one step: a switch that takes a change back by its own timer is waited for


async def rotate_switches(
    context: Context,
    switches: Sequence[Switch],
    users: Sequence[str],
    why: Why,
    anytime: bool,
    progress: Callable[[str], None],
) -> Cared:
    """A row for each."""

    def before(switch: Switch) -> Done | None:
        text = by_hand(switch)
        return Done(switch.name, Status.NEEDS_HUMAN, f"{text}; nothing was changed") if text else None

    async def act(switch: Switch) -> Done:
        told: list[str] = []
        for user in sorted(users, key=lambda name: name == OWN_USER):
            new, text = await _rotated(context, switch, user)
            told.append(f"{user}: {text}")
            if not new:
                return Done(switch.name, Status.FAILED, "; ".join(told))
        return Done(switch.name, Status.APPLIED, "; ".join(told))

    return await singly(context, switches, users, lambda one: one.platform, before, act, why, anytime, progress)


async def _rotated(context: Context, switch: Switch, user: str) -> tuple[bool, str]:
    """Whether the user has a new password, and what stands."""
    writing = Writing(context.settings.root / "templates", Backups(context.store.path.parent, context.clock).keep)
    passwords = Passwords(context.vault, switch.name, user)
    hand = SwitchHand(switch, passwords, context.reach, writing)
    try:
        await hand.bring_back()
        standing = await carry(passwords, [hand], ROUNDS_S)
    except Exception as error:  # noqa: BLE001  the others are not to be cut off for one
        told = error if isinstance(error, IcccError) else stumbled(switch.name, error)
        state = "unfinished, both are stored" if passwords.unfinished else "not touched"
        return False, f"{state}: {told}"
    return standing.is_new, said(standing, [hand])
