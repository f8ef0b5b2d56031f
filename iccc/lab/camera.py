"""A simulated camera: device service, media services and RTSP on one state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from urllib.parse import parse_qs, urlsplit

from iccc.lab import (
    camera_analytics,
    camera_audio,
    camera_masks,
    camera_metadata,
    camera_multicast,
    camera_osd,
    camera_recording,
)
from iccc.lab.camera_analytics import ANALYTICS
from iccc.lab.camera_audio import AUDIO
from iccc.lab.camera_encoders import MediaState
from iccc.lab.camera_imaging import IMAGING, ImagingState
from iccc.lab.camera_masks import MASKS, MaskState
from iccc.lab.camera_media import MEDIA, SNAPSHOT_PATH
from iccc.lab.camera_media2 import MEDIA2
from iccc.lab.camera_metadata import METADATA
from iccc.lab.camera_model import CameraModel, Encoder, EncoderOptions
from iccc.lab.camera_multicast import MULTICAST
from iccc.lab.camera_osd import OSD, OsdState
from iccc.lab.camera_profiles import PROFILES
from iccc.lab.camera_ptz import PTZ, PtzState
from iccc.lab.camera_recording import RECORDING, RecordingState
from iccc.lab.device import Fault, TcpPort
from iccc.lab.http import Closed, Request, Response
from iccc.lab.onvif import RTSP_PORT, Challenge, OnvifDevice
from iccc.lab.onvif_inject import number, one_of
from iccc.lab.onvif_soap import TAN, TIMG, TPTZ, TR2, TRC, TRT, Bound, bind
from iccc.lab.onvif_state import FACTORY_LAN, Lan
from iccc.lab.onvif_web import LAB_PORTS
from iccc.lab.recorder_puller import Viewer
from iccc.lab.rtsp import RtspConnection

_FIELDS = "codec, width_px, height_px, resolution, fps, bitrate_kbps, gop"
_NO_STREAM = (Fault.DEAD, Fault.SILENT, Fault.RTSP_SILENT, Fault.STREAM_STOPS)
_MEDIA = {TRT: {**MEDIA, **MULTICAST}, TR2: {**MEDIA2, **MULTICAST, **PROFILES}}


class LabCamera(OnvifDevice):
    """A camera with HTTP on ``address``:20080 and RTSP on :20554.

    ``LabCamera("bsp-j01-c01", "127.82.1.11", "02:00:0a:52:01:0b", model_for("cam-ptz-4mp"), ("admin", "factory-1"))``

    ``mac`` is the hardware address that GetNetworkInterfaces tells, ``login`` the administrator that a technician
    left. HTTP and HTTPS are where SetNetworkProtocols puts them. RTSP that is off or not on port 554 ends every
    connection.
    """

    def __init__(
        self,
        name: str,
        address: str,
        mac: str,
        model: CameraModel,
        login: tuple[str, str],
        now: Callable[[], float] = time.time,
        also: tuple[str, ...] = (),
        lan: Lan = FACTORY_LAN,
        left_at: str | None = None,
    ) -> None:
        self._viewers: tuple[Viewer, ...] = ()  # recorders, each with a stream
        self._waiting: dict[object, Callable[[], None]] | None = None  # recorders that want one
        super().__init__(name, address, mac, model, login, now, also, lan, left_at)
        self.imaging = ImagingState.factory(model.imaging)
        self.ptz = self._factory_ptz(model)
        self.media = MediaState.factory(model)
        self.osd = OsdState.factory(model.osd)
        self.masks = MaskState.factory(model.masks)
        self.recording = RecordingState.factory(model.recording, model.profile_roles)
        self._stopped: dict[str, bytes] | None = None  # by profile, of Fault.FROZEN
        self.tcp.append(TcpPort(address, LAB_PORTS + RTSP_PORT, self._rtsp_connection))

    def factory_reset(self) -> None:
        super().factory_reset()
        model = self.media.model
        self.imaging = ImagingState.factory(model.imaging)
        self.ptz = self._factory_ptz(model)
        self.media = MediaState.factory(model)
        self.osd = OsdState.factory(model.osd)
        self.masks = MaskState.factory(model.masks)
        self.recording = RecordingState.factory(model.recording, model.profile_roles)

    def _factory_ptz(self, model: CameraModel) -> PtzState | None:
        if model.ptz is None:
            return None
        return PtzState.factory(model.ptz, tuple(model.profile_roles), lambda: self.state.clock())

    def operation(self, namespace: str, name: str) -> Bound | None:
        ignoring = self.fault is Fault.IGNORES
        if namespace == TIMG:
            return bind(IMAGING, self.imaging, name, ignoring)
        if namespace == TAN:
            return bind(ANALYTICS, self.media.analytics, name, ignoring)
        if namespace == TRC:
            return bind(RECORDING, self.recording, name, ignoring)
        if namespace == TPTZ:
            return bind(PTZ, self.ptz, name, ignoring) if self.ptz else None
        return (
            bind(_MEDIA.get(namespace, {}), self.media, name, ignoring)
            or bind(AUDIO.get(namespace, {}), self.media.audio, name, ignoring)
            or bind(METADATA.get(namespace, {}), self.media.metadata, name, ignoring)
            or bind(OSD.get(namespace, {}), self.osd, name, ignoring)
            or bind(MASKS.get(namespace, {}), self.masks, name, ignoring)
            or super().operation(namespace, name)
        )

    def inject(self, path: str, value: object) -> None:
        """Paths are those of :mod:`iccc.lab.onvif_inject`, ``encoders.<main|sub>.<field>``,
        ``encoders.<main|sub>.multicast.<field>``, and those of ``osd``, ``masks``, ``audio``, ``metadata``,
        ``analytics``, ``recording``, ``imaging`` and ``ptz``.
        """
        head, *rest = path.split(".")
        if head == "osd":
            camera_osd.inject(self.osd, rest, value)
        elif head == "masks":
            camera_masks.inject(self.masks, rest, value)
        elif head == "audio":
            camera_audio.inject(self.media.audio, rest, value)
        elif head == "metadata":
            camera_metadata.inject(self.media.metadata, rest, value)
        elif head == "analytics":
            camera_analytics.inject(self.media.analytics, rest, value)
        elif head == "recording":
            camera_recording.inject(self.recording, rest, value)
        elif head == "imaging":
            self.imaging.inject(".".join(rest), value)
        elif head == "ptz" and self.ptz:
            self.ptz.inject(".".join(rest), value)
        elif head == "encoders":
            self._inject_encoder(path, rest, value)
        else:
            super().inject(path, value)

    def _inject_encoder(self, path: str, rest: list[str], value: object) -> None:
        for options, encoder in self.media.all():
            if rest[:1] == [options.role] and len(rest) == 2:
                self.media.put(options.role, _changed(options, encoder, rest[1], value))
                return
            if rest[:2] == [options.role, "multicast"] and len(rest) == 3:
                multicast = camera_multicast.changed(encoder.multicast, rest[2], value)
                self.media.put(options.role, replace(encoder, multicast=multicast))
                return
        roles = "|".join(options.role for options in self.media.model.encoders)
        raise KeyError(f"there is no {path!r}; there are encoders.<{roles}>.<{_FIELDS}>")

    def snapshot(self) -> dict[str, object]:
        return {
            **super().snapshot(),
            "encoders": {options.role: asdict(encoder) for options, encoder in self.media.all()},
            "osd": camera_osd.snapshot(self.osd),
            "masks": camera_masks.snapshot(self.masks),
            "audio": camera_audio.snapshot(self.media.audio),
            "metadata": camera_metadata.snapshot(self.media.metadata),
            "analytics": camera_analytics.snapshot(self.media.analytics),
            "recording": camera_recording.snapshot(self.recording),
            "imaging": self.imaging.snapshot(),
            **({"ptz": self.ptz.snapshot()} if self.ptz else {}),
        }

    def _answer_web(self, request: Request, secure: bool) -> Response:
        if urlsplit(request.target).path != SNAPSHOT_PATH:
            return super()._answer_web(request, secure)
        self.counters.requests += 1
        if request.method != "GET":
            return Response(405, headers=(("Allow", "GET"),))
        try:
            self.digest_login(request.headers.get("authorization", ""), "GET")
        except Challenge as challenge:
            return self._challenge(challenge)
        profile = parse_qs(urlsplit(request.target).query).get("profile", [""])[0]
        for options, encoder in self.media.all():
            if options.profile_token == profile:
                return Response(200, self._jpeg(profile, encoder), "image/jpeg")
        return Response(404)

    def _jpeg(self, profile: str, encoder: Encoder) -> bytes:
        from iccc.lab import camera_snapshot  # Pillow takes 5 MB, of which a lab without snapshots has no use

        made = camera_snapshot.jpeg(self.name, (encoder.width_px, encoder.height_px), self._now(), self.fault)
        if self.fault is not Fault.FROZEN:
            self._stopped = None
            return made
        self._stopped = self._stopped or {}
        return self._stopped.setdefault(profile, made)

    # Recorders that have logged in over RTSP

    def admit(self, viewer: Viewer) -> bool:
        """Take a viewer in; False if its stream would end at once."""
        if self._ends(viewer):
            return False
        self._viewers = (*self._viewers, viewer)
        return True

    def dismiss(self, viewer: Viewer) -> None:
        self._viewers = tuple(one for one in self._viewers if one is not viewer)

    def call_back(self, who: object, again: Callable[[], None]) -> None:
        """Have ``again`` called, once, when streams can be had again. A real recorder tries every half a minute."""
        self._waiting = {**(self._waiting or {}), who: again}

    def _back(self) -> None:
        if self._waiting and self.on_wire and self.fault not in _NO_STREAM:
            waiting, self._waiting = self._waiting, None
            for again in waiting.values():
                again()

    async def plug(self) -> None:
        await super().plug()
        self._back()

    def _tell_viewers(self, why: str = "") -> None:
        """End the streams that do not stand any more, or all of them."""
        for viewer in self._viewers:
            if said := why or self._ends(viewer):
                self.dismiss(viewer)
                viewer.lost(said)

    def _ends(self, viewer: Viewer) -> str:
        """Why the camera gives this stream no longer; "" while it does."""
        url = urlsplit(viewer.uri)
        path = f"{url.path}?{url.query}" if url.query else url.path
        if not self.on_wire or self.fault in _NO_STREAM:
            return "no packets"
        if not self._rtsp_on() or all(options.rtsp_path != path for options, _ in self.media.all()):
            return "the camera ended the stream"
        return "" if self.has_login(viewer.user, viewer.password) else "the camera ended the session of this user"

    async def unplug(self) -> None:
        await super().unplug()
        self._tell_viewers()

    def _restart(self) -> None:
        super()._restart()
        self._tell_viewers("the camera restarts")

    def _serve(self) -> None:
        super()._serve()
        self._tell_viewers()
        self._back()

    def _rtsp_on(self) -> bool:
        protocol = self.state.protocol("RTSP")
        return protocol is not None and protocol.enabled and protocol.port == RTSP_PORT

    def _rtsp_connection(self) -> asyncio.Protocol:
        return RtspConnection(self, self._rtsp_refusal) if self._rtsp_on() else Closed()

    def _rtsp_refusal(self, request: Request) -> Response | None:
        if not self._rtsp_on():
            return Response(404, close=True)
        if self.fault is Fault.RTSP_BASIC:
            return Response(401, headers=(("WWW-Authenticate", 'Basic realm="stream"'),))
        try:
            self.digest_login(request.headers.get("authorization", ""), request.method)
        except Challenge as challenge:
            return Response(401, headers=self.digest.challenges(("MD5",), challenge.stale, qop=False))
        return None


def _changed(options: EncoderOptions, encoder: Encoder, field: str, value: object) -> Encoder:
    """The encoder with one field changed to what somebody else set. KeyError or ValueError."""
    if field == "codec":
        return replace(encoder, codec=one_of(value, options.codecs))
    if field == "resolution":
        size = one_of(value, tuple(f"{width}x{height}" for width, height in options.sizes))
        width, height = map(int, size.split("x"))
        return replace(encoder, width_px=width, height_px=height)
    if field == "width_px":
        return replace(encoder, width_px=number(value, 16, options.sizes[0][0]))
    if field == "height_px":
        return replace(encoder, height_px=number(value, 16, options.sizes[0][1]))
    if field == "fps":
        return replace(encoder, fps=float(number(value, 1, int(max(options.fps)))))
    if field == "bitrate_kbps":
        return replace(encoder, bitrate_kbps=number(value, *options.bitrate_kbps))
    if field == "gop":
        return replace(encoder, gop=number(value, *options.gop))
    raise KeyError(f"there is no {field!r}; there are {_FIELDS}")
