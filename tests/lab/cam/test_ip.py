"""DNS, gateway and address: what is set is what is read, and where the camera is reached then."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from iccc.lab.camera import LabCamera
from iccc.lab.camera_model import GENERIC, HIKVISION
from iccc.lab.device import Fault
from tests.lab.cam.asking import ask, done
from tests.lab.cam.client import Client
from tests.lab.cam.conftest import LOGIN, Lab

DNS = (
    "<tds:SetDNS><tds:FromDHCP>false</tds:FromDHCP><tds:SearchDomain>city.example</tds:SearchDomain>"
    "<tds:DNSManual><tt:Type>IPv4</tt:Type><tt:IPv4Address>10.80.0.53</tt:IPv4Address></tds:DNSManual></tds:SetDNS>"
)
GATEWAY = "<tds:SetNetworkDefaultGateway><tds:IPv4Address>10.77.2.254</tds:IPv4Address></tds:SetNetworkDefaultGateway>"
GET_GATEWAY = "<tds:GetNetworkDefaultGateway/>"
ELSEWHERE = "127.77.2.200"


def interface(address: str, prefix_length: int = 24, token: str = "eth0") -> str:
    return (
        f"<tds:SetNetworkInterfaces><tds:InterfaceToken>{token}</tds:InterfaceToken><tds:NetworkInterface>"
        f"<tt:IPv4><tt:Manual><tt:Address>{address}</tt:Address><tt:PrefixLength>{prefix_length}</tt:PrefixLength>"
        "</tt:Manual><tt:DHCP>false</tt:DHCP></tt:IPv4></tds:NetworkInterface></tds:SetNetworkInterfaces>"
    )


def answers(address: str, within_s: float = 3.0) -> bool:
    """Whether a device answers there, asked again and again until it does."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            return Client(address, timeout_s=0.2).call("<tds:GetHostname/>").status == 200
        except OSError:
            time.sleep(0.02)
    return False


def test_dns_and_gateway(camera: LabCamera) -> None:
    assert done(camera, GET_GATEWAY).value("IPv4Address") == "10.77.2.1"
    for body in (DNS, GATEWAY):
        done(camera, body)
    told = done(camera, "<tds:GetDNS/>")
    assert (told.value("SearchDomain"), told.value("IPv4Address")) == ("city.example", "10.80.0.53")
    assert done(camera, GET_GATEWAY).value("IPv4Address") == "10.77.2.254"
    seen = camera.snapshot()
    assert (seen["dns_servers"], seen["gateway"]) == (["10.80.0.53"], "10.77.2.254")
    camera.inject("dns_servers", ["10.9.9.9", "10.9.9.8"])
    camera.inject("gateway", "10.77.2.9")
    assert done(camera, "<tds:GetDNS/>").all("IPv4Address") == ["10.9.9.9", "10.9.9.8"]
    assert done(camera, GET_GATEWAY).value("IPv4Address") == "10.77.2.9"
    assert camera.counters.sets == 2


@pytest.mark.parametrize(
    ("body", "subcode"),
    [
        (DNS.replace("10.80.0.53", "224.0.0.1"), "ter:InvalidIPv4Address"),
        (DNS.replace("</tds:SetDNS>", DNS[DNS.index("<tds:DNSManual>") :]), "ter:InvalidArgVal"),
        (GATEWAY.replace("10.77.2.254", "0.0.0.0"), "ter:InvalidGatewayAddress"),  # noqa: S104
        ("<tds:SetNetworkDefaultGateway/>", "ter:InvalidGatewayAddress"),
        (interface("10.77.2.9", token="eth7"), "ter:InvalidNetworkInterface"),
        (interface("10.77.2.9", 31), "ter:InvalidIPv4Address"),
    ],
)
def test_what_is_refused(lab: Lab, body: str, subcode: str) -> None:
    camera = lab.camera(replace(GENERIC, max_dns=1))
    before = camera.snapshot()
    assert subcode in ask(camera, body)
    assert (camera.snapshot(), camera.counters.sets) == (before, 0)


def test_accepts_and_ignores(camera: LabCamera) -> None:
    before = camera.snapshot()
    camera.fault = Fault.IGNORES
    for body in (DNS, GATEWAY, interface("10.77.2.9")):
        done(camera, body)
    assert (camera.snapshot(), camera.counters.sets) == (before, 3)
    done(camera, "<tds:GetUsers/>")  # still there


def test_a_camera_moves_at_once_and_is_gone_where_the_lab_does_not_have_it(lab: Lab) -> None:
    camera = lab.camera()
    assert done(camera, interface("10.77.2.201")).value("RebootNeeded") == "false"
    assert not answers(camera.address, 0.3)
    assert not answers("127.77.2.201", 0.1)
    camera.inject("address", "10." + camera.address.partition(".")[2])
    assert answers(camera.address)


def test_a_camera_answers_at_its_new_address_if_the_lab_has_it(lab: Lab) -> None:
    camera = lab.camera(also=(ELSEWHERE,))
    done(camera, interface("10.77.2.200"))
    assert answers(ELSEWHERE)
    assert not answers(camera.address, 0.1)
    told = Client(ELSEWHERE).signed("<tds:GetNetworkInterfaces/>", LOGIN)
    assert (told.value("Address"), told.value("HwAddress")) == ("10.77.2.200", camera.state.mac)
    lab.run(camera.unplug())
    assert not answers(ELSEWHERE, 0.1)
    lab.run(camera.plug())
    assert answers(ELSEWHERE)
    camera.factory_reset()
    assert answers(camera.address)


def test_a_make_that_moves_only_when_it_restarts(lab: Lab) -> None:
    camera = lab.camera(replace(HIKVISION, reboot_s=0.05), also=(ELSEWHERE,))
    before = camera.snapshot()
    assert done(camera, interface("10.77.2.200")).value("RebootNeeded") == "true"
    done(camera, DNS)
    assert camera.snapshot()["address"] == before["address"]
    assert answers(camera.address)
    done(camera, "<tds:SystemReboot/>")
    assert answers(ELSEWHERE)
    seen = camera.snapshot()
    assert (seen["address"], seen["dns_servers"]) == ("10.77.2.200", ["10.80.0.53"])


def test_an_address_that_is_set_again_needs_no_restart(lab: Lab) -> None:
    camera = lab.camera(HIKVISION)
    same = interface("10." + camera.address.partition(".")[2])
    assert done(camera, same).value("RebootNeeded") == "false"
