"""The device service as onvif-zeep sees it: what is set is what is read."""

from __future__ import annotations

import time
from typing import Any

import onvif
import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import AXIS, CPPLUS, HIKVISION
from tests.lab.cam.client import Client, envelope
from tests.lab.cam.conftest import LOGIN, Lab
from tests.oracle.xsd import wsdl_dir


def zeep(camera: LabCamera, login: tuple[str, str] = LOGIN) -> Any:
    return onvif.ONVIFCamera(camera.address, 20080, *login, wsdl_dir=str(wsdl_dir()), adjust_time=True)


def test_a_whole_configuration_by_onvif_zeep(lab: Lab) -> None:
    camera = lab.camera(AXIS)
    device = zeep(camera).devicemgmt
    assert device.GetDeviceInformation().Manufacturer == "AXIS"
    assert device.GetNetworkInterfaces()[0].Info.HwAddress == camera.state.mac

    device.SetHostname({"Name": "bsp-j01-c01"})
    assert device.GetHostname().Name == "bsp-j01-c01"

    servers = [{"Type": "IPv4", "IPv4Address": "10.80.0.10"}, {"Type": "DNS", "DNSname": "ntp.example"}]
    device.SetNTP({"FromDHCP": False, "NTPManual": servers})
    assert [host.IPv4Address or host.DNSname for host in device.GetNTP().NTPManual] == ["10.80.0.10", "ntp.example"]

    assert abs(Client(camera.address).camera_time() - time.time()) > 5
    device.SetSystemDateAndTime({"DateTimeType": "NTP", "DaylightSavings": False, "TimeZone": {"TZ": "IST-5:30"}})
    now = device.GetSystemDateAndTime()
    assert (now.DateTimeType, now.TimeZone.TZ) == ("NTP", "IST-5:30")
    assert camera.snapshot()["skew_s"] == 0.0

    device = zeep(camera).devicemgmt  # signs with the clock that is right now
    device.AddScopes({"ScopeItem": ["onvif://www.onvif.org/location/junction/Nehru%20Chowk"]})
    device.RemoveScopes({"ScopeItem": ["onvif://www.onvif.org/location/country/sweden"]})
    scopes = {scope.ScopeItem: scope.ScopeDef for scope in device.GetScopes()}
    assert scopes["onvif://www.onvif.org/location/junction/Nehru%20Chowk"] == "Configurable"
    assert scopes["onvif://www.onvif.org/Profile/Streaming"] == "Fixed"
    assert camera.snapshot()["location"] == {"junction": "Nehru Chowk"}

    device.SetNetworkProtocols({"NetworkProtocols": [{"Name": "HTTPS", "Enabled": True, "Port": [8443]}]})
    protocols = {entry.Name: (entry.Enabled, entry.Port) for entry in device.GetNetworkProtocols()}
    assert protocols["HTTPS"] == (True, [8443])
    assert protocols["RTSP"] == (True, [554])

    device.CreateUsers({"User": [{"Username": "iccc", "Password": "managed-1", "UserLevel": "Administrator"}]})
    ours = zeep(camera, ("iccc", "managed-1")).devicemgmt
    ours.SetUser({"User": [{"Username": "admin", "Password": "managed-2", "UserLevel": "Administrator"}]})
    assert camera.has_login("admin", "managed-2")
    with pytest.raises(onvif.ONVIFError, match="not Authorized"):
        device.GetUsers()
    ours.DeleteUsers({"Username": ["admin"]})
    assert [user.Username for user in ours.GetUsers()] == ["iccc"]
    assert camera.counters.sets == 9


