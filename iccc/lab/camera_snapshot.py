"""Snapshots of a camera: a JPEG of a made-up street, with traffic, the noise of a sensor and a clock in the picture."""

from __future__ import annotations

import io
import random
import time
import zlib
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from iccc.lab.device import Fault

_WIDEST = 704  # pixels: many makes give snapshots in less than the size of their streams
_STREETS = 8  # different ones; which is a camera's follows from its name
_NOISE = 6.0  # levels of 255, as its standard deviation
_BLUR_PX = 5  # of Fault.DEFOCUSED


def jpeg(name: str, size: tuple[int, int], at: float, fault: Fault) -> bytes:
    """The picture of camera ``name`` at a moment (Unix seconds), at most ``_WIDEST`` wide."""
    width = min(size[0], _WIDEST)
    height = size[1] * width // size[0]
    picture = _street(zlib.crc32(name.encode()) % _STREETS, width, height).copy()
    draw = ImageDraw.Draw(picture)
    for lane in range(3):
        left = int((at * (40 + 25 * lane) + 200 * lane) % (width + 80)) - 80
        top = height * (13 + lane) // 20
        draw.rectangle((left, top, left + 60, top + 16), fill=60 + 70 * lane)
    if fault is Fault.BLACK:
        picture = Image.new("L", (width, height), 8)
    elif fault is Fault.DEFOCUSED:
        picture = picture.filter(ImageFilter.GaussianBlur(_BLUR_PX))
    noise = Image.effect_noise((width, height), 1.0 if fault is Fault.BLACK else _NOISE)
    picture = ImageChops.add(picture, noise, offset=-128)
    told = time.strftime("%d-%m-%Y %H:%M:%S", time.gmtime(at))
    ImageDraw.Draw(picture).text((8, height - 16), f"{name}  {told}", fill=255)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@lru_cache(maxsize=16)
def _street(number: int, width: int, height: int) -> Image.Image:
    """Sky, houses with windows, a road."""
    chance = random.Random(number)
    picture = Image.new("L", (width, height), 190)
    draw = ImageDraw.Draw(picture)
    left = 0
    while left < width:
        wide, high = chance.randint(width // 16, width // 6), chance.randint(height // 4, height // 2)
        roof, wall = height * 3 // 5 - high, chance.randint(70, 170)
        draw.rectangle((left, roof, left + wide, height * 3 // 5), fill=wall)
        for x in range(left + 6, left + wide - 8, 14):
            for y in range(roof + 8, height * 3 // 5 - 12, 18):
                draw.rectangle((x, y, x + 6, y + 9), fill=chance.choice((30, 60, 220)))
        left += wide
    draw.rectangle((0, height * 3 // 5, width, height), fill=90)
    for x in range(0, width, 48):
        draw.rectangle((x, height * 4 // 5, x + 24, height * 4 // 5 + 3), fill=230)
    return picture
