"""The recording control service (trc) of a camera: recordings on its SD card, and the jobs that fill them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from iccc.lab.onvif_inject import one_of
from iccc.lab.onvif_services import RECORDING_CAPABILITIES
from iccc.lab.onvif_soap import TRC, Access, Call, Operation, SoapFault, escape, integer, text

_NS = f'xmlns:trc="{TRC}"'
PROFILE = "http://www.onvif.org/ver10/schema/Profile"
RECEIVER = "http://www.onvif.org/ver10/schema/Receiver"
MODES = ("Idle", "Active")
CARDS = ("good", "dead", "none")
_ERRORS = {"dead": "write error on storage", "none": "no storage"}
_TRACKS = (("VIDEO001", "Video"), ("AUDIO001", "Audio"), ("META001", "Metadata"))
_MOST_JOBS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One recording job."""

    token: str
    mode: str  # Idle, Active
    source: str  # token of a profile, or of a receiver
    priority: int = 0
    kind: str = PROFILE


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """How one make of camera records: one recording, and the jobs that are there out of the box."""

    recording: str  # token
    factory: tuple[Job, ...] = ()


@dataclass(slots=True)
class RecordingState:
    """The jobs of one camera, and how its card is; ``options`` is None for a make without storage."""

    options: RecordingOptions | None
    profiles: Mapping[str, str]  # role of each profile by its token; one object for all cameras of a model
    jobs: tuple[Job, ...]
    card: str = "good"

    @classmethod
    def factory(cls, options: RecordingOptions | None, profiles: Mapping[str, str]) -> RecordingState:
        return cls(options, profiles, options.factory if options else ())

    def offered(self) -> RecordingOptions:
        """Raises SoapFault ActionNotSupported."""
        if self.options is None:
            raise SoapFault("there is no recording", "ter:ActionNotSupported", receiver=True)
        return self.options

    def job(self, call: Call) -> Job:
        """The job that a request names. Raises SoapFault NoRecordingJob."""
        self.offered()
        token = text(call.element, "trc:JobToken")
        for job in self.jobs:
            if job.token == token:
                return job
        raise SoapFault(f"there is no job {token}", "ter:InvalidArgVal", "ter:NoRecordingJob")

    def put(self, job: Job) -> None:
        self.jobs = tuple(job if old.token == job.token else old for old in self.jobs)

    def becomes(self, job: Job) -> str:
        """The state of a job: of two that are active, the one of the higher priority records."""
        if job.mode == "Idle":
            return "Idle"
        if self.card != "good":
            return "Error"
        return (
            "Idle" if any(other.mode == "Active" and other.priority > job.priority for other in self.jobs) else "Active"
        )


# What is told


def get_service_capabilities(_: RecordingState, __: Call) -> str:
    return f"<trc:GetServiceCapabilitiesResponse {_NS}>{RECORDING_CAPABILITIES}</trc:GetServiceCapabilitiesResponse>"


def get_recordings(state: RecordingState, _: Call) -> str:
    token = state.offered().recording
    tracks = "".join(
        f"<tt:Track><tt:TrackToken>{name}</tt:TrackToken><tt:Configuration><tt:TrackType>{kind}</tt:TrackType>"
        "<tt:Description/></tt:Configuration></tt:Track>"
        for name, kind in _TRACKS
    )
    source = "<tt:SourceId>urn:camera</tt:SourceId><tt:Name>camera</tt:Name><tt:Location/><tt:Description/>"
    return (
        f"<trc:GetRecordingsResponse {_NS}><trc:RecordingItem><tt:RecordingToken>{token}</tt:RecordingToken>"
        f"<tt:Configuration><tt:Source>{source}<tt:Address>urn:camera</tt:Address></tt:Source><tt:Content/>"
        "<tt:MaximumRetentionTime>PT0S</tt:MaximumRetentionTime></tt:Configuration>"
        f"<tt:Tracks>{tracks}</tt:Tracks></trc:RecordingItem></trc:GetRecordingsResponse>"
    )


def _configuration(state: RecordingState, job: Job) -> str:
    track = "<tt:SourceTag>Video</tt:SourceTag><tt:Destination>VIDEO001</tt:Destination>"
    return (
        f"<tt:RecordingToken>{state.offered().recording}</tt:RecordingToken><tt:Mode>{job.mode}</tt:Mode>"
        f"<tt:Priority>{job.priority}</tt:Priority><tt:Source>{_source(job)}<tt:Tracks>{track}</tt:Tracks></tt:Source>"
    )


def _source(job: Job) -> str:
    return f'<tt:SourceToken Type="{job.kind}"><tt:Token>{escape(job.source)}</tt:Token></tt:SourceToken>'


def get_recording_jobs(state: RecordingState, _: Call) -> str:
    state.offered()
    inner = "".join(
        f"<trc:JobItem><tt:JobToken>{escape(job.token)}</tt:JobToken>"
        f"<tt:JobConfiguration>{_configuration(state, job)}</tt:JobConfiguration></trc:JobItem>"
        for job in state.jobs
    )
    return f"<trc:GetRecordingJobsResponse {_NS}>{inner}</trc:GetRecordingJobsResponse>"


def get_recording_job_configuration(state: RecordingState, call: Call) -> str:
    inner = f"<trc:JobConfiguration>{_configuration(state, state.job(call))}</trc:JobConfiguration>"
    return f"<trc:GetRecordingJobConfigurationResponse {_NS}>{inner}</trc:GetRecordingJobConfigurationResponse>"


