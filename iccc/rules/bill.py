"""The catalogue of the bill: that nothing is in it twice under two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from iccc.city.devices import City
from iccc.rules.rule import Outcome, Row, Severity, Stage, passed, rule
from iccc.yamlfile import Where


@rule(
    "bill-listed-twice",
    Severity.MEDIUM,
    Stage.DESIGN,
    do="take one of them out, or say in the descriptions what tells them apart",
    source="published tenders list the same thing twice (the video wall of one), and it is bought twice",
)
def bill_listed_twice(city: City, _today: date) -> Iterator[Row]:
    """No two items of the bill have the same words"""
    first: dict[frozenset[str], tuple[str, Where]] = {}
    for number, description, where in _items(city):
        words = frozenset(re.findall(r"\w+", description.casefold()))
        if words in first:
            name, at = first[words]
            text = f"{number} {description!r} has the words of {name} at {at}"
            yield Row(Outcome.WARN, number, where, text)
        else:
            first[words] = (number, where)
            yield passed(number, where)


def _items(city: City) -> Iterator[tuple[str, str, Where]]:
    """Item number, description and place: device types that the city has, and the items beside them."""
    used = {device.device_type for device in city.inventory()}
    for name, type_ in city.catalogue.items():
        if name in used:
            where = city.declared.catalogue.document.where("device_types", name, "description")
            yield type_.boq_item or name, type_.description, where
    document, file = city.declared.boq
    for number, item in file.items.items():
        yield number, item.description, document.where("items", number, "description")


RULES = (bill_listed_twice,)
