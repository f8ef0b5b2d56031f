"""When the pictures of a recording are, as the boxes of its file have it (ISO/IEC 14496-12).

When a file was last written says less: ffmpeg writes once more when it gives up, long after the last picture. Sent to
the server with the programs that need it (:mod:`iccc.server.calls`), so the standard library only.

A recording is a fragmented MP4 of one track. A list of its fragments (``mfra``) stands at its end, where it was closed;
else they are found one after the other. A fragment that is not on the disk with all its pictures counts for nothing.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Iterator
from typing import BinaryIO

MAX_BOX = 4_000_000  # bytes of a box that is read; one with the times of a fragment has some hundreds
MAX_FRAGMENTS = 20_000


class NoFile(Exception):
    """What lies there is a link, or no file."""


def opened(path: str) -> BinaryIO:
    """A file and nothing that leads elsewhere: the folder is the recording account's, and we are root."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NoFile(f"{path} is a link, and no recording") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NoFile(f"{path} is no file")
    return os.fdopen(descriptor, "rb", buffering=0)


def spans(path: str, apart_s: float) -> list[tuple[float, float]]:
    """From when to when there are pictures, in seconds from the first one; ``[]`` where none can be read.

    Two that follow each other within ``apart_s`` are of one span.
    """
    try:
        with opened(path) as file:
            return _spans(file.fileno(), apart_s)
    except (OSError, NoFile, ValueError, LookupError, struct.error):
        return []


def _spans(file: int, apart_s: float) -> list[tuple[float, float]]:
    size = os.fstat(file).st_size
    scale, usual, moov_end = _track(file, size)
    fragments = _listed(file, size) or list(_found(file, moov_end, size))
    starts = [time / scale for time, _ in fragments]
    found: list[tuple[float, float]] = []

    def add(begin: float, end: float) -> None:
        if found and begin - found[-1][1] <= apart_s:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))

    for number, (start, (_, at)) in enumerate(zip(starts, fragments, strict=True)):
        following = starts[number + 1] if number + 1 < len(starts) else None
        if following is not None and 0 <= following - start <= apart_s:
            add(start - starts[0], following - starts[0])
            continue
        moment = start - starts[0]
        for ticks in _durations(_box(file, at, size), usual):
            # A picture that the next one follows late, or none: it was there for a moment.
            length = ticks / scale
            add(moment, moment + (length if length <= apart_s else 0.0))
            moment += length
    return found


def _track(file: int, size: int) -> tuple[int, int, int]:
    """Ticks in a second, the ticks of a picture that tells none, and where the fragments begin."""
    for kind, at, length in _top(file, 0, size):
        if kind == b"moov":
            moov = _box(file, at, size)[8:]
            header = _inside(moov, b"trak", b"mdia", b"mdhd")
            (scale,) = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)
            if not scale:
                raise ValueError("a second without ticks")
            (usual,) = struct.unpack_from(">I", _inside(moov, b"mvex", b"trex"), 12)
            return scale, usual, at + length
    raise ValueError("it has no header")


def _listed(file: int, size: int) -> list[tuple[int, int]]:
    """Time and place of each fragment, as the list at the end has them; ``[]`` where there is none."""
    last = os.pread(file, 16, max(0, size - 16))
    if last[4:8] != b"mfro" or not 16 < (length := struct.unpack_from(">I", last, 12)[0]) <= min(size, MAX_BOX):
        return []
    content = os.pread(file, length, size - length)
    if content[4:8] != b"mfra":
        return []
    told = _inside(content[8:], b"tfra")
    sizes, count = struct.unpack_from(">II", told, 8)
    numbers = sum(1 + (sizes >> shift & 3) for shift in (0, 2, 4))
    entry = struct.Struct(f">{'QQ' if told[0] == 1 else 'II'}{numbers}x")
    if count > MAX_FRAGMENTS or 16 + count * entry.size > len(told):
        raise ValueError("a list that is longer than its box")
    return [entry.unpack_from(told, 16 + number * entry.size) for number in range(count)]


def _found(file: int, at: int, size: int) -> Iterator[tuple[int, int]]:
    """Time and place of each fragment whose pictures are all there, one after the other."""
    fragment: int | None = None
    for kind, place, _ in _top(file, at, size):
        if kind == b"moof":
            fragment = place
        elif kind == b"mdat" and fragment is not None:
            told = _inside(_box(file, fragment, size)[8:], b"traf", b"tfdt")
            yield struct.unpack_from(">Q" if told[0] == 1 else ">I", told, 4)[0], fragment
            fragment = None


def _durations(moof: bytes, usual: int) -> Iterator[int]:
    """Of each picture of a fragment, in ticks."""
    track = _inside(moof[8:], b"traf")
    for kind, content in _boxes(track):
        if kind == b"tfhd":
            (flags,) = struct.unpack_from(">I", content)
            if flags & 0x8:
                (usual,) = struct.unpack_from(">I", content, 8 + (8 if flags & 0x1 else 0) + (4 if flags & 0x2 else 0))
        elif kind == b"trun":
            flags, count = struct.unpack_from(">II", content)
            values = sum(1 for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit)
            at = 8 + sum(4 for bit in (0x1, 0x4) if flags & bit)
            if count > MAX_BOX or at + 4 * values * count > len(content):
                raise ValueError("more pictures than there is room for")
            if flags & 0x100:
                yield from struct.unpack_from(f">{values * count}I", content, at)[::values]
            else:
                yield from (usual for _ in range(count))


def _top(file: int, at: int, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and length of each box of the file that is wholly there."""
    for _ in range(2 * MAX_FRAGMENTS):
        head = os.pread(file, 16, at)
        if len(head) < 8:
            return
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
        if length < 8 or at + length > size:
            return
        yield kind, at, length
        at += length


def _box(file: int, at: int, size: int) -> bytes:
    """A whole box, its head too."""
    (length,) = struct.unpack(">I", os.pread(file, 4, at))
    if not 8 <= length <= min(MAX_BOX, size - at):
        raise ValueError("a box that is longer than its file")
    return os.pread(file, length, at)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the boxes in another one."""
    at = 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if length < 8:
            raise ValueError("a box without a head")
        yield kind, content[at + 8 : at + length]
        at += length


def _inside(content: bytes, *path: bytes) -> bytes:
    """The content of the first box of that kind, in the first one of the kind before."""
    for kind in path:
        content = next((inner for name, inner in _boxes(content) if name == kind), b"")
    return content
