"""The settings of one ONVIF device. Every value is immutable, so devices share what they have not changed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from iccc.lab.onvif_model import DeviceModel

LEVELS = ("Administrator", "Operator", "User")
YEAR_2000 = 946_684_800.0  # 2000-01-01T00:00:00Z in Unix seconds


@dataclass(frozen=True, slots=True)
class User:
    name: str
    level: str
    password: str

    def __repr__(self) -> str:
        return f"User({self.name!r}, {self.level!r})"


@dataclass(frozen=True, slots=True)
class NetworkProtocol:
    name: str  # HTTP, HTTPS, RTSP
    enabled: bool
    port: int


FACTORY_PROTOCOLS = {
    "HTTP": NetworkProtocol("HTTP", True, 80),
    "HTTPS": NetworkProtocol("HTTPS", False, 443),
    "RTSP": NetworkProtocol("RTSP", True, 554),
}
_factory_sets: dict[
    tuple[str, ...], tuple[NetworkProtocol, ...]
] = {  # one tuple for all devices with the same protocols
    names: tuple(FACTORY_PROTOCOLS[name] for name in names) for names in (("HTTP", "HTTPS", "RTSP"), ("HTTP", "HTTPS"))
}


@dataclass(frozen=True, slots=True)
class Lan:
    """IPv4 settings besides the address."""

    prefix_length: int = 24
    dhcp: bool = False
    gateway: str = ""  # "" for the first address of the device's /24
    dns_from_dhcp: bool = False
    dns_servers: tuple[str, ...] = ()
    search_domains: tuple[str, ...] = ()


FACTORY_LAN = Lan()  # one object for all devices that were never set


@dataclass(slots=True)
class DeviceState:
    """All that the device service tells and sets. ``skew_s`` is the device's clock minus the real time."""

    model: DeviceModel
    mac: str  # lower case with colons
    address: str  # as the device itself knows it: 10.a.b.c
    now: Callable[[], float]  # real time, Unix seconds
    hostname: str
    time_zone: str
    ntp_time: bool  # DateTimeType NTP; otherwise Manual
    ntp_servers: tuple[str, ...]
    ntp_from_dhcp: bool
    skew_s: float
    users: tuple[User, ...]
    scopes: tuple[str, ...]  # the configurable ones
    network: tuple[NetworkProtocol, ...]
    lan: Lan = FACTORY_LAN
    next_ntp: tuple[bool, tuple[str, ...]] | None = None  # from DHCP and servers that hold with the next time mode
    firmware: str = ""  # that was uploaded; "" while it is the model's
    next_lan: tuple[str, Lan] | None = None  # address and settings that hold after the next restart
    unit: str = ""  # the serial number of another unit that was put in its place

    @classmethod
    def factory(
        cls, model: DeviceModel, mac: str, address: str, now: Callable[[], float], login: tuple[str, str]
    ) -> DeviceState:
        """What a technician leaves: the management address and one administrator, everything else default."""
        return cls(
            model=model,
            mac=mac,
            address=address,
            now=now,
            hostname=model.hostname,
            time_zone=model.time_zone,
            ntp_time=False,
            ntp_servers=(),
            ntp_from_dhcp=False,
            skew_s=factory_skew_s(mac),
            users=(User(login[0], "Administrator", login[1]),),
            scopes=model.location,
            network=_factory_sets[model.protocols],
        )

    @property
    def serial(self) -> str:
        return self.unit or f"{self.model.hardware_id}{self.mac.replace(':', '').upper()}"

    def clock(self) -> float:
        """The device's own time, Unix seconds."""
        return self.now() + self.skew_s

    def discipline(self) -> None:
        """Let NTP set the clock, if the device uses it. In the lab every NTP server answers."""
        if self.ntp_time and self.ntp_servers:
            self.skew_s = 0.0

    def restarted(self) -> None:
        """What waited for a restart holds now."""
        if self.next_lan is not None:
            self.address, self.lan = self.next_lan
            self.next_lan = None

    def user(self, name: str) -> User | None:
        return next((user for user in self.users if user.name == name), None)

    def put_user(self, user: User) -> None:
        """Add ``user`` or replace the one of that name."""
        if self.user(user.name) is None:
            self.users += (user,)
        else:
            self.users = tuple(user if old.name == user.name else old for old in self.users)

    def protocol(self, name: str) -> NetworkProtocol | None:
        return next((entry for entry in self.network if entry.name == name), None)

    def put_protocol(self, name: str, enabled: bool, port: int) -> None:
        """Change an entry that exists."""
        self.network = tuple(
            replace(entry, enabled=enabled, port=port) if entry.name == name else entry for entry in self.network
        )


def factory_skew_s(mac: str) -> float:
    """Seconds that this device's clock is off when it comes out of the box: 7 to 37, before or behind."""
    number = zlib.crc32(mac.encode())
    return float((7 + number % 31) * (1 if number & 0x100 else -1))
