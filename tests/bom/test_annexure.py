"""The annexure of a DPR as PDF: its amounts are those of the JSON, its Hindi is shaped, and nothing in it is markup.

What is in a PDF is read with poppler, which shares nothing with the typesetter.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, features

from iccc.bom.money import grouped
from iccc.errors import UsageError
from iccc.report.annexure.page import Annexure, Block, Column, Row, Section
from iccc.report.annexure.typeset import typeset
from iccc.report.annexure.words import words
from tests.bom.test_command import DEMO, ran, refused

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")

DAY = "2026-11-30"
WORDS = ("वित्तीय", "श्रीकांत", "चौक", "क्षत्रिय", "पूर्णांकित", "हॉर्न")
DPI = 300


def pages(pdf: bytes, *options: str) -> list[str]:
    """The text of each page, in the order in which it is set."""
    said = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return said.stdout.decode().split("\f")[:-1]


def one_page(text: str) -> Annexure:
    return Annexure("hi", "", text, "", (), (), ("",), "", "", "", "", ())


def made(path: Path, *words: str) -> bytes:
    said = ran(*words, "--on", DAY, "-o", str(path))
    assert said.return_value == 0, said.output
    return path.read_bytes()


def test_every_amount_of_the_estimate_stands_in_it(tmp_path: Path) -> None:
    wanted = ("bilaspur", "--rates", DEMO)
    data = json.loads(ran(*wanted, "--on", DAY, "--format", "json").stdout)
    text = "\n".join(pages(made(tmp_path / "dpr.pdf", *wanted, "--language", "both"), "-layout"))
    spaced = re.sub(r"\s+", " ", text)
    assert data["total_in_words"] in spaced
    for step in data["steps"]:
        found = re.findall(rf"^ *{step['name']} .* ([\d,]+\.\d\d)$", text, re.MULTILINE)
        assert grouped(Decimal(step["amount"])) in found, step["name"]
    for row in data["rows"]:
        first = row["item"].replace(".", r"\.")
        lines = re.findall(rf"^ *{first} .*$", text, re.MULTILINE)
        amounts = [grouped(Decimal(row["amount"]) + Decimal(row["spares_amount"])), grouped(Decimal(row["total"]))]
        assert sum(all(amount in line.split() for amount in amounts) for line in lines) == 2, (row["item"], lines)
        assert f"{row['derivation']}" in spaced
    for year in data["financial_years"]:
        assert re.search(rf"{year['year']} .*{grouped(Decimal(year['capital']))}", text)
    for payment in data["payments"]:
        assert f"{payment['when']}" in spaced
        assert grouped(Decimal(payment["amount"])) in text


def test_made_up_rates_are_marked_on_every_page_and_an_own_card_on_none(tmp_path: Path) -> None:
    marked = pages(made(tmp_path / "fake.pdf", "jhansi", "--rates", DEMO, "--language", "both"))
    assert len(marked) > 10
    assert all("FAKE" in page for page in marked)
    card = tmp_path / "own.csv"
    card.write_text("item,rate,basis,date\nA.1.1,10000,GeM,2026-11-01\n", encoding="utf-8")
    said = ran("jhansi", "--rates", str(card), "--on", DAY, "-o", str(tmp_path / "own.pdf"))
    assert said.return_value == 3
    own = pages((tmp_path / "own.pdf").read_bytes())
    assert not any("FAKE" in page for page in own)
    assert "lines have no rate" in own[0]
    assert any("NO RATE" in page for page in own)


def test_pages_are_numbered_and_the_head_of_a_table_comes_again(tmp_path: Path) -> None:
    said = pages(made(tmp_path / "q.pdf", "sagar"))
    assert [re.findall(r"Page (\d+) of (\d+)", page) for page in said] == [
        [(str(n), str(len(said)))] for n in range(1, len(said) + 1)
    ]
    bill = [page for page in said if re.search(r"^[A-K]\.\d", page, re.MULTILINE)]
    assert len(bill) > 1
    assert all("HSN / SAC" in page for page in bill)


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (made(tmp_path / name, "jhansi", "--rates", DEMO) for name in ("a.pdf", "b.pdf"))
    assert first == second
    later = ran("jhansi", "--rates", DEMO, "--on", "2026-12-01", "-o", str(tmp_path / "c.pdf"))
    assert later.return_value == 0
    assert (tmp_path / "c.pdf").read_bytes() != first


def test_nothing_that_is_declared_is_markup() -> None:
    hostile = '#panic("no") *bold* $x^2$ _it_ `raw` @ref <label> \\ // /* */ [a](b) = Head "quoted" -- ~'
    table = Section(hostile, [Block([Column(hostile, 1)], [Row([hostile], small=[hostile])], hostile)], [hostile])
    part = Annexure(
        "en", hostile, hostile, hostile, [(hostile, hostile)], [hostile], [hostile], "", "", "", "", [table]
    )
    text = re.sub(r"\s+", " ", " ".join(pages(typeset([part], date(2026, 11, 30)))))
    assert text.count(hostile) >= 9


def test_a_letter_that_no_font_has_is_told_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="தமிழ்|த.*Latin and Devanagari"):
        typeset([one_page("தமிழ்")], date(2026, 11, 30))
    assert "pdf needs -o FILE" in refused(monkeypatch, capsys, "jhansi", "--format", "pdf")
    assert not list(tmp_path.iterdir())


def test_a_tender_has_no_rates_and_hindi_has_its_own_words(tmp_path: Path) -> None:
    english, hindi = (
        re.sub(r"\s+", " ", " ".join(pages(made(tmp_path / f"{language}.pdf", *wanted, "--language", language))))
        for language, wanted in (("en", ("jhansi", "--as", "tender")), ("hi", ("jhansi", "--rates", DEMO)))
    )
    assert "Tender bill of quantities" in english
    assert "payment: 50 % of the capital amount" in english
    assert not re.search(r"\d,\d\d,\d{3}\.\d\d", english)
    hindi = hindi.replace(" ", "")  # poppler sees gaps within words of Devanagari
    for said in ("झांसी", "शीर्षवारलागतसार", "वित्तीयवर्ष", "स्थिरबुलेटकैमरा", "आकस्मिकव्यय"):
        assert said in hindi, said
    assert "Fixedbulletcamera" not in hindi


def test_every_word_is_said_in_both_languages() -> None:
    for key in words("en")._words:
        for language in ("en", "hi"):
            assert words(language)(key) or key == "english_kept", key  # type: ignore[arg-type]
        filled = [sorted(re.findall(r"{\w+}", words(language)(key))) for language in ("en", "hi")]  # type: ignore[arg-type]
        assert filled[0] == filled[1], key


def ink(image: Image.Image) -> Image.Image:
    """The part that is not white, as grey."""
    grey = ImageChops.invert(image.convert("L"))
    return ImageChops.invert(grey.crop(grey.getbbox()))


def drawn(word: str, layout: ImageFont.Layout, height: int) -> Image.Image:
    """The word as Pillow draws it: with HarfBuzz's shaping, or one letter after the other."""
    with (files("fontpkg_mukta") / "files" / "Mukta-Bold.ttf").open("rb") as font:
        face = ImageFont.truetype(BytesIO(font.read()), round(25 * DPI / 72), layout_engine=layout)
    image = Image.new("L", (height * 12, height * 4), 255)
    ImageDraw.Draw(image).text((height, height), word, font=face, fill=0)
    return ink(image)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """0 for the same picture, 1 for its contrary."""
    other = other.resize(one.size)
    histogram = ImageChops.difference(one, other).histogram()
    return sum(value * count for value, count in enumerate(histogram)) / 255 / (one.width * one.height)


