"""Each way in which firmware spoils right answers."""

from __future__ import annotations

import http.client

import pytest
from lxml import etree

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import CPPLUS
from iccc.lab.device import ONVIF_FAULTS, Fault
from tests.lab.cam.client import NS, Client, digest, envelope, wsse
from tests.lab.cam.conftest import LOGIN, Lab

USERS = "<tds:GetUsers/>"
CLOCK = "<tds:GetSystemDateAndTime/>"
UNKNOWN = "<tds:GetNothing/>"
SERVICES = "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>"
NAME = "<tds:SetHostname><tds:Name>new</tds:Name></tds:SetHostname>"
ENV11 = "http://schemas.xmlsoap.org/soap/envelope/"
ENV12 = "http://www.w3.org/2003/05/soap-envelope"


def sick(camera: LabCamera, fault: Fault) -> Client:
    camera.fault = fault
    camera.faulted()
    return Client(camera.address)


def test_empty_response(camera: LabCamera) -> None:
    answer = sick(camera, Fault.EMPTY).call(CLOCK)
    assert (answer.status, answer.body) == (200, b"")


def test_close_on_unknown(camera: LabCamera) -> None:
    client = sick(camera, Fault.CLOSES)
    assert client.signed(USERS, LOGIN).status == 200
    with pytest.raises(http.client.RemoteDisconnected):
        client.signed(UNKNOWN, LOGIN)


def test_no_get_services(camera: LabCamera) -> None:
    client = sick(camera, Fault.NO_SERVICES)
    assert "ter:ActionNotSupported" in client.call(SERVICES)
    assert client.call("<tds:GetCapabilities/>").status == 200


def test_soap11_alone(camera: LabCamera) -> None:
    client = sick(camera, Fault.SOAP11)
    refused = client.call(CLOCK)
    assert (refused.status, refused.value("faultcode")) == (500, "e:VersionMismatch")
    assert ("Content-Type", "text/xml; charset=utf-8") in refused.headers
    answer = client.post(envelope(CLOCK).replace(ENV12.encode(), ENV11.encode()))
    assert answer.status == 200
    assert etree.fromstring(answer.body).tag == f"{{{ENV11}}}Envelope"
    unknown = client.post(envelope(UNKNOWN).replace(ENV12.encode(), ENV11.encode()))
    assert (unknown.status, unknown.value("faultcode")) == (500, "e:Server")


def test_wrong_namespace(camera: LabCamera) -> None:
    root = etree.fromstring(sick(camera, Fault.WRONG_NAMESPACE).call(CLOCK).body)
    assert root.find(".//{http://www.onvif.org/ver10/schema}UTCDateTime") is None
    assert root.find(".//{*}UTCDateTime") is not None


def test_foreign_xaddr(camera: LabCamera) -> None:
    client = sick(camera, Fault.FOREIGN_XADDR)
    assert all(xaddr.startswith("http://192.168.1.108/onvif/") for xaddr in client.call(SERVICES).all("XAddr"))
    uri = client.signed("<trt:GetSnapshotUri><trt:ProfileToken>main</trt:ProfileToken></trt:GetSnapshotUri>", LOGIN)
    assert uri.value("Uri").startswith("http://192.168.1.108/")


def test_fault_in_200(camera: LabCamera) -> None:
    before = camera.snapshot()
    client = sick(camera, Fault.FAULT_IN_200)
    for body, code in ((NAME, "ter:ConfigurationConflict"), (UNKNOWN, "ter:ActionNotSupported")):
        answer = client.signed(body, LOGIN)
        assert answer.status == 200 and code in answer
    assert client.signed(USERS, LOGIN).all("Username") == ["admin"]
    assert (camera.snapshot(), camera.counters.sets) == (before, 0)


def test_local_time_as_utc(camera: LabCamera) -> None:
    camera.inject("time_zone", "IST-5:30")
    right = Client(camera.address).camera_time()
    client = sick(camera, Fault.LOCAL_AS_UTC)
    assert 0 <= client.camera_time() - right - 330 * 60 < 10
    assert client.signed(USERS, LOGIN).status == 400  # signed with what the camera told
    assert client.call(USERS, LOGIN, at=right).status == 200


def test_impossible_dates(camera: LabCamera) -> None:
    right = Client(camera.address).camera_time()
    client = sick(camera, Fault.IMPOSSIBLE_DATES)
    told = client.call(CLOCK)
    assert (told.value("Month"), told.value("Day"), told.value("Hour")) == ("2", "30", "25")
    assert client.call(USERS, LOGIN, at=right).status == 200


def test_digest_only(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)  # which knows WS-UsernameToken alone when it is well
    client = sick(camera, Fault.DIGEST_ONLY)
    assert client.signed(USERS, LOGIN).status == 401
    assert client.digest_call(USERS, LOGIN).status == 200
    assert camera.counters.failures == 0


