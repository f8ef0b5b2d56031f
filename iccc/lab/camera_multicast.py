"""Multicast of a camera's video streams: its part of an encoder configuration, and the operations of both services."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

from iccc.lab.camera_encoders import MediaState
from iccc.lab.camera_model import Multicast
from iccc.lab.onvif_inject import number, string, truth
from iccc.lab.onvif_soap import (
    Access,
    Call,
    Element,
    Operation,
    SoapFault,
    boolean,
    integer,
    service_prefix,
    text,
)

_FIELDS = "address, port, ttl, auto_start"


def element(multicast: Multicast) -> str:
    return (
        "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type>"
        f"<tt:IPv4Address>{multicast.address}</tt:IPv4Address></tt:Address><tt:Port>{multicast.port}</tt:Port>"
        f"<tt:TTL>{multicast.ttl}</tt:TTL><tt:AutoStart>{str(multicast.auto_start).lower()}</tt:AutoStart>"
        "</tt:Multicast>"
    )


def requested(state: MediaState, entry: Element, old: Multicast) -> Multicast:
    """The multicast of an encoder configuration as a Set wants it; the old one when it has none."""
    if text(entry, "tt:Multicast") is None:
        return old
    if text(entry, "tt:Multicast/tt:Address/tt:Type") != "IPv4":
        _refuse("an address that is not IPv4")
    address = text(entry, "tt:Multicast/tt:Address/tt:IPv4Address") or ""
    if not _possible(address):
        _refuse(f"multicast address {address}")
    port = integer(text(entry, "tt:Multicast/tt:Port"))
    ttl = integer(text(entry, "tt:Multicast/tt:TTL"))
    if not 0 <= port <= 65535:
        _refuse(f"multicast port {port}")
    if not 0 <= ttl <= 255:
        _refuse(f"TTL {ttl}")
    auto_start = boolean(text(entry, "tt:Multicast/tt:AutoStart"))
    return Multicast(address, port, ttl, auto_start if state.model.sets_auto_start else old.auto_start)


def start_multicast_streaming(state: MediaState, call: Call) -> str:
    """The stream outlives restarts, so this is what ``AutoStart`` tells."""
    prefix = service_prefix(call)
    options, encoder = state.by_profile(text(call.element, f"{prefix}:ProfileToken"))
    if encoder.multicast.address == "0.0.0.0":  # noqa: S104
        raise SoapFault("there is no multicast address", "ter:Action", "ter:IncompleteConfiguration", receiver=True)
    state.put(options.role, replace(encoder, multicast=replace(encoder.multicast, auto_start=True)))
    return f"<{prefix}:StartMulticastStreamingResponse/>"


def stop_multicast_streaming(state: MediaState, call: Call) -> str:
    prefix = service_prefix(call)
    options, encoder = state.by_profile(text(call.element, f"{prefix}:ProfileToken"))
    state.put(options.role, replace(encoder, multicast=replace(encoder.multicast, auto_start=False)))
    return f"<{prefix}:StopMulticastStreamingResponse/>"


MULTICAST: Mapping[str, Operation[MediaState]] = {
    "StartMulticastStreaming": Operation(Access.ACTUATE, start_multicast_streaming),
    "StopMulticastStreaming": Operation(Access.ACTUATE, stop_multicast_streaming),
}


def changed(old: Multicast, field: str, value: object) -> Multicast:
    """The multicast with one field changed to what somebody else set. KeyError or ValueError."""
    if field == "address":
        if not _possible(string(value)):
            raise ValueError(f"{value!r} is no multicast address")
        return replace(old, address=string(value))
    if field == "port":
        return replace(old, port=number(value, 0, 65535))
    if field == "ttl":
        return replace(old, ttl=number(value, 0, 255))
    if field == "auto_start":
        return replace(old, auto_start=truth(value))
    raise KeyError(f"there is no {field!r}; there are {_FIELDS}")


def _possible(address: str) -> bool:
    """A multicast address, or 0.0.0.0 for none."""
    try:
        parsed = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return parsed.is_multicast or parsed.is_unspecified


def _refuse(what: str) -> NoReturn:
    raise SoapFault(f"{what} is not possible", "ter:InvalidArgVal", "ter:ConfigModify")
