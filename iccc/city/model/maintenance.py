"""``maintenance`` of ``city.yaml``: when changes may be made, and how many cameras they may cost for the while."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from iccc.city.model.common import Post, Text
from iccc.city.model.waivers import Scope
from iccc.yamlfile import Strict

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description='a quoted time from "00:00" to "23:59"')
]
EndOfTime = Annotated[
    str,
    Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", description='a quoted time from "00:00" to "24:00"'),
]


def _a_time(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time that there is") from None
    return text


LocalTime = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="a local time like 2026-11-30T22:00",
    ),
    AfterValidator(_a_time),
]


class Window(Strict):
    """Changes may be made from ``from`` to ``to``, local time. ``days`` are those on which it opens.

    Where ``to`` is the earlier of both, it closes on the day after.
    """

    days: Annotated[tuple[Day, ...], Field(min_length=1)]
    from_: TimeOfDay = Field(alias="from")
    to: EndOfTime

    @field_validator("days")
    @classmethod
    def _each_once(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        if twice := [day for index, day in enumerate(days) if day in days[:index]]:
            raise ValueError(f"have {twice[0]!r} twice")
        return days

    @field_validator("to")
    @classmethod
    def _later(cls, to: str, info: ValidationInfo) -> str:
        if to == info.data.get("from_"):
            raise ValueError(f'{to} is when it opens; the whole day is from "00:00" to "24:00"')
        return to


class Freeze(Strict):
    """Days on which nothing is changed, both ends included: an election, a festival."""

    from_: date = Field(alias="from")
    to: date
    reason: Text

    @model_validator(mode="after")
    def _forwards(self) -> Freeze:
        if self.to < self.from_:
            raise ValueError(f"the freeze ends on {self.to}, before it begins on {self.from_}")
        return self


class Work(Strict):
    """Planned work: what begins meanwhile on devices in ``scope`` (the words of ``--limit``) is no surprise."""

    scope: Scope
    from_: LocalTime = Field(alias="from")
    to: LocalTime
    reason: Text
    approver: Post

    @model_validator(mode="after")
    def _forwards(self) -> Work:
        if self.to <= self.from_:
            raise ValueError(f"the work ends at {self.to}, when it has not begun: {self.from_}")
        return self


class Maintenance(Strict):
    """Without ``windows`` changes may be made at any time. Times are the city's own: ``time.utc_offset_min``."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1)] | None = None
    freeze: tuple[Freeze, ...] = ()
    work: tuple[Work, ...] = ()
    # Cameras that a deploy may have off the network at once by what it changes. Left out: no limit.
    camera_loss_budget: Annotated[int, Field(ge=0)] | None = None
