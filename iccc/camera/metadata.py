"""Metadata of a camera's streams: what they carry beside picture and sound.

A stream carries metadata when its profile has a MetadataConfiguration (Media2 where the camera has it, else Media).
Profiles mostly share one, so it is set once for all of them. ``Events`` without a filter are all events; a filter that
somebody has set stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from iccc.camera.state import Metadata
from iccc.camera.streams import ROLES, by_role, read_profiles
from iccc.errors import Reason
from iccc.onvif.call import Call, Context, Procedure, Service, Written, element, part, read, split, submit, write
from iccc.onvif.errors import OnvifFault
from iccc.onvif.xml import Element, children, copied, find, need, need_bool, placed, renamed

_ORDER = (
    "Name",
    "UseCount",
    "PTZStatus",
    "Events",
    "Analytics",
    "Multicast",
    "SessionTimeout",
)  # tt:MetadataConfiguration
_PTZ = ("Status", "Position")


@dataclass(frozen=True)
class _Carrier:
    """The profile of a stream. ``element`` is the camera's own XML of its metadata, None where it carries none."""

    service: Service
    profile: str  # token
    element: Element | None


def read_metadata(_context: Context) -> Procedure[dict[str, Metadata]]:
    """What each stream carries, by role. A stream that the camera does not have carries nothing."""
    carriers = yield from _read_carriers()
    return {role: _metadata(carriers[role].element if role in carriers else None) for role in ROLES}


def write_metadata(
    _context: Context, wanted: Mapping[str, Metadata], _seen: Mapping[str, Metadata]
) -> Procedure[Written]:
    """Give a configuration to the profiles that lack one and shall carry something; set each that differs, once."""
    written = Written()
    carriers = yield from _read_carriers()
    done: dict[str, Element] = {}  # configurations as they were sent, by token
    for role, wish in split(wanted)[0].items():
        path = f"metadata[{role}]"
        carrier = carriers.get(role)
        if carrier is None:
            written.unsupported[path] = "the camera has no such stream"
            continue
        found = carrier.element
        if found is None:
            if True not in (wish.events, wish.analytics, wish.ptz_status):
                continue
            found = yield from _add(written, path, carrier)
            if found is None:
                continue
        token = found.get("token") or ""
        now = done.get(token, found)
        if wish.ptz_status and not _metadata(now).ptz_status and not (yield from _tells_ptz(carrier.service, token)):
            written.unsupported[f"{path}.ptz_status"] = "the camera tells nothing of pan, tilt and zoom"
            wish = Metadata(wish.events, wish.analytics)
        if _differs(wish, _metadata(now)):
            sent = _patched(now, wish)
            if (yield from submit(written, path, _set(carrier.service, sent))):
                done[token] = sent
    return written


def _read_carriers() -> Procedure[dict[str, _Carrier]]:
    service, reply = yield from read_profiles("Metadata", "Analytics")
    streams = yield from by_role(service, reply)
    path = ("Configurations", "Metadata") if service is Service.MEDIA2 else ("MetadataConfiguration",)
    profiles = {profile.get("token"): profile for profile in children(reply, "Profiles")}
    return {
        role: _Carrier(service, stream.profile, find(profiles[stream.profile], *path))
        for role, stream in streams.items()
    }


def _add(written: Written, path: str, carrier: _Carrier) -> Procedure[Element | None]:
    """The first configuration that fits the profile, put into it; None where that fails, which is noted."""
    service, token = carrier.service, element(f"{carrier.service.prefix}:ProfileToken", carrier.profile)
    of_media2 = service is Service.MEDIA2
    try:
        reply = yield read(service, f"Get{'' if of_media2 else 'Compatible'}MetadataConfigurations", token)
        spare = children(reply, "Configurations")
    except OnvifFault as fault:
        if fault.reason is not Reason.UNSUPPORTED:
            raise
        spare = []
    if not spare:
        written.unsupported[path] = "the camera has no metadata for this stream"
        return None
    name = spare[0].get("token") or ""
    if of_media2:
        kind = element("tr2:Type", "Metadata") + element("tr2:Token", name)
        call = write(service, "AddConfiguration", f"{token}<tr2:Configuration>{kind}</tr2:Configuration>")
    else:
        call = write(service, "AddMetadataConfiguration", token + element("trt:ConfigurationToken", name))
    return spare[0] if (yield from submit(written, path, call)) else None


def _tells_ptz(service: Service, token: str) -> Procedure[bool]:
    """Whether the configuration can tell of PTZ at all; True where the camera does not say."""
    options = yield from part(_read_options(service, token))
    if not isinstance(options, etree._Element):
        return True
    return any(need_bool(options, name) for name in ("PanTiltStatusSupported", "ZoomStatusSupported"))


def _read_options(service: Service, token: str) -> Procedure[Element]:
    inner = element(f"{service.prefix}:ConfigurationToken", token)
    return need((yield read(service, "GetMetadataConfigurationOptions", inner)), "Options", "PTZStatusFilterOptions")


def _metadata(found: Element | None) -> Metadata:
    """What a configuration carries; what it leaves out it does not carry, by the standard."""
    if found is None:
        return Metadata(events=False, analytics=False, ptz_status=False)
    return Metadata(
        events=find(found, "Events") is not None,
        analytics=find(found, "Analytics") is not None and need_bool(found, "Analytics"),
        ptz_status=find(found, "PTZStatus") is not None and need_bool(found, "PTZStatus", "Status"),
    )


def _differs(wish: Metadata, now: Metadata) -> bool:
    pairs = ((wish.events, now.events), (wish.analytics, now.analytics), (wish.ptz_status, now.ptz_status))
    return any(wanted is not None and wanted != seen for wanted, seen in pairs)


def _patched(found: Element, wish: Metadata) -> Element:
    """A copy of the camera's element with what is declared in it."""
    sent = copied(found)
    events = find(sent, "Events")
    if wish.events and events is None:
        placed(sent, "Events", _ORDER)
    elif wish.events is False and events is not None:
        sent.remove(events)
    if wish.analytics is not None:
        placed(sent, "Analytics", _ORDER).text = str(wish.analytics).lower()
    if wish.ptz_status is not None and (wish.ptz_status or find(sent, "PTZStatus") is not None):
        filtered = placed(sent, "PTZStatus", _ORDER)
        placed(filtered, "Status", _PTZ).text = str(wish.ptz_status).lower()
        position = placed(filtered, "Position", _PTZ)
        position.text = position.text or "false"
    return sent


def _set(service: Service, configuration: Element) -> Call:
    inner = renamed(configuration, service, service.prefix, "Configuration")
    if service is Service.MEDIA:
        inner += element("trt:ForcePersistence", True)
    return write(service, "SetMetadataConfiguration", inner)
