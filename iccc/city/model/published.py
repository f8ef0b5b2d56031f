"""``published.yaml``: the figures of the sources, each with its date, and what it is held against."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.common import Category, CountOrUnknown, DateOrUnknown, Slug, Text
from iccc.yamlfile import Strict

FITS = {
    "cameras": ("phase", "owner", "head", "site_type"),
    "sites": ("phase", "site_type"),
    "call_boxes": ("phase", "site_type"),
    "heads": ("phase", "head"),
}


class Counted(Strict):
    """What is counted of the declaration for a figure: cameras or sites, of a phase, an owner, a head, a type."""

    what: Literal["cameras", "sites", "call_boxes", "heads"] = "cameras"
    phase: Slug | None = None
    owner: Literal["project", "third_party"] | None = None
    head: Slug | None = None
    site_type: Category | None = None

    @model_validator(mode="after")
    def _fits(self) -> Counted:
        given = [key for key in ("phase", "owner", "head", "site_type") if getattr(self, key) is not None]
        for key in given:
            if key not in FITS[self.what]:
                raise ValueError(f"{self.what} are counted by {' and '.join(FITS[self.what])}, not by {key}")
        if self.head is not None and (self.owner == "project" or self.site_type is not None):
            other = "site_type" if self.site_type is not None else "owner: project"
            raise ValueError(f"cameras of a head are third parties' and on no site: head does not go with {other}")
        return self


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
