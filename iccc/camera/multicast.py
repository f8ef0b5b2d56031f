"""Multicast of a camera's streams: whether the camera sends one to everybody by itself. Only its absence is declared.

The standard calls ``AutoStart`` of an encoder configuration read-only and switches it by StopMulticastStreaming; some
cameras have it the other way round. So the one is tried first, and the other where the camera still sends.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from iccc.camera.encoders import set_encoder
from iccc.camera.streams import ROLES, Stream, read_streams
from iccc.onvif.call import Context, Procedure, Service, Written, element, split, submit, write
from iccc.onvif.xml import find, need, need_bool


def read_multicast(_context: Context) -> Procedure[dict[str, bool]]:
    """Whether a stream is sent by multicast, by role. A stream that the camera does not have is not."""
    streams = yield from read_streams()
    return {role: role in streams and _sends(streams[role]) for role in ROLES}


def write_multicast(_context: Context, wanted: Mapping[str, bool], _seen: Mapping[str, bool]) -> Procedure[Written]:
    """Stop what shall not be sent."""
    written = Written()
    unwanted = [role for role, shall_send in split(wanted)[0].items() if not shall_send]
    streams = yield from read_streams()
    stopped = [role for role in unwanted if role in streams and _sends(streams[role])]
    for role in stopped:
        stream = streams[role]
        profile = element(f"{stream.service.prefix}:ProfileToken", stream.profile)
        yield from submit(written, f"multicast[{role}]", write(stream.service, "StopMulticastStreaming", profile))
    if not stopped:
        return written
    streams = yield from read_streams()
    for role in stopped:
        if role in streams and _sends(streams[role]):
            stream = streams[role]
            sent = copy.deepcopy(stream.element)
            need(sent, "Multicast", "AutoStart").text = "false"
            written.faults.pop(f"multicast[{role}]", None)  # the one of the other way
            yield from submit(written, f"multicast[{role}]", set_encoder(stream.service, sent))
    return written


def _sends(stream: Stream) -> bool:
    """Media2 may leave the whole Multicast out, for an encoder that has none; Media may not."""
    if stream.service is Service.MEDIA2 and find(stream.element, "Multicast") is None:
        return False
    return need_bool(stream.element, "Multicast", "AutoStart")
