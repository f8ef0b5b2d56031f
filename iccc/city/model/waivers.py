"""``waivers.yaml``: rules that are not kept and findings that are accepted, by decision, and how long findings wait."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from iccc.city.model.common import Post, Slug, Text
from iccc.yamlfile import Strict

Scope = Annotated[str, Field(min_length=1, max_length=120)]
FindingId = Annotated[
    str, Field(pattern=r"^[0-9a-f]{10}$", description="the id of a finding: ten digits from 0 to 9 and a to f, quoted")
]
# A class of findings (operational), or a path of a device (ports[*].full_duplex), where * stands for anything.
Drift = Annotated[
    str,
    Field(
        pattern=r"^[a-z*][A-Za-z0-9_./:\[\]*? -]{0,119}$",
        description="a class of findings like operational, or a path like ports[*].full_duplex",
    ),
]
# Of `iccc verify`: the names of the tests in tests/field.
Check = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9_]{1,39}$", description="a check of iccc verify, as it prints them: gaps, time_source"
    ),
]


class Waiver(Strict):
    """What is accepted: a ``rule`` of ``iccc check`` that is not kept, findings of ``iccc drift``, failures of verify.

    ``scope`` of a rule: a device, a site, a head, a file, a glob; ``*`` is all. Of ``drift`` and ``check``: the words
    of ``--limit``. A ``finding`` is of one device and needs none.
    """

    rule: Slug | None = None
    drift: Drift | None = None
    check: Check | None = None
    finding: FindingId | None = None
    scope: Scope | None = None
    reason: Text
    approver: Post
    given_on: date
    expires: date

    @model_validator(mode="after")
    def _about_one_thing(self) -> Waiver:
        about = [name for name in ("rule", "drift", "finding", "check") if getattr(self, name) is not None]
        if len(about) != 1:
            found = " and ".join(about) or "none of them"
            raise ValueError(f"a waiver has one of rule, drift, finding, check; here is {found}")
        if self.finding is None and self.scope is None:
            raise ValueError("'scope' is missing")
        if self.finding is not None and self.scope is not None:
            raise ValueError("a finding is of one device: scope is for rule, drift and check")
        return self

    @property
    def about(self) -> str:
        """``poe-headroom for 'bsp-j01'``, ``finding 0123456789``."""
        return (
            f"finding {self.finding}" if self.finding else f"{self.rule or self.drift or self.check} for {self.scope!r}"
        )


class Grace(Strict):
    """For how long findings may stand before they are reported: a camera that restarts is no news."""

    drift: Drift
    scope: Scope
    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)]
    reason: Text
    approver: Post
    given_on: date
    expires: date

    @property
    def about(self) -> str:
        return f"grace of {self.minutes} minutes for {self.drift} of {self.scope!r}"


class WaiversFile(Strict):
    schema_: Literal["waivers/v1"] = Field(alias="schema")
    waivers: tuple[Waiver, ...] = ()
    grace: tuple[Grace, ...] = ()