def test_lock_out(camera: LabCamera) -> None:
    client = sick(camera, Fault.LOCK_OUT)
    assert client.signed(USERS, LOGIN).status == 200
    client.signed(USERS, ("admin", "wrong-1"))
    assert "the account is locked" in client.signed(USERS, LOGIN)
    assert (camera.counters.failures, camera.counters.lockouts) == (2, 1)


def test_html_401(camera: LabCamera) -> None:
    client = sick(camera, Fault.HTML_401)
    answer = client.signed(USERS, LOGIN)
    assert answer.status == 401 and b"<html>" in answer.body
    assert [value.split()[0] for name, value in answer.headers if name == "WWW-Authenticate"] == ["Basic"]
    assert client.call(CLOCK).status == 200
    assert camera.counters.failures == 0


def test_busy(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)
    client = sick(camera, Fault.BUSY)
    assert [client.signed(USERS, LOGIN).status for _ in range(4)] == [200, 401, 200, 401]
    other = Client(camera.address)
    other.call(CLOCK)
    assert [client.signed(USERS, LOGIN).status for _ in range(2)] == [401, 401]
    assert (camera.counters.failures, camera.counters.logins) == (0, 2)


def test_invalid_xml_loses_no_value(camera: LabCamera) -> None:
    camera.inject("location.junction", "Market")
    body = sick(camera, Fault.INVALID_XML).call(CLOCK).body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    root = etree.fromstring(body.replace(b"\x08", b""), etree.XMLParser(recover=True))
    assert root.find(".//{*}UTCDateTime") is not None


def test_needs_action(camera: LabCamera) -> None:
    client = sick(camera, Fault.NEEDS_ACTION)
    named = f'application/soap+xml; charset=utf-8; action="{NS["tds"]}/GetSystemDateAndTime"'
    assert client.call(CLOCK).body == b""
    assert client.post(envelope(CLOCK), **{"Content-Type": named}).value("Year").isdecimal()
    loose = envelope(CLOCK).replace(b"><", b">\n <")
    assert client.post(loose, **{"Content-Type": named}).body == b""


def test_refuses_action(camera: LabCamera) -> None:
    client = sick(camera, Fault.REFUSES_ACTION)
    refused = client.post(
        envelope(CLOCK), **{"Content-Type": 'application/soap+xml; action="urn:x/GetSystemDateAndTime"'}
    )
    assert "ActionNotSupported" in refused and refused.status == 500
    assert client.call(CLOCK).status == 200


def test_a_nonce_is_good_for_one_request(lab: Lab) -> None:
    camera = lab.camera(CPPLUS)  # which knows WS-UsernameToken alone when it is well
    client = sick(camera, Fault.STALE_NONCE)
    challenge = client.post(envelope(USERS)).challenge()
    for nc, status, stale in ((1, 200, None), (2, 401, "true")):
        header = digest(challenge, *LOGIN, "POST", "/onvif/device_service", nc=nc)
        answer = client.post(envelope(USERS), Authorization=header)
        assert answer.status == status
        assert stale is None or answer.challenge()["stale"] == stale
    assert camera.counters.failures == 0


def test_missing_parts(camera: LabCamera) -> None:
    client = sick(camera, Fault.MISSING_PARTS)
    assert "RateControl" not in client.signed("<trt:GetProfiles/>", LOGIN)
    assert "SerialNumber" not in client.signed("<tds:GetDeviceInformation/>", LOGIN)


def test_huge_answer(camera: LabCamera) -> None:
    body = sick(camera, Fault.HUGE).call(CLOCK).body
    assert len(body) > 5 * 1024 * 1024
    assert etree.fromstring(body, etree.XMLParser(huge_tree=True)).find(".//{*}UTCDateTime") is not None


def test_entity_bomb(camera: LabCamera) -> None:
    body = sick(camera, Fault.ENTITIES).call(CLOCK).body
    assert b"<!DOCTYPE" in body and len(body) < 4096
    with pytest.raises(etree.XMLSyntaxError, match=r"[Ee]ntit"):  # a parser that follows them gives up
        etree.fromstring(body)


@pytest.mark.parametrize("fault", sorted(ONVIF_FAULTS))
def test_a_sick_camera_can_be_healed(camera: LabCamera, fault: Fault) -> None:
    client = sick(camera, fault)
    request = envelope(USERS, wsse(*LOGIN))
    try:
        client.post(request)
    except http.client.HTTPException:
        client.close()
    camera.fault = Fault.NONE
    camera.faulted()
    assert Client(camera.address).signed(USERS, LOGIN).status == 200
