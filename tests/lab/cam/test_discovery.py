"""The lab's devices answer directed probes of WS-Discovery, by its schema, and stay the same endpoint."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from iccc.lab import onvif_discovery
from iccc.lab.camera_model import AXIS
from iccc.lab.onvif_state import DeviceState, NetworkProtocol
from iccc.lab.recorder import RECORDER
from tests.oracle.xsd import wsdl_dir

MAC = "02:00:0a:52:01:0b"
WSD, WSA = onvif_discovery.WSD, onvif_discovery.WSA


def state(model: object = AXIS, mac: str = MAC) -> DeviceState:
    return DeviceState.factory(model, mac, "10.82.1.11", lambda: 0.0, ("admin", "factory-1"))  # type: ignore[arg-type]


def probe(inside: str = "", action: str = f"{WSD}/Probe") -> bytes:
    return (
        f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="{WSA}" xmlns:d="{WSD}"><s:Header>'
        f"<a:Action>{action}</a:Action><a:MessageID>uuid:1</a:MessageID></s:Header>"
        f"<s:Body><d:Probe>{inside}</d:Probe></s:Body></s:Envelope>"
    ).encode()


def asked(inside: str = "", of: DeviceState | None = None) -> etree._Element | None:
    found = onvif_discovery.answer(probe(inside), lambda: onvif_discovery.target(of or state()))
    return None if found is None else etree.fromstring(found)


def said(answer: etree._Element | None, path: str) -> str:
    assert answer is not None
    found = answer.findtext(f".//{path}", "", {"a": WSA, "d": WSD})
    assert found is not None
    return found


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema:
    """The official one, whose addressing (2004) comes from elsewhere: only what is used of it stands here."""
    work = tmp_path_factory.mktemp("schema")
    xs = "http://www.w3.org/2001/XMLSchema"
    addressing = (
        f'<xs:schema xmlns:xs="{xs}" targetNamespace="{WSA}" xmlns="{WSA}" elementFormDefault="qualified">'
        '<xs:element name="EndpointReference" type="EndpointReferenceType"/>'
        '<xs:complexType name="EndpointReferenceType"><xs:sequence><xs:element name="Address" type="xs:anyURI"/>'
        "</xs:sequence></xs:complexType></xs:schema>"
    )
    (work / "addressing.xsd").write_text(addressing, encoding="utf-8")
    text = (Path(wsdl_dir()) / "ws-discovery.xsd").read_text(encoding="utf-8")
    root = etree.fromstring(text.encode())
    for imported in root.iter(f"{{{xs}}}import"):
        imported.set("schemaLocation", (work / "addressing.xsd").as_uri())
    (work / "discovery.xsd").write_bytes(etree.tostring(root))
    return xmlschema.XMLSchema(str(work / "discovery.xsd"), allow="local")


def test_an_answer_is_valid(schema: xmlschema.XMLSchema) -> None:
    answer = asked()
    assert answer is not None
    matches = answer.find(f".//{{{WSD}}}ProbeMatches")
    assert matches is not None
    assert [str(error) for error in schema.iter_errors(etree.fromstring(etree.tostring(matches)))] == []
    matches[0].remove(matches[0][0])  # without its endpoint it is not
    assert not schema.is_valid(etree.fromstring(etree.tostring(matches)))


def test_it_relates_to_the_probe_and_says_what_the_device_is() -> None:
    answer = asked()
    assert said(answer, "a:RelatesTo") == "uuid:1"
    assert said(answer, "d:Types") == "dn:NetworkVideoTransmitter tds:Device"
    assert "onvif://www.onvif.org/hardware/P5655-E" in said(answer, "d:Scopes").split()
    assert said(answer, "d:XAddrs") == "http://10.82.1.11/onvif/device_service"


def test_a_recorder_is_no_transmitter() -> None:
    assert said(asked(of=state(RECORDER)), "d:Types") == "tds:Device"


def test_the_endpoint_is_the_units() -> None:
    first = said(asked(), "a:Address")
    assert uuid.UUID(first.removeprefix("urn:uuid:"))
    renamed = state()
    renamed.hostname, renamed.address = "bsp-j01-c01", "10.82.1.99"
    assert said(asked(of=renamed), "a:Address") == first
    exchanged = state()
    exchanged.unit = "ANOTHER"
    assert said(asked(of=exchanged), "a:Address") != first
    assert said(asked(of=state(mac="02:00:0a:52:01:0c")), "a:Address") != first


def test_the_address_follows_the_protocols() -> None:
    secure = state()
    secure.network = (NetworkProtocol("HTTP", False, 80), NetworkProtocol("HTTPS", True, 8443))
    assert said(asked(of=secure), "d:XAddrs") == "https://10.82.1.11:8443/onvif/device_service"


DN = 'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'


@pytest.mark.parametrize(
    "inside",
    [
        f"<d:Types {DN}>dn:NetworkVideoTransmitter</d:Types>",
        "<d:Scopes>onvif://www.onvif.org/type</d:Scopes>",
        f'<d:Scopes MatchBy="{WSD}/strcmp0">onvif://www.onvif.org/type/ptz</d:Scopes>',
    ],
)
def test_a_probe_that_fits_is_answered(inside: str) -> None:
    assert asked(inside) is not None


@pytest.mark.parametrize(
    "inside",
    [
        f"<d:Types {DN}>dn:NetworkVideoDisplay</d:Types>",
        "<d:Scopes>onvif://www.onvif.org/location/city/Bilaspur</d:Scopes>",
        f'<d:Scopes MatchBy="{WSD}/strcmp0">onvif://www.onvif.org/type</d:Scopes>',
        f'<d:Scopes MatchBy="{WSD}/ldap">onvif://www.onvif.org/type</d:Scopes>',
    ],
)
def test_one_that_does_not_is_met_with_silence(inside: str) -> None:
    assert asked(inside) is None


@pytest.mark.parametrize(
    "datagram", [b"", b"hello", b"<a/>", probe(action=f"{WSD}/Hello"), b"<!DOCTYPE x>" + probe(), b" " * 9000]
)
def test_nonsense_is_met_with_silence(datagram: bytes) -> None:
    assert onvif_discovery.answer(datagram, lambda: onvif_discovery.target(state())) is None
