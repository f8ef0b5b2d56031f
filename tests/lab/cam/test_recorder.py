"""The channels of a recorder: receivers, jobs and footage, told, set and refused, each message by the schemas."""

from __future__ import annotations

import pytest

from iccc.lab.recorder import LabRecorder
from iccc.lab.recorder_footage import Footage
from tests.lab.cam.asking import ask, done
from tests.lab.cam.client import Client
from tests.lab.cam.conftest import LOGIN, HandClock, Lab

DAY_S = 86_400.0
SETUP = (
    "<tt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport>"
    "</tt:StreamSetup>"
)
FIND = "<tse:FindRecordings><tse:Scope/><tse:KeepAliveTime>PT10S</tse:KeepAliveTime></tse:FindRecordings>"


def configuration(uri: str, mode: str = "NeverConnect") -> str:
    return f"<trv:Configuration><tt:Mode>{mode}</tt:Mode><tt:MediaUri>{uri}</tt:MediaUri>{SETUP}</trv:Configuration>"


def job(recording: str, source: str = "") -> str:
    return (
        f"<trc:JobConfiguration><tt:RecordingToken>{recording}</tt:RecordingToken><tt:Mode>Active</tt:Mode>"
        f"<tt:Priority>1</tt:Priority>{source}</trc:JobConfiguration>"
    )


def receiver(operation: str, token: str, inner: str = "") -> str:
    return f"<trv:{operation}><trv:ReceiverToken>{token}</trv:ReceiverToken>{inner}</trv:{operation}>"


@pytest.fixture
def recorder(lab: Lab, clock: HandClock) -> LabRecorder:
    made = lab.witness.of(LabRecorder)("rec", lab.address(), "02:00:0a:4d:02:fe", LOGIN, now=clock)
    lab.serve(made)
    return made


def test_it_says_what_it_has(recorder: LabRecorder) -> None:
    for service in ("recording", "receiver", "search", "replay"):
        told = done(recorder, "<tds:GetServices><tds:IncludeCapability>true</tds:IncludeCapability></tds:GetServices>")
        assert f"/onvif/{service}_service" in told
    assert done(recorder, "<tds:GetCapabilities/>").value("ReceiverSource") == "true"
    for prefix in ("trc", "trv", "tse", "trp"):
        done(recorder, f"<{prefix}:GetServiceCapabilities/>")
    assert len(done(recorder, "<trc:GetRecordings/>").all("RecordingToken")) == 64


def test_a_receiver_keeps_its_login_to_itself(recorder: LabRecorder) -> None:
    uri = "rtsp://recorder:s3cret-one@10.1.2.3:554/a?b=1"
    made = done(recorder, f"<trv:CreateReceiver>{configuration(uri)}</trv:CreateReceiver>")
    token = made.value("Token")
    told = done(recorder, "<trv:GetReceivers/>")
    assert told.value("MediaUri") == "rtsp://recorder@10.1.2.3:554/a?b=1"
    assert "s3cret" not in made and "s3cret" not in told
    done(recorder, receiver("ConfigureReceiver", token, configuration("rtsp://recorder@10.1.2.4:554/a")))
    assert recorder.channels.receivers[0].password == "s3cret-one"
    done(recorder, receiver("ConfigureReceiver", token, configuration("rtsp://other@10.1.2.4:554/a")))
    assert recorder.channels.receivers[0].password == ""
    assert done(recorder, receiver("GetReceiverState", token)).value("State") == "NotConnected"
    done(recorder, receiver("SetReceiverMode", token, "<trv:Mode>AutoConnect</trv:Mode>"))
    assert done(recorder, receiver("GetReceiver", token)).value("Mode") == "AutoConnect"
    assert "ter:BadConfiguration" in ask(recorder, receiver("ConfigureReceiver", token, configuration("http://x/")))
    done(recorder, receiver("DeleteReceiver", token))
    assert "ter:UnknownToken" in ask(recorder, receiver("DeleteReceiver", token))


