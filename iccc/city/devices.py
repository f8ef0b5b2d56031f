"""The devices of a city, each with its address, port and place: what the declaration comes to.

Everything here is derived, frozen and complete; no other part of iccc reads YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Network

from iccc.city.calling import AnswerPoint, Calling
from iccc.city.declared import Declared
from iccc.city.figures import Figures
from iccc.city.model.assumptions import Sizing
from iccc.city.model.catalogue import SNMP_ONLY, DeviceType
from iccc.city.model.catalogue import Kind as Kind
from iccc.city.model.city import Dot1x, Imaging, Metadata, Rules
from iccc.city.model.common import ON_THE_WIRE, Category, Lifecycle, Position, View
from iccc.city.model.site import Cabinet, Pole, PresetPosition
from iccc.city.policies import AlertMail as AlertMail
from iccc.city.policies import CameraPorts as CameraPorts
from iccc.city.policies import Heartbeat as Heartbeat
from iccc.city.policies import Maintenance as Maintenance
from iccc.city.policies import ReachedAt as ReachedAt
from iccc.city.policies import SpanningTreePlan as SpanningTreePlan
from iccc.city.policies import Switching as Switching
from iccc.city.snmp import SnmpAccess as SnmpAccess
from iccc.errors import Mistake
from iccc.yamlfile import Where

Origins = Mapping[str, tuple[Where, ...]]  # field: the lines that its value comes from, the nearest first


@dataclass(frozen=True)
class Device:
    """What all kinds share. ``name`` is unique in the city and is the device's hostname."""

    name: str
    kind: Kind
    owner: str  # only ``project`` is ever written
    address: str  # declared IPv4, dialled through Dial
    site: str  # site code ("bsp-j01") or "core"
    device_type: str  # key of the catalogue
    status: Lifecycle
    phase: str
    where: Where  # the line that declares it

    @property
    def ours(self) -> bool:
        """Whether iccc may write to it."""
        return self.owner == "project"

    @property
    def unwritten(self) -> str:
        """Why nothing is ever written to it; "" when iccc may."""
        return "" if self.ours else "not ours"

    @property
    def written_while_held(self) -> frozenset[str]:
        """Sections that are written although an evidence hold forbids all others, since they are how it is kept."""
        return frozenset()

    @property
    def on_the_wire(self) -> bool:
        """Whether it is there to be talked to."""
        return self.status in ON_THE_WIRE


@dataclass(frozen=True)
class Hold:
    """An order that a device shall not be changed. It holds until its entry is taken out, also after ``until``."""

    until: date
    ordered_by: str
    reason: str
    where: Where

    def __str__(self) -> str:
        return f"under evidence hold until {self.until}, by {self.ordered_by}: {self.reason} ({self.where})"


@dataclass(frozen=True)
class FootageHold:
    """Recordings of a camera that are never deleted: from and to which time (UTC); None: without that bound."""

    begin: datetime | None
    end: datetime | None


@dataclass(frozen=True)
class Failover:
    """``to`` records the cameras that are declared on ``recorder``, from ``since`` to ``until`` (local times)."""

    recorder: str
    to: str
    since: str  # 2026-11-30T21:40
    until: str | None  # None: now
    reason: str
    where: Where

    @property
    def in_force(self) -> bool:
        return self.until is None


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
    site_name: str  # as people say it: "Nehru Chowk"
    switch: str  # name of the switch that feeds it
    port: str  # full port name on that switch
    vlan: int
    mac: str | None  # declared hardware address, lower case; None when not recorded yet
    recorder: str  # where it records now; "" when it is declared not to be known
    streams: Mapping[str, StreamProfile]  # role main, sub
    retention: str = ""  # profile of city.yaml
    retention_days: int = 0  # 0 when they are declared not to be known
    imaging: str | None = None  # profile of city.yaml; None: not managed
    rules: str | None = None  # profile of city.yaml; None: not managed
    edge_recording: bool | None = None  # on its own storage; None: not managed
    view: View = View.PUBLIC_WAY
    audio: bool = False
    cable_m: float | None = None  # copper to its switch port
    masks: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)  # privacy masks: corners x, y
    serial: str | None = None
    channel: int | None = None  # of its recorder, where one is declared
    stream_path: str | None = None  # of the main stream's URI, of its device type
    footage_holds: tuple[FootageHold, ...] = ()  # recordings that are never deleted
    kept: bool = True  # its port is kept for its entry, or nailed: an entry without ports cannot move it
    counted: bool = False  # one of a group with a count, not yet a device of its own
    presets: Mapping[str, PresetPosition | None] = field(default_factory=dict)  # by name; None: shall not exist
    turned_to: tuple[str, ...] = ()  # presets that call boxes turn it to
    hold: Hold | None = None
    prefix_length: int = 24
    gateway: str = ""  # "": not known, and not managed
    reached_at: str | None = None  # the address that it has until its own has been set
    home: str = ""  # the recorder that it is declared on, while a standby records it; "" else
    origins: Origins = field(default_factory=dict, compare=False, repr=False)

    @property
    def declared_recorder(self) -> str:
        """The recorder that its file says, whoever stands in for that."""
        return self.home or self.recorder

    @property
    def unwritten(self) -> str:
        return super().unwritten or (str(self.hold) if self.hold else "")


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
    chain: str | None  # the ring or spur that it is in
    management_vlan: int
    vlans: Mapping[int, str]  # number: name
    ports: Mapping[str, SwitchPort]  # only the ports that the declaration speaks of
    upstream: tuple[str, ...]  # neighbours one hop nearer to the core, nearest path first; () at the core
    mac: str | None = None
    serial: str | None = None
    all_ports: tuple[str, ...] = ()  # every port of the device type, in order
    network: IPv4Network | None = None  # the management subnet that its address is in
    gateway: str | None = None  # of that subnet
    out_of_band: str | None = None  # how to get at it when the network is cut
    reached_at: ReachedAt | None = None  # where it is until its management has been moved
    snmp: SnmpAccess = SnmpAccess()
    cabinet: int | None = None  # of its site; a site with one cabinet has its switches in that
    origins: Origins = field(default_factory=dict, compare=False, repr=False)

    @property
    def snmp_only(self) -> bool:
        """Whether it is of no platform that iccc knows: it is observed by SNMP, and no login is tried."""
        return self.platform == SNMP_ONLY

    @property
    def unwritten(self) -> str:
        return "observed by SNMP only" if self.snmp_only and self.ours else super().unwritten


