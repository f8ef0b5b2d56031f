"""``archetypes.yaml`` and ``survey-heads.yaml`` of the catalogue: what a surveyed place gets, how surveys are read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.boq import Prose
from iccc.city.model.common import Category, Slug, Title
from iccc.yamlfile import Strict

SurveyField = Literal[
    "number", "name", "name_hi", "type", "archetype", "lat", "lon", "link", "ward", "police_station", "main_road",
    "phase", "arms", "note", "apart",
]  # fmt: skip
Words = tuple[Title, ...]


class ArchetypeCameras(Strict):
    group: Slug  # of city.yaml
    count: Annotated[int, Field(ge=1, le=64)]
    ports: Annotated[int, Field(ge=0, le=64)] = 0  # kept for it; at least its count


class ArchetypePole(Strict):
    type: Literal["straight", "cantilever", "gantry", "wall", "existing"]
    height_m: Annotated[float, Field(gt=0, le=40)]
    arm_m: Annotated[float, Field(ge=0, le=20)] = 0.0
    count: Annotated[int, Field(ge=1, le=16)] = 1


class ArchetypeCabinet(Strict):
    """Without its UPS: sizing chooses that."""

    earthing_pits: Annotated[int, Field(ge=0, le=8)] = 2
    surge_protection: tuple[Literal["power", "ethernet", "coax"], ...] = ("power", "ethernet")
    door_sensor: bool = True


class Archetype(Strict):
    """What a place of this sort gets. Its switches are as many as its devices need, placed port by port."""

    title: Title
    title_hi: Title
    also: Words = ()  # as surveys call it
    type: Category
    arms: Annotated[int, Field(ge=1, le=8)] | None = None
    cameras: Annotated[tuple[ArchetypeCameras, ...], Field(min_length=1)]
    switch: Slug  # a device type
    cabinet: ArchetypeCabinet | None = None
    poles: tuple[ArchetypePole, ...] = ()
    call_box: Slug | None = None  # a device type; where the city has a network for it and somebody answers
    kind: Literal["example", "tender", "press", "expert"]
    source: Prose

    @model_validator(mode="after")
    def _each_group_once(self) -> Archetype:
        groups = [camera.group for camera in self.cameras]
        if twice := [group for group in groups if groups.count(group) > 1]:
            raise ValueError(f"group {twice[0]} stands here twice")
        return self


class ArchetypesFile(Strict):
    schema_: Literal["archetypes/v1"] = Field(alias="schema")
    archetypes: dict[Slug, Archetype]


class SurveyHeadsFile(Strict):
    """Heads of columns. ``cameras``: of columns with a number of cameras, by group of city.yaml.

    ``personal``: words in heads of columns that hold personal data. ``types``: what surveys call site types.
    ``same_place_m``: two places as near as that are taken for one. ``city_km``: how far from the middle of all places
    one may be, where the city declares no bounds.
    """

    schema_: Literal["survey-heads/v1"] = Field(alias="schema")
    heads: dict[SurveyField, Words]
    cameras: dict[Slug, Words] = {}
    personal: Words
    ignored: Words = ()
    types: dict[Category, Words] = {}
    same_place_m: Annotated[float, Field(ge=0, le=1000)] = 25.0
    city_km: Annotated[float, Field(gt=0, le=500)] = 50.0
    said_yes: Words
    said_no: Words
