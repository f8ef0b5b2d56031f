"""SOAP: envelopes to send, and replies read with distrust. No sockets here."""

from __future__ import annotations

import binascii
import hashlib
import re
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from xml.sax.saxutils import escape

from lxml import etree

from iccc.errors import Reason
from iccc.onvif.errors import BadAnswer, OnvifError, OnvifFault
from iccc.onvif.xml import Element, children, clean, find, local, text

REPLY_LIMIT = 4 * 1024 * 1024  # bytes; the largest real reply seen (an NVR's profiles) is 163 kB

_ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
_ENVELOPE_11 = "http://schemas.xmlsoap.org/soap/envelope/"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_TOKEN = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"  # noqa: S105  a namespace
_BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"

_KEPT, _KEPT_LIMIT = 256, 16 * 1024  # replies, and the longest in bytes: at most 50 MB or so with what is parsed

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ONVIF_NAME = re.compile(r"\bter:(\w+)")
_BARE_AMPERSAND = re.compile(rb"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)")


class Form(StrEnum):
    """How requests are put to a device. The value is what is remembered of it."""

    SOAP12 = "1.2"  # what the standard says; Pelco answers with an empty body unless the action is named
    UNNAMED = "1.2 without action"  # Illustra Flex2 and Pro4 refuse every request whose Content-Type names the action
    SOAP11 = "1.1"


def envelope(body: str, header: str = "", form: Form = Form.SOAP12) -> bytes:
    """A SOAP message, compact: some cameras stumble over white space."""
    namespace = _ENVELOPE_11 if form is Form.SOAP11 else _ENVELOPE
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{namespace}">{head}'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def headers(service: str, action: str, form: Form = Form.SOAP12) -> str:
    """The HTTP headers, as lines, that say what is in the body: SOAP 1.2 part 2, 7.1.4; SOAP 1.1, 6.1.1."""
    if form is Form.SOAP11:
        return f'Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "{service}/{action}"\r\n'
    named = f'; action="{service}/{action}"' if form is Form.SOAP12 else ""
    return f"Content-Type: application/soap+xml; charset=utf-8{named}\r\n"


def another_form(form: Form, status: int, body: bytes, error: OnvifError) -> Form | None:
    """The form to try where a device answered an operation that every device has like this; None where it is no use.

    Firmware of SOAP 1.1 alone says so in a fault, with HTTP 415, or by an answer without a body.
    """
    if form is not Form.SOAP12:  # which was learned of an older firmware
        return None if error.reason is Reason.UNAUTHORISED else Form.SOAP12
    said = error.subcode.split("/") if isinstance(error, OnvifFault) else []
    if status == 415 or "VersionMismatch" in said or not body.strip():
        return Form.SOAP11
    return Form.UNNAMED if "ActionNotSupported" in said else None


def username_token(user: str, password: str, created: datetime, nonce: bytes) -> str:
    """A WS-UsernameToken header with PasswordDigest. ``created`` is the device's time; ``nonce`` is 16 random bytes."""
    stamp = f"{created.isoformat()[:19]}Z"  # some Hikvision refuse +00:00
    digest = hashlib.sha1(nonce + stamp.encode() + password.encode(), usedforsecurity=False).digest()
    return (
        f'<wsse:Security s:mustUnderstand="1" xmlns:wsse="{_WSSE}" xmlns:wsu="{_WSU}"><wsse:UsernameToken>'
        f"<wsse:Username>{escape(user)}</wsse:Username>"
        f'<wsse:Password Type="{_TOKEN}#PasswordDigest">{_base64(digest)}</wsse:Password>'
        f'<wsse:Nonce EncodingType="{_BASE64}">{_base64(nonce)}</wsse:Nonce>'
        f"<wsu:Created>{stamp}</wsu:Created></wsse:UsernameToken></wsse:Security>"
    )


def _base64(octets: bytes) -> str:
    return binascii.b2a_base64(octets, newline=False).decode()


