"""The channels of a simulated recorder: fixed recordings, receivers that pull, and jobs that bring both together.

Every value is immutable, so that recorders share what nobody has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from iccc.lab.onvif_soap import Call, SoapFault, text
from iccc.lab.recorder_footage import Footage

MODES = ("AutoConnect", "AlwaysConnect", "NeverConnect")


@dataclass(frozen=True, slots=True)
class Recording:
    """One fixed recording and what a client has written about its source."""

    token: str
    source_id: str = "urn:none"
    name: str = ""
    location: str = ""
    description: str = ""
    address: str = "urn:none"
    content: str = ""
    retention: str = "PT0S"


@dataclass(frozen=True, slots=True)
class Receiver:
    """What pulls one stream. The URI is kept without its login."""

    token: str
    mode: str
    uri: str
    user: str = ""
    password: str = ""
    stream: str = "RTP-Unicast"
    transport: str = "RTSP"

    def __repr__(self) -> str:
        return f"Receiver({self.token!r}, {self.mode!r}, {self.uri!r}, {self.user!r})"


@dataclass(frozen=True, slots=True)
class Job:
    token: str
    recording: str
    mode: str  # Idle, Active
    receiver: str = ""  # token; "" while it has no source
    priority: int = 0


@dataclass(frozen=True)
class ChannelOptions:
    """How a make binds channels. ``tells``: what of the login it tells again, none, user or password."""

    channels: int = 64
    receivers: bool = True  # whether it has the receiver service
    tells: str = "user"
    isapi: bool = False  # whether it tells its channels over Hikvision's interface


@dataclass
class Link:
    """How a receiver stands with its camera."""

    state: str = "NotConnected"  # NotConnected, Connecting, Connected
    error: str = ""  # what the last try ended with


@dataclass(slots=True)
class ChannelState:
    """All that the recording, receiver and search services tell and set."""

    options: ChannelOptions
    clock: Callable[[], float]  # the recorder's own time, Unix seconds
    recordings: tuple[Recording, ...]
    receivers: tuple[Receiver, ...] = ()
    jobs: tuple[Job, ...] = ()
    links: dict[str, Link] = field(default_factory=dict)  # by token of the receiver
    footage: dict[str, Footage] = field(default_factory=dict)  # by token of the recording
    searches: dict[str, int] = field(default_factory=dict)  # results given so far, by token of the search

    @classmethod
    def factory(cls, options: ChannelOptions, clock: Callable[[], float]) -> ChannelState:
        return cls(options, clock, _recordings(options.channels))

    def recording(self, token: str | None) -> Recording:
        """Raises SoapFault NoRecording."""
        for recording in self.recordings:
            if recording.token == token:
                return recording
        raise SoapFault(f"there is no recording {token}", "ter:InvalidArgVal", "ter:NoRecording")

    def job(self, token: str | None) -> Job:
        """Raises SoapFault NoRecordingJob."""
        for job in self.jobs:
            if job.token == token:
                return job
        raise SoapFault(f"there is no job {token}", "ter:InvalidArgVal", "ter:NoRecordingJob")

    def receiver(self, call: Call, path: str = "trv:ReceiverToken") -> Receiver:
        """The receiver that a request names. Raises SoapFault UnknownToken."""
        token = text(call.element, path)
        for receiver in self.receivers:
            if receiver.token == token:
                return receiver
        raise SoapFault(f"there is no receiver {token}", "ter:InvalidArgVal", "ter:UnknownToken")

    def put_receiver(self, receiver: Receiver) -> None:
        self.receivers = tuple(receiver if old.token == receiver.token else old for old in self.receivers)

    def put_job(self, job: Job) -> None:
        self.jobs = tuple(job if old.token == job.token else old for old in self.jobs)

    def put_recording(self, recording: Recording) -> None:
        self.recordings = tuple(recording if old.token == recording.token else old for old in self.recordings)

    def records(self, recording: str) -> Job | None:
        """The job that fills a recording: of two, the one of the higher priority."""
        active = [job for job in self.jobs if job.recording == recording and job.mode == "Active"]
        return max(active, key=lambda job: job.priority, default=None)

    def becomes(self, job: Job) -> tuple[str, str]:
        """The state of a job, and the words of its error."""
        if job.mode == "Idle" or self.records(job.recording) is not job:
            return "Idle", ""
        link = self.links.get(job.receiver)
        if link is not None and link.state == "Connected":
            return "Active", ""
        return "Error", (link.error if link else "no source") or "connecting"

    def new_receiver(self, told: Receiver) -> Receiver:
        receiver = replace(told, token=f"RCV{_next(self.receivers)}")
        self.receivers = (*self.receivers, receiver)
        return receiver

    def new_job(self, told: Job) -> Job:
        job = replace(told, token=f"JOB{_next(self.jobs)}")
        self.jobs = (*self.jobs, job)
        return job

    def told_uri(self, receiver: Receiver) -> str:
        """The URI as the recorder tells it again."""
        if self.options.tells == "none" or not receiver.user:
            return receiver.uri
        login = quote(receiver.user, safe="")
        if self.options.tells == "password":
            login += f":{quote(receiver.password, safe='')}"
        scheme, _, rest = receiver.uri.partition("://")
        return f"{scheme}://{login}@{rest}"


def parted(uri: str) -> tuple[str, str, str | None]:
    """A URI without its login, the user, and the password; None where no password is in it. Raises SoapFault."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme != "rtsp":
        raise SoapFault("MediaUri is no RTSP address", "ter:InvalidArgVal", "ter:BadConfiguration")
    bare = urlunsplit((parts.scheme, host if port is None else f"{host}:{port}", parts.path, parts.query, ""))
    return bare, unquote(parts.username or ""), None if parts.password is None else unquote(parts.password)


_made: dict[int, tuple[Recording, ...]] = {}  # one tuple for all recorders of so many channels


def _recordings(count: int) -> tuple[Recording, ...]:
    if count not in _made:
        _made[count] = tuple(Recording(f"REC{number:03}") for number in range(1, count + 1))
    return _made[count]


def _next(entries: tuple[Receiver, ...] | tuple[Job, ...]) -> str:
    return f"{1 + max((int(entry.token[3:]) for entry in entries), default=0):03}"
