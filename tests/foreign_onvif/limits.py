"""What the foreign clients cannot do, each with the reason; tests hold it against what they do, and print it.

A part that is not here has to be read as it is, or the lab has to hold what was set.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch

NOT_OFFERED = "not offered"
SPOILT = "spoilt"  # the value is read, and told as another one
INVALID = "invalid"  # what it sends is refused by the schemas, and not taken as it is meant
DISORDERED = "disordered"  # refused by the schemas for its order, and taken all the same
MORE = "more"  # sets what it was not asked for, too


@dataclass(frozen=True)
class Limit:
    """``said``: one of the words above, or a part of the client's error."""

    client: str
    parts: str  # a glob, or several with "|" between
    makes: str  # the same
    said: str
    why: str

    def holds(self, client: str, part: str, make: str) -> bool:
        return client == self.client and _among(part, self.parts) and _among(make, self.makes)


LIMITS = (
    Limit(
        "onveef", "set_ntp", "*", INVALID,
        "puts NTPManual into the namespace of the types: OK is answered, no server is set",
    ),
    Limit(
        "onveef", "set_encoder_media2", "*", INVALID,
        "makes attributes of Encoding, FrameRateLimit and BitrateLimit, which are elements",
    ),
    Limit("onveef", "set_encoder", "*", MORE, "sends multicast settings of its own with every encoder"),
    Limit("onvif_python", "users_by_own_clock", "*", "NotAuthorized", "signs with its own clock"),
    Limit("npm_onvif", "clock", "*", NOT_OFFERED, "tells the time alone, without mode and time zone"),
    Limit("npm_onvif", "set_hostname", "*", NOT_OFFERED, "has no SetHostname"),
    Limit("npm_onvif", "identity", "hikvision*|cpplus|geovision", SPOILT, "makes numbers of texts: 1.00 becomes 1"),
    Limit("npm_onvif", "set_brightness", "axis", "an object without BacklightCompensation", "never sends that part"),
    Limit("npm_onvif", "set_brightness", "hikvision|cpplus", DISORDERED, "sends IrCutFilter too late"),
    Limit("npm_onvif", "set_encoder*", "*", DISORDERED, "sends Media2 the order of Media v1, Quality too early"),
    Limit("onvif_zeep_async", "set_encoder_media2|encoders_media2", "*", NOT_OFFERED, "has no Media2"),
    Limit(
        "onvif_zeep_async", "[!ch]*", "hikvision*", "Unknown fault occured",
        "has no HTTP Digest, and this make takes nothing else for all but clock and hostname",
    ),
)  # fmt: skip


def limit(client: str, part: str, make: str) -> Limit | None:
    return next((one for one in LIMITS if one.holds(client, part, make)), None)


def _among(name: str, globs: str) -> bool:
    return any(fnmatch(name, glob) for glob in globs.split("|"))
