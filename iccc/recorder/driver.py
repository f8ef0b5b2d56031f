"""Reading and writing appliance recorders, as far as the ONVIF device service reaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from iccc.city.devices import Recorder
from iccc.compare import Unread
from iccc.observed import Observed, Outcome
from iccc.recorder.settings import SECTIONS, SETTINGS
from iccc.recorder.state import RecorderFacts, RecorderState
from iccc.sessions.onvif_device import apply_section, observe_many, read_parts
from iccc.sessions.reach import Reach


async def observe(
    recorder: Recorder, reach: Reach, users: Sequence[str], sections: Sequence[str] = SECTIONS
) -> Observed[RecorderState, RecorderFacts]:
    """Read one recorder over one connection, within ``device_s``. ``users``: whose managed password is proved."""
    found = await read_parts(recorder, reach, users, {name: SETTINGS[name].read for name in sections})
    now = reach.clock.now()
    if isinstance(found, Unread):
        return Observed(recorder.name, found, None, now)
    values, identity = found
    return Observed(recorder.name, RecorderState(**values), RecorderFacts(identity), now)


async def apply(recorder: Recorder, section: str, wanted: RecorderState, reach: Reach) -> list[Outcome]:
    """Write one section and read it back. Raises DeviceError when it cannot be read, or the recorder is not ours.

    Passwords of users that are created or changed must be stored before (``credentials.ensure``).
    """
    users = list(wanted.users) if isinstance(wanted.users, Mapping) and section == "users" else []
    return await apply_section(recorder, reach, section, SETTINGS[section], getattr(wanted, section), users)


async def observe_all(
    recorders: Sequence[Recorder], reach: Reach, users: Sequence[str], progress: Callable[[str], None]
) -> dict[str, Observed[RecorderState, RecorderFacts]]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done."""
    return await observe_many(recorders, reach, lambda recorder: observe(recorder, reach, users), progress)
