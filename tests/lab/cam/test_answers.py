"""Every answer of every make is valid by the schemas, before and after its settings were changed."""

from __future__ import annotations

import pytest

from iccc.lab.camera_media import MEDIA
from iccc.lab.camera_media2 import MEDIA2
from iccc.lab.camera_model import AXIS, CPPLUS, GENERIC, HIKVISION, CameraModel
from iccc.lab.onvif import OnvifDevice
from iccc.lab.onvif_services import DEVICE_SERVICE
from iccc.lab.recorder import LabRecorder
from tests.lab.cam.client import Answer, Client, envelope
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.xsd import validate

SCOPE = "onvif://www.onvif.org/location/junction/x"
DEVICE_CALLS = {
    "GetServices": "<tds:IncludeCapability>true</tds:IncludeCapability>",
    "SetHostname": "<tds:Name>bsp-j01-c01</tds:Name>",
    "SetNTP": "<tds:FromDHCP>false</tds:FromDHCP><tds:NTPManual><tt:Type>IPv4</tt:Type>"
    "<tt:IPv4Address>10.80.0.10</tt:IPv4Address></tds:NTPManual>",
    "AddScopes": f"<tds:ScopeItem>{SCOPE}</tds:ScopeItem>",
    "RemoveScopes": f"<tds:ScopeItem>{SCOPE}</tds:ScopeItem>",
    "SetScopes": f"<tds:Scopes>{SCOPE}</tds:Scopes>",
    "CreateUsers": "<tds:User><tt:Username>viewer</tt:Username><tt:Password>managed-1</tt:Password>"
    "<tt:UserLevel>User</tt:UserLevel></tds:User>",
    "SetUser": "<tds:User><tt:Username>viewer</tt:Username><tt:UserLevel>Operator</tt:UserLevel></tds:User>",
    "DeleteUsers": "<tds:Username>viewer</tds:Username>",
    "SetNetworkProtocols": "<tds:NetworkProtocols><tt:Name>HTTPS</tt:Name><tt:Enabled>true</tt:Enabled>"
    "<tt:Port>443</tt:Port></tds:NetworkProtocols>",
    "SetSystemDateAndTime": "<tds:DateTimeType>NTP</tds:DateTimeType><tds:DaylightSavings>false</tds:DaylightSavings>"
    "<tds:TimeZone><tt:TZ>IST-5:30</tt:TZ></tds:TimeZone>",
    "SetDNS": "<tds:FromDHCP>false</tds:FromDHCP><tds:SearchDomain>city.example</tds:SearchDomain><tds:DNSManual>"
    "<tt:Type>IPv4</tt:Type><tt:IPv4Address>10.80.0.53</tt:IPv4Address></tds:DNSManual>",
    "SetNetworkDefaultGateway": "<tds:IPv4Address>10.77.2.1</tds:IPv4Address>",
    "SetNetworkInterfaces": "<tds:InterfaceToken>eth0</tds:InterfaceToken><tds:NetworkInterface/>",
}
ORDER = {name: at for at, name in enumerate(["SetNTP", "AddScopes", "RemoveScopes", "CreateUsers", "SetUser"])}


def calls(table: object, prefix: str, inner: dict[str, str]) -> list[str]:
    """One request for each operation: Sets first in an order that works, then all Gets, the restart last."""
    assert isinstance(table, dict)
    known = set(table) - {"SetSystemFactoryDefault"}  # restarts, too: see test_system
    names = sorted(known, key=lambda name: (name == "SystemReboot", name.startswith("Get"), ORDER.get(name, 99), name))
    return [f"<{prefix}:{name}>{inner.get(name, '')}</{prefix}:{name}>" for name in names]


def media_calls(model: CameraModel, prefix: str) -> dict[str, str]:
    main = model.encoders[0]
    profile = f"<{prefix}:ProfileToken>{main.profile_token}</{prefix}:ProfileToken>"
    size = "<tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution>"
    head = f'<{prefix}:Configuration token="{main.token}"{{gop}}><tt:Name>x</tt:Name><tt:UseCount>1</tt:UseCount>'
    multicast = (
        "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
        "<tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
    )
    if prefix == "trt":
        return {
            "GetVideoEncoderConfiguration": f"<trt:ConfigurationToken>{main.token}</trt:ConfigurationToken>",
            "GetSnapshotUri": profile,
            "GetStreamUri": "<trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport>"
            f"<tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup>{profile}",
            "SetVideoEncoderConfiguration": f"{head.format(gop='')}<tt:Encoding>H264</tt:Encoding>{size}"
            "<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>12</tt:FrameRateLimit>"
            "<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>"
            "<tt:H264><tt:GovLength>24</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>"
            f"{multicast}<tt:SessionTimeout>PT60S</tt:SessionTimeout></trt:Configuration>"
            "<trt:ForcePersistence>true</trt:ForcePersistence>",
        }
    return {
        "GetProfiles": "<tr2:Type>All</tr2:Type>",
        "GetStreamUri": f"<tr2:Protocol>RTSP</tr2:Protocol>{profile}",
        "GetSnapshotUri": profile,
        "SetVideoEncoderConfiguration": head.format(gop=' GovLength="50" Profile="Main"')
        + f"<tt:Encoding>H265</tt:Encoding>{size}<tt:RateControl><tt:FrameRateLimit>12.5</tt:FrameRateLimit>"
        "<tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality></tr2:Configuration>",
    }


def ask(device: OnvifDevice, body: str) -> Answer:
    client = Client(device.address)
    return client.signed(body, LOGIN) if device.state.model.wsse else client.digest_call(body, LOGIN)


@pytest.mark.parametrize("model", [AXIS, HIKVISION, CPPLUS, GENERIC], ids=lambda model: model.manufacturer)
def test_every_answer_of_a_camera(lab: Lab, model: CameraModel) -> None:
    camera = lab.camera(model)
    bodies = [
        *calls(MEDIA, "trt", media_calls(model, "trt")),
        *calls(MEDIA2, "tr2", media_calls(model, "tr2")),
        *calls(MEDIA, "trt", media_calls(model, "trt")),
        *calls(DEVICE_SERVICE, "tds", DEVICE_CALLS),
    ]
    for body in bodies:
        assert validate(envelope(body)) == [], body  # the requests of this test are right themselves
        answer = ask(camera, body)
        assert answer.status == 200, answer.body.decode()
        assert validate(answer.body) == [], answer.body.decode()


def test_every_answer_of_a_recorder(lab: Lab) -> None:
    recorder = LabRecorder("rec", lab.address(), "02:00:0a:4d:02:fe", LOGIN)
    lab.serve(recorder)
    assert "NVR" in Client(recorder.address).signed("<tds:GetDeviceInformation/>", LOGIN).value("Model")
    assert "ter:ActionNotSupported" in Client(recorder.address).signed("<trt:GetProfiles/>", LOGIN)
    for body in calls(DEVICE_SERVICE, "tds", DEVICE_CALLS):
        answer = ask(recorder, body)
        assert answer.status == 200, answer.body.decode()
        assert validate(answer.body) == [], answer.body.decode()


def test_every_fault(lab: Lab) -> None:
    client = Client(lab.camera(CPPLUS).address)
    for answer in (
        client.call("<tds:GetUsers/>"),
        client.signed("<tds:GetNothing/>", LOGIN),
        client.signed("<tds:SetHostname><tds:Name>a b</tds:Name></tds:SetHostname>", LOGIN),
        client.post(b"no XML"),
        client.post(b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'),
    ):
        assert answer.status in (400, 500)
        assert validate(answer.body) == [], answer.body.decode()
