"""``recorders.yaml`` and ``servers.yaml``: what stands in the control centre."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from iccc.city.model.common import End, FormerUnit, Lifecycle, Mac, Owner, Serial, Slug
from iccc.yamlfile import Strict


class RecorderEntry(Strict):
    number: Annotated[int, Field(ge=1, le=200)]
    at: End  # "switch port"
    type: Literal["server", "appliance"]
    device_type: Slug
    standby: bool = False
    mac: Mac | None = None
    serial: Serial | None = None
    former: tuple[FormerUnit, ...] = ()  # units that stood here before, the last one at the end
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug


class RecordersFile(Strict):
    schema_: Literal["recorders/v1"] = Field(alias="schema")
    recorders: tuple[RecorderEntry, ...]


class ServerEntry(Strict):
    number: Annotated[int, Field(ge=1, le=100)]
    roles: Annotated[
        tuple[Literal["ntp", "syslog", "monitoring", "vms", "analytics", "storage"], ...], Field(min_length=1)
    ]
    at: End
    device_type: Slug
    mac: Mac | None = None
    serial: Serial | None = None
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug


class ServersFile(Strict):
    schema_: Literal["servers/v1"] = Field(alias="schema")
    servers: tuple[ServerEntry, ...]
