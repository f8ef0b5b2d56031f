"""What a camera sends: a grey picture that never moves, as H.264 or H.265 of any size, in frames that decoders take.

A keyframe predicts every block from what is beside it and adds nothing; all other frames copy the one before. So no
encoder is needed, and a keyframe of 2560 x 1440 has 14 kB. Sources: ITU-T H.264, 7.3.3 to 7.3.5; ITU-T H.265, 7.3.6 to
7.3.8; the initial values of contexts from its tables 9-5 ff.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from iccc.lab.camera_model import Encoder
from iccc.lab.rtsp_cabac import Cabac
from iccc.lab.rtsp_parameter_sets import Bits, h264, h265

_CTB, _LARGEST_TRANSFORM, _SMALLEST_CB = 64, 32, 8
_INTRA = {
    "split0": 139, "split1": 141, "split2": 157, "part": 184, "mpm": 184, "chroma": 63, "cbf_luma0": 111,
    "cbf_luma1": 141, "cbf_chroma": 94,
}  # fmt: skip
_INTER = {"split0": 107, "split1": 139, "split2": 126, "skip0": 197, "skip1": 185, "skip2": 201}


@dataclass(frozen=True)
class Clip:
    """One group of pictures, to be played again and again. NAL units without start codes."""

    codec: str  # H264, H265
    parameter_sets: tuple[bytes, ...]
    keyframe: bytes
    _rest: str  # bits of the slices of all other frames, behind their headers

    def frame(self, number: int) -> bytes:
        """The frame ``number`` places behind the keyframe."""
        if number == 0:
            return self.keyframe
        if self.codec == "H264":
            bits = Bits().ue(0, 5, 0).u(8, number % 256).u(3, 0).ue(0, 1)
            return bits.raw(self._rest).nal(b"\x41")
        # The one reference picture is the frame before.
        bits = Bits().u(1, 1).ue(0, 1).u(8, number % 256).u(1, 0).ue(1, 0, 0).u(1, 1).u(1, 0).ue(4, 0)
        return bits.aligned().raw(self._rest).nal(b"\x02\x01", stopped=True)


def clip(encoder: Encoder, codec: str) -> Clip:
    """What an encoder sends when it makes ``codec``, H264 or H265."""
    return _clip(codec, encoder.width_px, encoder.height_px, encoder.fps, encoder.profile)


@lru_cache(maxsize=64)
def _clip(codec: str, width_px: int, height_px: int, fps: float, profile: str) -> Clip:
    if codec == "H264":
        blocks = -(-width_px // 16) * -(-height_px // 16)
        # A block: Intra_16x16 with DC prediction, chroma likewise, no change of QP, no coefficients.
        slice_data = Bits().ue(0, 7, 0).u(8, 0).ue(0).u(2, 0).ue(0, 1).raw("00100111" * blocks)
        rest = Bits().ue(blocks).bits  # all blocks are skipped
        return Clip(codec, h264(width_px, height_px, fps, profile), slice_data.nal(b"\x65"), rest)
    header = Bits().u(1, 1).u(1, 0).ue(0, 2, 0).aligned()
    keyframe = header.raw(_Slice(width_px, height_px, _INTRA).bits()).nal(b"\x26\x01", stopped=True)
    return Clip(codec, h265(width_px, height_px), keyframe, _Slice(width_px, height_px, _INTER).bits())


class _Slice:
    """The slice data of an H.265 picture: coding blocks as large as fit."""

    def __init__(self, width_px: int, height_px: int, contexts: dict[str, int]) -> None:
        self._width, self._height = (-(-side // _SMALLEST_CB) * _SMALLEST_CB for side in (width_px, height_px))
        self._intra = contexts is _INTRA
        self._cabac = Cabac(contexts)
        self._depths: dict[tuple[int, int], int] = {}  # by place of a smallest block

    def bits(self) -> str:
        across, down = -(-self._width // _CTB), -(-self._height // _CTB)
        for place in range(across * down):
            self._quadtree(place % across * _CTB, place // across * _CTB, _CTB, 0)
            self._cabac.end_of_slice(place == across * down - 1)
        return self._cabac.bits()

    def _quadtree(self, x: int, y: int, size: int, depth: int) -> None:
        fits = x + size <= self._width and y + size <= self._height
        if fits:
            if size > _SMALLEST_CB:
                deeper = sum(self._depths.get(near, 0) > depth for near in ((x - 8, y), (x, y - 8)))
                self._cabac.decide(f"split{deeper}", 0)
            self._unit(x, y, size, depth)
            return
        half = size // 2
        for dx, dy in ((0, 0), (half, 0), (0, half), (half, half)):
            if x + dx < self._width and y + dy < self._height:
                self._quadtree(x + dx, y + dy, half, depth + 1)

    def _unit(self, x: int, y: int, size: int, depth: int) -> None:
        cabac = self._cabac
        if not self._intra:
            beside = sum(near in self._depths for near in ((x - 8, y), (x, y - 8)))  # those are skipped too
            cabac.decide(f"skip{beside}", 1)
        else:
            if size == _SMALLEST_CB:
                cabac.decide("part", 1)  # one block
            cabac.decide("mpm", 1)  # the likeliest mode
            cabac.bypass(0)
            cabac.decide("chroma", 0)  # the same for chroma
            cabac.decide("cbf_chroma", 0)
            cabac.decide("cbf_chroma", 0)
            for _ in range(4 if size > _LARGEST_TRANSFORM else 1):
                cabac.decide("cbf_luma0" if size > _LARGEST_TRANSFORM else "cbf_luma1", 0)
        for row in range(y, y + size, _SMALLEST_CB):
            for column in range(x, x + size, _SMALLEST_CB):
                self._depths[column, row] = depth
