"""Which camera is on which channel, and how the recorder gets at it.

A channel follows its camera: one that is bound stays where it is, and only a declared number says where one shall be.
So no camera that is put in between moves the footage of the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from iccc.compare import Change, Unread, compare
from iccc.errors import Reason
from iccc.onvif.call import Context, Procedure, Written, part
from iccc.onvif.errors import OnvifFault
from iccc.recorder.bind import bind
from iccc.recorder.bindings import Binding, JobState, read_bindings, read_job_state
from iccc.recorder.search import Recorded, read_recorded
from iccc.recorder.state import Channel, LoginState
from iccc.secrets import STREAM_USER, Secret

Streams = Mapping[str, Mapping[str, str]]  # path of each role by camera, as the cameras have told them
_LOGIN = re.compile(r"\b401\b|unauthori[sz]ed|authenticat|password|not authori[sz]ed", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """What the city and its cameras say, for reading and writing the channels of one recorder.

    ``passwords`` are those of the streams' user, by camera; ``proved`` are the cameras that have taken theirs.
    """

    declared: Mapping[str, Channel]
    streams: Streams
    passwords: Mapping[str, Secret]
    proved: Collection[str]


def read_channels(_context: Context, known: Known) -> Procedure[dict[str, Channel]]:
    """Channels by camera; those that pull nothing of the city by ``channel-<number>``. Free channels are in none."""
    try:
        bindings = yield from read_bindings()
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        raise OnvifFault(fault.subcode, "cameras are put on its channels on its own page, not over ONVIF") from None
    recorded = yield from part(read_recorded())
    found: dict[str, Channel] = {}
    for camera, binding in by_camera(bindings, known.declared).items():
        login = yield from _login(binding, recorded)
        found[camera] = _channel(camera, binding, login, known.streams)
    return found


def write_channels(
    _context: Context, wanted: Mapping[str, Channel], seen: Mapping[str, Channel], known: Known
) -> Procedure[Written]:
    """Bind what is missing to free channels, in the order of the declaration; put right what is bound otherwise.

    Nothing is taken off a channel: what nobody declared there is somebody's footage.
    """
    written = Written()
    bindings = yield from read_bindings()
    places = by_camera(bindings, known.declared)
    taken = {binding.number for binding in places.values()}
    kept = {channel.number for channel in known.declared.values() if channel.number is not None}
    free = [one for one in bindings if one.number not in taken]
    for camera, channel in wanted.items():
        if not any(isinstance(found, Change) for found in compare(channel, seen.get(camera))):
            continue
        at = f"channels[{camera}]"
        binding = places.get(camera) or _place(free, channel.number, kept)
        if binding is None:
            written.guarded[at] = _not_free(channel.number, places)
            continue
        if camera not in places:
            free.remove(binding)
        elif channel.number not in (None, binding.number):
            text = f"it records on channel {binding.number}, where its footage is: it is moved by hand"
            written.guarded[f"{at}.number"] = text
        path = known.streams.get(camera, {}).get(channel.stream if isinstance(channel.stream, str) else "main")
        secret = known.passwords.get(camera)
        if path is None:
            # Without its name: where many were never read, it is one line of what a deploy says.
            written.guarded[at] = "the camera's stream addresses were never read: deploy the camera too"
        elif secret is None:
            written.guarded[at] = f"no password of the streams of {camera} is stored: deploy the camera first"
        elif camera not in known.proved:
            text = f"{camera} has not been seen to take the login of {STREAM_USER}: a recorder that tries is locked out"
            written.guarded[at] = f"{text}; deploy the camera first"
        else:
            yield from bind(written, at, binding, camera, channel, path, secret)
    return written


def _not_free(number: int | None, places: Mapping[str, Binding]) -> str:
    on_it = next((camera for camera, binding in places.items() if binding.number == number), None)
    if number is None:
        return "no channel is free: what is bound beside the city's cameras is left alone"
    return f"channel {number} is not free: {on_it} records on it" if on_it else f"there is no channel {number}"


def _place(free: Sequence[Binding], number: int | None, kept: Collection[int]) -> Binding | None:
    """The free channel of that number; without one the first that is kept for no other camera."""
    if number is not None:
        return next((one for one in free if one.number == number), None)
    return next((one for one in free if one.number not in kept), None)


def by_camera(bindings: Iterable[Binding], declared: Mapping[str, Channel]) -> dict[str, Binding]:
    """The bound channels, each by the camera whose it is: by address, by the name in it, by the declared number.

    Of two that pull one camera, the one of the declared number or the first is the camera's.
    """
    bound = [one for one in bindings if one.source is not None]
    found: dict[str, Binding] = {}

    def take(camera: str, candidates: list[Binding]) -> None:
        if candidates and camera not in found:
            number = declared[camera].number
            found[camera] = next((one for one in candidates if one.number == number), candidates[0])
            bound.remove(found[camera])

    for camera, channel in declared.items():
        take(camera, [one for one in bound if one.source and one.source.address == channel.address])
    for camera in declared:
        take(camera, [one for one in bound if one.name == camera])
    for camera, channel in declared.items():
        take(camera, [one for one in bound if channel.number is not None and one.number == channel.number])
    return {**found, **{f"channel-{one.number}": one for one in bound}}


def _channel(camera: str, binding: Binding, login: LoginState, streams: Streams) -> Channel:
    source, job, receiver = binding.source, binding.job, binding.receiver
    assert source is not None and job is not None and receiver is not None
    roles = streams.get(camera)
    stream: str | Unread = source.shown
    if roles is None and not camera.startswith("channel-"):
        text = f"what channel {binding.number} pulls is not known: the stream addresses of {camera} were never read"
        stream = Unread(Reason.BAD_ANSWER, text)
    else:
        stream = next((role for role, path in (roles or {}).items() if path == source.path), source.shown)
    records = job.active and receiver.mode != "NeverConnect"
    return Channel(binding.number, source.address, source.port, stream, source.user, login, records)


def _login(binding: Binding, recorded: Mapping[str, Recorded] | Unread) -> Procedure[LoginState]:
    """Proved while it records; else what the recorder says of the job, which is asked only then."""
    if not isinstance(recorded, Unread):
        told = recorded.get(binding.recording)
        if told is not None and told.now:
            return LoginState.PROVED
    assert binding.job is not None
    state = yield from part(read_job_state(binding.job.token))
    return login_of(state)


def login_of(state: JobState | Unread) -> LoginState:
    """What the state of a job says of its login."""
    if isinstance(state, Unread):
        return LoginState.UNKNOWN
    if state.state == "active":
        return LoginState.PROVED
    return LoginState.REFUSED if _LOGIN.search(state.error or "") else LoginState.UNKNOWN