def test_a_job_brings_a_receiver_to_a_recording(recorder: LabRecorder) -> None:
    auto = "<tt:Source><tt:AutoCreateReceiver>true</tt:AutoCreateReceiver></tt:Source>"
    made = done(recorder, f"<trc:CreateRecordingJob>{job('REC002', auto)}</trc:CreateRecordingJob>")
    token = f"<trc:JobToken>{made.value('JobToken')}</trc:JobToken>"
    state = done(recorder, f"<trc:GetRecordingJobState>{token}</trc:GetRecordingJobState>")
    assert set(state.all("State")) - {""} == {"Error"}
    assert "ter:CannotDeleteReceiver" in ask(recorder, receiver("DeleteReceiver", "RCV001"))
    done(recorder, f"<trc:SetRecordingJobMode>{token}<trc:Mode>Idle</trc:Mode></trc:SetRecordingJobMode>")
    done(recorder, f"<trc:SetRecordingJobConfiguration>{token}{job('REC003')}</trc:SetRecordingJobConfiguration>")
    assert done(recorder, "<trc:GetRecordingJobs/>").all("RecordingToken") == ["REC003"]
    done(recorder, f"<trc:GetRecordingJobConfiguration>{token}</trc:GetRecordingJobConfiguration>")
    assert "ter:NoRecording" in ask(recorder, f"<trc:CreateRecordingJob>{job('REC999')}</trc:CreateRecordingJob>")
    done(recorder, f"<trc:DeleteRecordingJob>{token}</trc:DeleteRecordingJob>")
    assert done(recorder, "<trc:GetRecordingJobs/>").all("JobToken") == []


def test_what_lies_on_its_disks_is_found_page_by_page(recorder: LabRecorder, clock: HandClock) -> None:
    recorder.channels.footage["REC002"] = Footage([(clock.at - 3 * DAY_S, clock.at - DAY_S)])
    summary = done(recorder, "<tse:GetRecordingSummary/>")
    assert (summary.value("DataUntil"), summary.value("NumberRecordings")) == ("2025-07-30T06:30:00Z", "64")
    token = f"<tse:SearchToken>{done(recorder, FIND).value('SearchToken')}</tse:SearchToken>"
    page = f"<tse:GetRecordingSearchResults>{token}<tse:MaxResults>40</tse:MaxResults></tse:GetRecordingSearchResults>"
    first, second = done(recorder, page), done(recorder, page)
    assert [len(answer.all("RecordingToken")) for answer in (first, second)] == [40, 24]
    assert [answer.value("SearchState") for answer in (first, second)] == ["Searching", "Completed"]
    assert first.all("RecordingStatus")[:3] == ["Initiated", "Stopped", "Initiated"]
    assert first.value("EarliestRecording").startswith("2025-07-28T06:30")
    done(recorder, f"<tse:EndSearch>{token}</tse:EndSearch>")
    assert "ter:InvalidToken" in ask(recorder, page)
    about = "<tse:RecordingToken>REC002</tse:RecordingToken>"
    done(recorder, f"<tse:GetRecordingInformation>{about}</tse:GetRecordingInformation>")
    replay = f"<trp:GetReplayUri>{SETUP.replace('tt:StreamSetup', 'trp:StreamSetup')}"
    replay += "<trp:RecordingToken>REC002</trp:RecordingToken></trp:GetReplayUri>"
    assert done(recorder, replay).value("Uri").endswith("/replay/REC002")


def test_only_who_may_sees_and_sets(recorder: LabRecorder) -> None:
    recorder.inject("users.viewer", "User")
    client = Client(recorder.address)
    assert client.call("<trv:GetReceivers/>").status == 401
    assert client.signed("<trv:GetReceivers/>", ("viewer", "changed-1")).status == 200
    create = f"<trv:CreateReceiver>{configuration('rtsp://10.1.2.3/')}</trv:CreateReceiver>"
    assert "ter:NotAuthorized" in client.signed(create, ("viewer", "changed-1"))
    assert recorder.channels.receivers == ()