@dataclass(frozen=True)
class Host:
    """How a Debian server is reached."""

    ssh_user: str  # may become root by sudo
    prefix_length: int
    gateway: str
    where: Where


@dataclass(frozen=True)
class RecorderHost(Host):
    """How one that records is set up."""

    array: str  # LABEL=recordings: the file system that is recorded onto
    mount: str  # where it is mounted
    array_type: str  # ext4 | xfs
    segment_s: int
    keep_free_percent: int


@dataclass(frozen=True)
class Recorder(Device):
    recorder_type: str  # server | appliance
    standby: bool
    channels: int
    switch: str
    port: str
    mac: str | None = None
    serial: str | None = None
    hold: Hold | None = None
    snmp: SnmpAccess | None = None  # None: it is not asked for its disks
    channels_by: str = "onvif"  # how cameras are put on its channels: onvif, isapi (read only), hand
    host: RecorderHost | None = None  # of a server; None: an appliance
    origins: Origins = field(default_factory=dict, compare=False, repr=False)

    @property
    def unwritten(self) -> str:
        return super().unwritten or (str(self.hold) if self.hold else "")

    @property
    def written_while_held(self) -> frozenset[str]:
        """Of a server what its retention goes by: without it the footage would go after its days."""
        return frozenset({"recording"}) if self.ours and self.hold and self.host else frozenset()


@dataclass(frozen=True)
class Equipment(Device):
    """UPS card, call box, loudspeaker, sign board, sensor, server: declared, addressed, counted.

    UPS cards and call boxes are read. Servers with a ``host`` are Debian, and deployed.
    """

    number: int
    switch: str | None  # None: reached over 4G
    port: str | None
    vlan: int | None
    mac: str | None = None
    serial: str | None = None
    cabinet: int | None = None
    roles: tuple[str, ...] = ()  # of a server
    host: Host | None = None  # of a server that is deployed
    snmp: SnmpAccess = SnmpAccess()  # of a UPS card
    calling: Calling | None = None  # of a call box
    origins: Origins = field(default_factory=dict, compare=False, repr=False)

    @property
    def unwritten(self) -> str:
        return super().unwritten or ("only read" if self.host is None else "")


Hosted = Recorder | Equipment  # what may be a Debian server


def host_of(device: Device) -> Host | None:
    """How a device that is a Debian server is reached; None of any other."""
    return device.host if isinstance(device, Hosted) else None


@dataclass(frozen=True)
class Link:
    """A cable between two switch ports."""

    a: str
    a_port: str
    b: str
    b_port: str
    chain: str | None


@dataclass(frozen=True)
class Chain:
    """A ring, or a spur with one end only: the sites and switches that share its way to the core."""

    name: str
    ring: bool
    sites: tuple[str, ...]  # codes, in order from the end ``a``
    nodes: tuple[str, ...]  # switches, in order
    node_limit: int | None
    medium: str
    speed_mbps: int
    transceiver: str | None
    spans_m: tuple[float, ...]  # one a hop between places; () when not declared
    where: Where


