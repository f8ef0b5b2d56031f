"""The recording jobs of a camera: told, made, switched and refused, and a card that dies."""

from __future__ import annotations

from typing import Any

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.camera_recording import PROFILE
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.client import Answer
from tests.lab.cam.conftest import Lab


def job(recording: str, profile: str, mode: str = "Active", priority: int = 1, kind: str = PROFILE) -> str:
    return (
        f"<trc:CreateRecordingJob><trc:JobConfiguration><tt:RecordingToken>{recording}</tt:RecordingToken>"
        f"<tt:Mode>{mode}</tt:Mode><tt:Priority>{priority}</tt:Priority><tt:Source>"
        f'<tt:SourceToken Type="{kind}"><tt:Token>{profile}</tt:Token></tt:SourceToken></tt:Source>'
        "</trc:JobConfiguration></trc:CreateRecordingJob>"
    )


def of_job(operation: str, token: str, inner: str = "") -> str:
    return f"<trc:{operation}><trc:JobToken>{token}</trc:JobToken>{inner}</trc:{operation}>"


def states(answer: Answer) -> list[str]:
    """Of the job, its source and its track."""
    return [state for state in answer.all("State") if state]


def kept(camera: LabCamera) -> Any:
    return camera.snapshot()["recording"]


@pytest.mark.parametrize("model", [AXIS, HIKVISION], ids=lambda model: model.manufacturer)
def test_a_job_is_made_switched_and_taken_away(lab: Lab, model: CameraModel) -> None:
    assert model.recording is not None
    camera, profile = lab.camera(model), model.encoders[0].profile_token
    before = kept(camera)
    assert done(camera, "<trc:GetRecordings/>").all("TrackType") == ["Video", "Audio", "Metadata"]
    token = done(camera, job(model.recording.recording, profile)).value("JobToken")
    assert states(done(camera, of_job("GetRecordingJobState", token))) == ["Active"] * 3
    assert done(camera, of_job("GetRecordingJobConfiguration", token)).value("Priority") == "1"
    assert len(done(camera, "<trc:GetRecordingJobs/>").all("JobToken")) == len(before["jobs"]) + 1
    done(camera, of_job("SetRecordingJobMode", token, "<trc:Mode>Idle</trc:Mode>"))
    assert kept(camera)["jobs"][token]["mode"] == "Idle"
    assert states(done(camera, of_job("GetRecordingJobState", token))) == ["Idle"] * 3
    done(camera, of_job("DeleteRecordingJob", token))
    assert kept(camera) == before
    done(camera, "<trc:GetServiceCapabilities/>")
    services = done(camera, "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>")
    assert "http://www.onvif.org/ver10/recording/wsdl" in services
    assert "MediaProfileSource" in done(camera, "<tds:GetCapabilities/>")


def test_a_card_that_dies(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    camera.inject("recording.jobs.OnvifRecordingJob_1", "Active")
    asked = of_job("GetRecordingJobState", "OnvifRecordingJob_1")
    assert states(done(camera, asked)) == ["Active"] * 3
    camera.inject("recording.card", "dead")
    told = done(camera, asked)
    assert (states(told), told.value("Error")) == (["Error"] * 3, "write error on storage")
    camera.inject("recording.card", "none")
    assert done(camera, asked).value("Error") == "no storage"
    camera.inject("recording.jobs.OnvifRecordingJob_1", "Idle")
    assert states(done(camera, asked)) == ["Idle"] * 3
    assert camera.counters.sets == 0


def test_of_two_active_jobs_the_higher_priority_records(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    profile = AXIS.encoders[0].profile_token
    low = done(camera, job("Recording_1", profile, priority=1)).value("JobToken")
    high = done(camera, job("Recording_1", profile, priority=5)).value("JobToken")
    assert states(done(camera, of_job("GetRecordingJobState", high)))[0] == "Active"
    assert states(done(camera, of_job("GetRecordingJobState", low)))[0] == "Idle"


def test_what_is_refused(lab: Lab) -> None:
    axis, generic, cpplus = lab.camera(AXIS), lab.camera(GENERIC), lab.camera(CPPLUS)
    profile = AXIS.encoders[0].profile_token
    for camera in (generic, cpplus):
        assert "ter:ActionNotSupported" in ask(camera, "<trc:GetRecordingJobs/>")
        assert kept(camera) == {}
    assert "ter:NoRecording" in ask(axis, job("none", profile))
    assert "ter:BadConfiguration" in ask(axis, job("Recording_1", "none"))
    assert "ter:BadConfiguration" in ask(axis, job("Recording_1", profile, mode="Sometimes"))
    assert "ter:BadConfiguration" in ask(axis, job("Recording_1", profile, kind=PROFILE.replace("Profile", "Receiver")))
    assert "ter:NoRecordingJob" in ask(axis, of_job("GetRecordingJobState", "none"))
    assert axis.counters.sets == 0
    for _ in range(2):
        done(axis, job("Recording_1", profile))
    assert "ter:MaxRecordingJobs" in ask(axis, job("Recording_1", profile))
    before = axis.snapshot()
    axis.fault = Fault.IGNORES
    done(axis, of_job("SetRecordingJobMode", "RecordingJob_1", "<trc:Mode>Idle</trc:Mode>"))
    assert axis.snapshot() == before


def test_wrong_injections(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    with pytest.raises(ValueError, match="good, dead, none"):
        camera.inject("recording.card", "wet")
    with pytest.raises(KeyError, match="OnvifRecordingJob_1"):
        camera.inject("recording.jobs.none", "Idle")
    with pytest.raises(KeyError, match="records nothing"):
        lab.camera(GENERIC).inject("recording.card", "dead")
    camera.inject("recording.receiver", "Active")
    assert done(camera, "<trc:GetRecordingJobs/>").all("JobToken") == ["OnvifRecordingJob_1", "RecordingJob_9"]
    camera.inject("recording.jobs.OnvifRecordingJob_1", None)
    assert list(kept(camera)["jobs"]) == ["RecordingJob_9"]
