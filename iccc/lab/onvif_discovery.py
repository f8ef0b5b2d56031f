"""WS-Discovery (April 2005) as a simulated device speaks it: answers to directed probes at UDP port 3702.

Nothing here multicasts: the device says no Hello and no Bye.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from iccc.lab.onvif_soap import ENV, TDS, TRT
from iccc.lab.onvif_state import DeviceState

PORT = 3702
WSA = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSD = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
DN = "http://www.onvif.org/ver10/network/wsdl"
STRCMP = f"{WSD}/strcmp0"
RFC2396 = f"{WSD}/rfc2396"
MAX_BYTES = 8192
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
_IN = {"s": ENV, "a": WSA, "d": WSD}


@dataclass(frozen=True)
class Target:
    """What a device says of itself: its endpoint is the unit's and stays, whatever is set on it."""

    endpoint: str
    types: tuple[tuple[str, str], ...]  # namespace, local name
    scopes: tuple[str, ...]
    xaddr: str


def target(state: DeviceState) -> Target:
    """A device that streams is a NetworkVideoTransmitter as well; one that only records is a device."""
    http = state.protocol("HTTP")
    secure = http is None or not http.enabled
    entry = state.protocol("HTTPS") if secure else http
    port = entry.port if entry is not None else 80
    colon = "" if port == (443 if secure else 80) else f":{port}"
    streams = any(service.namespace == TRT for service in state.model.services)
    types = ((DN, "NetworkVideoTransmitter"),) if streams else ()
    return Target(
        endpoint=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, state.serial)}",
        types=(*types, (TDS, "Device")),
        scopes=(*state.model.fixed_scopes, *state.scopes),
        xaddr=f"{'https' if secure else 'http'}://{state.address}{colon}/onvif/device_service",
    )


def answer(datagram: bytes, of: Callable[[], Target]) -> bytes | None:
    """The ProbeMatches for a Probe that the device fits; None for everything else: a target is silent then."""
    if len(datagram) > MAX_BYTES or b"<!DOCTYPE" in datagram:
        return None
    try:
        root = etree.fromstring(datagram, _PARSER)
    except etree.XMLSyntaxError:
        return None
    action = root.findtext("s:Header/a:Action", "", _IN).strip()
    message = root.findtext("s:Header/a:MessageID", "", _IN).strip()
    probe = root.find("s:Body/d:Probe", _IN)
    if root.tag != f"{{{ENV}}}Envelope" or action != f"{WSD}/Probe" or not message or probe is None:
        return None
    device = of()
    if not _fits(probe, device):
        return None
    return _matches(message, device)


def _fits(probe: etree._Element, device: Target) -> bool:
    """All types that are asked for, and all scopes: compared in parts, or letter by letter where the probe says so."""
    types = probe.find("d:Types", _IN)
    if types is not None:
        for word in (types.text or "").split():
            prefix, _, local = word.rpartition(":")
            if (types.nsmap.get(prefix or None, ""), local) not in device.types:
                return False
    scopes = probe.find("d:Scopes", _IN)
    if scopes is None:
        return True
    rule = scopes.get("MatchBy", RFC2396)
    wanted = (scopes.text or "").split()
    if rule == STRCMP:
        return all(scope in device.scopes for scope in wanted)
    return rule == RFC2396 and all(any(_within(scope, own) for own in device.scopes) for scope in wanted)


def _within(scope: str, own: str) -> bool:
    """Whether ``own`` is the scope or a segment below it."""
    return own == scope or own.startswith(scope.rstrip("/") + "/")


def _matches(message: str, device: Target) -> bytes:
    prefixes = {DN: "dn", TDS: "tds"}
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<env:Envelope xmlns:env="{ENV}" xmlns:a="{WSA}" xmlns:d="{WSD}" xmlns:dn="{DN}" xmlns:tds="{TDS}">'
        f"<env:Header><a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{escape(message)}</a:RelatesTo>"
        f"<a:To>{WSA}/role/anonymous</a:To><a:Action>{WSD}/ProbeMatches</a:Action>"
        '<d:AppSequence InstanceId="1" MessageNumber="1"/></env:Header>'
        "<env:Body><d:ProbeMatches><d:ProbeMatch>"
        f"<a:EndpointReference><a:Address>{device.endpoint}</a:Address></a:EndpointReference>"
        f"<d:Types>{_words(f'{prefixes[space]}:{name}' for space, name in device.types)}</d:Types>"
        f"<d:Scopes>{_words(device.scopes)}</d:Scopes><d:XAddrs>{escape(device.xaddr)}</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></env:Body></env:Envelope>"
    ).encode()


def _words(parts: Iterable[str]) -> str:
    return escape(" ".join(parts))