@dataclass(frozen=True)
class Site:
    """A place of the city: a junction, a bus stand, a school."""

    code: str  # bsp-j01; of other types than junctions sgr-s24
    number: int
    type: Category
    name: str
    name_hi: str | None
    chain: str | None  # ring or spur; None when it has no switches
    video_vlan: int
    field_vlan: int | None
    status: Lifecycle
    phase: str
    position: Position | None
    ward: int | None
    police_station: str | None
    main_road: bool | None
    cabinets: tuple[Cabinet, ...]
    poles: tuple[Pole, ...]
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
    sites: Mapping[str, Site]
    switches: Mapping[str, Switch]
    recorders: Mapping[str, Recorder]
    cameras: Mapping[str, Camera]
    equipment: Mapping[str, Equipment]
    links: tuple[Link, ...]
    chains: Mapping[str, Chain]
    sizing: Sizing  # the figures of the design maximum, by which rules judge
    wheres: Mapping[str, Where]  # where city-wide settings are declared: "time.ntp", "syslog", "protocols", …
    phases: Mapping[str, str]  # key: title
    catalogue: Mapping[str, DeviceType]
    notes: tuple[Mistake, ...]  # what does not add up and is no reason to stop: published totals and the like
    digest: str  # SHA-256 over all files that were read
    declared: Declared = field(compare=False, repr=False)  # the files themselves, with the place of every value
    figures: Figures = field(default_factory=dict)  # of the design maximum, each with its place
    expected_figures: Figures = field(default_factory=dict)  # of the expected case
    switch_users: tuple[UserPlan, ...] = ()  # () when users of switches are not managed
    # Administrators of servers with their public SSH keys; None when they are not managed.
    server_users: Mapping[str, tuple[str, ...]] | None = None
    alerts: AlertMail | None = None  # None: alerts are only shown
    heartbeat: Heartbeat | None = None  # None: nobody is told that the monitoring itself has stopped
    answer_points: Mapping[str, AnswerPoint] = field(default_factory=dict)  # where call boxes call, by control room
    parking: tuple[int, str] | None = None  # VLAN of unused switch ports, and its name; in no `Switch.vlans`
    management_sources: tuple[str, ...] = ()  # prefixes whence one may log in to switches; () when not managed
    switching: Switching | None = None
    maintenance: Maintenance = Maintenance()
    traps_to: str | None = None  # where devices send traps and informs
    # What is managed of cameras where the city says so.
    dns_servers: tuple[str, ...] = ()  # of cameras, first asked first
    audio: bool = False  # whether sound is managed: taken out of the streams of cameras whose `audio` is false
    multicast: bool = False  # whether multicast of cameras is managed: switched off
    metadata: Metadata | None = None  # of streams; None: not managed
    dot1x: Dot1x | None = None  # of cameras; None: not managed
    osd: Mapping[str, str] = field(default_factory=dict)  # lower_left: name | clock | none
    imaging: Mapping[str, Imaging] = field(default_factory=dict)  # profiles by name
    rules: Mapping[str, Rules] = field(default_factory=dict)  # profiles by name
    failovers: tuple[Failover, ...] = ()  # of recorders, those that have ended too
    # Of servers: the templates of what is put on them, by file; () where the city has none.
    templates: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def junctions(self) -> dict[str, Site]:
        """The sites that are junctions."""
        return {code: site for code, site in self.sites.items() if site.type is Category.JUNCTION}

    @property
    def ups(self) -> dict[str, Equipment]:
        """The UPS cards: of the equipment, what is read."""
        return {name: one for name, one in self.equipment.items() if one.kind is Kind.UPS}

    @property
    def servers(self) -> dict[str, Equipment]:
        """The control centre's servers that are Debian hosts: of the equipment, what is deployed."""
        return {name: one for name, one in self.equipment.items() if one.host is not None}

    @property
    def call_boxes(self) -> dict[str, Equipment]:
        """The emergency call boxes: of the equipment, what SIP is spoken with."""
        return {name: one for name, one in self.equipment.items() if one.kind is Kind.CALL_BOX}

    def recorded_by(self, recorder: str) -> list[Camera]:
        """The cameras that a recorder records: those that are there."""
        return [camera for camera in self.cameras.values() if camera.recorder == recorder and camera.on_the_wire]

    def failed_over(self, recorder: str) -> Failover | None:
        """While a standby records the cameras of this one."""
        return next((one for one in self.failovers if one.recorder == recorder and one.in_force), None)

    def devices(self) -> Iterator[Device]:
        """Devices that have a driver: switches, servers, recorders, cameras, as a deploy goes; then what is read."""
        yield from self.switches.values()
        yield from self.servers.values()
        yield from self.recorders.values()
        yield from self.cameras.values()
        yield from self.ups.values()
        yield from self.call_boxes.values()

    def inventory(self) -> Iterator[Device]:
        """Everything that has a name and an address, with a driver or without."""
        yield from self.switches.values()
        yield from self.recorders.values()
        yield from self.cameras.values()
        yield from self.equipment.values()

    def find(self, name: str) -> Device | None:
        """The device of that name, if there is one."""
        tables = (self.switches, self.recorders, self.cameras, self.equipment)
        return next((table[name] for table in tables if name in table), None)

    def device(self, name: str) -> Device:
        """The device of that name; KeyError if there is none."""
        if (device := self.find(name)) is not None:
            return device
        raise KeyError(name)
