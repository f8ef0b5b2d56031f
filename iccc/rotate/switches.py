"""Rotation of the local users of switches, one switch after the other: each is the way to what hangs behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iccc.care import Cared
from iccc.city.devices import Switch
from iccc.context import Context
from iccc.errors import IcccError, stumbled
from iccc.maintenance import closed
from iccc.observed import Done, Status
from iccc.rotate.cameras import said
from iccc.rotate.carry import Passwords, carry
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
    """A row for each. It ends when the first of a platform fails, for that platform, or when too many do."""
    rows: list[Done] = []
    tried: list[tuple[Switch, Done]] = []
    stopped = ""
    for switch in switches:
        row = _refused(context, switch, users)
        stopped = stopped or ("" if row else _stop(context, tried, anytime))
        if row is None and stopped:
            row = Done(switch.name, Status.REFUSED, f"not tried: {stopped}")
        if row is None and (first := _spoilt(switch, tried)):
            row = Done(switch.name, Status.REFUSED, f"not tried: the first one of {switch.platform} was {first}")
        if row is None:
            row = await _one(context, switch, users, why)
            tried.append((switch, row))
        rows.append(row)
        progress(switch.name)
    return Cared(rows, stopped)


def _refused(context: Context, switch: Switch, users: Sequence[str]) -> Done | None:
    """A row instead of a rotation."""
    if switch.unwritten or not switch.ours:
        text = switch.unwritten if switch.ours else f"owner is {switch.owner}; only project is written"
        return Done(switch.name, Status.REFUSED, text)
    if why := by_hand(switch):
        return Done(switch.name, Status.NEEDS_HUMAN, f"{why}; nothing was changed")
    missing = [user for user in users if context.vault.password(switch.name, user) is None]
    if missing:
        text = f"no password of {', '.join(missing)} is stored for it: iccc deploy sets them first"
        return Done(switch.name, Status.REFUSED, text)
    return None


def _stop(context: Context, tried: Sequence[tuple[Switch, Done]], anytime: bool) -> str:
    bad = sum(row.status is not Status.APPLIED for _, row in tried)
    percent, least = context.settings.limits.care_fail_percent, context.settings.limits.wave_fail_least
    if bad >= least and bad * 100 > percent * len(tried):
        return f"{bad} of {len(tried)} switches failed, more than {percent} %"
    if anytime:
        return ""
    return closed(context.city.maintenance, context.clock.now(), context.city.utc_offset_min) or ""


def _spoilt(switch: Switch, tried: Sequence[tuple[Switch, Done]]) -> str:
    """The first switch of the same platform, which failed, while none has succeeded."""
    same = [row for one, row in tried if one.platform == switch.platform]
    if not same or any(row.status is Status.APPLIED for row in same):
        return ""
    return f"{same[0].device}: {same[0].status}"


async def _one(context: Context, switch: Switch, users: Sequence[str], why: Why) -> Done:
    change = context.changes.begin("rotate", f"passwords of {', '.join(users)}", why, switch.name)
    told: list[str] = []
    status = Status.APPLIED
    for user in sorted(users, key=lambda name: name == OWN_USER):
        new, text = await _rotated(context, switch, user)
        told.append(f"{user}: {text}")
        if not new:
            status = Status.FAILED
            break
    done = Done(switch.name, status, "; ".join(told))
    context.changes.end(change, "rotate", f"{done.status}: {done.text}", switch.name)
    return done


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
