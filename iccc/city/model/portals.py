"""``catalogue/portals.yaml``: in which columns, and how many items at a time, a portal takes a bill."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.boq import Prose
from iccc.city.model.common import Slug
from iccc.yamlfile import Strict

Of = Literal[
    "number", "item", "description", "specification", "code", "quantity", "unit", "gst_pct", "phase", "blank"
]  # fmt: skip


class PortalColumn(Strict):
    """``head`` as the portal writes it; ``of``: what stands below it. ``blank`` is for the bidder or the buyer."""

    head: Annotated[str, Field(min_length=1, max_length=80)]
    of: Of


class Portal(Strict):
    title: Prose
    items_per_file: Annotated[int, Field(ge=1, le=50_000)] | None = None
    columns: Annotated[tuple[PortalColumn, ...], Field(min_length=1)]
    source: Prose  # where the order of columns and the limit come from


class PortalsFile(Strict):
    schema_: Literal["portals/v1"] = Field(alias="schema")
    portals: dict[Slug, Portal]