def get_recording_job_state(state: RecordingState, call: Call) -> str:
    job = state.job(call)
    now = state.becomes(job)
    error = f"<tt:Error>{_ERRORS[state.card]}</tt:Error>" if now == "Error" else ""
    track = (
        f"<tt:Track><tt:SourceTag>Video</tt:SourceTag><tt:Destination>VIDEO001</tt:Destination>{error}"
        f"<tt:State>{now}</tt:State></tt:Track>"
    )
    return (
        f"<trc:GetRecordingJobStateResponse {_NS}><trc:State>"
        f"<tt:RecordingToken>{state.offered().recording}</tt:RecordingToken><tt:State>{now}</tt:State>"
        f"<tt:Sources>{_source(job)}<tt:State>{now}</tt:State><tt:Tracks>{track}</tt:Tracks></tt:Sources>"
        "</trc:State></trc:GetRecordingJobStateResponse>"
    )


# What is set


def create_recording_job(state: RecordingState, call: Call) -> str:
    options, entry = state.offered(), call.element.find("{*}JobConfiguration")
    if entry is None or text(entry, "tt:RecordingToken") != options.recording:
        raise SoapFault("there is no such recording", "ter:InvalidArgVal", "ter:NoRecording")
    if len(state.jobs) >= _MOST_JOBS:
        raise SoapFault("no room for one more job", "ter:Action", "ter:MaxRecordingJobs", receiver=True)
    source = text(entry, "tt:Source/tt:SourceToken/tt:Token") or ""
    kind = entry.find("{*}Source/{*}SourceToken")
    if kind is None or kind.get("Type") != PROFILE or source not in state.profiles:
        raise SoapFault(f"{source} is no profile", "ter:InvalidArgVal", "ter:BadConfiguration")
    number = 1 + max((int(job.token.rpartition("_")[2]) for job in state.jobs), default=0)
    mode, priority = _mode(text(entry, "tt:Mode")), integer(text(entry, "tt:Priority"))
    job = Job(f"RecordingJob_{number}", mode, source, priority)
    state.jobs = (*state.jobs, job)
    inner = f"<trc:JobToken>{job.token}</trc:JobToken>"
    inner += f"<trc:JobConfiguration>{_configuration(state, job)}</trc:JobConfiguration>"
    return f"<trc:CreateRecordingJobResponse {_NS}>{inner}</trc:CreateRecordingJobResponse>"


def delete_recording_job(state: RecordingState, call: Call) -> str:
    gone = state.job(call)
    state.jobs = tuple(job for job in state.jobs if job is not gone)
    return f"<trc:DeleteRecordingJobResponse {_NS}/>"


def set_recording_job_mode(state: RecordingState, call: Call) -> str:
    state.put(replace(state.job(call), mode=_mode(text(call.element, "trc:Mode"))))
    return f"<trc:SetRecordingJobModeResponse {_NS}/>"


def _mode(given: str | None) -> str:
    if given not in MODES:
        raise SoapFault(f"there is no mode {given}", "ter:InvalidArgVal", "ter:BadConfiguration")
    return given


RECORDING: Mapping[str, Operation[RecordingState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetRecordings": Operation(Access.READ_MEDIA, get_recordings),
    "GetRecordingJobs": Operation(Access.READ_MEDIA, get_recording_jobs),
    "GetRecordingJobConfiguration": Operation(Access.READ_MEDIA, get_recording_job_configuration),
    "GetRecordingJobState": Operation(Access.READ_MEDIA, get_recording_job_state),
    "CreateRecordingJob": Operation(Access.ACTUATE, create_recording_job),
    "DeleteRecordingJob": Operation(Access.ACTUATE, delete_recording_job),
    "SetRecordingJobMode": Operation(Access.ACTUATE, set_recording_job_mode),
}


def inject(state: RecordingState, rest: list[str], value: object) -> None:
    """``card``: good, dead, none. ``jobs.<token>``: its mode; None takes the job away. ``receiver``: the mode of a job
    that records another camera.
    """
    if state.options is None:
        raise KeyError("this model records nothing")
    if rest == ["card"]:
        state.card = one_of(value, CARDS)
    elif rest == ["receiver"]:
        state.jobs = (*state.jobs, Job("RecordingJob_9", one_of(value, MODES), "Receiver_1", kind=RECEIVER))
    elif len(rest) == 2 and rest[0] == "jobs" and any(job.token == rest[1] for job in state.jobs):
        if value is None:
            state.jobs = tuple(job for job in state.jobs if job.token != rest[1])
        else:
            mode = one_of(value, MODES)
            state.jobs = tuple(replace(job, mode=mode) if job.token == rest[1] else job for job in state.jobs)
    else:
        jobs = "|".join(job.token for job in state.jobs)
        raise KeyError(f"there is no recording.{'.'.join(rest)}; there are recording.card, recording.jobs.<{jobs}>")


def snapshot(state: RecordingState) -> dict[str, object]:
    """``{"card": "good", "jobs": {"RecordingJob_1": {"mode": "Idle", …}}}``; ``{}`` for a make without storage."""
    if state.options is None:
        return {}
    return {"card": state.card, "jobs": {job.token: asdict(job) for job in state.jobs}}
