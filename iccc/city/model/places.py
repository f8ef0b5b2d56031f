"""``hot-spots.yaml`` and ``buses.yaml``."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from iccc.city.model.common import (
    CountOrUnknown,
    DateOrUnknown,
    Lifecycle,
    Position,
    Serial,
    SiteNumber,
    Slug,
    Text,
    Title,
)
from iccc.yamlfile import Strict

_LETTER = r"[\u0900-\u0963\u0970-\u097f]"  # of Devanagari: \b would end a word at a vowel sign
_COMMUNITY = re.compile(
    r"\b(?:communit(?:y|ies)(?![ -](?:hall|cent(?:re|er)|health|park|toilet)s?\b)|religio(?:ns?|us)|castes?"
    r"|trib(?:es?|als?)|minorit(?:y|ies)|hindus?|muslims?|christians?|sikhs?|jains?|buddhists?|parsis?|dalits?"
    r"|adivasis?)\b"
    rf"|(?<!{_LETTER})(?:समुदाय(?:ों)?|धर्म(?:ों)?|धार्मिक|(?:जन|उप)?जाति(?:यों|याँ|यां)?|जातीय|अल्पसंख्यक(?:ों)?|मुस्लिम(?:ों)?"
    r"|मुसलमान(?:ों)?|हि(?:ं|न्)(?:दू|दुओं)|ईसाई(?:यों)?|सिख(?:ों)?|जैन(?:ों)?|बौद्ध(?:ों)?|पारसी|दलित(?:ों)?"
    rf"|आदिवासी|आदिवासियों)(?!{_LETTER})",
    re.IGNORECASE,
)


def _place_only(text: str) -> str:
    if found := _COMMUNITY.search(text):
        raise ValueError(f"has {found[0]!r} in it: a hot spot is a place, and no attribute of a community")
    return text


PlaceText = Annotated[Text, AfterValidator(_place_only)]


class Evidence(Strict):
    """Incidents that make an area a hot spot."""

    what: PlaceText
    incidents: CountOrUnknown
    since: DateOrUnknown
    until: DateOrUnknown
    source: Text


class HotSpot(Strict):
    """An area with incident evidence and a review date; never an attribute of who lives there."""

    name: Annotated[Title, AfterValidator(_place_only)]
    name_hi: Annotated[Title, AfterValidator(_place_only)] | None = None
    area: Annotated[tuple[Position, ...], Field(min_length=1)]  # corners; one: a point
    sites: tuple[SiteNumber, ...] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    review_on: date


class HotSpotsFile(Strict):
    schema_: Literal["hot-spots/v1"] = Field(alias="schema")
    hot_spots: dict[Annotated[Slug, AfterValidator(_place_only)], HotSpot]


class Fleet(Strict):
    """Buses of one operator. Single buses are numbered from ``accepted`` on; before that they are counted."""

    operator: Title
    buses: CountOrUnknown
    cameras_per_bus: CountOrUnknown
    device_type: Slug  # the recorder in a bus
    uplink: Literal["4g", "depot_wifi"]
    status: Lifecycle
    phase: Slug
    as_of: DateOrUnknown
    source: Text
    serials: dict[Annotated[int, Field(ge=1, le=2000)], Serial] = {}  # bus number: its recorder

    @model_validator(mode="after")
    def _numbered(self) -> Fleet:
        if isinstance(self.buses, int) and (beyond := [number for number in self.serials if number > self.buses]):
            raise ValueError(f"bus {beyond[0]} is not one of the {self.buses} buses")
        return self


class BusesFile(Strict):
    schema_: Literal["buses/v1"] = Field(alias="schema")
    fleets: dict[Slug, Fleet]
