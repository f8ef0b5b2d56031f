"""The state of a Debian server: what is managed on it, and what is only observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STORED = "as stored"  # what a secret on a server is compared as; else "another one"


@dataclass(frozen=True)
class File:
    """A file by its content's digest: the content itself may be long, and is in the templates."""

    sha256: str  # its first 12 digits; of a file with secrets :data:`STORED`, or "another one"
    mode: str  # 0644
    owner: str  # root:root

    def __str__(self) -> str:
        return f"{self.sha256} {self.mode} {self.owner}"


@dataclass(frozen=True)
class Service:
    """``enabled``: it begins with the system. ``running``: now, and with what is on the disk."""

    enabled: bool
    running: bool


@dataclass(frozen=True)
class Part:
    """Files that are checked and put in place together, and the services that read them."""

    files: Mapping[str, File]  # by path
    services: Mapping[str, Service] = field(default_factory=dict)  # by unit


@dataclass(frozen=True)
class Array:
    """The file system that is recorded onto. It is mounted, never made."""

    mounted: bool
    separate: bool  # another file system than the root's
    fstab: str | None  # its line of /etc/fstab: source, place, type, options
    owner: str | None  # user and group of its root folder


@dataclass(frozen=True)
class Channel:
    """One camera that is recorded."""

    address: str  # and port, and path: the stream without its login
    retention_days: int
    login: str  # "as stored", "another one", or "refused by the camera"
    enabled: bool  # its unit begins with the system, and reads what is on the disk


@dataclass(frozen=True)
class Cameras:
    """``others``: what is recorded and not declared here: cameras that have moved to another recorder, or are gone."""

    others: frozenset[str]
    each: Mapping[str, Channel]


@dataclass(frozen=True)
class Account:
    shell: str


@dataclass(frozen=True)
class Admin:
    """Somebody who may become root."""

    keys: str  # public SSH keys: the first 12 digits of the SHA-256 of their file
    root: bool  # may become root by sudo


@dataclass(frozen=True)
class Admins:
    """``others``: who has a key and is not declared."""

    others: frozenset[str]
    each: Mapping[str, Admin]


@dataclass(frozen=True)
class ServerState:
    """Settings that iccc manages on a Debian server. ``None`` in a wanted value: not declared.

    A part whose template cannot be rendered is wanted as the text that says why, which no server ever has.
    """

    packages: Mapping[str, str] | None = None  # name: "installed"
    accounts: Mapping[str, Account] | None = None
    admins: Admins | None = None
    array: Array | None = None
    time: Part | str | None = None
    tls: Part | str | None = None
    syslog: Part | str | None = None
    prometheus: Part | str | None = None
    alerts: Part | str | None = None
    probes: Part | str | None = None
    snmp: Part | str | None = None
    firewall: Part | str | None = None
    metrics: Part | str | None = None
    ssh: Part | str | None = None
    recording: Part | str | None = None
    cameras: Cameras | None = None


@dataclass(frozen=True)
class ServerFacts:
    """What is observed on a server and never declared."""

    os: str
    clock_skew_s: float
    versions: Mapping[str, str]  # of packages
    array_bytes: int | None
    array_free: int | None
    newest: Mapping[str, tuple[float, int]]  # camera: time (seconds since 1970) and bytes of its newest recording
