"""Who holds passwords of cameras: recorders that pull their streams. They are asked, nothing is taken for granted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from iccc.city.devices import Camera, City, Recorder
from iccc.errors import DeviceError, Reason
from iccc.recorder.bindings import RTSP_PORT, Binding, read_bindings
from iccc.recorder.state import Channel
from iccc.rotate.cameras import Holder
from iccc.rotate.carry import Hand, Passwords
from iccc.rotate.recorder import RecorderHand
from iccc.rotate.server import ServerHand
from iccc.secrets import STREAM_USER
from iccc.server.stream import recorded
from iccc.sessions.host import HostSession
from iccc.sessions.onvif import OnvifSession
from iccc.sessions.reach import Reach


def gates_of(city: City, reach: Reach) -> dict[str, asyncio.Semaphore]:
    """So many channels of each recorder are rotated at once."""
    return {name: asyncio.Semaphore(reach.limits.rotate_per_recorder) for name in city.recorders}


async def holders_of(city: City, cameras: Sequence[Camera], reach: Reach) -> dict[str, list[Holder]]:
    """The holders of each camera's passwords, by camera.

    Every recorder is asked: one that a camera was moved away from may pull it still. One that does not tell is taken
    for a holder where it is the camera's own, or stands by for others.
    """
    there = [one for one in city.recorders.values() if one.on_the_wire]
    asked, servers = ([one for one in there if (one.host is not None) is hosted] for hosted in (False, True))
    told = dict(
        zip([one.name for one in asked], await asyncio.gather(*(_told(one, reach) for one in asked)), strict=True)
    )
    found: dict[str, list[Holder]] = {camera.name: [] for camera in cameras}
    for server, streams in zip(servers, await asyncio.gather(*(_streams(one, reach) for one in servers)), strict=True):
        for camera in cameras:
            found[camera.name] += _on_server(camera, server, streams, city, reach)
    for camera in cameras:
        for recorder in asked:
            bindings = told[recorder.name]
            if isinstance(bindings, str):
                if recorder.name == camera.recorder or recorder.standby:
                    found[camera.name].append(Holder(recorder.name, "", recorder.name, by_hand=bindings))
                continue
            found[camera.name] += [
                _holder(camera, recorder, one, reach)
                for one in bindings
                if one.source is not None and one.source.address in (camera.address, camera.reached_at)
            ]
            if recorder.name == camera.recorder or recorder.standby:
                found[camera.name] += [_unknown(recorder, one) for one in bindings if _fills_from_unknown(one)]
    return found


async def _streams(server: Recorder, reach: Reach) -> list[str] | str:
    """The cameras that a recording server has a login of; words where it did not tell."""
    host = server.host
    assert host is not None
    try:
        async with asyncio.timeout(reach.timeouts.device_s):
            async with HostSession(server.name, server.address, host.ssh_user, reach) as session:
                return await recorded(session, server)
    except TimeoutError:
        return f"it was not read within {reach.timeouts.device_s:g} s: it may hold the password"
    except DeviceError as error:
        return f"it was not read, and it may hold the password: {error}"


def _on_server(
    camera: Camera, server: Recorder, streams: Sequence[str] | str, city: City, reach: Reach
) -> list[Holder]:
    if isinstance(streams, str):
        own = server.name in (camera.recorder, camera.home) or server.standby
        return [Holder(server.name, STREAM_USER, server.name, by_hand=streams)] if own else []
    if camera.name not in streams:
        return []
    name = f"{server.name} {camera.name}"
    why = server.unwritten if server.ours else f"its owner is {server.owner}; only project is written"
    if why:
        text = f"{why}: somebody has to set the new password there"
        return [Holder(name, STREAM_USER, server.name, by_hand=text)]

    @asynccontextmanager
    async def opened(passwords: Passwords) -> AsyncIterator[Hand]:
        host = server.host
        assert host is not None
        async with HostSession(server.name, server.address, host.ssh_user, reach) as session:
            yield ServerHand(session, server, camera, city, passwords, reach.timeouts.records_s)

    return [Holder(name, STREAM_USER, server.name, opened)]


def _fills_from_unknown(binding: Binding) -> bool:
    """Whether a job fills the channel from what is no stream of a known address: it may be any camera."""
    return binding.job is not None and binding.source is None


def _unknown(recorder: Recorder, binding: Binding) -> Holder:
    text = "what it records is not told, and may be this camera: look, and set the new password there"
    return Holder(f"{recorder.name} channel {binding.number}", "", recorder.name, by_hand=text)


async def _told(recorder: Recorder, reach: Reach) -> list[Binding] | str:
    """What is bound to its channels; words where nobody but a person can tell."""
    if recorder.recorder_type != "appliance":
        return "its software has its own list of cameras: set the new password there"
    if recorder.channels_by != "onvif":  # of these nothing can be concluded from what it tells over ONVIF
        return "cameras are put on its channels by hand: set the new password there"
    try:
        async with asyncio.timeout(reach.timeouts.device_s), OnvifSession(recorder, reach) as session:
            await session.open()
            return await session.run(read_bindings())
    except TimeoutError:
        return f"its channels were not read within {reach.timeouts.device_s:g} s: it may hold the password"
    except DeviceError as error:
        return f"its channels were not read, and it may hold the password: {error}"


def _holder(camera: Camera, recorder: Recorder, binding: Binding, reach: Reach) -> Holder:
    source = binding.source
    assert source is not None
    name = f"{recorder.name} channel {binding.number}"
    why = recorder.unwritten if recorder.ours else f"its owner is {recorder.owner}; only project is written"
    if why:
        return Holder(name, source.user, recorder.name, by_hand=f"{why}: somebody has to set the new password there")
    if source.user not in ("", STREAM_USER):
        text = f"it logs in as {source.user}, and iccc binds channels as {STREAM_USER} only: set the new password there"
        return Holder(name, source.user, recorder.name, by_hand=text)
    channel = Channel(binding.number, camera.address, source.port or RTSP_PORT)
    return Holder(name, source.user, recorder.name, _opener(recorder, binding, channel, reach))


def _opener(
    recorder: Recorder, binding: Binding, channel: Channel, reach: Reach
) -> Callable[[Passwords], AbstractAsyncContextManager[Hand]]:
    @asynccontextmanager
    async def opened(passwords: Passwords) -> AsyncIterator[Hand]:
        async with OnvifSession(recorder, reach) as session:
            await session.open()
            yield RecorderHand(session, await _still(session, binding), channel, passwords)

    return opened


async def _still(session: OnvifSession, binding: Binding) -> Binding:
    """The channel as it is now: other cameras may have been rotated for hours since it was read.

    Raises DeviceError where it pulls something else by now: a token may be another channel's.
    """
    for now in await session.run(read_bindings()):
        if now.recording == binding.recording and _pulls(now) == _pulls(binding):
            return now
    text = f"channel {binding.number} pulls something else than when it was read: nothing is written to it"
    raise DeviceError(Reason.BAD_ANSWER, session.where("GetReceivers"), text)


def _pulls(binding: Binding) -> tuple[str, str]:
    """Token of the receiver, and the address that it pulls from."""
    receiver, source = binding.receiver, binding.source
    return receiver.token if receiver else "", source.address if source else ""
