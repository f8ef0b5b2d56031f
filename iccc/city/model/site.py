"""``junctions/*.yaml`` and ``sites/*.yaml``: one place each, with its cabinets, poles, switches and devices."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from iccc.city.model.common import (
    Category,
    FormerUnit,
    Layer,
    Lifecycle,
    Mac,
    Number,
    Owner,
    Position,
    Reached,
    Serial,
    SiteNumber,
    SitePort,
    Slug,
    Text,
    Title,
)
from iccc.city.model.sip import Sip
from iccc.city.model.snmp import Snmp
from iccc.yamlfile import Strict

Item = Annotated[int, Field(ge=1, le=32)]
Coordinate = Annotated[float, Field(ge=-1, le=1)]
Corners = tuple[tuple[Coordinate, Coordinate], ...]


def _polygon(corners: Corners) -> Corners:
    if not 3 <= len(corners) <= 32:
        raise ValueError(f"has {len(corners)} corners; a polygon has 3 to 32")
    return corners


Polygon = Annotated[Corners, AfterValidator(_polygon)]
PresetName = Annotated[
    str,
    Field(
        max_length=32,
        pattern=r"^[^\x00-\x20\x7f-\x9f\[\].]([^\x00-\x1f\x7f-\x9f\[\].]*[^\x00-\x20\x7f-\x9f\[\].])?$",
        description="a name of at most 32 letters without dots and square brackets",
    ),
]


class FieldSwitch(Strict):
    number: Item
    device_type: Slug
    cabinet: Item | None = None
    mac: Mac | None = None
    serial: Serial | None = None
    former: tuple[FormerUnit, ...] = ()  # units that stood here before, the last one at the end
    owner: Owner = "project"
    status: Lifecycle | None = None
    out_of_band: Text | None = None  # how to get at it when the network is cut: a console server and its port
    reached_at: Reached | None = None  # until its management has been moved
    snmp: Snmp | None = None  # where it differs from the city's switches


class Pole(Strict):
    number: Item
    type: Literal["straight", "cantilever", "gantry", "wall", "existing"]
    height_m: Annotated[float, Field(gt=0, le=40)]
    arm_m: Annotated[float, Field(ge=0, le=20)] = 0.0


class Meter(Strict):
    """The electricity connection. The consumer number is personal data of a contract: it stands in the store."""

    discom: Title
    consumer: str | None = Field(default=None, pattern=r"^store:[a-z0-9/-]{3,80}$", description="like store:bsp/j01")


class FieldDevice(Strict):
    """Anything else that has an address: UPS card, call box, loudspeaker, sign board, sensor."""

    number: Item
    device_type: Slug
    pole: Item | None = None
    cabinet: Item | None = None
    via: Literal["switch", "4g"] = "switch"
    port: SitePort | None = None
    mac: Mac | None = None
    serial: Serial | None = None
    owner: Owner = "project"
    status: Lifecycle | None = None

    @model_validator(mode="after")
    def _one_way(self) -> FieldDevice:
        if self.via == "4g" and self.port is not None:
            raise ValueError(f"via is 4g, so it hangs on no port; {self.port!r} stands as its port")
        return self


class UpsCard(FieldDevice):
    """The management card of a UPS. ``snmp``: where it differs from the city's; old cards speak version 1."""

    snmp: Snmp | None = None


class CallBox(FieldDevice):
    """An emergency call box. ``answered_at`` are control rooms; ``cameras`` are slots that turn to who calls.

    ``preset`` is where these cameras turn to; a camera's own entry need not declare it.
    """

    buttons: Annotated[int, Field(ge=1, le=4)] = 1
    answered_at: tuple[Slug, ...] = ()
    cameras: tuple[Number, ...] = ()
    preset: PresetName | None = None
    sip: Sip | None = None  # where it differs from the city's call boxes

    @model_validator(mode="after")
    def _turning(self) -> CallBox:
        if self.preset is not None and not self.cameras:
            raise ValueError(f"preset {self.preset!r} is where cameras turn to, and cameras names none")
        return self


