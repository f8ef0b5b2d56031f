"""A device type as NetBox's device-type library and its export write it.

Source: schema/devicetype.json and schema/components.json of netbox-community/devicetype-library, and the fields that
NetBox itself adds when it exports. Of what is not carried over only the place is known: NetBox may add keys there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from iccc.catalogue.interface_types import objection
from iccc.yamlfile import Strict


def _interface_type(type_: str) -> str:
    if text := objection(type_):
        raise ValueError(f"{type_!r} {text}")
    return type_


Name = Annotated[str, Field(min_length=1, max_length=64)]
Watts = Annotated[int, Field(ge=1)]


class Interface(Strict):
    """``poe_mode``: pse feeds, pd is fed."""

    name: Name
    type: Annotated[str, AfterValidator(_interface_type)]
    label: str | None = None
    enabled: bool | None = None
    mgmt_only: bool | None = None
    description: str | None = None
    bridge: str | None = None
    poe_mode: Literal["pd", "pse"] | None = None
    poe_type: (
        Literal[
            "type1-ieee802.3af",
            "type2-ieee802.3at",
            "type3-ieee802.3bt",
            "type4-ieee802.3bt",
            "passive-24v-2pair",
            "passive-24v-4pair",
            "passive-48v-2pair",
            "passive-48v-4pair",
        ]
        | None
    ) = None
    rf_role: str | None = None


class PowerPort(Strict):
    """Watts, of one supply."""

    name: Name
    type: str | None = None
    label: str | None = None
    maximum_draw: Watts | None = None
    allocated_draw: Watts | None = None
    description: str | None = None


class Component(BaseModel):
    """Anything else that a device type has several of. Its other keys are NetBox's own affair."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Name


Components = tuple[Component, ...] | None


class NetBoxDeviceType(Strict):
    manufacturer: Annotated[str, Field(min_length=1, max_length=100)]
    model: Annotated[str, Field(min_length=1, max_length=100)]
    slug: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            pattern=r"^[-a-z0-9_]+$",
            description="a word of small letters, digits, hyphens and _",
        ),
    ]
    part_number: Annotated[str, Field(max_length=50)] | None = None
    u_height: Annotated[float, Field(ge=0, le=60)] = 1
    is_full_depth: bool = True
    description: Annotated[str, Field(max_length=200)] | None = None
    comments: str | None = None
    interfaces: tuple[Interface, ...] | None = None
    power_ports: Annotated[tuple[PowerPort, ...] | None, Field(alias="power-ports")] = None
    # Not carried over
    airflow: str | None = None
    weight: Annotated[float, Field(ge=0)] | None = None
    weight_unit: Literal["kg", "g", "lb", "oz"] | None = None
    front_image: bool | None = None
    rear_image: bool | None = None
    is_powered: bool | None = None
    subdevice_role: Literal["parent", "child"] | None = None
    default_platform: str | None = None
    excluded_from_utilization: bool | None = None
    console_ports: Annotated[Components, Field(alias="console-ports")] = None
    console_server_ports: Annotated[Components, Field(alias="console-server-ports")] = None
    power_outlets: Annotated[Components, Field(alias="power-outlets")] = None
    front_ports: Annotated[Components, Field(alias="front-ports")] = None
    rear_ports: Annotated[Components, Field(alias="rear-ports")] = None
    module_bays: Annotated[Components, Field(alias="module-bays")] = None
    device_bays: Annotated[Components, Field(alias="device-bays")] = None
    inventory_items: Annotated[Components, Field(alias="inventory-items")] = None
