"""The forms in which a request can be put, which one is tried next, and what goes out of what a camera gave."""

from __future__ import annotations

import pytest
from lxml import etree

from iccc.errors import Reason
from iccc.onvif.errors import BadAnswer, OnvifError, OnvifFault
from iccc.onvif.soap import Form, another_form, envelope, headers, parse
from iccc.onvif.xml import renamed

SERVICE = "http://www.onvif.org/ver10/device/wsdl"
TYPES = "http://www.onvif.org/ver10/schema"
EMPTY = BadAnswer("an empty answer")
UNKNOWN = OnvifFault("ActionNotSupported", "the [action] cannot be processed at the receiver")
OLD = OnvifFault("VersionMismatch", "")


@pytest.mark.parametrize(
    ("form", "status", "body", "error", "other"),
    [
        (Form.SOAP12, 500, b"<e/>", OLD, Form.SOAP11),
        (Form.SOAP12, 415, b"<html/>", BadAnswer("not SOAP"), Form.SOAP11),
        (Form.SOAP12, 200, b" \r\n", EMPTY, Form.SOAP11),  # Hikvision domes of SOAP 1.1 alone
        (Form.SOAP12, 500, b"<e/>", UNKNOWN, Form.UNNAMED),
        (Form.SOAP12, 200, b"<html/>", BadAnswer("not SOAP"), None),
        (Form.SOAP12, 401, b"<html/>", OnvifFault("NotAuthorized", "HTTP 401"), None),
        (Form.SOAP11, 500, b"<e/>", OLD, Form.SOAP12),
        (Form.SOAP11, 500, b"<e/>", UNKNOWN, Form.SOAP12),
        (Form.SOAP11, 200, b"", EMPTY, Form.SOAP12),
        (Form.UNNAMED, 200, b"", EMPTY, Form.SOAP12),
        (Form.SOAP11, 401, b"<html/>", OnvifFault("NotAuthorized", "HTTP 401"), None),
    ],
)
def test_form_that_is_tried_next(form: Form, status: int, body: bytes, error: OnvifError, other: Form | None) -> None:
    assert another_form(form, status, body, error) is other


def test_each_form_says_what_it_is() -> None:
    named = f'; action="{SERVICE}/GetHostname"'
    assert headers(SERVICE, "GetHostname") == f"Content-Type: application/soap+xml; charset=utf-8{named}\r\n"
    assert headers(SERVICE, "GetHostname", Form.UNNAMED) == "Content-Type: application/soap+xml; charset=utf-8\r\n"
    assert headers(SERVICE, "GetHostname", Form.SOAP11) == (
        f'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "{SERVICE}/GetHostname"\r\n'
    )
    spaces = {form: etree.QName(etree.fromstring(envelope("<x/>", "<h/>", form))).namespace for form in Form}
    assert spaces[Form.SOAP12] == spaces[Form.UNNAMED] == "http://www.w3.org/2003/05/soap-envelope"
    assert spaces[Form.SOAP11] == "http://schemas.xmlsoap.org/soap/envelope/"


@pytest.mark.parametrize(
    ("fault", "subcode", "reason"),
    [
        ("<faultcode>e:Client</faultcode><faultstring>no (ter:NotAuthorized)</faultstring>", "Client/NotAuthorized",
         Reason.UNAUTHORISED),
        ("<faultcode>ter:NotAuthorized</faultcode><faultstring>no</faultstring>", "NotAuthorized", Reason.UNAUTHORISED),
        ("<faultcode>e:Server</faultcode><detail><x>ter:ActionNotSupported</x></detail>", "Server/ActionNotSupported",
         Reason.UNSUPPORTED),
        ("<faultcode>e:Server</faultcode><faultstring>broken</faultstring>", "Server", Reason.BAD_ANSWER),
    ],
)  # fmt: skip
def test_a_fault_of_soap_1_1_tells_its_reason_in_words(fault: str, subcode: str, reason: Reason) -> None:
    envelope11 = "http://schemas.xmlsoap.org/soap/envelope/"
    reply = f'<e:Envelope xmlns:e="{envelope11}"><e:Body><e:Fault>{fault}</e:Fault></e:Body></e:Envelope>'
    with pytest.raises(OnvifFault) as caught:
        parse(reply.encode(), "GetUsers")
    assert (caught.value.subcode, caught.value.reason) == (subcode, reason)


@pytest.mark.parametrize("given", [f'xmlns:tt="{TYPES}"', f'xmlns:tt="{SERVICE}"', 'xmlns:tt="http://www.onvif.org/x"'])
def test_what_a_camera_gave_goes_out_in_the_right_namespaces(given: str) -> None:
    told = etree.fromstring(
        f'<P {given} xmlns:v="urn:vendor" token="1"><tt:Resolution><tt:Width>1</tt:Width></tt:Resolution>'
        "<Bare/><v:Own><v:Deep/></v:Own></P>"
    )
    sent = etree.fromstring(renamed(told, SERVICE, "tds", "Configuration"))
    assert sent.tag == f"{{{SERVICE}}}Configuration" and sent.get("token") == "1"
    names = [child.tag for child in sent.iterdescendants()]
    types = [f"{{{TYPES}}}{name}" for name in ("Resolution", "Width", "Bare")]
    assert names == [*types, "{urn:vendor}Own", "{urn:vendor}Deep"]
    of_service = etree.fromstring(renamed(told, SERVICE, "tds", "Configuration", inside=SERVICE))
    assert [child.tag for child in of_service][:2] == [f"{{{SERVICE}}}Resolution", f"{{{SERVICE}}}Bare"]
    assert of_service[0][0].tag == f"{{{TYPES}}}Width"
