"""The recording control service (trc) of a simulated recorder: a fixed recording for each channel, and its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iccc.lab.onvif_soap import TRC, Access, Call, Element, Operation, SoapFault, boolean, escape, integer, text
from iccc.lab.recorder_state import ChannelState, Job, Receiver, Recording

_NS = f'xmlns:trc="{TRC}"'
RECEIVER = "http://www.onvif.org/ver10/schema/Receiver"
_TRACKS = (("VIDEO001", "Video"), ("AUDIO001", "Audio"), ("META001", "Metadata"))
_NO_SOURCE = "rtsp://0.0.0.0/"


def recording_capabilities(most: int) -> str:
    return (
        f'<trc:Capabilities {_NS} DynamicRecordings="false" DynamicTracks="false" MaxRecordings="{most}" '
        f'MaxRecordingJobs="{most}" Options="false"/>'
    )


def get_service_capabilities(state: ChannelState, _: Call) -> str:
    told = recording_capabilities(state.options.channels)
    return f"<trc:GetServiceCapabilitiesResponse {_NS}>{told}</trc:GetServiceCapabilitiesResponse>"


# Recordings


def get_recordings(state: ChannelState, _: Call) -> str:
    tracks = "".join(
        f"<tt:Track><tt:TrackToken>{name}</tt:TrackToken><tt:Configuration><tt:TrackType>{kind}</tt:TrackType>"
        "<tt:Description/></tt:Configuration></tt:Track>"
        for name, kind in _TRACKS
    )
    inner = "".join(
        f"<trc:RecordingItem><tt:RecordingToken>{one.token}</tt:RecordingToken>"
        f"<tt:Configuration>{_configuration(one)}</tt:Configuration><tt:Tracks>{tracks}</tt:Tracks></trc:RecordingItem>"
        for one in state.recordings
    )
    return f"<trc:GetRecordingsResponse {_NS}>{inner}</trc:GetRecordingsResponse>"


def get_recording_configuration(state: ChannelState, call: Call) -> str:
    one = state.recording(text(call.element, "trc:RecordingToken"))
    inner = f"<trc:RecordingConfiguration>{_configuration(one)}</trc:RecordingConfiguration>"
    return f"<trc:GetRecordingConfigurationResponse {_NS}>{inner}</trc:GetRecordingConfigurationResponse>"


def set_recording_configuration(state: ChannelState, call: Call) -> str:
    old = state.recording(text(call.element, "trc:RecordingToken"))
    at = "trc:RecordingConfiguration/tt:"
    told = {
        name: text(call.element, f"{at}{path}")
        for name, path in (
            ("source_id", "Source/tt:SourceId"),
            ("name", "Source/tt:Name"),
            ("location", "Source/tt:Location"),
            ("description", "Source/tt:Description"),
            ("address", "Source/tt:Address"),
            ("content", "Content"),
            ("retention", "MaximumRetentionTime"),
        )
    }
    if None in told.values():
        raise SoapFault("a part of the configuration is missing", "ter:InvalidArgVal", "ter:BadConfiguration")
    state.put_recording(replace(old, **{name: value or "" for name, value in told.items()}))
    return f"<trc:SetRecordingConfigurationResponse {_NS}/>"


def source_of(one: Recording) -> str:
    """The ``Source`` of a recording."""
    return (
        f"<tt:Source><tt:SourceId>{escape(one.source_id)}</tt:SourceId><tt:Name>{escape(one.name)}</tt:Name>"
        f"<tt:Location>{escape(one.location)}</tt:Location><tt:Description>{escape(one.description)}</tt:Description>"
        f"<tt:Address>{escape(one.address)}</tt:Address></tt:Source>"
    )


def _configuration(one: Recording) -> str:
    return (
        f"{source_of(one)}<tt:Content>{escape(one.content)}</tt:Content>"
        f"<tt:MaximumRetentionTime>{one.retention}</tt:MaximumRetentionTime>"
    )


# Jobs


def get_recording_jobs(state: ChannelState, _: Call) -> str:
    inner = "".join(
        f"<trc:JobItem><tt:JobToken>{job.token}</tt:JobToken><tt:JobConfiguration>{_job(job)}</tt:JobConfiguration>"
        "</trc:JobItem>"
        for job in state.jobs
    )
    return f"<trc:GetRecordingJobsResponse {_NS}>{inner}</trc:GetRecordingJobsResponse>"


def get_recording_job_configuration(state: ChannelState, call: Call) -> str:
    return _with_configuration("GetRecordingJobConfiguration", state.job(text(call.element, "trc:JobToken")))


def get_recording_job_state(state: ChannelState, call: Call) -> str:
    job = state.job(text(call.element, "trc:JobToken"))
    now, why = state.becomes(job)
    error = f"<tt:Error>{escape(why)}</tt:Error>" if now == "Error" else ""
    track = f"<tt:Track>{_tag()}{error}<tt:State>{now}</tt:State></tt:Track>"
    sources = ""
    if job.receiver:
        sources = f"<tt:Sources>{_token(job)}<tt:State>{now}</tt:State><tt:Tracks>{track}</tt:Tracks></tt:Sources>"
    return (
        f"<trc:GetRecordingJobStateResponse {_NS}><trc:State><tt:RecordingToken>{job.recording}</tt:RecordingToken>"
        f"<tt:State>{now}</tt:State>{sources}</trc:State></trc:GetRecordingJobStateResponse>"
    )


def create_recording_job(state: ChannelState, call: Call) -> str:
    if len(state.jobs) >= state.options.channels:
        raise SoapFault("no room for one more job", "ter:Action", "ter:MaxRecordingJobs", receiver=True)
    job = state.new_job(_asked(state, call))
    return _with_configuration("CreateRecordingJob", job, f"<trc:JobToken>{job.token}</trc:JobToken>")


def set_recording_job_configuration(state: ChannelState, call: Call) -> str:
    old = state.job(text(call.element, "trc:JobToken"))
    job = replace(_asked(state, call), token=old.token)
    state.put_job(job)
    return _with_configuration("SetRecordingJobConfiguration", job)


def set_recording_job_mode(state: ChannelState, call: Call) -> str:
    job = state.job(text(call.element, "trc:JobToken"))
    state.put_job(replace(job, mode=_mode(text(call.element, "trc:Mode"))))
    return f"<trc:SetRecordingJobModeResponse {_NS}/>"


def delete_recording_job(state: ChannelState, call: Call) -> str:
    gone = state.job(text(call.element, "trc:JobToken"))
    state.jobs = tuple(job for job in state.jobs if job is not gone)
    return f"<trc:DeleteRecordingJobResponse {_NS}/>"


def _asked(state: ChannelState, call: Call) -> Job:
    """The job of a request; its receiver is made where it asks for that."""
    entry = call.element.find("{*}JobConfiguration")
    if entry is None:
        raise SoapFault("there is no JobConfiguration", "ter:InvalidArgVal", "ter:BadConfiguration")
    recording = state.recording(text(entry, "tt:RecordingToken")).token
    sources = entry.findall("{*}Source")
    if len(sources) > 1:
        raise SoapFault("a job has one source", "ter:InvalidArgVal", "ter:BadConfiguration")
    receiver = _receiver(state, sources[0]) if sources else ""
    return Job("", recording, _mode(text(entry, "tt:Mode")), receiver, integer(text(entry, "tt:Priority")))


def _receiver(state: ChannelState, source: Element) -> str:
    token = source.find("{*}SourceToken")
    if token is None:
        wanted = text(source, "tt:AutoCreateReceiver")
        if wanted is None or not boolean(wanted) or not state.options.receivers:
            return ""
        return state.new_receiver(Receiver("", "NeverConnect", _NO_SOURCE)).token
    name = text(token, "tt:Token") or ""
    if token.get("Type", RECEIVER) != RECEIVER or all(one.token != name for one in state.receivers):
        raise SoapFault(f"{name} is no receiver", "ter:InvalidArgVal", "ter:BadConfiguration")
    return name


def _with_configuration(action: str, job: Job, first: str = "") -> str:
    inner = f"{first}<trc:JobConfiguration>{_job(job)}</trc:JobConfiguration>"
    return f"<trc:{action}Response {_NS}>{inner}</trc:{action}Response>"


def _job(job: Job) -> str:
    source = f"<tt:Source>{_token(job)}<tt:Tracks>{_tag()}</tt:Tracks></tt:Source>" if job.receiver else ""
    return (
        f"<tt:RecordingToken>{job.recording}</tt:RecordingToken><tt:Mode>{job.mode}</tt:Mode>"
        f"<tt:Priority>{job.priority}</tt:Priority>{source}"
    )


def _token(job: Job) -> str:
    return f'<tt:SourceToken Type="{RECEIVER}"><tt:Token>{job.receiver}</tt:Token></tt:SourceToken>'


def _tag() -> str:
    return "<tt:SourceTag>Video</tt:SourceTag><tt:Destination>VIDEO001</tt:Destination>"


def _mode(given: str | None) -> str:
    if given not in ("Idle", "Active"):
        raise SoapFault(f"there is no mode {given}", "ter:InvalidArgVal", "ter:BadConfiguration")
    return given


JOBS: Mapping[str, Operation[ChannelState]] = {
    "GetServiceCapabilities": Operation(Access.PRE_AUTH, get_service_capabilities),
    "GetRecordings": Operation(Access.READ_MEDIA, get_recordings),
    "GetRecordingConfiguration": Operation(Access.READ_MEDIA, get_recording_configuration),
    "SetRecordingConfiguration": Operation(Access.ACTUATE, set_recording_configuration),
    "GetRecordingJobs": Operation(Access.READ_MEDIA, get_recording_jobs),
    "GetRecordingJobConfiguration": Operation(Access.READ_MEDIA, get_recording_job_configuration),
    "GetRecordingJobState": Operation(Access.READ_MEDIA, get_recording_job_state),
    "CreateRecordingJob": Operation(Access.ACTUATE, create_recording_job),
    "SetRecordingJobConfiguration": Operation(Access.ACTUATE, set_recording_job_configuration),
    "SetRecordingJobMode": Operation(Access.ACTUATE, set_recording_job_mode),
    "DeleteRecordingJob": Operation(Access.ACTUATE, delete_recording_job),
}