def parse(reply: bytes, action: str) -> Element:
    """The ``<action>Response`` element of a SOAP 1.1 or 1.2 reply, whatever its namespaces.

    Nobody may change it: cameras of one make give many identical replies, and the same element is given for all of
    them. Raises OnvifFault for a fault and BadAnswer for everything else that is not the response.
    """
    return _kept(reply, action) if len(reply) <= _KEPT_LIMIT else _response(reply, action)


def _response(reply: bytes, action: str) -> Element:
    if len(reply) > REPLY_LIMIT:
        raise BadAnswer(f"reply of {len(reply)} bytes")
    root = document(reply)
    if local(root) != "Envelope":
        raise BadAnswer(f"not SOAP: {excerpt(reply)}")
    body = find(root, "Body")
    if body is None:
        raise BadAnswer("envelope without a body")
    for element in body:
        if local(element) == f"{action}Response":
            return element
        if local(element) == "Fault":
            raise _fault(element)
    found = ", ".join(local(element) for element in body) or "nothing"
    raise BadAnswer(f"{found[:80]} in the body instead of {action}Response")


_kept = lru_cache(_KEPT)(_response)  # by the whole reply; what raises is not kept


def excerpt(reply: bytes) -> str:
    """The first characters of something that is not understood, safe to print."""
    return repr(clean(reply[:60].decode("utf-8", "replace"))) if reply.strip() else "an empty answer"


def document(reply: bytes) -> Element:
    """The root of any XML that a device has sent.

    Parsed strictly, else with illegal characters repaired, else as far as lxml can follow a complete document.
    """
    if not reply.strip():
        raise BadAnswer("an empty answer")
    root = _parsed(reply, recover=False)
    if root is None:
        repaired = _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", reply))
        root = _parsed(repaired, recover=False)
        # Recovering a reply that was cut off would drop entries without a word.
        if root is None and re.search(rb"Envelope\s*>\s*$", repaired):
            root = _parsed(repaired, recover=True)
            if root is not None:
                _without_prefixes(root)
    if root is None:
        raise BadAnswer(f"not XML: {excerpt(reply)}")
    doctype = root.getroottree().docinfo
    if doctype.internalDTD is not None or doctype.doctype:
        raise BadAnswer("a reply with a DOCTYPE")
    return root


def _without_prefixes(root: Element) -> None:
    """A prefix that was never declared stays in the tag of a repaired document."""
    for element in root.iter("*"):
        element.tag = f"{element.tag.rpartition(':')[2]}" if element.tag[0] != "{" else element.tag


def _parsed(data: bytes, recover: bool) -> Element | None:
    try:
        return etree.fromstring(data, _RECOVERING if recover else _STRICT)
    except (etree.XMLSyntaxError, ValueError):
        return None


_STRICT, _RECOVERING = (
    etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    for recover in (False, True)
)


def _fault(fault: Element) -> OnvifFault:
    """SOAP 1.2 ``Code/Subcode/Value`` and ``Reason/Text``; SOAP 1.1 ``faultcode`` and ``faultstring``.

    SOAP 1.1 has no subcodes: devices put ONVIF's own (``ter:NotAuthorized``) into the text.
    """
    codes: list[str] = []
    code = find(fault, "Code")
    while code is not None:
        codes.append(text(code, "Value") or "")
        code = find(code, "Subcode")
    said = text(fault, "Reason", "Text") or text(fault, "faultstring") or ""
    if not codes:
        codes = ["", text(fault, "faultcode") or ""]
        for detail in children(fault, "detail"):
            said = said or clean(" ".join(str(part) for part in detail.itertext()))
        codes += _ONVIF_NAME.findall(said)
    names = [code.rpartition(":")[2] for code in codes]
    subcode = "/".join(name for name in names[1:] if name) or names[0] or "unnamed"
    return OnvifFault(subcode[:120], said[:200])
