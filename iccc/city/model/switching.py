"""``switching`` of ``city.yaml``: what all switches of a city have in common beyond their ports."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from iccc.city.model.common import Slug, VlanId
from iccc.yamlfile import Strict

Priority = Annotated[
    int, Field(ge=0, le=61440, multiple_of=4096)
]  # IEEE 802.1D bridge priority; the lowest is the root
LOGINS = (("local",), ("tacacs+", "local"), ("radius", "local"))


class SpanningTree(Strict):
    """Spanning tree of every switch, and the bridge priority of a role. A role without one keeps what it has."""

    mode: Literal["rapid-pvst", "rstp", "mstp"]
    access_priority: Priority | None = None
    aggregation_priority: Priority | None = None
    core_priority: Priority | None = None


class CameraPorts(Strict):
    """Settings of every access port that a declared device hangs on. What is left out is not touched."""

    edge: bool | None = None  # no switch hangs there, so it forwards at once
    bpdu_guard: bool | None = None  # a port that hears another switch goes down
    max_macs: Annotated[int, Field(ge=1, le=1024)] | None = None
    storm_pct: Annotated[float, Field(ge=0.1, le=100)] | None = None  # broadcasts, per cent of the line


class Absent(Strict):
    """What no switch shall have any more: everything else that is not declared is left alone."""

    vlans: tuple[VlanId, ...] = ()
    users: tuple[Slug, ...] = ()


class Switching(Strict):
    """What switches are configured with. A key that is left out is not managed."""

    lldp: bool | None = None
    spanning_tree: SpanningTree | None = None
    camera_ports: CameraPorts | None = None
    logins: Annotated[tuple[Literal["local", "tacacs+", "radius"], ...], Field(min_length=1)] | None = None

    absent: Absent | None = None

    @field_validator("logins")
    @classmethod
    def _local_at_last(cls, logins: tuple[str, ...] | None) -> tuple[str, ...] | None:
        # Without the switch's own users nobody gets in while the server of the others is out of reach.
        if logins and logins[-1] != "local":
            raise ValueError(
                f"end with {logins[-1]!r}; the last must be 'local', for when its server cannot be reached"
            )
        if logins and logins not in LOGINS:
            known = ", or ".join(f"[{', '.join(methods)}]" for methods in LOGINS)
            raise ValueError(f"[{', '.join(logins)}] are not {known}")
        return logins
