"""Which values may stand in a configuration line. Everything that a template prints passes :func:`say`."""

from __future__ import annotations

import unicodedata

from iccc.switch.platforms.cisco_ios.facts import MAX_LINE
from iccc.switch.steps import Unsayable


def say(value: object) -> object:
    """``value`` itself if the command line takes it literally; :class:`Unsayable` if not.

    A newline would start a second command, ``?`` asks for help, control characters edit the line,
    and IOS drops blanks at the ends and mangles what is not ASCII.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise Unsayable(f"{value!r} is neither text nor a number")
    if not value or len(value) > MAX_LINE:
        raise Unsayable(f"{value[:40]!r} has {len(value)} characters, allowed are 1 to {MAX_LINE}")
    if not (value.isascii() and value.isprintable()):
        raise Unsayable(f"{value!r} has characters other than printable ASCII")
    if "?" in value:
        raise Unsayable(f"{value!r} has a '?', which asks the switch for help")
    if value != value.strip():
        raise Unsayable(f"{value!r} begins or ends with a blank")
    return value


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
