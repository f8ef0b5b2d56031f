"""Where a camera gives a single picture: GetSnapshotUri of Media2 where the camera has it, else of Media."""

from __future__ import annotations

from iccc.camera.streams import Stream, read_streams
from iccc.errors import Reason
from iccc.onvif.call import Procedure, Service, element, read
from iccc.onvif.errors import BadAnswer, OnvifFault
from iccc.onvif.services import path_of
from iccc.onvif.xml import need_text


def read_snapshot_path() -> Procedure[str]:
    """Path and query of the main stream's snapshot. Of the URI only these count: its address may be another one."""
    streams = yield from read_streams()
    main = streams.get("main")
    if main is None:
        raise BadAnswer("no profile has a video encoder")
    return path_of((yield from _uri(main)))


def _uri(stream: Stream) -> Procedure[str]:
    if stream.service is Service.MEDIA2:
        try:
            reply = yield read(Service.MEDIA2, "GetSnapshotUri", element("tr2:ProfileToken", stream.profile))
            return need_text(reply, "Uri")
        except OnvifFault as fault:
            if fault.reason is not Reason.UNSUPPORTED:
                raise
    # Profiles of both services are the same ones (ONVIF Media2, 5.2).
    reply = yield read(Service.MEDIA, "GetSnapshotUri", element("trt:ProfileToken", stream.profile))
    return need_text(reply, "MediaUri", "Uri")
