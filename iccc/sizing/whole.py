"""Whole pieces of what is needed in fractions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

ROUNDING = 1e-9  # what sums of decimal fractions are off by must not buy another piece


def pieces(share: float) -> int:
    """The least whole number that is not below ``share``, but for what sums of decimal fractions are off by."""
    return ceil(share - ROUNDING * max(1.0, abs(share)))


def next_size(needed: float, sizes: Iterable[float]) -> float | None:
    """The smallest size as sold that is enough; None when there is none."""
    return min((size for size in sizes if size >= needed * (1 - ROUNDING)), default=None)


def runs(sizes: Sequence[float], limit: float) -> int:
    """Into how many runs of neighbours a row parts, the sum of each within ``limit``; one that is larger is alone.

    It is the least number, and it grows with every size: each run takes as many as fit, in order.
    """
    count, left = 0, 0.0
    for size in sizes:
        if count and size <= left + ROUNDING * limit:
            left -= size
        else:
            count += 1
            left = limit - size
    return count
