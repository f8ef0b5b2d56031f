"""What a snapshot looks like, in figures, and hints that follow: black, frozen, out of focus. Without sockets.

A JPEG of a camera is hostile input: only JPEG is opened, and bytes, pixels and scans are bounded before it is decoded.
Hints say what was measured. Where the figures allow two readings there is none, but a doubt.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

OCTETS_LIMIT = 8 * 1024 * 1024
PIXELS_LIMIT = 40_000_000
SCANS_LIMIT = 32  # of a progressive JPEG, which has about ten; each one is decoded over the whole picture

BLACK_MEAN, BLACK_SPREAD = 20.0, 4.0  # of 255: all of it is as dark as black paint, and as even
DARK_MEAN = 50.0  # below that noise may be gone with the light: what does not move may be a quiet night
# Of the pixels of two snapshots, the share that differs. None do when one picture is sent twice; noise alone changes
# many by a level or two, and what moves changes some by more.
STILL_SHARE, NOISY_SHARE = 0.0005, 0.02
NOISE, MOVING_SHARE = 2, 0.005
BLURRED = 0.5  # of what is usual at the least: below that it is out of focus

_LOOKED_AT = (640, 480)  # pixels: figures of different resolutions compare, and small ones are quick
_TEXT_BAND = 1 / 8  # of the height, at the top and at the bottom: clock and name stand there
_LAPLACIAN = ImageFilter.Kernel((3, 3), [0, 1, 0, 1, -4, 1, 0, 1, 0], scale=2, offset=128)
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    TypeError,
    struct.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True)
class Hint:
    """Something looks wrong; ``text`` tells the figures."""

    text: str


@dataclass(frozen=True)
class Doubt:
    """The figures do not decide it."""

    text: str


@dataclass(frozen=True, eq=False)
class Picture:
    """The middle of a snapshot in grey, without the bands that text stands in."""

    width_px: int  # of the whole snapshot
    height_px: int
    mean: float  # brightness, 0 to 255
    spread: float  # standard deviation of it
    sharpness: float  # variance of the Laplacian
    middle: Image.Image


def read_picture(jpeg: bytes) -> Picture:
    """Raises ValueError when it is no JPEG, is cut short, or is beyond the bounds."""
    if len(jpeg) > OCTETS_LIMIT:
        raise ValueError(f"the picture has more than {OCTETS_LIMIT} bytes")
    if jpeg.count(b"\xff\xda") > SCANS_LIMIT:
        raise ValueError(f"the picture has more than {SCANS_LIMIT} scans")
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            width, height = image.size
            if width * height > PIXELS_LIMIT:
                raise ValueError(f"the picture has {width}x{height} pixels, more than {PIXELS_LIMIT}")
            image.draft("L", _LOOKED_AT)
            grey = image.convert("L")
    except _BROKEN as error:
        if isinstance(error, ValueError) and "pixels" in str(error):
            raise
        raise ValueError("the answer is no JPEG picture, or one that is cut short") from None
    if grey.width > _LOOKED_AT[0]:
        grey = grey.resize((_LOOKED_AT[0], max(1, grey.height * _LOOKED_AT[0] // grey.width)), Image.Resampling.BOX)
    band = round(grey.height * _TEXT_BAND)
    if grey.width < 16 or grey.height - 2 * band < 16:
        raise ValueError(f"the picture has {width}x{height} pixels: too few to judge")
    middle = grey.crop((0, band, grey.width, grey.height - band))
    figures = ImageStat.Stat(middle)
    # The filter copies the pixels at the edge as they are.
    edges = middle.filter(_LAPLACIAN).crop((1, 1, middle.width - 1, middle.height - 1))
    sharpness = ImageStat.Stat(edges).var[0] * 4  # it was scaled by a half to fit into 255
    return Picture(width, height, figures.mean[0], figures.stddev[0], sharpness, middle)


def black(picture: Picture) -> Hint | Doubt | None:
    """Whether nothing at all is to be seen: a covered lens, a dead sensor, or a place without any light."""
    figures = f"brightness {picture.mean:.0f} of 255, spread {picture.spread:.1f}"
    if picture.mean <= BLACK_MEAN and picture.spread <= BLACK_SPREAD:
        return Hint(f"black: {figures}")
    if picture.mean <= BLACK_MEAN:
        return Doubt(f"nearly black: {figures}")
    return None


def frozen(first: Picture, second: Picture, apart_s: float) -> Hint | Doubt | None:
    """Whether the picture stands still: not even the noise of the sensor differs. Text in its bands may move."""
    if first.middle.size != second.middle.size:
        return Doubt("the two snapshots have different sizes")
    histogram = ImageChops.difference(first.middle, second.middle).histogram()
    share, moved = (sum(histogram[level:]) / sum(histogram) for level in (1, NOISE + 1))
    figures = f"{share:.2%} of the pixels differ after {apart_s:g} s"
    if share > NOISY_SHARE or moved > MOVING_SHARE:
        return None
    dark = min(first.mean, second.mean) < DARK_MEAN
    if share > STILL_SHARE or dark:
        return Doubt(f"still: {figures}" + (", and it is dark" if dark else ""))
    return Hint(f"frozen: {figures}")


def defocused(picture: Picture, usual_low: float | None) -> Hint | Doubt | None:
    """Whether it is far less sharp than it used to be at its least. ``usual_low`` is None while nothing is usual."""
    if usual_low is None:
        return Doubt(f"sharpness {picture.sharpness:.0f}, and what is usual here is not known yet")
    figures = f"sharpness {picture.sharpness:.0f}, usually at least {usual_low:.0f}"
    if picture.mean <= BLACK_MEAN:
        return Doubt(f"too dark to judge: {figures}")
    return Hint(f"out of focus: {figures}") if picture.sharpness < BLURRED * usual_low else None
