"""Reading and writing appliance recorders over ONVIF."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from iccc.city.devices import Recorder
from iccc.compare import Unread
from iccc.errors import Reason
from iccc.observed import Observed, Outcome
from iccc.onvif.section import Section
from iccc.onvif.state import Time
from iccc.recorder import by_maker
from iccc.recorder.by_maker import ISAPI
from iccc.recorder.channels import Known, read_channels, write_channels
from iccc.recorder.disks import read_first_replay, read_footage
from iccc.recorder.footage import Footage
from iccc.recorder.others import read_others, write_others
from iccc.recorder.settings import SECTIONS, SETTINGS
from iccc.recorder.snmp import read_disks
from iccc.recorder.state import Channel, Others, RecorderFacts, RecorderState
from iccc.secrets import STREAM_USER
from iccc.sessions.onvif_device import Part, apply_section, observe_many, read_parts
from iccc.sessions.reach import STREAM_LOGIN_KEY, STREAMS_KEY, Reach

CLOCK_OFF_S = 300  # more than a clock drifts between two times that it is set
OLDEST_KEY = "oldest_footage"  # learned: {camera: ISO time} of the oldest picture that was ever seen of each


async def observe(
    recorder: Recorder,
    reach: Reach,
    users: Sequence[str],
    sections: Sequence[str] = SECTIONS,
    channels: Mapping[str, Channel] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> Observed[RecorderState, RecorderFacts]:
    """Read one recorder over one connection, within ``device_s``. ``users``: whose managed password is proved.

    ``channels`` are the wanted ones, by which those of the recorder are known; without them they are not read.
    ``elsewhere``: addresses of cameras that it may have on a channel though another one records them.
    """
    parts: dict[str, Part] = {name: SETTINGS[name].read for name in sections}
    if elsewhere:
        parts["others"] = partial(read_others, addresses=elsewhere)
    if channels is not None and recorder.channels_by != ISAPI:
        about = known(channels, reach)
        parts |= {"channels": partial(read_channels, known=about), "footage": partial(read_footage, known=about)}
        parts["replay"] = read_first_replay
    found, disks = await asyncio.gather(read_parts(recorder, reach, users, parts), read_disks(recorder, reach))
    if channels is not None and recorder.channels_by == ISAPI and not isinstance(found, Unread):
        found[0]["channels"] = await by_maker.read_channels(recorder, reach, channels)
    now = reach.clock.now()
    if isinstance(found, Unread):
        return Observed(recorder.name, found, None, now)
    values, identity = found
    footage, replay = values.pop("footage", None), values.pop("replay", None)
    if isinstance(footage, Mapping):
        footage = _real(footage, values.get("time"))
        footage = _with_past(recorder, footage, reach)
    return Observed(recorder.name, RecorderState(**values), RecorderFacts(identity, footage, replay, disks), now)


async def apply(recorder: Recorder, section: str, wanted: RecorderState, reach: Reach) -> list[Outcome]:
    """Write one section and read it back. Raises DeviceError when it cannot be read, or the recorder is not ours.

    Passwords of users that are created or changed must be stored before (``credentials.ensure``).
    """
    users = list(wanted.users) if isinstance(wanted.users, Mapping) and section == "users" else []
    setting: Section[Any]
    if section == "channels":
        if not isinstance(wanted.channels, Mapping):
            return []
        if recorder.channels_by == ISAPI:
            return await by_maker.apply(recorder, wanted.channels, reach)
        about = known(wanted.channels, reach)
        setting = Section(partial(read_channels, known=about), partial(write_channels, known=about))
    elif section == "others":
        if not isinstance(wanted.others, Others):
            return []
        setting = Section(partial(read_others, addresses=wanted.others.addresses), write_others)
    else:
        setting = SETTINGS[section]
    return await apply_section(recorder, reach, section, setting, getattr(wanted, section), users)


def _real(footage: Mapping[str, Footage], time: object) -> dict[str, Footage]:
    """With real times: the recorder tells those of its own clock.

    Older footage has the times of a clock that nobody knows any more once that is put right, or jumps. So where it is
    off by more than :data:`CLOCK_OFF_S`, or not known, nothing is said of when footage is from.
    """
    skew_s = time.skew_s if isinstance(time, Time) else None
    if isinstance(skew_s, int | float) and abs(skew_s) <= CLOCK_OFF_S:
        skew = timedelta(seconds=skew_s)

        def real(at: datetime | Unread | None) -> datetime | Unread | None:
            return at - skew if isinstance(at, datetime) else at

    else:
        off = f"is {skew_s:+.0f} s off" if isinstance(skew_s, int | float) else "is not known"
        unknown = Unread(Reason.BAD_ANSWER, f"when its footage is from is not known, as its clock {off}")

        def real(at: datetime | Unread | None) -> datetime | Unread | None:
            return at if at is None else unknown

    return {camera: replace(one, oldest=real(one.oldest), newest=real(one.newest)) for camera, one in footage.items()}


def _with_past(recorder: Recorder, footage: Mapping[str, Footage], reach: Reach) -> dict[str, Footage]:
    """With the oldest picture that was ever seen of each camera, which is kept."""
    kept = reach.learned.get(recorder.name, OLDEST_KEY)
    before = {camera: datetime.fromisoformat(at) for camera, at in kept.items()} if isinstance(kept, dict) else {}
    found = {camera: one.since(before.get(camera)) for camera, one in footage.items()}
    for camera, one in footage.items():
        if isinstance(one.oldest, datetime):
            before[camera] = min(one.oldest, before.get(camera, one.oldest))
    # Without fractions: a clock that ticks is no news, and the store is not written for it.
    told = {camera: at.replace(second=0, microsecond=0).isoformat() for camera, at in sorted(before.items())}
    reach.learned.put(recorder.name, OLDEST_KEY, told or None)
    return found


def known(channels: Mapping[str, Channel], reach: Reach) -> Known:
    """What is stored and learned of the cameras on a recorder."""
    streams = {camera: reach.learned.get(camera, STREAMS_KEY) for camera in channels}
    passwords = {camera: reach.credentials.password(camera, STREAM_USER) for camera in channels}
    return Known(
        channels,
        {camera: told for camera, told in streams.items() if isinstance(told, dict)},
        {camera: secret for camera, secret in passwords.items() if secret is not None},
        frozenset(camera for camera in channels if reach.learned.get(camera, STREAM_LOGIN_KEY)),
    )


async def observe_all(
    recorders: Sequence[Recorder],
    reach: Reach,
    users: Sequence[str],
    progress: Callable[[str], None],
    channels: Mapping[str, Mapping[str, Channel] | None],
    elsewhere: Mapping[str, Mapping[str, str]],
) -> dict[str, Observed[RecorderState, RecorderFacts]]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done.

    ``channels``: the wanted ones by recorder; None where they are not managed. ``elsewhere``: see :func:`observe`.
    """
    return await observe_many(
        recorders,
        reach,
        lambda recorder: observe(
            recorder, reach, users, channels=channels[recorder.name], elsewhere=elsewhere[recorder.name]
        ),
        progress,
    )
