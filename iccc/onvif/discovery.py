"""WS-Discovery (April 2005, as ONVIF uses it): a Probe that is sent to one address, and what comes back. No sockets.

An answer tells the endpoint, which is the unit's own and stays when it is moved or renamed, and before any login what
it is (types, scopes). It is hostile input like every other answer, and signed by nobody: what a device says that it is
is only ever held against what else is known of it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from lxml import etree

from iccc.onvif import scopes as location_scopes
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import Element, children, clean, find, local, text

PORT = 3702
MAX_BYTES = 16 * 1024  # one datagram of an answer; a long one of a real NVR has 3 kB
MAX_WORDS = 64  # types, scopes and addresses that are looked at

_WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ENV = "http://www.w3.org/2003/05/soap-envelope"
_SCOPE = "onvif://www.onvif.org/"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
TRANSMITTER = "NetworkVideoTransmitter"
_RECORDS = ("recorder", "nvr", "storage", "networkvideostorage")  # words of a type scope, or a type, of a recorder


@dataclass(frozen=True)
class Match:
    """What one device says of itself. ``endpoint`` is in lower case without ``urn:uuid:``; "" when it tells none."""

    endpoint: str
    types: frozenset[str]  # local names: NetworkVideoTransmitter, Device
    scopes: tuple[str, ...]
    xaddrs: tuple[str, ...]

    def scope(self, key: str) -> str:
        """The value of the first scope ``onvif://www.onvif.org/<key>/<value>``, decoded; "" for none."""
        prefix = f"{_SCOPE}{key}/"
        found = next((one for one in self.scopes if one.lower().startswith(prefix)), "")
        return clean(unquote(found[len(prefix) :], errors="replace"))

    @property
    def location(self) -> dict[str, str]:
        """Location scopes by their key, as :func:`iccc.onvif.scopes.location` has them."""
        return location_scopes.location([(one, False) for one in self.scopes])

    @property
    def is_onvif(self) -> bool:
        """Whether it is a device of ONVIF at all: printers answer probes, too."""
        onvif = any(one.lower().startswith(_SCOPE) for one in self.scopes)
        return onvif or TRANSMITTER in self.types

    @property
    def records(self) -> bool:
        """Whether it says that it is a recorder: by a type or a type scope, or by recording without transmitting."""
        words = {one.lower() for one in self.types} | set(self.scope("type").lower().replace("_", " ").split())
        records = f"{_SCOPE}profile/g" in {one.lower() for one in self.scopes}
        return any(word in words for word in _RECORDS) or (records and TRANSMITTER not in self.types)

    @property
    def path(self) -> str:
        """The path of its device service. Only that is taken of an address which it tells: who answered is known."""
        return next((urlsplit(one).path for one in self.xaddrs if urlsplit(one).path), "")


def probe() -> bytes:
    """A Probe for whatever answers. Without types: some devices answer only for those that they know the prefix of."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{_ENV}" xmlns:a="{_WSA}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{_WSD}/Probe</a:Action><a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID>'
        f"<a:ReplyTo><a:Address>{_WSA}/role/anonymous</a:Address></a:ReplyTo>"
        f'<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>'
        f'<s:Body><d:Probe xmlns:d="{_WSD}"/></s:Body></s:Envelope>'
    ).encode()


def parse(datagram: bytes) -> Match:
    """The first match of a ProbeMatches. BadAnswer for everything else."""
    if len(datagram) > MAX_BYTES or b"<!DOCTYPE" in datagram or b"<!ENTITY" in datagram:
        raise BadAnswer(f"{len(datagram)} bytes that are no ProbeMatches")
    try:
        root = etree.fromstring(datagram, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        raise BadAnswer("not XML") from None
    body = find(root, "Body")
    answer = find(body, "ProbeMatches") if body is not None else None
    found = children(answer, "ProbeMatch") if answer is not None else []
    if local(root) != "Envelope" or not found:
        raise BadAnswer("no ProbeMatches with a ProbeMatch")
    match = found[0]
    endpoint = (text(match, "EndpointReference", "Address") or "").strip().lower()
    return Match(
        endpoint=endpoint.removeprefix("urn:").removeprefix("uuid:"),
        types=frozenset(word.rpartition(":")[2] for word in _words(match, "Types")),
        scopes=tuple(_words(match, "Scopes")),
        xaddrs=tuple(_words(match, "XAddrs")),
    )


def _words(match: Element, name: str) -> list[str]:
    return [clean(word) for word in (text(match, name) or "").split()[:MAX_WORDS]]
