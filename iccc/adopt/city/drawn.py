"""A city as it is going to be written: values that were read, each where the layout of a declaration has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from iccc.adopt.city.fabric import Chain
from iccc.adopt.city.plan import Plan
from iccc.camera.state import Encoder
from iccc.city.model.city import Stream
from iccc.discover.found import FoundHost, FoundSwitch, FoundUps


@dataclass(frozen=True)
class Frame:
    """Where everything has its place: the code, the networks and their VLANs. None: nothing of it was found."""

    code: str
    management: Plan
    management_vlan: int
    video: Plan | None
    first_vlan: int | None
    recording: Plan | None
    recording_vlan: int | None
    field: Plan | None = None  # of UPS cards
    field_first_vlan: int | None = None


@dataclass(frozen=True)
class Unsorted:
    """What was found and has no place in the declaration, and why."""

    address: str
    kind: str
    why: str
    mac: str | None = None
    serial: str = ""
    endpoint: str = ""
    model: str = ""
    firmware: str = ""
    hostname: str = ""
    at: str = ""  # switch and port


@dataclass(frozen=True)
class DrawnSwitch:
    """A switch of the field on its site."""

    number: int
    device_type: str
    found: FoundSwitch


@dataclass(frozen=True)
class DrawnCamera:
    """One camera on its site, nailed to the port on which it hangs."""

    slot: int
    group: str
    device_type: str
    switch: int  # number on its site
    port: str
    main: Stream
    sub: Stream
    host: FoundHost
    mac: str | None
    serial: str | None
    notes: tuple[str, ...] = ()
    recorder: int | None = None  # as a list says
    channel: int | None = None


@dataclass(frozen=True)
class DrawnUps:
    """A UPS card at its port; the cabinet that it is in gets its number."""

    number: int
    device_type: str
    switch: int
    port: str
    mac: str | None
    found: FoundUps


@dataclass(frozen=True)
class DrawnSite:
    """One place. ``name`` is "" where nobody tells it."""

    number: int
    type: str
    name: str
    name_hi: str
    switches: tuple[DrawnSwitch, ...]
    cameras: tuple[DrawnCamera, ...]
    ups: tuple[DrawnUps, ...] = ()


@dataclass(frozen=True)
class DrawnCore:
    """A switch of core.yaml."""

    name: str
    role: str
    device_type: str
    found: FoundSwitch


@dataclass(frozen=True)
class DrawnLink:
    """A cable between two of them: ``switch port`` at both ends."""

    a: str
    b: str
    speed_mbps: int | None


@dataclass(frozen=True)
class DrawnChain:
    """A ring or spur, with its sites in order."""

    name: str
    chain: Chain
    sites: tuple[int, ...]
    speed_mbps: int | None


@dataclass(frozen=True)
class DrawnRecorder:
    number: int
    at: str
    device_type: str
    host: FoundHost
    mac: str | None
    serial: str | None


@dataclass(frozen=True)
class Drawn:
    """All of it."""

    frame: Frame
    sites: tuple[DrawnSite, ...]
    core: tuple[DrawnCore, ...]
    links: tuple[DrawnLink, ...]
    chains: tuple[DrawnChain, ...]
    recorders: tuple[DrawnRecorder, ...]
    unsorted: tuple[Unsorted, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def cameras(self) -> Sequence[DrawnCamera]:
        return [camera for site in self.sites for camera in site.cameras]


def stream_of(encoder: object) -> Stream | None:
    """The encoder as a declaration has it; None when a part of it was not read, or is none that can be declared."""
    if not isinstance(encoder, Encoder) or encoder.told_codec not in ("H264", "H265"):
        return None
    numbers = (encoder.width_px, encoder.height_px, encoder.fps, encoder.bitrate_kbps, encoder.gop)
    if not all(isinstance(number, int | float) and number == int(number) for number in numbers):
        return None
    width, height, fps, bitrate, gop = (int(number) for number in numbers)  # type: ignore[arg-type]
    try:
        return Stream(
            codec=str(encoder.told_codec),  # type: ignore[arg-type]
            width_px=width, height_px=height, fps=fps, bitrate_kbps=bitrate, gop=gop,
        )  # fmt: skip
    except ValueError:
        return None


def role_of(encoders: object, role: str) -> Stream | None:
    return stream_of(encoders.get(role)) if isinstance(encoders, Mapping) else None
