"""``failovers.yaml``: recorders whose cameras a standby records, from when to when, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.common import Text
from iccc.city.model.maintenance import LocalTime
from iccc.yamlfile import Strict

RecorderName = Annotated[
    str, Field(pattern=r"^[a-z]{2,8}-rec[0-9]{2,3}$", description="the name of a recorder: bsp-rec03")
]


class Failover(Strict):
    """While ``until`` is not there, ``to`` records the cameras that are declared on ``recorder``.

    An entry that has ended stays: it says which recorder has the footage of that time.
    """

    recorder: RecorderName
    to: RecorderName
    since: LocalTime
    until: LocalTime | None = None
    reason: Text

    @model_validator(mode="after")
    def _forwards(self) -> Failover:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"it ends at {self.until}, before it began at {self.since}")
        if self.recorder == self.to:
            raise ValueError(f"{self.recorder} cannot stand in for itself")
        return self


class FailoversFile(Strict):
    schema_: Literal["failovers/v1"] = Field(alias="schema")
    failovers: tuple[Failover, ...] = ()
