"""Numbers as people write them."""

from __future__ import annotations

from collections.abc import Iterable


def ranges(numbers: Iterable[int]) -> str:
    """``{1, 2, 3, 7}`` as ``1-3,7``; ``none`` for no number."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs) or "none"


def are(number: int) -> str:
    return "is" if number == 1 else "are"


def plural(number: int, what: str) -> str:
    """``1 camera``, ``2 cameras``, ``1,095 cameras``; ``what`` is a word that takes an s."""
    return f"{number:,} {what}{'s' * (number != 1)}"
