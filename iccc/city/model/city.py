"""``city.yaml``: who the city is, its time, network plan, profiles, users, phases, and defaults in layers."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from iccc.city.model.assumptions import Name
from iccc.city.model.common import (
    Category,
    CountOrUnknown,
    Layer,
    Lifecycle,
    Slug,
    Text,
    Title,
    UserName,
    VlanId,
    not_reserved,
)
from iccc.city.model.maintenance import Maintenance
from iccc.city.model.sip import CallBoxes
from iccc.city.model.snmp import SnmpPolicy
from iccc.city.model.switching import Switching
from iccc.yamlfile import Strict

PerSite = Annotated[int, Field(ge=16, le=30)]
FirstHost = Annotated[int, Field(ge=2)]
GatewayHost = Annotated[int, Field(ge=1)]


class Bounds(Strict):
    """A box around the city, WGS 84: what a survey says outside it is a slip."""

    south: Annotated[float, Field(ge=6, le=38)]
    west: Annotated[float, Field(ge=68, le=98)]
    north: Annotated[float, Field(ge=6, le=38)]
    east: Annotated[float, Field(ge=68, le=98)]

    @model_validator(mode="after")
    def _a_box(self) -> Bounds:
        if self.south >= self.north or self.west >= self.east:
            raise ValueError("south lies below north, west below east")
        return self


class CityName(Strict):
    code: Annotated[str, Field(pattern=r"^[a-z]{2,4}$", description="a code of two to four small letters")]
    name: Title
    name_hi: Title
    state: str
    spv: str | None = None
    bounds: Bounds | None = None


class Time(Strict):
    posix: str  # for devices: IST-5:30
    utc_offset_min: Annotated[int, Field(ge=-720, le=840)]
    max_skew_s: Annotated[float, Field(gt=0, le=60)]
    ntp: Annotated[tuple[IPv4Address, ...], Field(min_length=1)]
    upstream: tuple[str, ...] = ()  # what the city's own time servers follow: samay1.nic.in, …


class Management(Strict):
    vlan: VlanId
    name: Slug
    prefix: IPv4Network
    per_site: PerSite = 24  # prefix length of one site
    first_host: FirstHost = 11  # host number of switch 1 of a site
    gateway_host: GatewayHost = 1
    # Networks whence one may log in to switches. Left out: who may is not managed.
    sources: Annotated[tuple[IPv4Network, ...], Field(min_length=1)] | None = None


class PerSiteNetwork(Strict):
    """A VLAN and a subnet for each site: site n has VLAN ``first_vlan + n`` and the n-th subnet of ``prefix``."""

    first_vlan: Annotated[int, Field(ge=1, le=4094)]  # no VLAN itself
    prefix: IPv4Network
    per_site: PerSite = 24
    first_host: FirstHost = 11  # host number of slot 1
    gateway_host: GatewayHost = 1


class FieldNetwork(PerSiteNetwork):
    """UPS cards, call boxes, loudspeakers, boards, sensors: number 1 of a kind is host ``first_host + its offset``."""

    offsets: dict[Literal["ups", "call_box", "pa", "vms_board", "sensor"], Annotated[int, Field(ge=0)]] = {
        "ups": 0, "call_box": 10, "pa": 20, "vms_board": 30, "sensor": 40,
    }  # fmt: skip


class CentralNetwork(Strict):
    """One VLAN and one subnet at the core, for recorders or servers."""

    vlan: VlanId
    name: Slug
    prefix: IPv4Network
    first_host: FirstHost = 11
    gateway_host: GatewayHost = 1


class Parking(Strict):
    """The VLAN where unused switch ports are put. It goes over no trunk, so nothing plugged in there gets anywhere.

    VLAN 1 cannot be it: it is on every trunk's native side, and switches do not let it be named.
    """

    vlan: Annotated[int, Field(ge=2, le=4094), AfterValidator(not_reserved)]
    name: Slug


class Network(Strict):
    management: Management
    video: PerSiteNetwork
    recording: CentralNetwork
    field: FieldNetwork | None = None
    servers: CentralNetwork | None = None
    parking: Parking | None = None

    def prefixes(self) -> dict[str, IPv4Network]:
        """The prefix of each plan that there is, by its name."""
        plans = {
            "management": self.management,
            "video": self.video,
            "recording": self.recording,
            "field": self.field,
            "servers": self.servers,
        }
        return {name: plan.prefix for name, plan in plans.items() if plan is not None}


class Stream(Strict):
    codec: Literal["H264", "H265"]
    width_px: Annotated[int, Field(ge=160, le=8192)]
    height_px: Annotated[int, Field(ge=120, le=8192)]
    fps: Annotated[int, Field(ge=1, le=60)]
    bitrate_kbps: Annotated[int, Field(ge=32, le=65536)]
    gop: Annotated[int, Field(ge=1, le=600)]


class Group(Layer):
    """A sort of camera that sites have: fixed, ptz, anpr, rlvd. ``main`` and ``sub`` may be left to a layer."""

    device_type: Slug


class Retention(Strict):
    """How long recordings are kept. ``legal_max_days``: longer would need a reason of its own."""

    days: Annotated[int, Field(ge=1, le=3650)] | Literal["unknown"]
    legal_max_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    source: Text | None = None


class Logs(Strict):
    syslog_days: Annotated[int, Field(ge=1, le=3650)]
    access_log_days: Annotated[int, Field(ge=1, le=3650)]


class User(Strict):
    level: Literal["Administrator", "Operator", "User"]


class SwitchUser(Strict):
    level: Literal["Administrator", "User"]


SshKey = Annotated[
    str,
    Field(
        pattern=r"^(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) "
        r"[A-Za-z0-9+/]{40,2000}={0,2}( [A-Za-z0-9@._-]{1,64})?$",
        description="a public SSH key in one line, as it is in a file that ends with .pub",
    ),
]


class ServerUser(Strict):
    """An administrator of Debian servers: may become root, and logs in with a key alone."""

    keys: Annotated[tuple[SshKey, ...], Field(min_length=1)]


class Users(Strict):
    camera: dict[Slug, User]
    recorder: dict[Slug, User]
    switch: dict[Slug, SwitchUser] | None = None  # left out: users of switches are not managed
    server: dict[UserName, ServerUser] | None = None  # left out: administrators of servers are not managed


class Hardening(Strict):
    """What the city asks of its devices beyond their settings; ``iccc check`` judges each line."""

    default_passwords: bool
    shared_passwords: bool
    telnet: bool
    ftp: bool
    upnp: bool
    unused_ports_shut: bool
    snmp_community_public: bool


class ProtocolPort(Strict):
    enabled: bool
    port: Annotated[int, Field(ge=1, le=65535)]


class Phase(Strict):
    """A stage of the project. ``ordered_before``: by then what belongs to it was bought, where that is known."""

    title: Text
    title_hi: Title | None = None
    status: Lifecycle | None = None
    ordered_before: date | None = None
    sanctioned: CountOrUnknown | None = None  # cameras
    note: Text | None = None
    source: Text | None = None


Level = Annotated[float, Field(ge=-1000, le=1000)]  # in the camera's own units: ONVIF names none
ExposureUs = Annotated[float, Field(gt=0, le=10_000_000)]


class Exposure(Strict):
    """How long the sensor takes light: chosen by the camera up to ``max_time_us``, or always ``time_us``."""

    mode: Literal["auto", "manual"] = "auto"
    max_time_us: ExposureUs | None = None  # 2000: number plates of moving cars stay sharp
    time_us: ExposureUs | None = None

    @model_validator(mode="after")
    def _of_its_mode(self) -> Exposure:
        if self.mode == "auto" and self.time_us is not None:
            raise ValueError("time_us is of mode manual; automatic exposure has max_time_us")
        if self.mode == "manual" and (self.max_time_us is not None or self.time_us is None):
            raise ValueError("mode manual has time_us, and no max_time_us")
        return self


class Imaging(Strict):
    """How cameras take their picture; what is left out is not managed. ONVIF has no word for the mains frequency."""

    wdr: bool | None = None  # wide dynamic range
    wdr_level: Level | None = None
    ir_cut: Literal["auto", "on", "off"] | None = None  # the filter is in by day ("on") and out by night ("off")
    backlight: bool | None = None  # backlight compensation
    exposure: Exposure | None = None
    brightness: Level | None = None
    contrast: Level | None = None
    saturation: Level | None = None
    sharpness: Level | None = None

    @model_validator(mode="after")
    def _level_of_what_is_on(self) -> Imaging:
        if self.wdr_level is not None and not self.wdr:
            raise ValueError("wdr_level needs wdr: true")
        return self


class Metadata(Strict):
    """What the streams of cameras carry beside the picture; what is left out is not managed."""

    events: bool | None = None
    analytics: bool | None = None  # what the camera's analytics see: objects, motion in cells
    ptz_status: bool | None = None  # whether a PTZ camera is turning

    @model_validator(mode="after")
    def _of_something(self) -> Metadata:
        if not self.model_fields_set:
            raise ValueError("metadata says nothing: it has events, analytics, ptz_status")
        return self


class Motion(Strict):
    """A rule for motion anywhere in the picture; with ``enabled: false`` there is none of ours."""

    enabled: bool = True
    sensitivity: Annotated[int, Field(ge=0, le=100)] | None = None  # percent; 100: the least motion counts


class Rules(Strict):
    """What cameras look out for by themselves; what is left out is not managed."""

    motion: Motion | None = None
    tamper: bool | None = None  # covered, turned away, out of focus; false: no rule of ours


class Dot1x(Strict):
    """802.1X of cameras. The password of each stands in the store as device/<name>/dot1x."""

    method: Literal["peap", "ttls", "md5"]
    identity: Literal["name", "mac"] = "name"  # mac: without colons; of a camera without a declared one its name


Corner = Literal["upper_left", "upper_right", "lower_left", "lower_right"]


class CityFile(Strict):
    schema_: Literal["city/v1"] = Field(alias="schema")
    city: CityName
    time: Time
    syslog: tuple[IPv4Address, ...] = ()
    dns: tuple[IPv4Address, ...] = ()  # that cameras ask, first asked first; left out: not managed
    logs: Logs | None = None
    network: Network
    streams: dict[Slug, Stream]
    retention: dict[Slug, Retention]
    groups: dict[Slug, Group]
    defaults: Layer = Layer()
    site_types: dict[Category, Layer] = {}
    users: Users
    protocols: dict[Literal["http", "https", "rtsp"], ProtocolPort]
    audio: Literal["managed"] | None = None  # no sound in streams of cameras with `audio: false`; left out: not managed
    multicast: Literal[False] | None = None  # no camera sends streams by multicast; left out: not managed
    metadata: Metadata | None = None
    dot1x: Dot1x | None = None  # how cameras log in at their switch ports; left out: not managed; needs https
    osd: dict[Corner, Literal["name", "clock", "none"]] = {}  # drawn into every camera's picture; left out: not managed
    imaging: dict[Slug, Imaging] = {}
    rules: dict[Slug, Rules] = {}
    switching: Switching | None = None
    maintenance: Maintenance | None = None
    snmp: SnmpPolicy | None = None
    call_boxes: CallBoxes | None = None
    phases: dict[Slug, Phase]
    hardening: Hardening | None = None
    sizing: dict[Name, float] = {}  # instead of what catalogue/assumptions.yaml says, in both cases of sizing
    sizing_expected: dict[Name, float] = {}  # in the expected case alone
