"""Rupees: exact to the paisa, and written as in India."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PAISA = Decimal("0.01")
ROUNDING = "each amount is rounded to the paisa, half a paisa up; sums are of rounded amounts"
LAKH, CRORE = Decimal(10) ** 5, Decimal(10) ** 7
ZERO = Decimal("0.00")


def to_paisa(amount: Decimal) -> Decimal:
    """The amount to the paisa; half a paisa goes up, away from zero."""
    return amount.quantize(PAISA, ROUND_HALF_UP)


def exact(number: float) -> Decimal:
    """A number of a file as it is written there: 12.1 is 12.1, not the nearest binary fraction."""
    return Decimal(str(number))


def share(amount: Decimal, percent: float) -> Decimal:
    """``percent`` per cent of it, to the paisa."""
    return to_paisa(amount * exact(percent) / 100)


def grouped(amount: Decimal) -> str:
    """``12,34,56,789.00``: three digits, then by two."""
    whole, _, fraction = f"{to_paisa(abs(amount)):f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    sign = "-" if to_paisa(amount) < 0 else ""
    return f"{sign}{','.join([*pairs, tail])}.{fraction}"


def in_lakh(amount: Decimal) -> str:
    """``1,234.57 lakh``, for abstracts."""
    return f"{grouped(amount / LAKH)} lakh"


def in_crore(amount: Decimal) -> str:
    """``12.35 crore``, for summaries."""
    return f"{grouped(amount / CRORE)} crore"
