"""Amounts in words, English and Hindi, in crore, lakh, thousand and hundred."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from iccc.bom.money import to_paisa

_TEENS_SAID = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS_SAID = "- - twenty thirty forty fifty sixty seventy eighty ninety"
# Each number below a hundred has a word of its own.
_HINDI_SAID = (
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ "
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस "
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस "
    "चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास "
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी "
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी "
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे"
)
_TEENS, _TENS, _HINDI = _TEENS_SAID.split(), _TENS_SAID.split(), _HINDI_SAID.split()
_UNITS = (10**7, 10**5, 10**3, 10**2)


def english(amount: Decimal) -> str:
    """``Rupees one lakh two thousand three and fifty paise only``; the amount is not negative."""
    rupees, paise = _parts(amount)
    said = f"Rupees {_words(rupees, ('crore', 'lakh', 'thousand', 'hundred'), _below_hundred)}"
    return f"{said} and {_below_hundred(paise)} paise only" if paise else f"{said} only"


def hindi(amount: Decimal) -> str:
    """``एक लाख दो हज़ार तीन रुपये और पचास पैसे मात्र``; the amount is not negative."""
    rupees, paise = _parts(amount)
    said = f"{_words(rupees, ('करोड़', 'लाख', 'हज़ार', 'सौ'), _HINDI.__getitem__)} {'रुपया' if rupees == 1 else 'रुपये'}"
    return f"{said} और {_HINDI[paise]} {'पैसा' if paise == 1 else 'पैसे'} मात्र" if paise else f"{said} मात्र"


def _parts(amount: Decimal) -> tuple[int, int]:
    if amount < 0:
        raise ValueError(f"{amount} is negative")
    return divmod(int(to_paisa(amount) * 100), 100)


def _words(number: int, units: tuple[str, ...], below_hundred: Callable[[int], str]) -> str:
    """``number`` in units; more than 99 crore are so many hundreds of crore."""
    said: list[str] = []
    for size, unit in zip(_UNITS, units, strict=True):
        count, number = divmod(number, size)
        if count:
            said += [_words(count, units, below_hundred), unit]
    if number or not said:
        said.append(below_hundred(number))
    return " ".join(said)


def _below_hundred(number: int) -> str:
    if number < 20:
        return _TEENS[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_TEENS[ones]}" if ones else "")
