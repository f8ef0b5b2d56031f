"""Rotation of the users that recorders themselves have, not of the logins that they have at cameras."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iccc.care import Cared
from iccc.city.devices import Recorder
from iccc.context import Context
from iccc.observed import Done, Status
from iccc.rotate.cameras import Rotation
from iccc.rotate.singly import singly
from iccc.state.log import Why


async def rotate_recorders(
    context: Context,
    recorders: Sequence[Recorder],
    users: Sequence[str],
    why: Why,
    anytime: bool,
    progress: Callable[[str], None],
) -> Cared:
    """A row for each, one after the other. Nobody but iccc and people log in there, so there are no holders."""
    rotation = Rotation(context.vault, context.reach, users, {})

    def before(recorder: Recorder) -> Done | None:
        if recorder.recorder_type == "appliance":
            return None
        text = "its software has users of its own: set their passwords there; nothing was changed"
        return Done(recorder.name, Status.NEEDS_HUMAN, text)

    return await singly(
        context, recorders, users, lambda one: one.device_type, before, rotation.act, why, anytime, progress
    )