@pytest.mark.parametrize(
    ("body", "subcode"),
    [
        ("<tds:SetHostname><tds:Name>under_score</tds:Name></tds:SetHostname>", "ter:InvalidHostname"),
        (
            "<tds:SetNTP><tds:FromDHCP>false</tds:FromDHCP><tds:NTPManual><tt:Type>IPv4</tt:Type>"
            "<tt:IPv4Address>10.0.0.300</tt:IPv4Address></tds:NTPManual></tds:SetNTP>",
            "ter:InvalidIPv4Address",
        ),
        (
            "<tds:SetSystemDateAndTime><tds:DateTimeType>NTP</tds:DateTimeType>"
            "<tds:DaylightSavings>false</tds:DaylightSavings></tds:SetSystemDateAndTime>",
            "ter:NtpServerUndefined",
        ),
        (
            "<tds:SetSystemDateAndTime><tds:DateTimeType>Manual</tds:DateTimeType>"
            "<tds:DaylightSavings>false</tds:DaylightSavings><tds:UTCDateTime>"
            "<tt:Time><tt:Hour>1</tt:Hour><tt:Minute>2</tt:Minute><tt:Second>3</tt:Second></tt:Time>"
            "<tt:Date><tt:Year>2025</tt:Year><tt:Month>2</tt:Month><tt:Day>30</tt:Day></tt:Date>"
            "</tds:UTCDateTime></tds:SetSystemDateAndTime>",
            "ter:InvalidDateTime",
        ),
        (
            "<tds:CreateUsers><tds:User><tt:Username>admin</tt:Username><tt:Password>managed-1</tt:Password>"
            "<tt:UserLevel>User</tt:UserLevel></tds:User></tds:CreateUsers>",
            "ter:UsernameClash",
        ),
        (
            "<tds:CreateUsers><tds:User><tt:Username>viewer</tt:Username><tt:Password>short</tt:Password>"
            "<tt:UserLevel>User</tt:UserLevel></tds:User></tds:CreateUsers>",
            "ter:Password",
        ),
        ("<tds:DeleteUsers><tds:Username>admin</tds:Username></tds:DeleteUsers>", "ter:FixedUser"),
        ("<tds:DeleteUsers><tds:Username>nobody</tds:Username></tds:DeleteUsers>", "ter:UsernameMissing"),
        (
            "<tds:RemoveScopes><tds:ScopeItem>onvif://www.onvif.org/Profile/Streaming</tds:ScopeItem></tds:RemoveScopes>",
            "ter:FixedScope",
        ),
        ("<tds:GetNothing/>", "ter:ActionNotSupported"),
        ("<tds:GetHostname", "ter:WellFormed"),
    ],
)
def test_what_a_device_refuses(camera: LabCamera, body: str, subcode: str) -> None:
    before = camera.snapshot()
    answer = Client(camera.address).signed(body, LOGIN)
    assert answer.status in (400, 500)
    assert subcode in answer
    assert camera.snapshot() == before


@pytest.mark.parametrize(
    ("model", "zone", "told"),
    [
        (AXIS, "<+0530>-5:30", "&lt;+0530&gt;-5:30"),
        (CPPLUS, "IST-5:30", "&lt;+0530&gt;-5:30"),
        (HIKVISION, "IST-5:30", "IST-5:30:00"),
        (HIKVISION, "<+0530>-5:30", None),
        (AXIS, "Asia/Kolkata", None),
    ],
)
def test_each_make_has_its_own_form_of_a_time_zone(lab: Lab, model: Any, zone: str, told: str | None) -> None:
    camera = lab.camera(model)
    client = Client(camera.address)
    body = (
        "<tds:SetSystemDateAndTime><tds:DateTimeType>Manual</tds:DateTimeType>"
        f"<tds:DaylightSavings>false</tds:DaylightSavings><tds:TimeZone><tt:TZ>{zone.replace('<', '&lt;')}</tt:TZ>"
        "</tds:TimeZone><tds:UTCDateTime>"
        "<tt:Time><tt:Hour>6</tt:Hour><tt:Minute>30</tt:Minute><tt:Second>0</tt:Second></tt:Time>"
        "<tt:Date><tt:Year>2025</tt:Year><tt:Month>7</tt:Month><tt:Day>31</tt:Day></tt:Date>"
        "</tds:UTCDateTime></tds:SetSystemDateAndTime>"
    )
    answer = client.signed(body, LOGIN) if model.wsse else client.digest_call(body, LOGIN)
    if told is None:
        assert "ter:InvalidTimeZone" in answer
    else:
        assert answer.status == 200
        shown = client.call("<tds:GetSystemDateAndTime/>")
        assert shown.value("TZ") == told
        assert "<tt:LocalDateTime><tt:Time><tt:Hour>12</tt:Hour><tt:Minute>0</tt:Minute>" in shown


def test_addresses_are_told_as_the_client_reaches_the_device(camera: LabCamera) -> None:
    client = Client(camera.address)
    body = "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>"
    assert set(client.call(body).all("XAddr")) >= {f"http://{camera.address}:20080/onvif/device_service"}
    request = envelope("<tds:GetCapabilities/>")
    assert client.post(request, Host="10.77.2.9").all("XAddr")[0] == "http://10.77.2.9/onvif/device_service"
    assert client.post(request, Host="<&>").all("XAddr")[0].startswith(f"http://{camera.address}:20080/")
