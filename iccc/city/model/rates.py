"""A rate card in YAML: what a unit of an item costs, on whose word, and of what day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.boq import ItemNumber
from iccc.city.model.common import Title
from iccc.yamlfile import Strict

RateField = Literal["item", "description", "unit", "rate", "basis", "reference", "index", "date"]
Basis = Literal["SOR", "GeM", "quotation", "FAKE"]
Day = date  # an entry has a key of the type's name
LARGEST_RATE = 10**11  # rupees: ten thousand crore for one piece


class RateEntry(Strict):
    description: str | None = None
    unit: str | None = None
    rate: Annotated[float, Field(ge=0, le=LARGEST_RATE)] | None = None
    basis: Basis
    reference: str = ""
    index: Annotated[float, Field(gt=0, le=10)] = 1.0
    date: Day | None = None


class RatesFile(Strict):
    schema_: Literal["rates/v1"] = Field(alias="schema")
    rates: dict[ItemNumber, RateEntry]


class RateHeadsFile(Strict):
    """``rate-heads.yaml``: heads of a card's columns, those to pass over, and what cards call a basis and a unit.

    ``not_rupees``: words in the head of a rate by which it is not one in rupees without GST.
    """

    schema_: Literal["rate-heads/v1"] = Field(alias="schema")
    heads: dict[RateField, tuple[Title, ...]]
    ignored: tuple[Title, ...] = ()
    not_rupees: tuple[Title, ...] = ()
    bases: dict[Basis, tuple[Title, ...]] = {}
    units: dict[Title, tuple[Title, ...]] = {}
