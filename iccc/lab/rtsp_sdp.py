"""The SDP (RFC 8866) of a camera's stream; payload formats of RFC 6184 (H.264), RFC 7798 (H.265), RFC 2435 (JPEG)."""

from __future__ import annotations

from base64 import b64encode

from iccc.lab.camera_model import Encoder
from iccc.lab.rtsp_parameter_sets import h264, h265

TRACK = "trackID=1"


def describe(encoder: Encoder, host: str) -> bytes:
    """The session description of a stream with the encoder's present settings."""
    width, height = encoder.width_px, encoder.height_px
    payload, formats = _payload(encoder)
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=Media Presentation",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "a=range:npt=now-",
        f"m=video 0 RTP/AVP {payload}",
        f"b=AS:{encoder.bitrate_kbps}",
        *formats,
        f"a=framerate:{encoder.fps:g}",
        f"a=framesize:{payload} {width}-{height}",
        f"a=x-dimensions:{width},{height}",
        f"a=control:{TRACK}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _payload(encoder: Encoder) -> tuple[int, list[str]]:
    """The RTP payload type and its rtpmap and fmtp lines."""
    if encoder.codec == "JPEG":
        return 26, ["a=rtpmap:26 JPEG/90000"]
    if encoder.codec == "H265":
        names = ("sprop-vps", "sprop-sps", "sprop-pps")
        sets = zip(names, h265(encoder.width_px, encoder.height_px), strict=True)
        fmtp = ";".join(f"{name}={b64encode(unit).decode()}" for name, unit in sets)
    else:
        sps, pps = h264(encoder.width_px, encoder.height_px, encoder.fps, encoder.profile)
        fmtp = (
            f"packetization-mode=1;profile-level-id={sps[1:4].hex()};"
            f"sprop-parameter-sets={b64encode(sps).decode()},{b64encode(pps).decode()}"
        )
    return 96, [f"a=rtpmap:96 {encoder.codec}/90000", f"a=fmtp:96 {fmtp}"]
