"""Putting one camera on one channel: its receiver, its recording's name, and the job that fills it.

ONVIF has one place for the login of a camera, the receiver's MediaUri. It goes over the session's own connection and
is in no log, plan or report.
"""

from __future__ import annotations

import copy
from urllib.parse import quote

from iccc.onvif.call import SCHEMA, Call, Procedure, Service, Written, element, submit, write
from iccc.onvif.errors import OnvifError
from iccc.onvif.xml import need, need_text, placed, renamed
from iccc.recorder.bindings import RECEIVER, Binding, Receiver
from iccc.recorder.state import Channel
from iccc.secrets import STREAM_USER, Secret

PRIORITY = 1  # of a job that is made here; 0 is the lowest
_SOURCE = ("SourceId", "Name", "Location", "Description", "Address")
_SETUP = f"<tt:StreamSetup>{element('tt:Stream', 'RTP-Unicast')}"
_SETUP += f"<tt:Transport>{element('tt:Protocol', 'RTSP')}</tt:Transport></tt:StreamSetup>"


def bind(
    written: Written, at: str, binding: Binding, camera: str, channel: Channel, path: str, secret: Secret
) -> Procedure[None]:
    """What ``channel`` says, on the channel of ``binding``. What goes wrong is noted under ``at``."""
    source = binding.source
    if source is None or source.address != channel.address:
        yield from _named(written, at, binding, camera, channel)
    uri = media_uri(channel, path, secret)
    token = yield from _receiver(written, at, binding.receiver, uri)
    if token is None:
        return
    if binding.job is None:
        yield from submit(written, at, _new_job(binding, token))
    elif binding.job.receiver != token:
        yield from submit(written, at, _job_with(binding, token))
    elif not binding.job.active and channel.records:
        mode = element("trc:JobToken", binding.job.token) + element("trc:Mode", "Active")
        yield from submit(written, at, write(Service.RECORDING, "SetRecordingJobMode", mode))


def media_uri(channel: Channel, path: str, secret: Secret) -> str:
    """The address of the stream with the login in it: for the wire alone."""
    login = f"{STREAM_USER}:{quote(secret.reveal(), safe='')}"
    return f"rtsp://{login}@{channel.address}:{channel.port}{path}"


def configure(receiver: Receiver, uri: str, mode: str = "") -> Call:
    """Give a receiver another URI; what else it is set to stays. Without a ``mode`` it may connect."""
    mode = mode or ("AutoConnect" if receiver.mode not in ("AutoConnect", "AlwaysConnect") else receiver.mode)
    setup = _SETUP if receiver.setup is None else renamed(receiver.setup, SCHEMA, "tt", "StreamSetup")
    inner = element("trv:ReceiverToken", receiver.token) + _configuration(mode, uri, setup)
    return write(Service.RECEIVER, "ConfigureReceiver", inner)


def _receiver(written: Written, at: str, receiver: Receiver | None, uri: str) -> Procedure[str | None]:
    """The token of the receiver that pulls ``uri`` from now on: the channel's own, or a new one; None if refused."""
    if receiver is not None:
        return receiver.token if (yield from submit(written, at, configure(receiver, uri))) else None
    try:
        reply = yield write(Service.RECEIVER, "CreateReceiver", _configuration("AutoConnect", uri, _SETUP))
        return need_text(need(reply, "Receiver"), "Token")
    except OnvifError as error:
        written.faults[at] = error
        return None


def _configuration(mode: str, uri: str, setup: str) -> str:
    inner = element("tt:Mode", mode) + element("tt:MediaUri", uri) + setup
    return f"<trv:Configuration>{inner}</trv:Configuration>"


def _new_job(binding: Binding, receiver: str) -> Call:
    return write(Service.RECORDING, "CreateRecordingJob", _job(binding, receiver))


def _job_with(binding: Binding, receiver: str) -> Call:
    assert binding.job is not None
    inner = element("trc:JobToken", binding.job.token) + _job(binding, receiver)
    return write(Service.RECORDING, "SetRecordingJobConfiguration", inner)


def _job(binding: Binding, receiver: str) -> str:
    source = f'<tt:SourceToken Type="{RECEIVER}">{element("tt:Token", receiver)}</tt:SourceToken>'
    for track in binding.tracks[:1]:
        source += f"<tt:Tracks>{element('tt:SourceTag', 'Video')}{element('tt:Destination', track)}</tt:Tracks>"
    priority = max(PRIORITY, binding.job.priority if binding.job else 0)
    inner = element("tt:RecordingToken", binding.recording) + element("tt:Mode", "Active")
    inner += element("tt:Priority", priority) + f"<tt:Source>{source}</tt:Source>"
    return f"<trc:JobConfiguration>{inner}</trc:JobConfiguration>"


def _named(written: Written, at: str, binding: Binding, camera: str, channel: Channel) -> Procedure[None]:
    """Write the camera's name and address into the recording, so that its footage is known by them."""
    configuration = copy.deepcopy(binding.configuration)
    source = placed(configuration, "Source", ("Source", "Content", "MaximumRetentionTime"))
    for name, value in (("Name", camera), ("Address", f"rtsp://{channel.address}")):
        placed(source, name, _SOURCE).text = value
    sent = renamed(configuration, Service.RECORDING, "trc", "RecordingConfiguration", inside=SCHEMA)
    call = write(
        Service.RECORDING, "SetRecordingConfiguration", element("trc:RecordingToken", binding.recording) + sent
    )
    said = Written()
    if not (yield from submit(said, at, call)):
        written.remarks[at] = f"its footage goes by the recorder's own name: {said.faults[at]}"
