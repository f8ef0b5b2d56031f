"""The video encoders of one camera: their settings, and what a Set is allowed to make of them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NoReturn

from iccc.lab.camera_analytics import AnalyticsState
from iccc.lab.camera_audio import AudioState
from iccc.lab.camera_metadata import MetadataState
from iccc.lab.camera_model import CameraModel, Encoder, EncoderOptions
from iccc.lab.onvif_soap import SoapFault


@dataclass(slots=True)
class MediaState:
    """All that the media services tell and set. ``encoders`` stand in the order of ``model.encoders``."""

    model: CameraModel
    encoders: tuple[Encoder, ...]
    audio: AudioState
    metadata: MetadataState
    analytics: AnalyticsState

    @classmethod
    def factory(cls, model: CameraModel) -> MediaState:
        return cls(
            model,
            model.factory_encoders,
            AudioState.factory(model.audio, model.profile_roles),
            MetadataState.factory(model.metadata, model.profile_roles),
            AnalyticsState.factory(model.analytics),
        )

    def __copy__(self) -> MediaState:
        """Another state that shares only what never changes: the parts are states of their own."""
        return MediaState(
            self.model, self.encoders, copy.copy(self.audio), copy.copy(self.metadata), copy.copy(self.analytics)
        )

    def all(self) -> Iterator[tuple[EncoderOptions, Encoder]]:
        return zip(self.model.encoders, self.encoders, strict=True)

    def by_token(self, token: str | None) -> tuple[EncoderOptions, Encoder]:
        """Raises SoapFault NoConfig."""
        for options, encoder in self.all():
            if options.token == token:
                return options, encoder
        raise SoapFault(f"there is no configuration {token}", "ter:InvalidArgVal", "ter:NoConfig")

    def by_profile(self, token: str | None) -> tuple[EncoderOptions, Encoder]:
        """Raises SoapFault NoProfile."""
        for options, encoder in self.all():
            if options.profile_token == token:
                return options, encoder
        raise SoapFault(f"there is no profile {token}", "ter:InvalidArgVal", "ter:NoProfile")

    def put(self, role: str, encoder: Encoder) -> None:
        self.encoders = tuple(encoder if options.role == role else old for options, old in self.all())

    def set(self, options: EncoderOptions, wanted: Encoder) -> None:
        """Take ``wanted`` as the camera takes a Set: as it is, clamped, or refused with ConfigModify."""
        if wanted.codec not in options.codecs:
            _refuse(f"encoding {wanted.codec}")
        if (wanted.width_px, wanted.height_px) not in options.sizes:
            _refuse(f"resolution {wanted.width_px}x{wanted.height_px}")
        if self.model.clamps:
            wanted = replace(
                wanted,
                fps=min(options.fps, key=lambda offered: abs(offered - wanted.fps)),
                bitrate_kbps=_nearest(wanted.bitrate_kbps, options.bitrate_kbps),
                gop=_nearest(wanted.gop, options.gop),
                quality=float(_nearest(round(wanted.quality), options.quality)),
            )
        # Between the offered rates every whole one is taken, as FrameRateRange of Media v1 promises.
        if not (min(options.fps) <= wanted.fps <= max(options.fps)):
            _refuse(f"frame rate {wanted.fps:g}")
        if not options.bitrate_kbps[0] <= wanted.bitrate_kbps <= options.bitrate_kbps[1]:
            _refuse(f"bitrate {wanted.bitrate_kbps}")
        if wanted.codec != "JPEG" and not options.gop[0] <= wanted.gop <= options.gop[1]:
            _refuse(f"GOV length {wanted.gop}")
        if not options.quality[0] <= wanted.quality <= options.quality[1]:
            _refuse(f"quality {wanted.quality:g}")
        self.put(options.role, wanted)


def _nearest(value: int, limits: tuple[int, int]) -> int:
    return max(limits[0], min(limits[1], value))


def _refuse(what: str) -> NoReturn:
    raise SoapFault(f"{what} is not possible", "ter:InvalidArgVal", "ter:ConfigModify")
