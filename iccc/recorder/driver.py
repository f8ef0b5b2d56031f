"""Reading and writing appliance recorders over ONVIF."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from iccc.city.devices import Recorder
from iccc.compare import Unread
from iccc.errors import DeviceError, Reason
from iccc.observed import Observed, Outcome
from iccc.onvif.section import Section
from iccc.recorder.channels import Known, read_channels, write_channels
from iccc.recorder.login import find_channel, read_login, write_login
from iccc.recorder.settings import SECTIONS, SETTINGS
from iccc.recorder.state import Channel, LoginState, RecorderFacts, RecorderState
from iccc.secrets import STREAM_USER, Secret
from iccc.sessions.onvif import OnvifSession, refuse_unwritten
from iccc.sessions.onvif_device import Part, apply_section, observe_many, read_parts
from iccc.sessions.reach import STREAMS_KEY, Reach

PROOF_POLL_S = 0.25
REFUSAL_HOLDS_S = 1.5


async def observe(
    recorder: Recorder,
    reach: Reach,
    users: Sequence[str],
    sections: Sequence[str] = SECTIONS,
    channels: Mapping[str, Channel] | None = None,
) -> Observed[RecorderState, RecorderFacts]:
    """Read one recorder over one connection, within ``device_s``. ``users``: whose managed password is proved.

    ``channels`` are the wanted ones, by which those of the recorder are known; without them they are not read.
    """
    parts: dict[str, Part] = {name: SETTINGS[name].read for name in sections}
    if channels is not None:
        parts["channels"] = partial(read_channels, known=known(channels, reach))
    found = await read_parts(recorder, reach, users, parts)
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
    setting: Section[Any]
    if section == "channels":
        if not isinstance(wanted.channels, Mapping):
            return []
        about = known(wanted.channels, reach)
        setting = Section(partial(read_channels, known=about), partial(write_channels, known=about))
    else:
        setting = SETTINGS[section]
    return await apply_section(recorder, reach, section, setting, getattr(wanted, section), users)


async def set_login(
    recorder: Recorder, camera: str, channel: Channel, password: Secret, reach: Reach, proof_s: float
) -> LoginState:
    """Give the recorder another password for one camera's streams, and wait until it records again, or is refused.

    ``channel`` is the declared one. What the recorder says after ``proof_s`` is the answer. Raises DeviceError.
    """
    limit_s = reach.timeouts.write_s + proof_s
    async with OnvifSession(recorder, reach) as session:
        refuse_unwritten(recorder, session.where("write channels"))
        try:
            async with asyncio.timeout(limit_s):
                await session.open()
                binding = await session.run(find_channel(camera, channel))
                await session.run(write_login(binding, channel, password))
                clock = asyncio.get_running_loop().time
                begun = clock()
                while True:
                    state = await session.run(read_login(binding))
                    # A refusal of before may still stand there for a moment.
                    settled = state is LoginState.REFUSED and clock() >= begun + REFUSAL_HOLDS_S
                    if state is LoginState.PROVED or settled or clock() >= begun + proof_s:
                        return state
                    await asyncio.sleep(PROOF_POLL_S)
        except TimeoutError:
            text = f"not finished within {limit_s:g} s"
            raise DeviceError(Reason.NO_ANSWER, session.where("write channels"), text) from None


def known(channels: Mapping[str, Channel], reach: Reach) -> Known:
    """What is stored and learned of the cameras on a recorder."""
    streams = {camera: reach.learned.get(camera, STREAMS_KEY) for camera in channels}
    passwords = {camera: reach.credentials.password(camera, STREAM_USER) for camera in channels}
    return Known(
        channels,
        {camera: told for camera, told in streams.items() if isinstance(told, dict)},
        {camera: secret for camera, secret in passwords.items() if secret is not None},
    )


async def observe_all(
    recorders: Sequence[Recorder],
    reach: Reach,
    users: Sequence[str],
    progress: Callable[[str], None],
    channels: Mapping[str, Mapping[str, Channel]] | None = None,
) -> dict[str, Observed[RecorderState, RecorderFacts]]:
    """:func:`observe` for many at once, by name. ``progress`` is called with each name when it is done."""
    wanted = channels or {}
    return await observe_many(
        recorders,
        reach,
        lambda recorder: observe(recorder, reach, users, channels=wanted.get(recorder.name)),
        progress,
    )
