"""Recording on the camera's own storage, an SD card mostly (Profile G: recording control service, ver10/recording).

A recording job takes a profile of the camera and writes it into a recording. ``Mode`` of a job says what somebody has
asked for, its state what becomes of it: an active job in state Error has no storage that it could write to. Jobs whose
source is a receiver record another device's stream and are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from iccc.camera.state import EdgeRecording
from iccc.camera.streams import read_streams
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, read, submit, write
from iccc.onvif.errors import OnvifFault
from iccc.onvif.xml import Element, children, descendants, find, need, need_text, text

PROFILE = "http://www.onvif.org/ver10/schema/Profile"
PRIORITY = 1  # of a job that is made here; 0 is the lowest
_MOST_JOBS = 16  # whose state is asked for
_LONGEST = 120  # characters of what a camera says of an error


@dataclass(frozen=True)
class _Job:
    token: str
    active: bool


def read_edge_recording(_context: Context) -> Procedure[EdgeRecording]:
    """Whether a job is active, and what becomes of it. A camera without the service records nothing."""
    jobs = yield from _read_jobs()
    active = [job for job in jobs or () if job.active]
    if not active:
        return EdgeRecording(active=False)
    return (yield from _read_state(active))


def write_edge_recording(_context: Context, wanted: EdgeRecording, _seen: EdgeRecording) -> Procedure[Written]:
    """Switch a job that there is; make one where there is none. Every active job stops where none shall be."""
    written = Written()
    jobs = yield from _read_jobs()
    if jobs is None:
        if wanted.active:
            written.unsupported["edge_recording"] = "the camera records nothing itself (no recording service)"
        return written
    active = [job for job in jobs if job.active]
    if wanted.active is False:
        for job in active:
            yield from submit(written, "edge_recording.active", _mode(job.token, "Idle"))
    elif wanted.active and not active:
        token = jobs[0].token if jobs else (yield from _create(written))
        if token is None or (
            jobs and not (yield from submit(written, "edge_recording.active", _mode(token, "Active")))
        ):
            return written
        after = yield from _read_state([_Job(token, True)])
        if after.state == "error":
            written.remarks["edge_recording"] = f"the camera says that it cannot: {after.error or 'state Error'}"
    return written


def _create(written: Written) -> Procedure[str | None]:
    """An active job of the main stream into the first recording; its token, or None where that fails."""
    recordings = children((yield read(Service.RECORDING, "GetRecordings")), "RecordingItem")
    if not recordings:
        written.unsupported["edge_recording"] = "the camera has no recording to write into: no storage, perhaps"
        return None
    streams = yield from read_streams()
    first = recordings[0]
    tracks = [
        need_text(track, "TrackToken")
        for track in descendants(first, "Track")
        if text(track, "Configuration", "TrackType") == "Video"
    ]
    source = f'<tt:SourceToken Type="{PROFILE}">{element("tt:Token", streams["main"].profile)}</tt:SourceToken>'
    if tracks:
        tag = element("tt:SourceTag", "Video") + element("tt:Destination", tracks[0])
        source += f"<tt:Tracks>{tag}</tt:Tracks>"
    inner = element("tt:RecordingToken", need_text(first, "RecordingToken")) + element("tt:Mode", "Active")
    inner += element("tt:Priority", PRIORITY) + f"<tt:Source>{source}</tt:Source>"
    call = write(Service.RECORDING, "CreateRecordingJob", f"<trc:JobConfiguration>{inner}</trc:JobConfiguration>")
    if not (yield from submit(written, "edge_recording.active", call)):
        return None
    made = [job.token for job in (yield from _read_jobs()) or () if job.active]
    return made[0] if made else None


def _read_jobs() -> Procedure[list[_Job] | None]:
    """The jobs that record a profile of the camera's own; None where the camera says that it has no such thing."""
    try:
        reply = yield read(Service.RECORDING, "GetRecordingJobs")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        return None
    jobs: list[_Job] = []
    for item in children(reply, "JobItem"):
        configuration = need(item, "JobConfiguration")
        if any(_own(source) for source in children(configuration, "Source")):
            jobs.append(_Job(need_text(item, "JobToken"), need_text(configuration, "Mode") == "Active"))
    return jobs


def _own(source: Element) -> bool:
    """Whether a source is a profile: by the standard it is a receiver when nothing is said."""
    token = find(source, "SourceToken")
    return token is not None and token.get("Type") == PROFILE


def _read_state(jobs: list[_Job]) -> Procedure[EdgeRecording]:
    """What becomes of active jobs: the worst that the camera tells of one of them, or of a part of it."""
    states: list[str] = []
    error = None
    for job in jobs[:_MOST_JOBS]:
        reply = yield read(Service.RECORDING, "GetRecordingJobState", element("trc:JobToken", job.token))
        state = need(reply, "State")
        states.append(need_text(state, "State"))
        states += [text(part) or "" for part in descendants(state, "State") if text(part) == "Error"]
        error = error or next((told for one in descendants(state, "Error") if (told := text(one))), None)
    worst = next((state for state in ("Error", "PartiallyActive", "Active") if state in states), states[0])
    return EdgeRecording(
        active=True, state=worst.lower(), error=error[:_LONGEST] if error and worst == "Error" else None
    )


def _mode(token: str, mode: str) -> Call:
    return write(Service.RECORDING, "SetRecordingJobMode", element("trc:JobToken", token) + element("trc:Mode", mode))
