"""Parameter sets of H.264 and H.265, written bit by bit so that they carry the size that an encoder runs at now.

Sources: ITU-T H.264, 7.3.2.1 and 7.3.2.2; ITU-T H.265, 7.3.2.1 to 7.3.2.3.
"""

from __future__ import annotations

from functools import lru_cache

_H264_PROFILE_IDC = {"Baseline": 66, "Main": 77, "High": 100}
# H.264, table A-1: level_idc, macroblocks per second, macroblocks per frame
_H264_LEVELS = (
    (21, 19_800, 792),
    (30, 40_500, 1_620),
    (31, 108_000, 3_600),
    (40, 245_760, 8_192),
    (50, 589_824, 22_080),
    (51, 983_040, 36_864),
    (52, 2_073_600, 36_864),
)
_H265_LEVEL_IDC = 153  # 5.1: 3840 x 2160 at 60 frames/s


class Bits:
    """Collects syntax elements of a raw byte sequence payload."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def u(self, width: int, value: int) -> Bits:
        """Unsigned, ``width`` bits."""
        self._bits.append(f"{value:0{width}b}")
        return self

    def ue(self, *values: int) -> Bits:
        """Unsigned Exp-Golomb codes."""
        for value in values:
            code = f"{value + 1:b}"
            self._bits.append("0" * (len(code) - 1) + code)
        return self

    def raw(self, bits: str) -> Bits:
        """Bits as they are."""
        self._bits.append(bits)
        return self

    def aligned(self) -> Bits:
        """A one and zeros up to the next byte, as before the slice data of H.265."""
        return self.raw("1").raw("0" * (-len(self.bits) % 8))

    @property
    def bits(self) -> str:
        return "".join(self._bits)

    def nal(self, header: bytes, stopped: bool = False) -> bytes:
        """The NAL unit: trailing bits added, emulation prevented. ``stopped``: its stop bit is there already."""
        bits = self.bits + ("" if stopped else "1")
        bits += "0" * (-len(bits) % 8)
        payload = bytearray()
        zeros = 0
        for at in range(0, len(bits), 8):
            byte = int(bits[at : at + 8], 2)
            if zeros >= 2 and byte <= 3:
                payload.append(3)
                zeros = 0
            payload.append(byte)
            zeros = zeros + 1 if byte == 0 else 0
        return header + bytes(payload)


@lru_cache(maxsize=64)
def h264(width_px: int, height_px: int, fps: float, profile: str) -> tuple[bytes, bytes]:
    """Sequence and picture parameter set, of CAVLC. ``width_px`` and ``height_px`` are even."""
    idc = _H264_PROFILE_IDC.get(profile, _H264_PROFILE_IDC["Main"])
    columns, rows = -(-width_px // 16), -(-height_px // 16)
    size = columns * rows
    level = next(
        (level for level, rate, frame in _H264_LEVELS if size * fps <= rate and size <= frame), _H264_LEVELS[-1][0]
    )
    sps = Bits().u(8, idc).u(8, 0).u(8, level).ue(0)
    if idc == _H264_PROFILE_IDC["High"]:
        sps.ue(1, 0, 0).u(1, 0).u(1, 0)  # 4:2:0, 8 bits luma and chroma, no bypass, no scaling matrix
    sps.ue(4, 2, 1).u(1, 0)  # frame_num of 8 bits, picture order as decoded, one reference frame
    sps.ue(columns - 1, rows - 1).u(1, 1).u(1, 1)  # whole frames, direct_8x8
    right, bottom = (columns * 16 - width_px) // 2, (rows * 16 - height_px) // 2
    if right or bottom:
        sps.u(1, 1).ue(0, right, 0, bottom)
    else:
        sps.u(1, 0)
    sps.u(1, 0)  # no VUI
    pps = Bits().ue(0, 0).u(1, 0).u(1, 0).ue(0, 0, 0).u(1, 0).u(2, 0)
    pps.ue(0, 0, 0).u(1, 1).u(1, 0).u(1, 0)
    return sps.nal(b"\x67"), pps.nal(b"\x68")


@lru_cache(maxsize=64)
def h265(width_px: int, height_px: int) -> tuple[bytes, bytes, bytes]:
    """Video, sequence and picture parameter set of Main profile."""
    vps = Bits().u(4, 0).u(2, 3).u(6, 0).u(3, 0).u(1, 1).u(16, 0xFFFF)
    _profile_tier_level(vps)
    vps.u(1, 1).ue(1, 0, 0).u(6, 0).ue(0).u(1, 0).u(1, 0)
    sps = Bits().u(4, 0).u(3, 0).u(1, 1)
    _profile_tier_level(sps)
    wide, high = -(-width_px // 8) * 8, -(-height_px // 8) * 8  # the smallest coding block is 8 x 8
    sps.ue(0, 1, wide, high)  # id, 4:2:0, luma samples
    if (wide, high) == (width_px, height_px):
        sps.u(1, 0)
    else:
        sps.u(1, 1).ue(0, (wide - width_px) // 2, 0, (high - height_px) // 2)
    sps.ue(0, 0, 4).u(1, 1).ue(1, 0, 0)  # 8 bits, picture order count of 8 bits, two pictures buffered
    sps.ue(0, 3, 0, 3, 0, 0)  # coding blocks 8 to 64, transform blocks 4 to 32
    sps.u(4, 0).ue(0).u(5, 0)  # no scaling lists, AMP, SAO, PCM; no stored reference sets; nothing beyond
    pps = Bits().ue(0, 0).u(7, 0).ue(0, 0, 0).u(3, 0).ue(0, 0).u(6, 0).u(4, 0).ue(0).u(2, 0)
    return vps.nal(b"\x40\x01"), sps.nal(b"\x42\x01"), pps.nal(b"\x44\x01")


def _profile_tier_level(bits: Bits) -> None:
    bits.u(2, 0).u(1, 0).u(5, 1).u(32, 0x6000_0000)  # Main profile, compatible with Main and Main 10
    bits.u(1, 1).u(1, 0).u(1, 0).u(1, 1).u(43, 0).u(1, 0).u(8, _H265_LEVEL_IDC)
