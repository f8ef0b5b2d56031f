"""Recordings as ffmpeg leaves them (ISO/IEC 14496-12, fragmented), as far as their times go: nothing can be decoded."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SCALE = 1000  # ticks in a second


def recording(*pictures: float, group: int = 5, last_s: float = 0.2, closed: bool = True) -> bytes:
    """With pictures at these seconds, in groups of so many; the last one lasts ``last_s``.

    One that is not ``closed`` has no list of its fragments: its writer was killed.
    """
    ticks = [round(one * SCALE) for one in (*pictures, pictures[-1] + last_s)]
    header = _box(b"ftyp", b"isom") + _box(
        b"moov",
        _box(b"trak", _box(b"mdia", _box(b"mdhd", struct.pack(">5I", 0, 0, 0, SCALE, 0)))),
        _box(b"mvex", _box(b"trex", struct.pack(">6I", 0, 1, 1, 200, 0, 0))),
    )
    content, listed = header, []
    for first in range(0, len(pictures), group):
        own = ticks[first : first + group + 1]
        listed.append(struct.pack(">QQ3B", own[0], len(content), 1, 1, 1))
        content += _fragment(own[0], [b - a for a, b in zip(own, own[1:], strict=False)])
    if closed:
        table = _box(b"tfra", struct.pack(">B3x3I", 1, 1, 0, len(listed)), *listed)
        content += _box(b"mfra", table, _box(b"mfro", struct.pack(">II", 0, 8 + len(table) + 16)))
    return content


def _fragment(start: int, durations: Sequence[int]) -> bytes:
    samples = b"".join(struct.pack(">II", duration, 10) for duration in durations)
    track = _box(
        b"traf",
        _box(b"tfhd", struct.pack(">III", 0x20008, 1, durations[0])),
        _box(b"tfdt", struct.pack(">B3xQ", 1, start)),
        _box(b"trun", struct.pack(">IIII", 0x305, len(durations), 0, 0), samples),
    )
    return _box(b"moof", _box(b"mfhd", bytes(8)), track) + _box(b"mdat", bytes(10 * len(durations)))


def _box(kind: bytes, *content: bytes) -> bytes:
    whole = b"".join(content)
    return struct.pack(">I4s", 8 + len(whole), kind) + whole
