"""What comes back to a probe is hostile: it is understood, or it is nothing."""

from __future__ import annotations

import pytest

from iccc.onvif import discovery
from iccc.onvif.errors import BadAnswer

UUID = "857ac4bc-52fd-517c-9c93-8f8e94f89007"
SCOPES = (
    "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/P5655-E "
    "onvif://www.onvif.org/name/AXIS%20P5655-E onvif://www.onvif.org/location/city/Bilaspur "
    "onvif://www.onvif.org/location/junction/Nehru%20Chowk"
)


def answer(
    types: str = "dn:NetworkVideoTransmitter tds:Device", scopes: str = SCOPES, endpoint: str = f"urn:uuid:{UUID}"
) -> bytes:
    return (
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope" xmlns:w="urn:w" xmlns:x="urn:x">'
        "<SOAP-ENV:Body><x:ProbeMatches><x:ProbeMatch>"
        f"<w:EndpointReference><w:Address>{endpoint}</w:Address></w:EndpointReference>"
        f"<x:Types>{types}</x:Types><x:Scopes>{scopes}</x:Scopes>"
        "<x:XAddrs>http://192.168.1.64/onvif/device_service http://[fe80::1]/onvif/device_service</x:XAddrs>"
        "</x:ProbeMatch></x:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def test_a_camera_says_what_it_is() -> None:
    match = discovery.parse(answer())
    assert match.endpoint == UUID
    assert (match.is_onvif, match.records) == (True, False)
    assert match.scope("name") == "AXIS P5655-E"
    assert match.location == {"city": "Bilaspur", "junction": "Nehru Chowk"}
    assert match.path == "/onvif/device_service"


@pytest.mark.parametrize("endpoint", [f"urn:uuid:{UUID}", f"uuid:{UUID}", UUID.upper(), f"urn:uuid:{UUID.upper()}"])
def test_an_endpoint_is_the_same_however_it_is_written(endpoint: str) -> None:
    assert discovery.parse(answer(endpoint=endpoint)).endpoint == UUID


@pytest.mark.parametrize(
    ("types", "scopes", "records"),
    [
        ("tds:Device", "onvif://www.onvif.org/Profile/G", True),
        ("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/Profile/G", False),  # a camera with a card
        ("dn:NetworkVideoTransmitter", "onvif://www.onvif.org/type/Network_Video_Recorder", True),
        ("dn:NetworkVideoStorage tds:Device", "onvif://www.onvif.org/Profile/G", True),
    ],
)
def test_a_recorder_is_told_from_a_camera_with_a_card(types: str, scopes: str, records: bool) -> None:
    assert discovery.parse(answer(types, scopes)).records is records


def test_a_printer_is_no_device_of_onvif() -> None:
    assert not discovery.parse(answer("wsdp:Device wprt:PrintDeviceType", "")).is_onvif


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00" * 40,
        b"<a>",
        answer().replace(b"ProbeMatch>", b"ResolveMatch>"),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + answer(),
        b"<a>" + b"x" * discovery.MAX_BYTES + b"</a>",
        answer(scopes="x" * 3000),
    ],
)
def test_everything_else_is_a_bad_answer(datagram: bytes) -> None:
    with pytest.raises(BadAnswer):
        discovery.parse(datagram)


def test_no_control_character_comes_through() -> None:
    match = discovery.parse(answer(scopes="onvif://www.onvif.org/name/a%1b%5b31mb onvif://www.onvif.org/hardware/%ff"))
    assert match.scope("name") == "a[31mb"
    assert match.scope("hardware").isprintable()


def test_two_probes_have_two_ids() -> None:
    assert discovery.probe() != discovery.probe()
