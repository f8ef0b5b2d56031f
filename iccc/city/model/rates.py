"""A rate card in YAML: what a unit of an item costs, on whose word, and of what day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.boq import ItemNumber
from iccc.yamlfile import Strict

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
