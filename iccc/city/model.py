"""What people declare in ``cities/<city>/*.yaml`` and ``catalogue/*.yaml``: pydantic models, one per kind of file."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from iccc.yamlfile import Strict


class Lifecycle(StrEnum):
    """Declared life of anything in the city. Only from ``installed`` to ``live`` is a device talked to."""

    PLANNED = "planned"
    SANCTIONED = "sanctioned"
    PROCURED = "procured"
    INSTALLED = "installed"
    COMMISSIONED = "commissioned"
    ACCEPTED = "accepted"
    LIVE = "live"
    FAULTY = "faulty"
    DECOMMISSIONED = "decommissioned"


ON_THE_WIRE = frozenset(
    {Lifecycle.INSTALLED, Lifecycle.COMMISSIONED, Lifecycle.ACCEPTED, Lifecycle.LIVE, Lifecycle.FAULTY}
)


ONVIF_PORT = 80  # where iccc talks to cameras

VlanId = Annotated[int, Field(ge=1, le=4094)]
Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,31}$",
        description="a word of at most 32 small letters, digits and hyphens, with a letter first",
    ),
]
Mac = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$", description="a hardware address in small letters: 02:00:0a:52:01:0b"
    ),
]
End = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+ [A-Z][A-Za-z]+[0-9/]+$",
        description="a switch and its port: bsp-core1 TenGigabitEthernet1/0/1",
    ),
]
Title = Annotated[
    str,
    Field(
        min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", description="text without control characters"
    ),
]
Owner = Annotated[str, Field(min_length=1, max_length=64)]


# catalogue/device-types.yaml


class PortRange(Strict):
    """Ports of one sort, by a pattern with ``{n}`` for the number: ``GigabitEthernet1/{n}``, 1 to ``count``."""

    name: Annotated[
        str,
        Field(
            pattern=r"^[A-Z][A-Za-z]+[0-9/]*\{n\}$",
            description="a port name with {n} for its number: GigabitEthernet1/{n}",
        ),
    ]
    first: Annotated[int, Field(ge=0)] = 1
    count: Annotated[int, Field(ge=1, le=64)]
    poe_w: Annotated[float, Field(ge=0)] = 0.0  # PSE watts at one port
    uplink: bool = False

    @property
    def names(self) -> list[str]:
        return [self.name.format(n=number) for number in range(self.first, self.first + self.count)]


class DeviceType(Strict):
    """One entry of the catalogue. ``head`` is the head of the bill of quantities (A–K)."""

    kind: Literal["camera", "switch", "recorder"]
    description: str
    head: Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"]
    unit: str = "no."
    pse_w: Annotated[float, Field(gt=0)] | None = None  # cameras: PoE class watts at the switch port
    ports: tuple[PortRange, ...] = ()  # switches
    poe_budget_w: Annotated[float, Field(ge=0)] = 0.0  # switches
    poe_headroom: Annotated[float, Field(ge=0, lt=1)] = 0.2  # switches: share of the budget kept free
    platform: Literal["cisco_ios"] | None = None  # switches
    channels: Annotated[int, Field(ge=1)] | None = None  # recorders
    source: str | None = None

    @property
    def port_names(self) -> list[str]:
        """Every port, in order."""
        return [name for ports in self.ports for name in ports.names]


class Catalogue(Strict):
    schema_: Literal["catalogue/v1"] = Field(alias="schema")
    device_types: dict[Slug, DeviceType]


# cities/<city>/city.yaml


class CityName(Strict):
    code: Annotated[str, Field(pattern=r"^[a-z]{2,4}$", description="a code of two to four small letters")]
    name: Title
    name_hi: Title
    state: str
    spv: str | None = None


class Totals(Strict):
    """Published totals of one phase. Where the declaration counts otherwise, every report says so."""

    phase: Slug
    cameras: Annotated[int, Field(ge=0)]
    junctions: Annotated[int, Field(ge=0)]
    as_of: date
    source: str


class Time(Strict):
    posix: str  # for devices: IST-5:30
    utc_offset_min: Annotated[int, Field(ge=-720, le=840)]
    max_skew_s: Annotated[float, Field(gt=0, le=60)]
    ntp: Annotated[tuple[IPv4Address, ...], Field(min_length=1)]


class Management(Strict):
    vlan: VlanId
    name: Slug
    prefix: IPv4Network
    per_junction: Annotated[int, Field(ge=16, le=30)] = 24  # prefix length of one junction
    first_host: Annotated[int, Field(ge=2)] = 11  # host number of switch 1 of a junction


class Video(Strict):
    first_vlan: VlanId  # VLAN of junction 0: junction n has first_vlan + n
    prefix: IPv4Network
    per_junction: Annotated[int, Field(ge=16, le=30)] = 24
    first_host: Annotated[int, Field(ge=2)] = 11  # host number of slot 1


class Recording(Strict):
    vlan: VlanId
    name: Slug
    prefix: IPv4Network
    first_host: Annotated[int, Field(ge=2)] = 11


class Network(Strict):
    management: Management
    video: Video
    recording: Recording


class Stream(Strict):
    codec: Literal["H264", "H265"]
    width_px: Annotated[int, Field(ge=160, le=8192)]
    height_px: Annotated[int, Field(ge=120, le=8192)]
    fps: Annotated[int, Field(ge=1, le=60)]
    bitrate_kbps: Annotated[int, Field(ge=32, le=65536)]
    gop: Annotated[int, Field(ge=1, le=600)]


class Group(Strict):
    """A sort of camera that junctions have: fixed, ptz, anpr, rlvd."""

    device_type: Slug
    main: Slug
    sub: Slug


class User(Strict):
    level: Literal["Administrator", "Operator", "User"]


class Users(Strict):
    camera: dict[Slug, User]
    recorder: dict[Slug, User]


class ProtocolPort(Strict):
    enabled: bool
    port: Annotated[int, Field(ge=1, le=65535)]


class Phase(Strict):
    title: str


class CityFile(Strict):
    schema_: Literal["city/v1"] = Field(alias="schema")
    city: CityName
    declared_totals: Totals | None = None
    time: Time
    syslog: tuple[IPv4Address, ...] = ()
    network: Network
    streams: dict[Slug, Stream]
    groups: dict[Slug, Group]
    users: Users
    protocols: dict[Literal["http", "https", "rtsp"], ProtocolPort]
    phases: dict[Slug, Phase]


# cities/<city>/core.yaml


class CoreSwitch(Strict):
    name: Slug
    role: Literal["core", "aggregation"]
    device_type: Slug
    address: IPv4Address
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug


class CoreLink(Strict):
    """A cable between two core or aggregation switches; each end is ``name port``."""

    a: End
    b: End


class Ring(Strict):
    """A fibre ring: from one aggregation port through the switches of its junctions, in order, to another."""

    name: Slug
    a: End
    b: End
    junctions: Annotated[tuple[int, ...], Field(min_length=1)]
    node_limit: Annotated[int, Field(ge=2)]


class CoreFile(Strict):
    schema_: Literal["core/v1"] = Field(alias="schema")
    switches: tuple[CoreSwitch, ...]
    links: tuple[CoreLink, ...]
    rings: tuple[Ring, ...]


# cities/<city>/recorders.yaml


class RecorderEntry(Strict):
    number: Annotated[int, Field(ge=1, le=200)]
    at: End  # "switch port"
    type: Literal["server", "appliance"]
    device_type: Slug
    standby: bool = False
    owner: Owner = "project"
    status: Lifecycle
    phase: Slug


class RecordersFile(Strict):
    schema_: Literal["recorders/v1"] = Field(alias="schema")
    recorders: tuple[RecorderEntry, ...]


# cities/<city>/junctions/*.yaml


class FieldSwitch(Strict):
    number: Annotated[int, Field(ge=1, le=32)]
    device_type: Slug
    owner: Owner = "project"


class CameraGroup(Strict):
    """``count`` cameras alike, in the slots ``slot``, ``slot + 1``, …

    ``ports`` is how many ports and their watts are kept for the group, so that it can grow that far
    without any other camera changing its port.
    """

    group: Slug
    slot: Annotated[int, Field(ge=1, le=250)]
    count: Annotated[int, Field(ge=0, le=250)]
    ports: Annotated[int, Field(ge=0, le=250)]
    recorder: Annotated[int, Field(ge=1)]
    owner: Owner = "project"
    macs: dict[Annotated[int, Field(ge=1, le=250)], Mac] = {}  # slot: hardware address, where it is known


class JunctionFile(Strict):
    schema_: Literal["junction/v1"] = Field(alias="schema")
    number: Annotated[int, Field(ge=1, le=250)]
    name: Title
    name_hi: Title | None = None
    type: Literal["junction"]
    status: Lifecycle
    phase: Slug
    switches: Annotated[tuple[FieldSwitch, ...], Field(min_length=1)]
    cameras: tuple[CameraGroup, ...]
