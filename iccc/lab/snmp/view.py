"""A MIB view: OIDs in order, each with its encoded value or with what makes it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from iccc.lab.snmp.ber import Oid

Owner = TypeVar("Owner")
Cell = bytes | Callable[[Owner, Oid], bytes]
"""A value with tag and length, or a function that makes it when it is asked for: of the owner and the whole OID."""


@lru_cache(maxsize=131_072)
def shared(oid: Oid) -> Oid:
    """The same OID, one for all switches: most of them have most of their OIDs in common."""
    return oid


class View(Generic[Owner]):
    """Some tables. What moves with time is made when it is asked for."""

    def __init__(self, owner: Owner, values: Mapping[Oid, Cell[Owner]]) -> None:
        self._owner = owner
        self._values = {shared(oid): value for oid, value in values.items()}
        self._order = sorted(self._values)

    def get(self, oid: Oid) -> bytes | None:
        value = self._values.get(oid)
        return value if value is None or isinstance(value, bytes) else value(self._owner, oid)

    def after(self, oid: Oid) -> Oid | None:
        """The first OID behind ``oid``; None at the end."""
        at = bisect_right(self._order, oid)
        return self._order[at] if at < len(self._order) else None


class Views(Generic[Owner]):
    """Disjoint views as one: the tables of all VLANs, and those of the one that the request names."""

    def __init__(self, *views: View[Owner]) -> None:
        self._views = views

    def get(self, oid: Oid) -> bytes | None:
        return next((value for view in self._views if (value := view.get(oid)) is not None), None)

    def after(self, oid: Oid) -> Oid | None:
        return min((hit for view in self._views if (hit := view.after(oid)) is not None), default=None)
