"""Reading what lies on a recorder's disks of each camera, and where it is played."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from iccc.compare import Unread
from iccc.onvif.call import Context, Procedure, Service, element, part, read
from iccc.onvif.services import path_of
from iccc.onvif.xml import need_text
from iccc.recorder.bindings import Binding, JobState, read_bindings, read_job_state
from iccc.recorder.channels import Known, by_camera
from iccc.recorder.footage import Footage
from iccc.recorder.search import Recorded, read_recorded

_SETUP = (
    f"<trp:StreamSetup>{element('tt:Stream', 'RTP-Unicast')}"
    f"<tt:Transport>{element('tt:Protocol', 'RTSP')}</tt:Transport></trp:StreamSetup>"
)


def read_footage(_context: Context, known: Known) -> Procedure[dict[str, Footage]]:
    """By camera, as :func:`~iccc.recorder.channels.read_channels`, of whose questions it puts none again in a sweep."""
    bindings = by_camera((yield from read_bindings()), known.declared)
    recorded = yield from part(read_recorded())
    found: dict[str, Footage] = {}
    for camera, binding in bindings.items():
        found[camera] = yield from _footage(binding, recorded)
    return found


def read_first_replay(_context: Context) -> Procedure[str | None]:
    """The path under which the recorder plays the first recording with footage; None where it has none."""
    recorded = yield from read_recorded()
    first = next((token for token, one in recorded.items() if isinstance(one.oldest, datetime)), None)
    if first is None:
        return None
    inner = _SETUP + element("trp:RecordingToken", first)
    return path_of(need_text((yield read(Service.REPLAY, "GetReplayUri", inner)), "Uri"))


def _footage(binding: Binding, recorded: Mapping[str, Recorded] | Unread) -> Procedure[Footage]:
    """The state of the job is asked where nothing else says that it records."""
    if isinstance(recorded, Unread):
        oldest: datetime | Unread | None = recorded
        newest: datetime | Unread | None = recorded
        now = False
    else:
        told = recorded.get(binding.recording, Recorded(False, None, None))
        oldest, newest, now = told.oldest, told.newest, told.now
    if now:
        return Footage(binding.number, "active", None, oldest, newest)
    state: JobState | Unread = JobState("unknown", None)
    if binding.job is not None:
        state = yield from part(read_job_state(binding.job.token))
    if isinstance(state, Unread):
        state = JobState("unknown", state.text)
    return Footage(binding.number, state.state, state.error, oldest, newest)
