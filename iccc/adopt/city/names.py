"""What a hostname says, where it is one of ours: the code of the city, the site, and which device of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from iccc.city.model.common import Title

_OF_SITE = re.compile(r"([a-z]{2,4})-([js])([0-9]{2,4})-(c|sw|ups|ecb)([0-9]{1,3})")
_CENTRAL = re.compile(r"([a-z]{2,4})-(rec)([0-9]{2,3})")

_TITLE: TypeAdapter[str] = TypeAdapter(Title)

Value = TypeVar("Value", bound=Hashable)


class Said(NamedTuple):
    """``bsp-j01-c12``: code bsp, letter j, site 1, kind c, number 12. Of a recorder the site is 0."""

    code: str
    letter: str
    site: int
    kind: str
    number: int


def said(name: str) -> Said | None:
    """None for every other name."""
    short = name.strip().lower().partition(".")[0]
    if found := _OF_SITE.fullmatch(short):
        return Said(found[1], found[2], int(found[3]), found[4], int(found[5]))
    if found := _CENTRAL.fullmatch(short):
        return Said(found[1], "", 0, found[2], int(found[3]))
    return None


def is_title(text: str) -> bool:
    """Whether a declaration takes it as a name: no control characters, not too long, nobody's telephone number."""
    try:
        _TITLE.validate_python(text)
    except ValidationError:
        return False
    return True


def most(values: Iterable[Value]) -> tuple[Value, int, int] | None:
    """The commonest value, how often it stands there, and how many there are; None of nothing. Ties: the first."""
    counted = Counter(values)
    if not counted:
        return None
    value, count = counted.most_common(1)[0]
    return value, count, counted.total()
