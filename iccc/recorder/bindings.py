"""What is bound to which channel of a recorder (Profile G): recordings, the jobs that fill them, and their receivers.

A channel is a recording; its number is its place among them. Of several jobs of a recording the one of the highest
priority counts. Where a receiver pulls from is its MediaUri, in which a login may stand: it is parted from the rest at
once, and a password in it is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from iccc.onvif.call import Procedure, Service, element, read
from iccc.onvif.echo import without_logins
from iccc.onvif.errors import BadAnswer, OnvifError
from iccc.onvif.services import path_of
from iccc.onvif.xml import Element, children, clean, find, need, need_int, need_text, text

RTSP_PORT = 554
RECEIVER = "http://www.onvif.org/ver10/schema/Receiver"
MOST = 1024  # channels of one recorder


@dataclass(frozen=True)
class Source:
    """Where a receiver pulls from. ``path`` with its query, in which some makes have the login: ``shown`` is without.

    ``user`` is "" where none is told.
    """

    address: str
    port: int
    path: str = field(repr=False)
    user: str

    @property
    def shown(self) -> str:
        return without_logins(self.path)


@dataclass(frozen=True)
class Job:
    token: str
    recording: str
    active: bool
    priority: int
    receiver: str | None  # token


@dataclass(frozen=True)
class Receiver:
    """``setup`` is the recorder's own StreamSetup. ``source`` is None where its URI is none of RTSP."""

    token: str
    mode: str
    source: Source | None
    setup: Element | None


@dataclass(frozen=True)
class Binding:
    """One channel. ``configuration`` is the recorder's own XML of the recording's, for writing it back."""

    number: int
    recording: str  # token
    name: str  # of the recording's source, as somebody has written it
    configuration: Element
    tracks: tuple[str, ...]  # of video
    job: Job | None
    receiver: Receiver | None

    @property
    def source(self) -> Source | None:
        """Where it pulls from; None while nothing is bound."""
        return self.receiver.source if self.receiver is not None else None


def read_bindings() -> Procedure[list[Binding]]:
    """Every channel, bound or free, in order. Three questions."""
    recordings = children((yield read(Service.RECORDING, "GetRecordings")), "RecordingItem")
    jobs = _by_recording((yield read(Service.RECORDING, "GetRecordingJobs")))
    receivers = {one.token: one for one in _receivers((yield read(Service.RECEIVER, "GetReceivers")))}
    return [_binding(number, item, jobs, receivers) for number, item in enumerate(recordings[:MOST], 1)]


@dataclass(frozen=True)
class JobState:
    """What becomes of a job: idle, active, partiallyactive, error; and the recorder's words of an error."""

    state: str
    error: str | None


def read_job_state(job: str) -> Procedure[JobState]:
    """The state of one job by its token; an error of a part is one of the whole."""
    state = need((yield read(Service.RECORDING, "GetRecordingJobState", element("trc:JobToken", job))), "State")
    whole = need_text(state, "State")
    errors: list[str] = []
    for source in children(state, "Sources"):
        for tracks in children(source, "Tracks"):
            for track in children(tracks, "Track"):
                if text(track, "State") == "Error":
                    whole = "Error"
                    errors.append(without_logins(text(track, "Error") or ""))
    return JobState(whole.lower(), next((said[:120] for said in errors if said), None))


def source_of(uri: str) -> Source | None:
    """The parts of an RTSP URI; None for anything else."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
        path = path_of(uri)
    except (ValueError, BadAnswer):
        return None
    if parts.scheme.lower() not in ("rtsp", "rtsps") or not host:
        return None
    return Source(clean(host), port or RTSP_PORT, path, clean(unquote(parts.username or "")))


def _binding(number: int, item: Element, jobs: Mapping[str, Job], receivers: Mapping[str, Receiver]) -> Binding:
    token = need_text(item, "RecordingToken")
    configuration = need(item, "Configuration")
    tracks = find(item, "Tracks")
    video = [
        need_text(track, "TrackToken")
        for track in (children(tracks, "Track") if tracks is not None else ())
        if text(track, "Configuration", "TrackType") == "Video"
    ]
    job = jobs.get(token)
    receiver = receivers.get(job.receiver or "") if job is not None else None
    name = text(configuration, "Source", "Name") or ""
    return Binding(number, token, name, configuration, tuple(video), job, receiver)


def _by_recording(reply: Element) -> dict[str, Job]:
    found: dict[str, Job] = {}
    for item in children(reply, "JobItem"):
        configuration = need(item, "JobConfiguration")
        job = Job(
            need_text(item, "JobToken"),
            need_text(configuration, "RecordingToken"),
            need_text(configuration, "Mode") == "Active",
            _priority(configuration),
            _receiver_of(configuration),
        )
        if job.recording not in found or job.priority > found[job.recording].priority:
            found[job.recording] = job
    return found


def _priority(configuration: Element) -> int:
    try:
        return need_int(configuration, "Priority")
    except OnvifError:
        return 0


def _receiver_of(configuration: Element) -> str | None:
    """The receiver of a job's first source: by the standard a source is one when nothing is said."""
    for source in children(configuration, "Source"):
        token = find(source, "SourceToken")
        if token is not None and token.get("Type", RECEIVER) == RECEIVER:
            return text(token, "Token")
    return None


def _receivers(reply: Element) -> list[Receiver]:
    found: list[Receiver] = []
    for entry in children(reply, "Receivers"):
        configuration = need(entry, "Configuration")
        uri = text(configuration, "MediaUri") or ""
        mode = text(configuration, "Mode") or ""
        found.append(Receiver(need_text(entry, "Token"), mode, source_of(uri), find(configuration, "StreamSetup")))
    return found
