"""What a make of ONVIF device is like: everything that no Set can change. All devices of a make share one object."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from iccc.lab.onvif_soap import TDS

SCOPE = "onvif://www.onvif.org/"


class TimeZones(Enum):
    """How a model takes and tells its time zone. All but ``OWN_LIST`` take POSIX with a name: ``IST-5:30``."""

    AS_SET = "as-set"  # also takes <+0530>-5:30, and answers what was set
    NAMED_ONLY = "named-only"  # refuses <+0530>-5:30; answers with seconds: IST-5:30:00
    OWN_LIST = "own-list"  # takes and tells its own names alone: CST-5:30:00
    QUOTED = "quoted"  # answers <+0530>-5:30 whatever the name was


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of GetServices."""

    namespace: str
    path: str
    version: tuple[int, int]
    capabilities: str = ""  # the element, where it differs from what the service usually has


DEVICE_SERVICE = Service(TDS, "/onvif/device_service", (2, 60))


@dataclass(frozen=True, kw_only=True)
class DeviceModel:
    """What cameras and recorders of one make share."""

    manufacturer: str
    model: str
    firmware: str
    hardware_id: str
    hostname: str  # factory default
    time_zone: str = "CST-8"  # factory default
    time_zones: TimeZones = TimeZones.AS_SET
    location: tuple[str, ...] = (SCOPE + "location/country/china",)  # factory default of the configurable scopes
    fixed_scopes: tuple[str, ...]
    services: tuple[Service, ...] = (DEVICE_SERVICE,)  # in the order in which GetServices tells them
    wsse: bool = True
    digest: tuple[str, ...] = ("MD5",)  # algorithms of HTTP Digest in the order of preference; () for none
    created_tolerance_s: float = 5.0  # of wsu:Created against the device's own clock
    lock_after: int = 5  # failed logins of one user within lock_s
    lock_s: float = 1800.0
    battery: bool = True  # keeps the time without mains
    max_users: int = 10
    max_ntp: int = 2
    clock_modes: tuple[str, ...] = ("NTP", "Manual")  # SetSystemDateAndTime with another is accepted and forgotten
    refuses_by_hand: bool = False  # SetSystemDateAndTime with Manual is refused
    ntp_with_mode: bool = False  # SetNTP holds from the next SetSystemDateAndTime on
    max_scopes: int = 32
    max_dns: int = 2
    password_length: tuple[int, int] = (8, 32)  # shortest and longest
    reboot_s: float = 2.0  # away after SystemReboot; in the field half a minute and more
    reboot_for_address: bool = False  # another address holds only after a restart
    any_gateway: bool = False  # SetNetworkDefaultGateway also takes one outside of the device's own subnet
    soft_keeps_users: bool = True  # over a factory default that is Soft
    factory_address: str = "192.168.1.108"  # out of the box, and after a factory default that is Hard
    activation: str = "onvif"  # how its first user is made: onvif, isapi, or login where it comes with one
    protocols: tuple[str, ...] = ("HTTP", "HTTPS", "RTSP")
    max_certificates: int = 4  # besides the factory's; 0: no certificate operations
    max_dot1x: int = 1  # configurations of 802.1X; 0: no such operations
    factory_certificate: bool = False  # comes with a certificate for HTTPS
    records_others: bool = False  # recordings of other devices' streams, not of its own

    def media_flags(self, prefix: str) -> str:  # noqa: ARG002
        """Attributes of the ``Capabilities`` of the media service ``prefix`` (trt, tr2), each after a space."""
        return ""
