"""Network protocols of a camera: which of HTTP, HTTPS and RTSP it serves, and on which port.

HTTPS comes up first and is proved by a login over it; only then HTTP goes off. Where it cannot be proved, HTTP stays.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from iccc.camera.certificates import ensure_certificate
from iccc.camera.state import Protocol
from iccc.onvif.call import Context, Procedure, Service, Tls, Written, prove, read, split, submit, write
from iccc.onvif.errors import BadAnswer, NoTls, OnvifError
from iccc.onvif.xml import Element, children, local, need, need_bool, need_int, need_text, renamed

ONVIF_PORT = 80  # where iccc talks to cameras over HTTP
PROOF_WAITS_S = (0.0, 1.0, 3.0)  # a web server that was switched on takes a moment


def read_protocols(_context: Context) -> Procedure[dict[str, Protocol]]:
    """Protocols by lower-case name; of several ports the first."""
    reply = yield read(Service.DEVICE, "GetNetworkProtocols")
    return dict(_protocols(reply))


def write_protocols(
    context: Context, wanted: Mapping[str, Protocol], seen: Mapping[str, Protocol]
) -> Procedure[Written]:
    """What opens, in one Set; then the proof of HTTPS; then what closes the way in that is not used any more."""
    written = Written()
    entries = yield from _read_entries()
    shall_be, _ = split(wanted)
    for name in shall_be.keys() - {_name(entry) for entry in entries}:
        written.unsupported[f"protocols[{name}]"] = "the camera lists no such protocol"
    final = {name: _merged(_protocol(entry), shall_be.get(name)) for name, entry in _by_name(entries).items()}
    opening = dict(final)
    closing = {name for name in ("http", "https") if name in final and _closes(name, final[name], context)}
    for name in closing:
        opening[name] = _protocol(_by_name(entries)[name])
    moved = "https" in opening and "https" in seen and opening["https"].port != seen["https"].port
    if context.secure and moved and not _has_http(opening):
        written.guarded["protocols[https]"] = "HTTPS is the only way in: its port is changed only while HTTP is on"
        opening["https"] = final["https"] = seen["https"]
    https = opening.get("https")
    pins: frozenset[str] = frozenset({context.pin}) if context.pin else frozenset()
    lacking = ""
    if https is not None and https.enabled and not context.secure:
        try:
            told = yield from ensure_certificate()
            pins = pins or told
        except OnvifError as error:
            lacking = f"the camera does not give its certificate: {error}"
    entries = yield from _send(written, entries, opening)
    if "protocols" in written.faults:
        lacking = lacking or "the camera did not take it"
    if https is not None and https.enabled and (not context.secure or https != seen.get("https")):
        lacking = lacking or (yield from _unproved(context, https.port or 443, pins))
        if lacking:
            written.remarks["protocols[https]"] = f"HTTPS is not proved: {lacking}"
    for name in closing:
        if why := _stays(name, final, lacking):
            written.guarded[f"protocols[{name}]"] = why
            final[name] = opening[name]
    if closing:
        yield from _send(written, entries, final)
    return written


def _closes(name: str, wanted: Protocol, context: Context) -> bool:
    """Whether it is the way in that would be gone."""
    if name == "http":
        return not wanted.enabled or wanted.port != ONVIF_PORT
    return context.secure and not wanted.enabled


def _stays(name: str, final: Mapping[str, Protocol], lacking: str) -> str:
    """Why the way in stays as it is; "" when another one is open."""
    if name == "https":
        return "" if _has_http(final) else "iccc has no other way in"
    https = final.get("https")
    if https is None or not https.enabled:
        return f"iccc itself talks to the camera on port {ONVIF_PORT}"
    return f"HTTP stays, for HTTPS is not proved: {lacking}" if lacking else ""


def _has_http(protocols: Mapping[str, Protocol]) -> bool:
    http = protocols.get("http")
    return http is not None and bool(http.enabled) and http.port == ONVIF_PORT


def _unproved(context: Context, port: int, pins: frozenset[str]) -> Procedure[str]:
    """Log in over HTTPS, where the session stays then. "" when that worked, else what did not."""
    if not pins:
        return "the camera does not tell its certificate; enrol it (iccc enrol), and deploy again"
    if context.login is None:
        return "there is no login"
    why = ""
    for wait_s in PROOF_WAITS_S:
        try:
            yield replace(prove(context.login), tls=Tls(port, pins), after_s=wait_s)
        except NoTls as error:
            why = f"login on port {port}: {error}"
        except OnvifError as error:  # it answered; a login that was refused is not tried again
            return f"login on port {port}: {error}"
        else:
            return ""
    return why


def _send(written: Written, entries: list[Element], wanted: Mapping[str, Protocol]) -> Procedure[list[Element]]:
    """The camera's own list, whole and in its order, with the wanted values patched in; sent if that changes it."""
    patched = [patch(entry, wanted[_name(entry)]) for entry in entries]
    if all(_protocol(new) == _protocol(old) for new, old in zip(patched, entries, strict=True)):
        return entries
    inner = "".join(renamed(entry, Service.DEVICE, Service.DEVICE.prefix, local(entry)) for entry in patched)
    yield from submit(written, "protocols", write(Service.DEVICE, "SetNetworkProtocols", inner))
    return patched


def patch(entry: Element, wanted: Protocol) -> Element:
    """A copy of a NetworkProtocols element with only the declared values changed."""
    entry = copy.deepcopy(entry)
    if wanted.enabled is not None:
        need(entry, "Enabled").text = str(wanted.enabled).lower()
    if wanted.port is not None:
        need(entry, "Port").text = str(wanted.port)
    return entry


def _merged(seen: Protocol, wanted: Protocol | None) -> Protocol:
    if wanted is None:
        return seen
    enabled = seen.enabled if wanted.enabled is None else wanted.enabled
    return Protocol(enabled, seen.port if wanted.port is None else wanted.port)


def _by_name(entries: list[Element]) -> dict[str, Element]:
    return {_name(entry): entry for entry in entries}


def _read_entries() -> Procedure[list[Element]]:
    return _entries((yield read(Service.DEVICE, "GetNetworkProtocols")))


@lru_cache(16)  # cameras of one make give one reply, which soap.parse makes one element of
def _protocols(reply: Element) -> Mapping[str, Protocol]:
    return {_name(entry): _protocol(entry) for entry in _entries(reply)}


def _entries(reply: Element) -> list[Element]:
    entries = children(reply, "NetworkProtocols")
    if not entries:
        raise BadAnswer("GetNetworkProtocolsResponse has no NetworkProtocols, though one has answered")
    return entries


def _name(entry: Element) -> str:
    return need_text(entry, "Name").lower()


def _protocol(entry: Element) -> Protocol:
    return Protocol(need_bool(entry, "Enabled"), need_int(entry, "Port"))
