"""A MIB view: OIDs in order, each with its encoded value."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from iccc.lab.snmp.ber import Oid


class View:
    """Some tables of one moment. Values are encoded with tag and length."""

    def __init__(self, values: Mapping[Oid, bytes]) -> None:
        self._values = values
        self._order = sorted(values)

    def get(self, oid: Oid) -> bytes | None:
        return self._values.get(oid)

    def next(self, oid: Oid) -> tuple[Oid, bytes] | None:
        """The first value behind ``oid``; None at the end."""
        at = bisect_right(self._order, oid)
        if at == len(self._order):
            return None
        found = self._order[at]
        return found, self._values[found]


class Views:
    """Several disjoint views as one: the tables of all, and those of the VLAN that the community names."""

    def __init__(self, *views: View) -> None:
        self._views = views

    def get(self, oid: Oid) -> bytes | None:
        return next((value for view in self._views if (value := view.get(oid)) is not None), None)

    def next(self, oid: Oid) -> tuple[Oid, bytes] | None:
        found = [hit for view in self._views if (hit := view.next(oid)) is not None]
        return min(found) if found else None
