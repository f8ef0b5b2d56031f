"""Picture size and profile in a sequence parameter set.

Sources: H.264 (ITU-T H.264, 7.3.2.1.1), H.265 (ITU-T H.265, 7.3.2.2.1).
"""

from __future__ import annotations

_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_MACROBLOCK_PX = 16
_OCTETS = 4096  # of a parameter set; real ones have below a hundred
_H264_PROFILES = {66: "Baseline", 77: "Main", 88: "Extended", 100: "High", 110: "High 10", 122: "High 4:2:2"}
_H265_PROFILES = {1: "Main", 2: "Main 10", 3: "Main Still Picture", 4: "Range Extensions"}
_SIDE_LIMIT_PX = 16_384  # the largest side that either standard has a level for


class Bits:
    """Reads bits, most significant first, of a NAL unit's payload. Raises ValueError at the end of the data."""

    def __init__(self, nal: bytes) -> None:
        # 00 00 03 stands for 00 00: the 03 keeps start codes out of the payload.
        data = nal[:_OCTETS].replace(b"\x00\x00\x03", b"\x00\x00")
        self._number = int.from_bytes(data)
        self._left = 8 * len(data)

    def u(self, count: int) -> int:
        """An unsigned number of ``count`` bits."""
        if count > self._left:
            raise ValueError("the parameter set is cut short")
        self._left -= count
        return self._number >> self._left & (1 << count) - 1

    def ue(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = self._left - (self._number & (1 << self._left) - 1).bit_length()
        if zeros > 32:
            raise ValueError("the parameter set holds no number here")
        self._left -= zeros
        return self.u(zeros + 1) - 1

    def se(self) -> int:
        """A signed Exp-Golomb number."""
        value = self.ue()
        return (value + 1) // 2 if value % 2 else -(value // 2)


def h264_profile(sps: bytes) -> str:
    """The profile's name, or its profile_idc."""
    idc = Bits(sps[1:]).u(8)
    return _H264_PROFILES.get(idc, str(idc))


def h265_profile(sps: bytes) -> str:
    """The profile's name, or its general_profile_idc."""
    bits = Bits(sps[2:])
    bits.u(8 + 3)  # id of the VPS, sub-layers, nesting; profile space and tier
    idc = bits.u(5)
    return _H265_PROFILES.get(idc, str(idc))


def h264_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels of an H.264 SPS NAL unit, cropping taken off. Raises ValueError."""
    bits = Bits(sps[1:])
    profile = bits.u(8)
    bits.u(16)  # constraint flags, level
    bits.ue()
    chroma, separate = 1, 0
    if profile in _HIGH_PROFILES:
        chroma = bits.ue()
        if chroma == 3:
            separate = bits.u(1)
        bits.ue()  # bit depth of luma
        bits.ue()  # bit depth of chroma
        bits.u(1)
        if bits.u(1):
            for index in range(12 if chroma == 3 else 8):
                if bits.u(1):
                    _skip_scaling_list(bits, 16 if index < 6 else 64)
    bits.ue()  # log2_max_frame_num
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.u(1)
        bits.se()
        bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()
    bits.ue()  # reference frames
    bits.u(1)
    width = (bits.ue() + 1) * _MACROBLOCK_PX
    map_units = bits.ue() + 1
    frame_only = bits.u(1)
    height = map_units * _MACROBLOCK_PX * (2 - frame_only)
    if not frame_only:
        bits.u(1)
    bits.u(1)
    if bits.u(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        across, down = _crop_units(chroma, separate)
        width -= (left + right) * across
        height -= (top + bottom) * down * (2 - frame_only)
    return _checked(width, height)


def h265_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels of an H.265 SPS NAL unit, the conformance window taken off. Raises ValueError."""
    bits = Bits(sps[2:])
    bits.u(4)
    sub_layers = bits.u(3)
    bits.u(1)
    _skip_profile_tier_level(bits, sub_layers)
    bits.ue()
    chroma = bits.ue()
    separate = bits.u(1) if chroma == 3 else 0
    width, height = bits.ue(), bits.ue()
    if bits.u(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
        across, down = _crop_units(chroma, separate)
        width -= (left + right) * across
        height -= (top + bottom) * down
    return _checked(width, height)


def _crop_units(chroma: int, separate: int) -> tuple[int, int]:
    """Pixels per unit of a cropping offset, across and down: SubWidthC and SubHeightC."""
    if separate:
        return 1, 1
    return (2 if chroma in (1, 2) else 1), (2 if chroma == 1 else 1)


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _skip_profile_tier_level(bits: Bits, sub_layers: int) -> None:
    bits.u(88)  # profile space, tier, profile, compatibility and constraint flags
    bits.u(8)  # level
    present = [(bits.u(1), bits.u(1)) for _ in range(sub_layers)]
    if sub_layers:
        bits.u(2 * (8 - sub_layers))
    for profile, level in present:
        bits.u(88 if profile else 0)
        bits.u(8 if level else 0)


def _checked(width: int, height: int) -> tuple[int, int]:
    if not (0 < width <= _SIDE_LIMIT_PX and 0 < height <= _SIDE_LIMIT_PX):
        raise ValueError(f"{width}x{height} is no picture")
    return width, height
