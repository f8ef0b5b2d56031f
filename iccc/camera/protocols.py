"""Network protocols of a camera: which of HTTP, HTTPS and RTSP it serves, and on which port."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from iccc.camera.state import Protocol
from iccc.onvif.call import Context, Procedure, Service, Written, read, split, submit, write
from iccc.onvif.errors import BadAnswer
from iccc.onvif.xml import Element, children, local, need, need_bool, need_int, need_text, renamed

ONVIF_PORT = 80  # where iccc talks to cameras


def read_protocols(_context: Context) -> Procedure[dict[str, Protocol]]:
    """Protocols by lower-case name; of several ports the first."""
    entries = yield from _read_entries()
    return {_name(entry): _protocol(entry) for entry in entries}


def write_protocols(
    _context: Context, wanted: Mapping[str, Protocol], _seen: Mapping[str, Protocol]
) -> Procedure[Written]:
    """The camera's own list, whole and in its order, with the wanted values patched in."""
    written = Written()
    entries = yield from _read_entries()
    shall_be, _ = split(wanted)
    patched: list[Element] = []
    for entry in entries:
        name = _name(entry)
        declared = shall_be.get(name)
        if declared is None:
            patched.append(entry)
        elif name == "http" and (declared.enabled is False or declared.port not in (None, ONVIF_PORT)):
            written.guarded["protocols[http]"] = f"iccc itself talks to the camera on port {ONVIF_PORT}"
            patched.append(entry)
        else:
            patched.append(patch(entry, declared))
    for name in shall_be.keys() - {_name(entry) for entry in entries}:
        written.unsupported[f"protocols[{name}]"] = "the camera lists no such protocol"
    if any(_protocol(new) != _protocol(old) for new, old in zip(patched, entries, strict=True)):
        inner = "".join(renamed(entry, Service.DEVICE, Service.DEVICE.prefix, local(entry)) for entry in patched)
        yield from submit(written, "protocols", write(Service.DEVICE, "SetNetworkProtocols", inner))
    return written


def patch(entry: Element, wanted: Protocol) -> Element:
    """A copy of a NetworkProtocols element with only the declared values changed."""
    entry = copy.deepcopy(entry)
    if wanted.enabled is not None:
        need(entry, "Enabled").text = str(wanted.enabled).lower()
    if wanted.port is not None:
        need(entry, "Port").text = str(wanted.port)
    return entry


def _read_entries() -> Procedure[list[Element]]:
    reply = yield read(Service.DEVICE, "GetNetworkProtocols")
    entries = children(reply, "NetworkProtocols")
    if not entries:
        raise BadAnswer("GetNetworkProtocolsResponse has no NetworkProtocols, though one has answered")
    return entries


def _name(entry: Element) -> str:
    return need_text(entry, "Name").lower()


def _protocol(entry: Element) -> Protocol:
    return Protocol(need_bool(entry, "Enabled"), need_int(entry, "Port"))
