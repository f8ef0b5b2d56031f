"""The devices of a city, each with its address, port and place: what the declaration comes to.

Everything here is derived, frozen and complete; no other part of iccc reads YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from iccc.city.model import ON_THE_WIRE, DeviceType, Lifecycle
from iccc.errors import Mistake
from iccc.yamlfile import Where


class Kind(StrEnum):
    SWITCH = "switch"
    RECORDER = "recorder"
    CAMERA = "camera"


@dataclass(frozen=True)
class Device:
    """What all kinds share. ``name`` is unique in the city and is the device's hostname."""

    name: str
    kind: Kind
    owner: str  # only ``project`` is ever written
    address: str  # declared IPv4, dialled through Dial
    site: str  # junction code ("bsp-j01") or "core"
    device_type: str  # key of the catalogue
    status: Lifecycle
    phase: str
    where: Where  # the line that declares it

    @property
    def ours(self) -> bool:
        """Whether iccc may write to it."""
        return self.owner == "project"

    @property
    def on_the_wire(self) -> bool:
        """Whether it is there to be talked to."""
        return self.status in ON_THE_WIRE


@dataclass(frozen=True)
class StreamProfile:
    """A declared encoder setting."""

    name: str
    codec: str
    width_px: int
    height_px: int
    fps: int
    bitrate_kbps: int
    gop: int
    where: Where


@dataclass(frozen=True)
class Camera(Device):
    slot: int  # number on its junction; name, address and MAC derive from it
    group: str  # fixed, ptz, anpr, rlvd
    junction_name: str  # as people say it: "Nehru Chowk"
    switch: str  # name of the switch that feeds it
    port: str  # full port name on that switch
    vlan: int
    mac: str | None  # declared hardware address, lower case; None when not recorded yet
    recorder: str
    streams: Mapping[str, StreamProfile]  # role main, sub


@dataclass(frozen=True)
class SwitchPort:
    """What a port of a switch is for."""

    name: str
    mode: str  # access | trunk
    description: str
    access_vlan: int | None
    allowed_vlans: frozenset[int] | None
    poe: bool | None  # None on a port without PoE
    device: str | None  # the camera, recorder or switch that hangs on it
    peer_port: str | None  # the far port of a link between switches
    where: Where


@dataclass(frozen=True)
class Switch(Device):
    role: str  # access | aggregation | core
    platform: str  # cisco_ios
    ring: str | None
    management_vlan: int
    vlans: Mapping[int, str]  # number: name
    ports: Mapping[str, SwitchPort]  # only the ports that the declaration speaks of
    upstream: tuple[str, ...]  # neighbours one hop nearer to the core, nearest path first; () at the core


@dataclass(frozen=True)
class Recorder(Device):
    recorder_type: str  # server | appliance
    standby: bool
    channels: int
    switch: str
    port: str


@dataclass(frozen=True)
class Link:
    """A cable between two switch ports."""

    a: str
    a_port: str
    b: str
    b_port: str
    ring: str | None


@dataclass(frozen=True)
class Junction:
    code: str  # bsp-j01
    number: int
    name: str
    name_hi: str | None
    ring: str
    video_vlan: int
    where: Where


@dataclass(frozen=True)
class UserPlan:
    """A user that devices of a kind shall have."""

    name: str
    level: str
    where: Where


@dataclass(frozen=True)
class City:
    """A whole city, derived and checked."""

    code: str
    key: str  # folder name: bilaspur
    name: str
    name_hi: str
    utc_offset_min: int
    time_zone: str  # POSIX form for devices: IST-5:30
    max_skew_s: float
    ntp_servers: tuple[str, ...]
    syslog_hosts: tuple[str, ...]
    camera_users: tuple[UserPlan, ...]
    recorder_users: tuple[UserPlan, ...]
    protocols: Mapping[str, tuple[bool, int]]  # http: (True, 80)
    junctions: Mapping[str, Junction]
    switches: Mapping[str, Switch]
    recorders: Mapping[str, Recorder]
    cameras: Mapping[str, Camera]
    links: tuple[Link, ...]
    wheres: Mapping[str, Where]  # where city-wide settings are declared: "time.ntp", "syslog", "protocols", …
    phases: Mapping[str, str]  # key: title
    catalogue: Mapping[str, DeviceType]
    notes: tuple[Mistake, ...]  # what does not add up and is no reason to stop: published totals and the like
    digest: str  # SHA-256 over all files that were read

    def devices(self) -> Iterator[Device]:
        """Switches, recorders, cameras: in the order in which a deploy takes them."""
        yield from self.switches.values()
        yield from self.recorders.values()
        yield from self.cameras.values()

    def device(self, name: str) -> Device:
        """The device of that name; KeyError if there is none."""
        for table in (self.switches, self.recorders, self.cameras):
            if name in table:
                return table[name]
        raise KeyError(name)
