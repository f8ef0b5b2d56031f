"""Sound of a camera: whether the profiles of a stream carry any. Only its absence is declared.

A profile carries sound when it has an audio source or an audio encoder configuration. Profiles that share the video
encoder of a stream belong to it, so that none of them gives sound away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iccc.camera.streams import ROLES, by_role, read_profiles
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, split, submit, write
from iccc.onvif.xml import Element, children, find

_PARTS = ("AudioEncoder", "AudioSource")  # in the order of removal: an encoder needs its source


@dataclass(frozen=True)
class _Carrier:
    """A profile with sound in it."""

    service: Service
    profile: str  # token
    parts: tuple[str, ...]  # of _PARTS


def read_audio(_context: Context) -> Procedure[dict[str, bool]]:
    """Whether a stream carries sound, by role. A stream that the camera does not have carries none."""
    carriers = yield from _read_carriers()
    return {role: bool(carriers.get(role)) for role in ROLES}


def write_audio(_context: Context, wanted: Mapping[str, bool], _seen: Mapping[str, bool]) -> Procedure[Written]:
    """Take the audio configurations out of the profiles where none shall be. The camera keeps the configurations."""
    written = Written()
    carriers = yield from _read_carriers()
    for role, shall_carry in split(wanted)[0].items():
        for carrier in () if shall_carry else carriers.get(role, ()):
            for call in _removals(carrier):
                yield from submit(written, f"audio[{role}]", call)
    return written


def _removals(carrier: _Carrier) -> list[Call]:
    service = carrier.service
    profile = element(f"{service.prefix}:ProfileToken", carrier.profile)
    if service is Service.MEDIA:
        return [write(service, f"Remove{part}Configuration", profile) for part in carrier.parts]
    parts = "".join(f"<tr2:Configuration>{element('tr2:Type', part)}</tr2:Configuration>" for part in carrier.parts)
    return [write(service, "RemoveConfiguration", profile + parts)]


def _read_carriers() -> Procedure[dict[str, list[_Carrier]]]:
    service, reply = yield from read_profiles()
    streams = yield from by_role(service, reply)
    roles = {stream.token: role for role, stream in streams.items()}
    carriers: dict[str, list[_Carrier]] = {}
    for profile in children(reply, "Profiles"):
        video = _part(service, profile, "VideoEncoder")
        role = None if video is None else roles.get(video.get("token") or "")
        parts = tuple(part for part in _PARTS if _part(service, profile, part) is not None)
        if role is not None and parts:
            carriers.setdefault(role, []).append(_Carrier(service, profile.get("token") or "", parts))
    return carriers


def _part(service: Service, profile: Element, name: str) -> Element | None:
    if service is Service.MEDIA2:
        return find(profile, "Configurations", name)
    return find(profile, f"{name}Configuration")
