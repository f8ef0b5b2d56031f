"""What sick firmware makes of right answers: each of these was seen in the field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from iccc.lab.device import Fault
from iccc.lab.http import HANG_UP, Request, Response
from iccc.lab.onvif_soap import ENV, ENV11, TDS, TT, SoapFault, escape

FOREIGN_HOST = "192.168.1.108"  # of XAddrs and URIs, by Fault.FOREIGN_XADDR
SOAP11 = "text/xml; charset=utf-8"
HELD_NEVER = frozenset({"CreateUsers", "SetUser", "DeleteUsers", "SetSystemDateAndTime", "SetNTP"})
"""Sets that hold at once even with Fault.AFTER_REBOOT: users and the clock. So do those of the PTZ service."""


def asked(fault: Fault, request: Request) -> bytes:
    """The request as the device reads it. Raises SoapFault, or Speechless, for a form that it does not take."""
    body = request.body
    named = "action=" in request.headers.get("content-type", "")
    if fault is Fault.NEEDS_ACTION and (not named or re.search(rb">\s+<", body)):
        raise Speechless
    if fault is Fault.REFUSES_ACTION and named:
        raise SoapFault("The [action] cannot be processed at the receiver.", "ter:ActionNotSupported", receiver=True)
    if fault is not Fault.SOAP11:
        return body
    if ENV.encode() in body:
        raise SoapFault("SOAP 1.1 is wanted", "ter:VersionMismatch", receiver=True)
    return body.replace(ENV11.encode(), ENV.encode())


class Speechless(Exception):
    """The device answers HTTP 200 and not a word."""


def spoilt(fault: Fault, response: Response) -> Response:
    """The answer as the device sends it."""
    spoil = _SPOILERS.get(fault)
    return spoil(response) if spoil else response


def _empty(response: Response) -> Response:
    return replace(response, status=200, body=b"", headers=())


def _close_on_unknown(response: Response) -> Response:
    return HANG_UP if b"ter:ActionNotSupported" in response.body else response


def _soap11(response: Response) -> Response:
    if not response.body.startswith(b"<?xml"):
        return response
    status, body = response.status, response.body.replace(ENV.encode(), ENV11.encode())
    if status != 200:
        root = etree.fromstring(response.body)
        codes = [value.text or "" for value in root.iterfind(f".//{{{ENV}}}Subcode/{{{ENV}}}Value")]
        reason = root.findtext(f".//{{{ENV}}}Text") or ""
        code = "VersionMismatch" if "ter:VersionMismatch" in codes else "Client" if status == 400 else "Server"
        told = escape(f"{reason} ({', '.join(codes)})")
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<e:Envelope xmlns:e="{ENV11}"><e:Body><e:Fault>'
            f"<faultcode>e:{code}</faultcode><faultstring>{told}</faultstring></e:Fault></e:Body></e:Envelope>"
        ).encode()
        status = 500  # the binding of SOAP 1.1 knows no other
    return replace(response, status=status, body=body, content_type=SOAP11)


def _wrong_namespace(response: Response) -> Response:
    """All that should be in the namespace of the types is in that of the device service."""
    return replace(response, body=response.body.replace(f'xmlns:tt="{TT}"'.encode(), f'xmlns:tt="{TDS}"'.encode()))


def _fault_in_200(response: Response) -> Response:
    return replace(response, status=200) if response.status in (400, 500) else response


def _invalid_xml(response: Response) -> Response:
    """Bare ampersands, a control character, and no end tag of the envelope. No value is lost."""
    body = response.body.replace(b"&amp;", b"&").replace(b"<env:Body>", b"<env:Body>\x08")
    return replace(response, body=body.removesuffix(b"</env:Envelope>"))


def _impossible_dates(response: Response) -> Response:
    body = re.sub(
        rb"<tt:Month>\d+</tt:Month><tt:Day>\d+</tt:Day>", b"<tt:Month>2</tt:Month><tt:Day>30</tt:Day>", response.body
    )
    return replace(response, body=re.sub(rb"<tt:Hour>\d+</tt:Hour>", b"<tt:Hour>25</tt:Hour>", body))


def _local_as_utc(response: Response) -> Response:
    """The local time is told as UTC. What requests are checked against is the right one."""
    local = re.search(rb"<tt:LocalDateTime>(.*?)</tt:LocalDateTime>", response.body)
    if local is None:
        return response
    utc = b"<tt:UTCDateTime>" + local[1] + b"</tt:UTCDateTime>"
    return replace(response, body=re.sub(rb"<tt:UTCDateTime>.*?</tt:UTCDateTime>", utc, response.body))


def _missing_parts(response: Response) -> Response:
    """No rate control in an encoder, no hardware and serial number, no word on DHCP."""
    body = re.sub(rb"<tt:RateControl.*?</tt:RateControl>", b"", response.body)
    body = re.sub(rb"<tt:FromDHCP>\w+</tt:FromDHCP>", b"", body)
    return replace(response, body=re.sub(rb"<tds:(HardwareId|SerialNumber)>[^<]*</tds:\1>", b"", body))


def _huge(response: Response) -> Response:
    return replace(response, body=response.body.replace(b"<env:Body>", _FILLER + b"<env:Body>"))


def _entities(response: Response) -> Response:
    head, _, rest = response.body.partition(b"?>")
    bombed = rest.replace(b"</env:Body>", b"&e9;</env:Body>")
    return replace(response, body=head + b"?>" + _BOMB + bombed) if rest else response


_FILLER = b"<!--" + b"x" * (5 * 1024 * 1024) + b"-->"
_BOMB = (
    b'<!DOCTYPE bomb [<!ENTITY e0 "ha">'
    + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)
_SPOILERS: Mapping[Fault, Callable[[Response], Response]] = {
    Fault.EMPTY: _empty,
    Fault.CLOSES: _close_on_unknown,
    Fault.SOAP11: _soap11,
    Fault.WRONG_NAMESPACE: _wrong_namespace,
    Fault.FAULT_IN_200: _fault_in_200,
    Fault.INVALID_XML: _invalid_xml,
    Fault.IMPOSSIBLE_DATES: _impossible_dates,
    Fault.LOCAL_AS_UTC: _local_as_utc,
    Fault.MISSING_PARTS: _missing_parts,
    Fault.HUGE: _huge,
    Fault.ENTITIES: _entities,
}
