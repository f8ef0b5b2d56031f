"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iccc.units import ranges


def numbers(text: str) -> set[int]:
    if text == "none":
        return set()
    ends = [part.split("-") for part in text.split(",")]
    return {number for end in ends for number in range(int(end[0]), int(end[-1]) + 1)}


@given(st.sets(st.integers(0, 4095)))
def test_ranges_name_the_same_numbers(given_: set[int]) -> None:
    text = ranges(given_)
    assert numbers(text) == given_
    assert ranges(sorted(given_, reverse=True)) == text


@given(st.sets(st.integers(0, 60), min_size=1))
def test_ranges_are_as_short_as_they_can_be(given_: set[int]) -> None:
    parts = ranges(given_).split(",")
    assert len(parts) == sum(number - 1 not in given_ for number in given_)


@pytest.mark.parametrize(
    ("given_", "text"),
    [([], "none"), ([5], "5"), ([1, 2], "1-2"), ([7, 1, 3, 2], "1-3,7"), (range(1, 4095), "1-4094"), ([3, 3, 3], "3")],
)
def test_examples(given_: list[int], text: str) -> None:
    assert ranges(given_) == text
