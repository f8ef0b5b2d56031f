"""A recorder's channels changed behind everybody's back, and read without a login."""

from __future__ import annotations

from dataclasses import replace

from iccc.lab.onvif_inject import number, one_of
from iccc.lab.recorder_footage import Footage
from iccc.lab.recorder_state import MODES, ChannelState, Job, Receiver

_DAY_S = 86_400.0
_FIELDS = "uri, user, password, mode, name, job, days"


def inject(state: ChannelState, rest: list[str], value: object) -> None:
    """Set ``<number>.<field>``. ``uri`` binds a channel that nothing is bound to; ``job`` None takes it away.

    KeyError for an unknown path, ValueError for a bad value.
    """
    if len(rest) != 2 or not rest[0].isdecimal() or not 1 <= int(rest[0]) <= len(state.recordings):
        raise KeyError(f"there is no channels.{'.'.join(rest)}; there are channels.<number>.<{_FIELDS}>")
    recording = state.recordings[int(rest[0]) - 1]
    field = rest[1]
    if field == "name":
        state.put_recording(replace(recording, name=str(value)))
        return
    if field == "days":
        back = state.clock() - number(value, 0, 100_000) * _DAY_S
        state.footage.setdefault(recording.token, Footage()).reaches_back(back)
        return
    job = next((job for job in state.jobs if job.recording == recording.token), None)
    if job is None and field == "uri":
        made = state.new_receiver(Receiver("", "AutoConnect", "rtsp://0.0.0.0/"))
        job = state.new_job(Job("", recording.token, "Active", made.token))
    receiver = next((one for one in state.receivers if job is not None and one.token == job.receiver), None)
    if job is None or receiver is None:
        raise ValueError(f"nothing is bound to channel {rest[0]}")
    if field == "job":
        if value is None:
            state.jobs = tuple(one for one in state.jobs if one is not job)
            state.receivers = tuple(one for one in state.receivers if one is not receiver)
        else:
            state.put_job(replace(job, mode=one_of(value, ("Idle", "Active"))))
    elif field == "mode":
        state.put_receiver(replace(receiver, mode=one_of(value, MODES)))
    elif field in ("uri", "user", "password"):
        state.put_receiver(replace(receiver, **{field: str(value)}))
    else:
        raise KeyError(f"there is no {field!r}; there are {_FIELDS}")


def snapshot(state: ChannelState) -> dict[str, object]:
    """The channels that are bound, by number: name, URI and user of each, how its receiver stands, why not."""
    found: dict[str, object] = {}
    for at, recording in enumerate(state.recordings, 1):
        job = next((job for job in state.jobs if job.recording == recording.token), None)
        receiver = next((one for one in state.receivers if job is not None and one.token == job.receiver), None)
        if job is None or receiver is None:
            continue
        now, error = state.becomes(job)
        found[str(at)] = {
            "name": recording.name, "uri": receiver.uri, "user": receiver.user, "job": job.mode,
            "state": now, "error": error,
        }  # fmt: skip
    return found
