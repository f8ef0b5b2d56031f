"""Writing video encoders: the camera's own XML is patched and sent back whole, since some refuse anything less."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

from iccc.camera.options import CodecOptions, Options, differences, read_options, snap
from iccc.camera.state import Codec, Encoder
from iccc.camera.streams import Stream, read_streams
from iccc.compare import Change, Unread, compare
from iccc.onvif.call import (
    Call,
    Context,
    Procedure,
    Service,
    Written,
    element,
    part,
    split,
    submit,
    write,
)
from iccc.onvif.xml import Element, need, renamed


def write_encoders(
    _context: Context, wanted: Mapping[str, Encoder], _seen: Mapping[str, Encoder]
) -> Procedure[Written]:
    """Set what differs from the nearest that each encoder offers; nothing is sent when it is already there."""
    written = Written()
    streams = yield from read_streams()
    for role, encoder in split(wanted)[0].items():
        path = f"encoders[{role}]"
        stream = streams.get(role)
        if stream is None:
            written.unsupported[path] = f"the camera has {len(streams)} video encoders"
            continue
        if not _changed(encoder, stream.encoder):
            continue
        found = yield from part(read_options(stream.service, stream.profile, stream.token))
        options = found if isinstance(found, Options) else Options()
        snapped = snap(encoder, stream.encoder, options)
        missed = differences(encoder, snapped)
        if "codec" in missed:
            offered = ", ".join(options.codecs)
            written.unsupported[f"{path}.codec"] = f"the camera offers {offered} in this stream"
        elif stream.service is Service.MEDIA and snapped.codec not in (None, stream.encoder.codec):
            written.unsupported[f"{path}.codec"] = "the camera has no Media2, which alone can change the codec"
            snapped = replace(snapped, codec=None)
        written.clamped |= {f"{path}.{name}": value for name, value in missed.items() if name != "codec"}
        if _changed(snapped, stream.encoder):
            codec = snapped.told_codec or stream.encoder.told_codec or Codec.H264
            sent = patch(stream, snapped, options.codecs.get(codec, CodecOptions()).profiles)
            yield from submit(written, path, set_encoder(stream.service, sent))
    return written


def patch(stream: Stream, wanted: Encoder, profiles: tuple[str, ...] = ()) -> Element:
    """A copy of the camera's element with only the declared, differing values changed.

    ``profiles`` are the codec profiles on offer: with a new codec the old profile may not exist any more.
    """
    found = copy.deepcopy(stream.element)
    now = stream.encoder
    codec = wanted.told_codec or now.told_codec
    if codec is not None and codec is not now.codec:
        need(found, "Encoding").text = codec
        if profiles and found.get("Profile") not in profiles:
            found.set("Profile", "Main" if "Main" in profiles else profiles[0])
    leaves = (
        (wanted.width_px, now.width_px, ("Resolution", "Width")),
        (wanted.height_px, now.height_px, ("Resolution", "Height")),
        (wanted.fps, now.fps, ("RateControl", "FrameRateLimit")),
        (wanted.bitrate_kbps, now.bitrate_kbps, ("RateControl", "BitrateLimit")),
    )
    for value, current, path in leaves:
        if value is not None and value != current:
            need(found, *path).text = f"{value:.10g}"
    if wanted.gop is not None and wanted.gop != now.gop and not isinstance(now.gop, Unread):
        if stream.service is Service.MEDIA2:
            found.set("GovLength", str(wanted.gop))
        elif codec is not None:
            need(found, codec, "GovLength").text = str(wanted.gop)
    return found


def _changed(wanted: Encoder, now: Encoder) -> bool:
    """Whether anything differs that can be read."""
    return any(isinstance(found, Change) for found in compare(wanted, now))


def set_encoder(service: Service, found: Element) -> Call:
    """SetVideoEncoderConfiguration of a whole configuration, as the camera gives it or patched."""
    inner = renamed(found, service, service.prefix, "Configuration")
    if service is Service.MEDIA:
        inner += element("trt:ForcePersistence", True)
    return write(service, "SetVideoEncoderConfiguration", inner)
