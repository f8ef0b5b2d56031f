"""Rupees to the paisa, in India's grouping and in words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.bom.money import exact, grouped, in_crore, in_lakh, share, to_paisa
from iccc.bom.words import _HINDI, english, hindi

AMOUNTS = st.decimals(0, 10**13, places=2)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"), ("7.5", "7.50"), ("999.999", "1,000.00"), ("1000", "1,000.00"), ("99999.99", "99,999.99"),
        ("100000", "1,00,000.00"), ("123456789", "12,34,56,789.00"), ("1234567890123", "12,34,56,78,90,123.00"),
        ("-100000", "-1,00,000.00"), ("-0.001", "0.00"),
    ],
)  # fmt: skip
def test_grouping(amount: str, text: str) -> None:
    assert grouped(Decimal(amount)) == text


@given(AMOUNTS)
def test_grouping_loses_nothing(amount: Decimal) -> None:
    text = grouped(amount)
    assert Decimal(text.replace(",", "")) == amount
    assert all(len(part) == 2 for part in text.partition(".")[0].split(",")[1:-1])


def test_lakh_and_crore() -> None:
    assert in_lakh(Decimal("12345678.90")) == "123.46 lakh"
    assert in_crore(Decimal("12345678900")) == "1,234.57 crore"


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.005", "0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("1.115", "1.12")]
)
def test_half_a_paisa_goes_up(amount: str, rounded: str) -> None:
    assert to_paisa(Decimal(amount)) == Decimal(rounded)


def test_numbers_of_files_are_what_stands_there() -> None:
    assert exact(12.1) == Decimal("12.1")
    assert share(Decimal("1000.10"), 12.5) == Decimal("125.01")


@pytest.mark.parametrize(
    ("amount", "said", "hindi_said"),
    [
        ("0", "Rupees zero only", "शून्य रुपये मात्र"),
        ("1", "Rupees one only", "एक रुपया मात्र"),
        ("0.01", "Rupees zero and one paise only", "शून्य रुपये और एक पैसा मात्र"),
        ("102003.50", "Rupees one lakh two thousand three and fifty paise only",
         "एक लाख दो हज़ार तीन रुपये और पचास पैसे मात्र"),
        (
            "123456789",
            "Rupees twelve crore thirty-four lakh fifty-six thousand seven hundred eighty-nine only",
            "बारह करोड़ चौंतीस लाख छप्पन हज़ार सात सौ नवासी रुपये मात्र",
        ),
        ("10000000", "Rupees one crore only", "एक करोड़ रुपये मात्र"),
        ("1250000000", "Rupees one hundred twenty-five crore only", "एक सौ पच्चीस करोड़ रुपये मात्र"),
        ("99.99", "Rupees ninety-nine and ninety-nine paise only", "निन्यानवे रुपये और निन्यानवे पैसे मात्र"),
    ],
)  # fmt: skip
def test_words(amount: str, said: str, hindi_said: str) -> None:
    assert english(Decimal(amount)) == said
    assert hindi(Decimal(amount)) == hindi_said


def test_hindi_has_a_hundred_different_words() -> None:
    assert len(_HINDI) == len(set(_HINDI)) == 100
    assert [_HINDI[n] for n in (19, 29, 39, 49, 59, 69, 79, 89, 99)] == [
        "उन्नीस", "उनतीस", "उनतालीस", "उनचास", "उनसठ", "उनहत्तर", "उनासी", "नवासी", "निन्यानवे",
    ]  # fmt: skip


SIZES = {
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "crore": 10**7,
    "सौ": 100,
    "हज़ार": 1000,
    "लाख": 10**5,
    "करोड़": 10**7,
}
SMALL_SAID = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
SMALL = SMALL_SAID.split()
TENS_SAID = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = dict(zip(TENS_SAID.split(), range(20, 100, 10), strict=True))


def _english_number(word: str) -> int:
    tens, _, ones = word.partition("-")
    return TENS[tens] + (SMALL.index(ones) if ones else 0) if tens in TENS else SMALL.index(word)


def _back(words: list[str], number: dict[str, int]) -> int:
    """The words as a number again: a unit multiplies all that stands before it since a larger one."""
    parts: list[int] = []
    for word in words:
        if word in SIZES:
            below = 0
            while parts and parts[-1] < SIZES[word]:
                below += parts.pop()
            parts.append(below * SIZES[word])
        else:
            parts.append(number[word])
    return sum(parts)


@given(st.integers(0, 10**12))
def test_words_are_the_number(rupees: int) -> None:
    said = english(Decimal(rupees)).removeprefix("Rupees ").removesuffix(" only").split()
    assert _back(said, {word: _english_number(word) for word in said if word not in SIZES}) == rupees
    said = hindi(Decimal(rupees)).rsplit(" ", 2)[0].split()
    assert _back(said, {word: at for at, word in enumerate(_HINDI)}) == rupees


@given(AMOUNTS, st.integers(0, 10_000))
def test_a_share_is_exact_to_the_paisa(amount: Decimal, basis_points: int) -> None:
    wanted = Fraction(amount) * basis_points / 10_000
    assert abs(Fraction(share(amount, basis_points / 100)) - wanted) <= Fraction(1, 200)
