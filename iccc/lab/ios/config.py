"""The configuration of a switch: the one state that the command line, SNMP and the fabric share."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field

from iccc.lab.ios import vlanlist


@dataclass
class PortConfig:
    """A physical port. The defaults are those of the box: they print nothing."""

    description: str = ""
    mode: str = "dynamic"  # dynamic | access | trunk
    access_vlan: int = 1
    native_vlan: int = 1
    allowed: frozenset[int] = vlanlist.ALL
    shutdown: bool = False
    poe: bool = True  # power inline auto
    speed: str = "auto"
    duplex: str = "auto"
    security: bool = False  # switchport port-security
    max_macs: int = 1
    violation: str = "shutdown"
    storm: dict[str, str] = field(default_factory=dict)  # "broadcast": "1.00", "bps 2m 1m"; "action": "trap"
    portfast: str | None = None  # what follows the words `spanning-tree portfast`: "", edge, trunk, disable …
    bpduguard: str | None = None  # enable | disable
    extra: list[str] = field(default_factory=list)  # lines that are kept and printed, and mean nothing here


@dataclass
class Svi:
    """``interface VlanN``."""

    description: str = ""
    address: str | None = None
    mask: str = "255.255.255.0"
    shutdown: bool = False
    extra: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class User:
    """A local user. The configuration shows ``shown``, never the password."""

    privilege: int
    password: str | None  # None when only a hash was given
    shown: str  # "9 $9$…"

    @classmethod
    def with_password(cls, privilege: int, password: str) -> User:
        return cls(privilege, password, secret9(password))

    def accepts(self, password: str) -> bool:
        """Whether this is the password; a hash of this switch's own making is enough to tell."""
        if self.password is not None:
            return self.password == password
        salt = self.shown.removeprefix("9 $9$").partition("$")[0]
        return self.shown == _shown9(password, salt)


def secret9(password: str) -> str:
    """A type 9 secret (scrypt) as the configuration prints it."""
    return _shown9(password, _text64(secrets.token_bytes(10)))


def _shown9(password: str, salt: str) -> str:
    digest = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2, r=1, p=1, dklen=32)
    return f"9 $9${salt}${_text64(digest)}"


def _text64(octets: bytes) -> str:
    return base64.b64encode(octets, b"./").decode().rstrip("=")


@dataclass(frozen=True)
class SnmpUser:
    """An SNMPv3 user. It is saved, but no configuration shows it."""

    group: str
    auth: str = ""  # SHA, SHA256, "" without
    privacy: str = ""  # AES128, "" without
    auth_password: str = field(default="", repr=False)
    privacy_password: str = field(default="", repr=False)


@dataclass
class Archive:
    """``archive``: where configurations are backed up. Without a path there is no archive and no rollback."""

    path: str = ""
    maximum: int = 10
    write_memory: bool = False  # a copy for every save
    log: list[str] | None = None  # lines of ``log config``, kept; None without it
    extra: list[str] = field(default_factory=list)


@dataclass
class Config:
    """Everything that ``show running-config`` prints."""

    hostname: str = "Switch"
    vlans: dict[int, str] = field(default_factory=lambda: {1: "default"})  # number: name, "" when not named
    ports: dict[str, PortConfig] = field(default_factory=dict)
    svis: dict[int, Svi] = field(default_factory=lambda: {1: Svi(shutdown=True)})
    gateway: str | None = None
    users: dict[str, User] = field(default_factory=dict)
    enable_secret: User | None = None
    archive: Archive = field(default_factory=Archive)
    ntp: list[str] = field(default_factory=list)  # "10.0.0.1", "10.0.0.2 prefer"
    logging_hosts: list[str] = field(default_factory=list)
    communities: dict[str, str] = field(default_factory=dict)  # community: RO | RW
    snmp_location: str = ""
    snmp_contact: str = ""
    lines: dict[str, list[str]] = field(default_factory=lambda: {"con 0": [], "vty 0 4": [], "vty 5 15": []})
    aaa: bool = False  # aaa new-model
    methods: dict[str, str] = field(default_factory=dict)  # "authentication login default": "group tacacs+ local"
    blocks: dict[str, list[str]] = field(default_factory=dict)  # "tacacs server t1": its lines
    access_lists: dict[str, dict[int, str]] = field(default_factory=dict)  # name, sequence: "permit 10.0.0.5"
    lldp: bool = False
    stp_mode: str = "rapid-pvst"
    stp_priority: dict[int, int] = field(default_factory=dict)  # by VLAN; what is not 32768
    snmp_groups: dict[str, str] = field(default_factory=dict)  # "ops v3 priv": "read all"
    snmp_views: dict[str, str] = field(default_factory=dict)  # "all iso": "included"
    snmp_users: dict[str, SnmpUser] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)

    def vlan_name(self, number: int) -> str:
        """The name that tables show: ``VLAN0020`` when none was given."""
        return self.vlans.get(number) or f"VLAN{number:04}"
