"""``evidence-holds.yaml``: cameras and recorders that nobody may change, by order, while a matter is pending."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.common import Post, Text
from iccc.city.model.maintenance import LocalTime
from iccc.yamlfile import Strict


class EvidenceHold(Strict):
    """``scope`` is a camera, a recorder, or a site with all its cameras.

    A hold does not lapse by itself: after ``until`` it is due to be released or extended, and holds until the entry
    is taken out.
    """

    scope: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Text
    ordered_by: Post
    ordered_on: date
    until: date
    # Recordings of servers that are never deleted meanwhile: all of the cameras, or those of this local time.
    footage_from: LocalTime | None = None
    footage_to: LocalTime | None = None

    @model_validator(mode="after")
    def _forwards(self) -> EvidenceHold:
        if self.until < self.ordered_on:
            raise ValueError(f"the hold ends on {self.until}, before it was ordered on {self.ordered_on}")
        if self.footage_from and self.footage_to and self.footage_to <= self.footage_from:
            raise ValueError(f"footage_to {self.footage_to} is not after footage_from {self.footage_from}")
        return self


class EvidenceHoldsFile(Strict):
    schema_: Literal["evidence-holds/v1"] = Field(alias="schema")
    evidence_hold: tuple[EvidenceHold, ...] = ()
