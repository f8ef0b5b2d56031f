"""``catalogue/device-types.yaml``: what can be bought, with what the model needs to place, feed, check and count it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from iccc.city.model.common import Slug, Text, Watts
from iccc.yamlfile import Strict

# A port as its command line writes it: GigabitEthernet1/3, ge-0/0/7, 1/1/24, eth0, Port 5.
PORT = r"[A-Za-z0-9](?: ?[A-Za-z0-9/:._+-])*"
Platform = Literal["cisco_ios", "aruba_aoscx", "juniper_junos", "huawei_vrp", "alliedware_plus", "snmp_only"]
SNMP_ONLY = "snmp_only"  # any other managed switch: observed by SNMP, never logged in to, never written
# What the ports of a platform are called. A slip in a name would only be found by the switch. Sources:
# - "Aruba 8320 Switch Series member, slot, and port notation": member/slot/port; on some other series slot/port
# - Junos OS, "Understanding Interface Naming Conventions on EX Series Switches": type-fpc/pic/port
# - "S12700 Series Agile Switches Hardware Description", "Interface Numbering": slot/subcard/number, one more in a CSS
# - Allied Telesis, "Interfaces Feature Overview and Configuration Guide", "Port numbering": portx.y.z
PORT_OF_PLATFORM: Mapping[str, re.Pattern[str]] = {
    "cisco_ios": re.compile(r"[A-Z][A-Za-z]+[0-9]+(/[0-9]+)*"),
    "aruba_aoscx": re.compile(r"[0-9]+(/[0-9]+){1,2}"),
    "juniper_junos": re.compile(r"(?:fe|ge|mge|xe|et)-[0-9]+/[0-9]+/[0-9]+"),
    "huawei_vrp": re.compile(r"(?:[0-9]{2,3}GE|[A-Z][A-Za-z]+)[0-9]+(/[0-9]+){2,3}"),
    "alliedware_plus": re.compile(r"port[0-9]+\.[0-9]+\.[0-9]+"),
    SNMP_ONLY: re.compile(PORT),  # as its agent's ifName has it
}
# IEEE 802.3: watts that the port must give for a device of the class.
POE_CLASS_W = (15.4, 4.0, 7.0, 15.4, 30.0, 45.0, 60.0, 75.0, 90.0)


class Kind(StrEnum):
    """Kinds of devices. Switches, recorders and cameras have drivers; the others are declared and counted."""

    SWITCH = "switch"
    RECORDER = "recorder"
    CAMERA = "camera"
    SERVER = "server"
    UPS = "ups"
    CALL_BOX = "call_box"
    PA = "pa"
    VMS_BOARD = "vms_board"
    SENSOR = "sensor"
    BUS_RECORDER = "bus_recorder"
    TRANSCEIVER = "transceiver"


class PortRange(Strict):
    """Ports of one sort, by a pattern with ``{n}`` for the number: ``GigabitEthernet1/{n}``, 1 to ``count``.

    A single port may be named as it is, without ``{n}``.
    """

    count: Annotated[int, Field(ge=1, le=64)]
    name: Annotated[
        str,
        Field(
            max_length=66,  # 64 in NetBox, and {n} for a digit
            pattern=rf"^(?:{PORT}(?: ?\{{n\}})?|\{{n\}})$",
            description="a port name with {n} for its number: GigabitEthernet1/{n}",
        ),
    ]
    first: Annotated[int, Field(ge=0)] = 1
    poe_w: Watts = 0.0  # PSE watts at one port
    uplink: bool = False

    @field_validator("name")
    @classmethod
    def _numbered(cls, name: str, info: ValidationInfo) -> str:
        if "{n}" not in name and info.data.get("count", 1) != 1:
            raise ValueError(f"{name!r} is not a port name with {{n}} for its number: GigabitEthernet1/{{n}}")
        return name

    @property
    def names(self) -> list[str]:
        return [self.name.format(n=number) for number in range(self.first, self.first + self.count)]


class Certificate(Strict):
    """A certificate of a make and model. ``scheme``: STQC-ER (Essential Requirements), BIS (IS 13252-1), MTCTE."""

    scheme: Literal["STQC-ER", "BIS", "MTCTE"]
    number: Annotated[str, Field(min_length=3, max_length=64)]
    expires: date
    source: Text | None = None


class Runtime(Strict):
    """One line of a manufacturer's runtime table: with ``load_w`` the batteries last ``minutes``."""

    load_w: Annotated[float, Field(gt=0)]
    minutes: Annotated[float, Field(gt=0)]


class Factory(Strict):
    """How a camera comes out of its box: where it answers, and how it gets its first user (docs/field-work.md)."""

    address: IPv4Address
    activation: Literal["onvif", "login", "hikvision"]


