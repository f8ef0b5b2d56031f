"""What writing a setting interrupts, so that a plan can say it before."""

from __future__ import annotations

import re

from iccc.city.devices import Kind

_JUMP = "the clock jumps: what is recorded has a gap or an overlap of as much"
_LOGINS = "who may log in to the server"

# The first row that fits counts. None: nothing is interrupted, which somebody has thought about.
EFFECTS: tuple[tuple[Kind, str, str | None], ...] = (
    (Kind.SWITCH, r"ports\[.*\]\.(access_vlan|mode)$", "the device on the port is off the network for a moment"),
    (Kind.SWITCH, r"ports\[.*\]\.poe$", "the camera on the port starts or loses power"),
    (Kind.SWITCH, r"ports\[.*\]\.allowed_vlans$", "the trunk passes only the declared VLANs afterwards"),
    (Kind.SWITCH, r"ports\[.*\]\.(speed|duplex)$", "the link of the port goes down for a moment"),
    (Kind.SWITCH, r"ports\[.*\]\.shutdown$", "the port is shut, or opened"),
    (Kind.SWITCH, r"spanning_tree\.mode$", "spanning tree begins anew: no port passes anything for seconds"),
    (Kind.SWITCH, r"saved$", "what is not saved is saved, whoever has typed it"),
    (
        Kind.SWITCH,
        r"(interfaces|gateway|access_from|logins|users)\b",
        "the way in, under a revert of its own",
    ),
    (Kind.CAMERA, r"time\.(skew_s|utc_offset_min)", _JUMP),
    (Kind.CAMERA, r"time|hostname|location|dns", None),
    (Kind.CAMERA, r"encoders", "the stream restarts, the recording has a gap of seconds"),
    (Kind.CAMERA, r"audio", "the stream restarts without sound, the recording has a gap of seconds"),
    (Kind.CAMERA, r"multicast", "whoever takes the stream by multicast gets nothing any more"),
    (Kind.CAMERA, r"metadata", "the stream may restart, with other tracks: the recording has a gap of seconds"),
    (Kind.CAMERA, r"osd|masks|rules|edge_recording", None),  # the stream goes on, with another picture or other events
    (Kind.CAMERA, r"imaging", "the picture may stand still or be dark for a moment"),
    (Kind.CAMERA, r"presets", "the camera turns for a moment"),
    (Kind.CAMERA, r"protocols", "connections on a closed or moved port end"),
    (Kind.CAMERA, r"dot1x", "the switch port may ask the camera to log in anew"),
    (Kind.CAMERA, r"network", "the camera is gone for a moment, and for good if the address is wrong"),
    (Kind.CAMERA, r"users", "whoever uses the old password has to be told the new one"),
    (Kind.RECORDER, r"time\.(skew_s|utc_offset_min)", _JUMP),
    (Kind.RECORDER, r"time", None),
    (Kind.RECORDER, r"cameras\.", "recordings of these cameras begin anew, with a gap of seconds, or end"),
    (Kind.RECORDER, r"ssh|firewall|admins", _LOGINS),
    (Kind.RECORDER, r"packages|accounts|array|tls|syslog|metrics|recording", None),
    (Kind.SERVER, r"ssh|firewall|admins", _LOGINS),
    (Kind.SERVER, r"packages|time|tls|syslog|metrics|prometheus|alerts|probes|snmp", None),
    (Kind.RECORDER, r"users", "whoever uses the old password has to be told the new one"),
    (Kind.RECORDER, r"channels", "the recording of the camera begins, or has a gap of seconds"),
)


# What a deploy writes only when it was asked to, by the option.
NEEDS: tuple[tuple[Kind, str, str], ...] = ((Kind.CAMERA, r"network\b", "--allow-network"),)


def needs(kind: Kind, path: str) -> str | None:
    """The option of ``iccc deploy`` without which a change of ``path`` is refused; None when it needs none."""
    return next((option for k, pattern, option in NEEDS if k is kind and re.match(pattern, path)), None)


def not_allowed(kind: Kind, path: str, allow_network: bool) -> str | None:
    """Why a change is not written without its option; None when it may be."""
    option = needs(kind, path)
    if option is None or allow_network:
        return None
    return f"a wrong address takes a device away: it is written only with {option}"


def effect(kind: Kind, path: str) -> str | None:
    """What a change of ``path`` on a device of that kind interrupts; None when nothing."""
    return next((what for k, pattern, what in EFFECTS if k is kind and re.match(pattern, path)), None)
