"""``catalogue/lint.yaml``: what is known of bills that others wrote, and what a camera costs all in."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from iccc.city.model.common import Text
from iccc.yamlfile import Strict

Column = Literal[
    "item", "description", "unit", "quantity", "rate", "basis", "amount", "spares_amount", "gst_pct", "gst", "total",
    "index", "spares", "phase", "site", "beside",
]  # fmt: skip
Sort = Literal["total", "camera", "beside_camera", "operation", "beside_counted"]
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(min_length=1)]
Lakh = Annotated[float, Field(ge=0)]


class Band(Strict):
    """What a camera costs in one kind of project, all in."""

    title: Text
    least_lakh: Lakh
    most_lakh: Lakh
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Band:
        if self.most_lakh <= self.least_lakh:
            raise ValueError(f"most_lakh {self.most_lakh:g} is not more than least_lakh {self.least_lakh:g}")
        return self


class LintFile(Strict):
    schema_: Literal["lint/v1"] = Field(alias="schema")
    heads: dict[Column, Words]
    words: dict[Sort, Words]
    counted: dict[Annotated[str, Field(min_length=2, max_length=40)], Words] = {}
    bands: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")], Band] = {}

    @model_validator(mode="after")
    def _whole(self) -> LintFile:
        for key, names in (("heads", get_args(Column)), ("words", get_args(Sort))):
            if missing := [name for name in names if name not in getattr(self, key)]:
                raise ValueError(f"{key} has no {missing[0]!r}")
        return self
