"""Hints from snapshots: what is measured, where there is a doubt, and pictures that are an attack or none."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from iccc import pictures
from iccc.pictures import Doubt, Hint, Picture, black, defocused, frozen, read_picture

SIZE = (1280, 720)


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scene(level: int = 120, size: tuple[int, int] = SIZE) -> Image.Image:
    """Stripes and boxes around a grey level."""
    image = Image.new("L", size, level)
    draw = ImageDraw.Draw(image)
    for x in range(0, size[0], 40):
        draw.rectangle((x, size[1] // 3, x + 18, size[1] // 2), fill=min(255, level + x % 90))
    return image


def noisy(image: Image.Image, sigma: float = 6.0) -> Image.Image:
    return ImageChops.add(image, Image.effect_noise(image.size, sigma), offset=-128)


def clocked(image: Image.Image, text: str) -> Image.Image:
    image = image.copy()
    ImageDraw.Draw(image).text((8, image.height - 30), text, fill=255, font_size=24)
    return image


def read(image: Image.Image, **options: object) -> Picture:
    return read_picture(encoded(image, **options))


def test_a_street_by_day_is_none_of_it() -> None:
    first, second = read(noisy(scene())), read(noisy(scene()))
    assert (first.width_px, first.height_px) == SIZE
    assert black(first) is None and frozen(first, second, 5) is None and defocused(first, first.sharpness) is None


def test_black_is_dark_and_even_whatever_stands_in_the_text_bands() -> None:
    dark = read(clocked(noisy(Image.new("L", SIZE, 8), 1.0), "12:00:00"))
    assert black(dark) == Hint(f"black: brightness {dark.mean:.0f} of 255, spread {dark.spread:.1f}")
    night = noisy(Image.new("L", SIZE, 8), 1.0)
    ImageDraw.Draw(night).ellipse((600, 300, 680, 380), fill=255)  # a lamp
    assert isinstance(black(read(night)), Doubt)
    assert black(read(noisy(scene(level=60)))) is None


def test_frozen_is_the_same_picture_again_though_its_clock_runs() -> None:
    still = noisy(scene())
    found = frozen(read(clocked(still, "12:00:00")), read(clocked(still, "12:00:05")), 5)
    assert found == Hint("frozen: 0.00% of the pixels differ after 5 s")


def test_a_still_night_is_a_doubt_and_so_is_little_that_changed() -> None:
    night = scene(level=20)
    found = frozen(read(night), read(night), 5)
    assert found == Doubt("still: 0.00% of the pixels differ after 5 s, and it is dark")
    changed = scene()
    ImageDraw.Draw(changed).rectangle((300, 500, 330, 530), fill=255)
    assert isinstance(frozen(read(scene()), read(changed), 5), Doubt)
    assert isinstance(frozen(read(scene()), read(scene(size=(640, 480))), 5), Doubt)


def test_what_moves_in_a_picture_without_noise_is_seen() -> None:
    changed = scene()
    ImageDraw.Draw(changed).rectangle((300, 400, 500, 520), fill=255)
    assert frozen(read(scene()), read(changed), 5) is None


def test_out_of_focus_is_against_what_is_usual_there() -> None:
    sharp, blurred = read(noisy(scene(), 2.0)), read(noisy(scene().filter(ImageFilter.GaussianBlur(6)), 2.0))
    assert blurred.sharpness < sharp.sharpness / 2
    assert isinstance(defocused(blurred, None), Doubt)
    found = defocused(blurred, sharp.sharpness)
    figures = f"sharpness {blurred.sharpness:.0f}, usually at least {sharp.sharpness:.0f}"
    assert found == Hint(f"out of focus: {figures}")
    assert defocused(sharp, sharp.sharpness) is None and defocused(blurred, blurred.sharpness) is None
    assert isinstance(defocused(read(Image.new("L", SIZE, 5)), 500.0), Doubt)


@pytest.mark.parametrize("size", [(2560, 1440), (1280, 720), (3840, 2160)])
def test_figures_hardly_depend_on_the_resolution(size: tuple[int, int]) -> None:
    base = scene(size=(640, 360))
    figures = read(base.resize(size, Image.Resampling.NEAREST), quality=95)
    assert figures.sharpness == pytest.approx(read(base, quality=95).sharpness, rel=0.4)
    assert figures.mean == pytest.approx(read(base).mean, abs=2)


def bomb(width: int, height: int) -> bytes:
    """A small JPEG that says it is enormous."""
    data = bytearray(encoded(scene()))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def png_bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JPEG"),
        (b"<html>busy</html>", "no JPEG"),
        (encoded(scene())[:4000], "cut short"),
        (encoded(scene())[:300], "cut short"),
        (png_bomb(), "no JPEG"),
        (encoded(scene(), "PNG"), "no JPEG"),
        (bomb(65_000, 65_000), "pixels"),
        (bomb(10_000, 5_000), "10000x5000 pixels, more than 40000000"),
        (bytes(pictures.OCTETS_LIMIT + 1), "more than 8388608 bytes"),
        (encoded(scene(), progressive=True) + b"\xff\xda" * 40, "more than 32 scans"),
        (encoded(scene(size=(16, 8))), "too few"),
    ],
)
def test_what_is_no_picture_or_too_much_of_one(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match="JPEG|pixels|bytes|scans|too few") as caught:
        read_picture(data)
    assert said in str(caught.value) or "JPEG" in str(caught.value)


@given(st.integers(2, 6000), st.binary(min_size=1, max_size=8))
def test_damaged_pictures_are_read_or_are_a_value_error(at: int, junk: bytes) -> None:
    data = bytearray(encoded(scene(size=(320, 240))))
    data[at : at + len(junk)] = junk
    try:
        assert 0 <= read_picture(bytes(data)).mean <= 255
    except ValueError as error:
        assert "picture" in str(error)
