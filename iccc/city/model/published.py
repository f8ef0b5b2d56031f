"""``published.yaml``: the figures of the sources, each with its date, and what it is held against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import Category, CountOrUnknown, DateOrUnknown, Slug, Text
from iccc.yamlfile import Strict


class Counted(Strict):
    """What is counted of the declaration for a figure: cameras or sites, of a phase, an owner, a head, a type."""

    what: Literal["cameras", "sites", "call_boxes", "heads"] = "cameras"
    phase: Slug | None = None
    owner: Literal["project", "third_party"] | None = None
    head: Slug | None = None
    site_type: Category | None = None


class Figure(Strict):
    """A figure as printed. Without ``counted`` it is quoted only: approximate, contradicted, or of another paper."""

    text: Text
    text_hi: Text | None = None
    value: CountOrUnknown
    approximate: bool = False
    as_of: DateOrUnknown
    source: Text
    counted: Counted | None = None
    parts: tuple[Slug, ...] = ()  # figures that add up to this one, as the source prints them
    note: Text | None = None


class PublishedFile(Strict):
    schema_: Literal["published/v1"] = Field(alias="schema")
    figures: Annotated[dict[Slug, Figure], Field(min_length=1)]