def rendered(texts: Sequence[str], folder: Path) -> list[Image.Image]:
    """The name of the city on the cover of each: the first thing below the margin."""
    pdf = folder / "words.pdf"
    pdf.write_bytes(typeset([one_page(text) for text in texts], date(2026, 11, 30)))
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), "-png", str(pdf), str(folder / "p")], check=True)
    found = []
    for path in sorted(folder.glob("p-*.png")):
        page = Image.open(path).convert("L")
        below = page.crop((page.width // 3, page.height // 10, page.width * 2 // 3, page.height))
        rows = below.resize((1, below.height), Image.Resampling.BOX).tobytes()
        first = next(at for at, row in enumerate(rows) if row < 255)
        last = next(at for at in range(first, below.height) if set(rows[at : at + 10]) == {255})
        found.append(ink(below.crop((0, first, below.width, last))))
    return found


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow is without HarfBuzz")
def test_devanagari_is_shaped(tmp_path: Path) -> None:
    """Conjuncts and vowel signs as HarfBuzz sets them. Letters in a row, as without shaping, are far from that."""
    for word, seen in zip(WORDS, rendered(WORDS, tmp_path), strict=True):
        shaped, in_a_row = (drawn(word, layout, 120) for layout in (ImageFont.Layout.RAQM, ImageFont.Layout.BASIC))
        assert abs(seen.width - shaped.width) <= 2, word
        assert unlike(seen, shaped) < 0.15, (word, unlike(seen, shaped))
        assert word == "चौक" or unlike(seen, in_a_row) > 0.25, (word, unlike(seen, in_a_row))  # its letters stay alone
