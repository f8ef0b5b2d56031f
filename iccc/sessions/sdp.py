"""What an SDP (RFC 8866) says about the video of a stream."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from iccc.sessions.sps import h264_size, h265_size

_STATIC_JPEG = "26"  # RFC 3551
_NAMES = {"H264": "H264", "H265": "H265", "HEVC": "H265", "JPEG": "JPEG"}  # RFC 6184, 7798, 2435


@dataclass(frozen=True)
class StreamDescription:
    """The video of one stream. The size is None when the description does not tell it (JPEG, or no parameter sets)."""

    codec: str  # H264, H265, JPEG: as ONVIF writes them
    width_px: int | None
    height_px: int | None


@dataclass(frozen=True)
class Video:
    """The first video of an SDP, and what is needed to play it."""

    description: StreamDescription
    payload_type: int  # of its RTP packets
    control: str  # absolute, or relative to the URI of the whole; "" when there is none


def parse_sdp(text: str) -> Video:
    """The first video of an SDP. Raises ValueError when there is none that is understood."""
    media = next((part for part in re.split(r"(?m)^(?=m=)", text) if part.startswith("m=video")), None)
    if media is None:
        raise ValueError("the SDP has no video")
    lines = [line.strip() for line in media.splitlines()]
    formats = lines[0].split()[3:]
    payload = formats[0] if formats else ""
    codec = _codec(lines, payload)
    parameters = _parameters(lines, payload)
    description = StreamDescription(codec, *(_from_parameter_sets(codec, parameters) or _from_attributes(lines)))
    control = next((line.removeprefix("a=control:") for line in lines if line.startswith("a=control:")), "")
    return Video(description, int(payload), control)


def _codec(lines: list[str], payload: str) -> str:
    for line in lines:
        match = re.match(r"a=rtpmap:(\d+)\s+([\w.+-]+)/", line)
        if match and match[1] == payload:
            name = match[2].upper()
            if name not in _NAMES:
                raise ValueError(f"the SDP offers {name[:20]}, not one of {', '.join(sorted(set(_NAMES.values())))}")
            return _NAMES[name]
    if payload == _STATIC_JPEG:
        return "JPEG"
    raise ValueError("the SDP does not name the codec")


def _parameters(lines: list[str], payload: str) -> dict[str, str]:
    """Of ``a=fmtp``, by lower-case name."""
    found: dict[str, str] = {}
    for line in lines:
        prefix = f"a=fmtp:{payload} "
        if line.startswith(prefix):
            for entry in line.removeprefix(prefix).split(";"):
                name, _, value = entry.strip().partition("=")
                found[name.lower()] = value
    return found


def _from_parameter_sets(codec: str, parameters: dict[str, str]) -> tuple[int, int] | None:
    sets = parameters.get("sprop-sps" if codec == "H265" else "sprop-parameter-sets", "")
    for encoded in sets.split(","):
        try:
            nal = base64.b64decode(encoded, validate=True)
            if codec == "H264" and nal and nal[0] & 0x1F == 7:
                return h264_size(nal)
            if codec == "H265" and nal and nal[0] >> 1 & 0x3F == 33:
                return h265_size(nal)
        except (binascii.Error, ValueError):
            continue
    return None


def _from_attributes(lines: list[str]) -> tuple[int | None, int | None]:
    for line in lines:
        match = re.match(r"a=(?:x-dimensions:|framesize:\d+ )\s*(\d{1,5})[,-]\s*(\d{1,5})$", line)
        if match:
            return int(match[1]), int(match[2])
    return None, None
