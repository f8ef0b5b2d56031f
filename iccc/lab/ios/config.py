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
    password: str | None  # None when only a hash was given: then nobody can log in with it here
    shown: str  # "9 $9$…"

    @classmethod
    def with_password(cls, privilege: int, password: str) -> User:
        return cls(privilege, password, secret9(password))


def secret9(password: str) -> str:
    """A type 9 secret (scrypt) as the configuration prints it."""
    salt = secrets.token_bytes(10)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2, r=1, p=1, dklen=32)
    text = [base64.b64encode(part, b"./").decode().rstrip("=") for part in (salt, digest)]
    return f"9 $9${text[0]}${text[1]}"


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
    extra: list[str] = field(default_factory=list)

    def vlan_name(self, number: int) -> str:
        """The name that tables show: ``VLAN0020`` when none was given."""
        return self.vlans.get(number) or f"VLAN{number:04}"