class DeviceType(Strict):
    """One entry of the catalogue. ``head`` is the head of the bill of quantities (A–K).

    ``generic`` types name no make and model: certificates, country and firmware are asked of what is bought in
    their place.
    """

    kind: Kind
    description: str
    description_hi: str | None = None
    head: Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"]
    unit: str = "no."
    source: str | None = None
    boq_item: Annotated[str, Field(pattern=r"^[A-K](\.[0-9]{1,3}){1,3}$", description="an item like A.1.2")] | None = (
        None
    )
    hsn: Annotated[str, Field(pattern=r"^[0-9]{4,8}$", description="an HSN code of 4 to 8 digits, quoted")] | None = (
        None
    )
    # Make and model
    generic: bool = False
    manufacturer: str | None = None
    part_number: str | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="a country's two capital letters: IN")] | None = (
        None
    )
    supplier_class: Literal["class-1-local", "class-2-local", "non-local"] | None = None
    land_border_registered: bool | None = None  # GFR 144(xi): bidders of countries that share a land border
    certificates: tuple[Certificate, ...] = ()
    firmware: tuple[str, ...] = ()  # versions that may run
    # Power and size
    poe_class: Annotated[int, Field(ge=0, le=8)] | None = None  # class of IEEE 802.3 that the device asks for
    pse_w: Annotated[float, Field(ge=0)] | None = None  # PoE class watts at the switch port; 0: needs a port, no PoE
    power_w: Watts | None = None  # draw at the mains; of a PoE switch without what it feeds
    rack_units: Annotated[float, Field(gt=0, le=60)] | None = None
    # Cameras and call boxes
    factory: Factory | None = None  # of cameras that `iccc stage` takes over
    onvif_profiles: tuple[Literal["S", "T", "G", "M", "A", "C", "D"], ...] = ()
    # Of cameras: the path of the main stream's RTSP URI with its query, which servers record from
    stream_path: (
        Annotated[str, Field(pattern=r"^/[A-Za-z0-9/._~?&=+,:@-]{0,200}$", description="a path: /live/main")] | None
    ) = None
    # Switches
    platform: Platform | None = None
    ports: tuple[PortRange, ...] = ()
    poe_budget_w: Watts = 0.0
    poe_headroom: Annotated[float, Field(ge=0, lt=1)] = 0.2  # share of the budget kept free
    throughput_mbps: Annotated[float, Field(gt=0)] | None = None  # of recorders: what they record and play together
    # Recorders
    channels: Annotated[int, Field(ge=1)] | None = None
    channels_by: Literal["onvif", "isapi", "hand"] = "onvif"  # how cameras are put on its channels
    usable_tb: Annotated[float, Field(gt=0)] | None = None
    # UPS
    va: Annotated[float, Field(gt=0)] | None = None
    runtime: tuple[Runtime, ...] = ()  # with the battery that it is sold with
    battery_ah: Annotated[float, Field(gt=0)] | None = None  # of that battery
    dc_bus_v: Annotated[float, Field(gt=0)] | None = None  # nominal voltage of the battery
    blocks_ah: tuple[Annotated[float, Field(gt=0)], ...] = ()  # sizes in which its battery blocks are sold
    # Transceivers
    optical_budget_db: Annotated[float, Field(gt=0)] | None = None
    reach_m: Annotated[float, Field(gt=0)] | None = None

    @field_validator("boq_item")
    @classmethod
    def _below_head(cls, item: str | None, info: ValidationInfo) -> str | None:
        head = info.data.get("head")
        if item is not None and head is not None and not item.startswith(head):
            raise ValueError(f"{item!r} is not an item of head {head}")
        return item

    @field_validator("pse_w")
    @classmethod
    def _enough(cls, pse_w: float | None, info: ValidationInfo) -> float | None:
        poe_class = info.data.get("poe_class")
        if pse_w is not None and poe_class is not None and pse_w < POE_CLASS_W[poe_class]:
            raise ValueError(f"{pse_w:g} is less than the {POE_CLASS_W[poe_class]:g} W of PoE class {poe_class}")
        return pse_w

    @field_validator("factory")
    @classmethod
    def _of_a_camera(cls, factory: Factory | None, info: ValidationInfo) -> Factory | None:
        kind = info.data.get("kind")
        if factory is not None and kind is not None and kind is not Kind.CAMERA:
            raise ValueError(f"factory is of cameras, and this is a {kind}")
        return factory

    @field_validator("ports")
    @classmethod
    def _named_by_platform(cls, ports: tuple[PortRange, ...], info: ValidationInfo) -> tuple[PortRange, ...]:
        platform = info.data.get("platform")
        for port in (ports_.names[0] for ports_ in ports):
            if platform is not None and not PORT_OF_PLATFORM[platform].fullmatch(port):
                raise ValueError(f"have {port!r}, which is no port name of {platform}")
        return ports

    def may_be(self, model: str) -> bool | None:
        """Whether a device that calls itself ``model`` may be of this type; None when there is nothing to hold it to.

        One of part number and model may be the longer (DS-2CD2T47G2-L, DS-2CD2T47G2-L 4mm): it holds the other.
        """
        if self.generic or not self.part_number:
            return None
        one, other = (re.sub(r"[^a-z0-9]", "", text.casefold()) for text in (self.part_number, model))
        return one in other or other in one if one and other else None

    def may_run(self, version: str) -> bool | None:
        """Whether the firmware is on the list; None when there is no list.

        ``V5.7.3 build 220112`` is the version V5.7.3; V5.7.31 is not.
        """
        return any(is_version(version, listed) for listed in self.firmware) if self.firmware else None

    @property
    def port_names(self) -> list[str]:
        """Every port, in order."""
        return [name for ports in self.ports for name in ports.names]


def is_version(seen: str, listed: str) -> bool:
    """Whether what a device says that it runs is a listed version: that, and whatever is not a longer number."""
    left, right = seen.strip().casefold(), listed.strip().casefold()
    return left == right or (left.startswith(right) and not left[len(right)].isalnum() and left[len(right)] != ".")


class Catalogue(Strict):
    schema_: Literal["catalogue/v1"] = Field(alias="schema")
    device_types: dict[Slug, DeviceType]