class Cabinet(Strict):
    number: Item
    ups: UpsCard | None = None
    meter: Meter | None = None
    earthing_pits: Annotated[int, Field(ge=0, le=8)] = 0
    surge_protection: tuple[Literal["power", "ethernet", "coax"], ...] = ()
    door_sensor: bool = False


class PresetPosition(Strict):
    """Where a PTZ camera looks, in the generic position spaces of ONVIF."""

    pan: Annotated[float, Field(ge=-1, le=1)]
    tilt: Annotated[float, Field(ge=-1, le=1)]
    zoom: Annotated[float, Field(ge=0, le=1)]


class CameraEntry(Layer):
    """``count`` cameras alike, in the slots ``slot``, ``slot + 1``, …; without ``count`` it is one device.

    ``ports`` is how many ports and their watts are kept for the entry, so that it can grow that far without any
    other camera changing its port. ``port`` nails one device to the port where it hangs. Without either, an
    entry gets what all the others have left.
    """

    group: Slug
    slot: Number
    count: Annotated[int, Field(ge=0, le=250)] = 1
    ports: Annotated[int, Field(ge=0, le=250)] = 0
    macs: dict[Number, Mac] = {}  # slot: hardware address, where it is known
    reached_at: dict[Number, IPv4Address] = {}  # slot: where the camera is until its address has been set
    # One device
    port: SitePort | None = None
    mac: Mac | None = None
    serial: Serial | None = None
    former: tuple[FormerUnit, ...] = ()  # units that stood here before, the last one at the end
    channel: Annotated[int, Field(ge=1, le=512)] | None = None
    pole: Item | None = None
    azimuth_deg: Annotated[float, Field(ge=0, lt=360)] | None = None
    masks: dict[Slug, Polygon] = {}  # privacy masks: corners [x, y] from [-1, -1], lower left, to [1, 1], upper right
    presets: dict[PresetName, PresetPosition] = {}  # `home` is the home position as well
    absent_presets: tuple[PresetName, ...] = ()

    @model_validator(mode="after")
    def _one_device(self) -> CameraEntry:
        single = [
            key for key in ("port", "mac", "serial", "former", "channel", "masks", "presets") if getattr(self, key)
        ]
        if single and self.count != 1:
            raise ValueError(f"{single[0]} is of one device, but count is {self.count}; give it an entry of its own")
        known = self.macs.get(self.slot)
        if self.mac is not None and known is not None and known != self.mac:
            raise ValueError(f"mac of slot {self.slot} is {self.mac}, and macs says {known}")
        if both := sorted(self.presets.keys() & set(self.absent_presets)):
            raise ValueError(f"{both[0]} is one of presets and of absent_presets")
        return self


class SiteFile(Strict):
    schema_: Literal["site/v1"] = Field(alias="schema")
    number: SiteNumber
    name: Title
    name_hi: Title | None = None
    type: Category
    status: Lifecycle | None = None
    phase: Slug | None = None
    position: Position | None = None
    ward: Annotated[int, Field(ge=1, le=300)] | None = None
    police_station: Title | None = None
    main_road: bool | None = None
    arms: Annotated[int, Field(ge=1, le=8)] | None = None  # roads that meet
    note: Text | None = None
    defaults: Layer = Layer()
    cabinets: tuple[Cabinet, ...] = ()
    poles: tuple[Pole, ...] = ()
    switches: tuple[FieldSwitch, ...] = ()
    cameras: tuple[CameraEntry, ...] = ()
    call_boxes: tuple[CallBox, ...] = ()
    pa: tuple[FieldDevice, ...] = ()
    vms_boards: tuple[FieldDevice, ...] = ()
    sensors: tuple[FieldDevice, ...] = ()
