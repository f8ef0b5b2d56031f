"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import unicodedata

from iccc.switch.literal import literal
from iccc.switch.platforms.cisco_ios.facts import MAX_LINE
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` as this command line takes it; see :func:`iccc.switch.literal.literal`."""
    return literal(value, MAX_LINE)


def description(*candidates: str) -> str:
    """The first candidate that a switch can hold, cut to length; for names in Hindi give the ASCII one after it.

    When none can be held, the ASCII letters of the last are left (accents dropped), or ``""``.
    """
    for text in candidates:
        short = " ".join(text.split())[:MAX_LINE].rstrip()
        if short and _sayable(short):
            return short
    plain = unicodedata.normalize("NFKD", candidates[-1] if candidates else "").encode("ascii", "ignore").decode()
    kept = "".join(letter for letter in " ".join(plain.split()) if letter.isprintable() and letter != "?")
    return kept[:MAX_LINE].strip()


def _sayable(text: str) -> bool:
    try:
        say(text)
    except Unsayable:
        return False
    return True
